/** What a lineage's commits leave behind for people to read. Types and key makers only. */
import type { IncidentJson } from '../api/wire.ts';
import type { Stamp } from '../events/types.ts';
import type { WorkId } from '../store/port.ts';

/** Row kind of a lineage's timeline; one aggregate holds the timelines of all its incidents. */
export const TIMELINE = 'timeline';

export interface TimelineRow {
  atMs: number;
  /** opened, event, page, waiting, degraded, escalate, acknowledged, again, reassigned, handover, note, kept, resolved, … */
  kind: string;
  /** The decision and why, one line. */
  text: string;
  /** A person's id, a user's name, or `relay`. */
  actor: string;
  /** People told by this line (kind page, catch-all and degraded): where the incident's messages are to be found. */
  people?: string[];
  /** Kind opened: the acceptance of the trigger that opened it. With `byPerson`: that of the answer. */
  stamp?: Stamp;
  /** Where escalation stands since this line told somebody. */
  position?: Position & { rosterVersion: number };
  /** Kind acknowledged and resolved: a person did it, not an event. */
  byPerson?: true;
  /** How many events this line stands for, when more than one. */
  count?: number;
  /** Where the journal has the events that this line stands for, the newest last; absent: of none, or an older version. */
  came?: WorkId[];
}

/** How far an incident has been escalated. */
export interface Position {
  /** Index of the level told last. */
  level: number;
  /** How often the levels have been gone through again. */
  round: number;
  catchAll: boolean;
}

export const timelinePrefix = (number: number): string => `${String(number).padStart(10, '0')}/`;
export const timelineKey = (number: number, line: number): string =>
  `${timelinePrefix(number)}${String(line).padStart(6, '0')}`;

/** The body of an IncidentEntry. */
export type IncidentBody = IncidentJson;

export const lineageKey = (service: string, dedupKey: string): string => `i:${service}/${dedupKey}`;
/** What all lineages of one service have in common. */
export const lineageGroup = (lineage: string): string => lineage.slice(0, lineage.indexOf('/'));
