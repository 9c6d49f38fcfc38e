/** One incident as people read it: its list entry, the decisions with their reasons, and the messages sent about it. */
import type { Envelope } from '../engine/envelope.ts';
import type { LineageState } from '../incidents/types.ts';
import { TIMELINE, timelinePrefix } from '../incidents/rows.ts';
import type { IncidentBody, TimelineRow } from '../incidents/rows.ts';
import { messagesAbout } from '../store/told.ts';
import type { MessageRow } from '../notifications/rows.ts';
import type { AggregateKey, Store } from '../store/port.ts';
import { allRows } from './all-rows.ts';
import { notFound } from './errors.ts';
import { messageJson } from './messages.ts';
import type { IncidentDetailJson, IncidentJson, TimelineJson } from './wire.ts';

/** How often an incident is read at most until nothing has changed meanwhile. */
const READINGS = 5;

export interface Found {
  lineage: AggregateKey;
  incident: IncidentJson;
}

/**
 * The incident as it is now, also by the number that a host gave it without a quorum (rule 13): what it says then is its
 * own. Rejects with not_found when there is none of this number.
 */
export async function findIncident(store: Store, number: number): Promise<Found> {
  const found = (await listed(store, number)) ?? (await listed(store, await aliased(store, number)));
  if (found === null) {
    throw notFound(`There is no incident ${number}.`, '`relay incidents --all` lists them.');
  }
  return found;
}

async function listed(store: Store, number: number | null): Promise<Found | null> {
  if (number === null) return null;
  const [entry] = await store.incidents({ before: number + 1, limit: 1 });
  return entry?.number === number ? { lineage: entry.lineage, incident: entry.body as IncidentBody } : null;
}

/** The incident that a host knew by this number while it had no quorum; null when there is none. */
async function aliased(store: Store, number: number): Promise<number | null> {
  const lineage = await store.lineageOf(number);
  if (lineage === null) return null;
  const { state } = await store.load(lineage);
  const notes = (state as Envelope<LineageState> | undefined | null)?.domain.notes ?? [];
  return notes.findLast((one) => one.number === number)?.incident ?? null;
}

/**
 * Everything known about one incident, in the order it happened. Entry and rows are read one after the other: again,
 * while the incident changes meanwhile, so that what is shown was all true at one moment.
 */
export async function incidentDetail(store: Store, number: number): Promise<IncidentDetailJson> {
  let found = await findIncident(store, number);
  const own = found.incident.number;
  for (let tries = 1; ; tries += 1) {
    const detail = await detailOf(store, found);
    const after = await findIncident(store, own);
    // An incident in a storm changes all the time: its last reading is at most a moment behind.
    if (tries === READINGS || JSON.stringify(after) === JSON.stringify(found)) return detail;
    found = after;
  }
}

async function detailOf(store: Store, { lineage, incident }: Found): Promise<IncidentDetailJson> {
  const lines = await timelineOf(store, lineage, incident.number);
  const messages = await toldOf(store, incident, lines);
  return { ...incident, timeline: mergeTimeline(lines, messages), messages: messages.map(messageJson) };
}

/** Every message that told of an incident, in the order in which they were claimed. Rejects as `findIncident`. */
export async function messagesOf(store: Store, number: number): Promise<MessageRow[]> {
  const { lineage, incident } = await findIncident(store, number);
  return toldOf(store, incident, await timelineOf(store, lineage, incident.number));
}

async function toldOf(store: Store, incident: IncidentJson, lines: TimelineRow[]): Promise<MessageRow[]> {
  const people = new Set([...incident.assignedTo, ...lines.flatMap((line) => line.people ?? [])]);
  const messages = await Promise.all(
    [...people].map((person) => messagesAbout(store, person, incident.number)),
  );
  return messages.flat().toSorted((a, b) => a.claimedAtMs - b.claimedAtMs || a.id.localeCompare(b.id));
}

/** Every decision about an incident, in order. */
export const timelineOf = async (
  store: Store,
  lineage: AggregateKey,
  number: number,
): Promise<TimelineRow[]> =>
  (await allRows(store, lineage, TIMELINE, timelinePrefix(number))).map((row) => row.body as TimelineRow);

/** The decisions and what became of each message, in time order; at the same instant the decision comes first. */
export function mergeTimeline(lines: TimelineRow[], messages: MessageRow[]): TimelineJson[] {
  const decisions = lines.map((line) => ({
    atMs: line.atMs,
    kind: line.kind,
    text: line.count !== undefined && line.count > 1 ? `${line.text} (${line.count} times)` : line.text,
    actor: line.actor,
  }));
  const deliveries = messages.flatMap((message) =>
    message.log.map((entry) => ({
      atMs: entry.atMs,
      kind: 'message',
      text: `${message.channel} to ${message.person}, code ${message.code}: ${entry.text}`,
      actor: 'relay',
    })),
  );
  return [...decisions, ...deliveries]
    .toSorted((a, b) => a.atMs - b.atMs)
    .map(({ atMs, ...line }) => ({ at: new Date(atMs).toISOString(), ...line }));
}
