/** The state of a lineage: one (service, dedup key), its present or last incident. Types only. */
import type { Severity, Stamp } from '../events/types.ts';
import type { Duty } from '../oncall/types.ts';
import type { Position } from './rows.ts';

export interface Incident extends Position {
  number: number;
  status: 'triggered' | 'acknowledged' | 'resolved';
  severity: Severity;
  summary: string;
  details?: string;
  openedAtMs: number;
  /** The trigger that opened it; what was accepted before doesn't close it (rule 4). */
  openedBy: Stamp;
  /** The latest trigger counted on it; absent while the one that opened it is the latest. */
  lastTrigger?: Stamp;
  /** The version the last paging decision was made under; never falls (S4). */
  rosterVersion: number;
  /** Accepted triggers that belong to it (S2). */
  events: number;
  /** Timeline lines written so far. */
  lines: number;
  /** The last line, while it is one for repeated events that the next event only counts up (S10). */
  run: { line: number; count: number; atMs: number } | null;
  /** Ascends with every ask and cancel (rule 2). */
  counter: number;
  /** When the present level was told; absent in what older versions wrote. */
  toldAtMs?: number;
  /** How many levels the policy had when the present one was told (rule 16). */
  levelsSeen: number;
  /** Those levels; absent until one was told, and in what older versions wrote. */
  plan?: Plan;
  /** People of the present level, with the ask they were given, not known to be unreachable. */
  reaching: { person: string; counter: number }[];
  /** Everybody told so far: an ack cancels with all of them. */
  told: string[];
  assigned: string[];
  /** Who acknowledged or resolved it last. */
  answeredBy: string | null;
  /** Nobody is told until then, by a rule of the policy; then the level with this index, from 0, is next. */
  waits?: { untilMs: number; from: number };
  /** Which level is next, from 0, when it isn't the one after `level`. */
  next?: number;
  /** A person has put it off until then. */
  snoozedUntilMs?: number;
  /** The policy that a person gave it, in place of the service's. */
  policy?: string;
  /** The latest answer that somebody gave it: an acknowledgement, a snooze, a reassignment (rule 4). */
  answered?: Stamp;
  /** The latest escalation by a person. */
  escalated?: Stamp;
  /** The newest handoff at which it was handed over. */
  handedOverAtMs?: number;
}

/** The levels of a policy when one of them was told, so that an edit of them is noticed. */
export interface Plan {
  policy: string;
  round: number;
  /** Whom each level names: DutyLevel.names. */
  levels: string[][];
  /** People told in this round, or since an answer no longer holds. */
  told: string[];
  /** Since the levels were edited in this round: the names, by spaces, of each level that has been gone through. */
  passed?: string[];
}

export interface LineageState {
  service: string;
  dedupKey: string;
  /** Where the last resolve was accepted, also when nothing was open (rule 4). */
  lastResolve: Stamp | null;
  incident: Incident | null;
  /** What hosts did without a quorum and is known here, the newest last; absent while there is none (rule 13). */
  notes?: NotedHere[];
}

/** A DegradedNote that was taken. */
export interface NotedHere {
  /** The number that the incident had on that host: an alias of `incident`. */
  number: number;
  /** With the number, names the note: the acceptance of the event that opened it there. */
  seq: number;
  /** The incident that it was noted on. */
  incident: number;
}

/** What a step may know besides its state. */
export interface LineageContext {
  nowMs: number;
  duty: Duty;
  /** A number nobody has; used if the step opens an incident. */
  nextNumber: number | null;
}
