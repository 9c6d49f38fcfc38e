/** What the page of a message shows: its incidents as the store has them, in words, in its reader's zone. */
import type { Core } from '../api/core.ts';
import { findIncident, incidentDetail } from '../api/incident.ts';
import type { IncidentDetailJson, IncidentJson, MessageJson } from '../api/wire.ts';
import type { Envelope } from '../engine/envelope.ts';
import type { LineageState } from '../incidents/types.ts';
import { makeForm } from '../messaging/answer-page/form.ts';
import type { AnswerView, Said, ShownIncident } from '../messaging/answer-page/view.ts';
import type { Ask } from '../engine/effects.ts';
import { queuedAsks } from '../engine/queued-asks.ts';
import { responderKey, type MessageRow } from '../notifications/rows.ts';
import { showDuration, showTime } from '../oncall/times.ts';
import type { Person, Roster } from '../oncall/types.ts';
import type { Store } from '../store/port.ts';

export interface ReadingParts {
  core: Pick<Core, 'store'>;
  roster: Roster;
  tokenKey: Uint8Array;
  nowMs: number;
  /** A few letters that no other page has. */
  nonce: string;
}

/** Incidents that one part of the page shows. */
const PART = 5;
/** Of the others so many lines, from so many reads at most. */
const OTHERS = 20;
const READ_AT_ONCE = 10;
const OTHERS_READS = 20;
const NONE_UNWRITTEN = new Map<string, never>();
/** Of more than these nobody counts how many are unanswered. */
const COUNTED = 100;

const HOST_ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone;

/** In which zone a person is told times. */
export const zoneOf = (person: Person): string => person.zone ?? HOST_ZONE;

/** What of a message is asked for: a part of those it names, or of the others. */
export interface AskedPart {
  /** From 1. */
  part: number;
  /** From this place of the queue on; null: those it names. */
  others: number | null;
  said: Said | null;
  untilMs: number;
}

/** Rejects as the store does. */
export async function readView(
  parts: ReadingParts,
  message: MessageRow,
  person: Person,
  asked: AskedPart,
): Promise<AnswerView> {
  const { core, tokenKey, nowMs, nonce } = parts;
  const zone = zoneOf(person);
  const named = message.members.map((one) => one.number);
  const unnamed = (message.packs ?? []).reduce((sum, pack) => sum + pack.count - pack.named, 0);
  const total = named.length + unnamed;
  return {
    messageId: message.id,
    name: person.name,
    allForm: makeForm(tokenKey, { messageId: message.id, scope: 'all', state: '' }, nowMs, nonce),
    total,
    unanswered: total > COUNTED || unnamed > 0 ? null : await unansweredOf(core.store, named),
    said: asked.said,
    untilText: showTime(asked.untilMs, nowMs, zone),
    nowText: showTime(nowMs, nowMs, zone),
    ...(asked.others === null
      ? await readNamed(parts, message, person, asked.part, unnamed > 0)
      : await readOthers(parts, message, asked.others)),
  };
}

type Part = Pick<AnswerView, 'incidents' | 'others' | 'before' | 'next'>;

async function readNamed(
  parts: ReadingParts,
  message: MessageRow,
  person: Person,
  wanted: number,
  hasOthers: boolean,
): Promise<Part> {
  const named = message.members.map((one) => one.number);
  const count = Math.max(1, Math.ceil(named.length / PART));
  const part = Math.min(Math.max(1, wanted), count);
  const here = named.slice((part - 1) * PART, part * PART);
  return {
    incidents: await Promise.all(here.map((number) => shownIncident(parts, message.id, number, person))),
    others: [],
    before: part === 1 ? null : `p=${part - 1}`,
    next: part < count ? `p=${part + 1}` : hasOthers ? 'q=0' : null,
  };
}

/** The asks that were told together with those named, from one place of the queue on. */
async function readOthers({ core }: ReadingParts, message: MessageRow, from: number): Promise<Part> {
  const named = new Set(message.members.map((one) => one.number));
  const packs = message.packs ?? [];
  const end = Math.max(0, ...packs.map((pack) => pack.to));
  const found: Ask[] = [];
  let at = Math.max(from, Math.min(...packs.map((pack) => pack.from)));
  // Packs of several severities lie among each other: so many rows are looked at, whatever they hold.
  for (let reads = 0; reads < OTHERS_READS && at < end && found.length < OTHERS; reads += 1) {
    const to = Math.min(end, at + READ_AT_ONCE);
    for (const { index, ask } of await queuedAsks(
      core.store,
      responderKey(message.person),
      { from: at, to },
      NONE_UNWRITTEN,
    )) {
      const isIts = packs.some(
        (pack) => index >= pack.from && index < pack.to && pack.severity === ask.severity,
      );
      if (isIts && !named.has(ask.number)) found.push(ask);
    }
    at = to;
  }
  const others = await Promise.all(
    found.map(async ({ number, service, summary }) => ({
      number,
      service,
      summary,
      status: statusOf((await findIncident(core.store, number)).incident),
    })),
  );
  return { incidents: [], others, before: 'p=1', next: at < end ? `q=${at}` : null };
}

const statusOf = ({ status, snoozedUntil }: IncidentJson): ShownIncident['status'] =>
  snoozedUntil === undefined ? status : 'snoozed';

/** What decides whether a button still means what its reader saw. */
export const stateOf = ({ status, assignedTo, snoozedUntil }: IncidentJson): string =>
  [status, snoozedUntil ?? '', ...assignedTo].join(' ');

async function unansweredOf(store: Store, numbers: readonly number[]): Promise<number> {
  const found = await Promise.all(numbers.map((number) => findIncident(store, number)));
  return found.filter(({ incident }) => incident.status === 'triggered').length;
}

async function shownIncident(
  { core, roster, tokenKey, nowMs, nonce }: ReadingParts,
  messageId: string,
  number: number,
  reader: Person,
): Promise<ShownIncident> {
  const zone = zoneOf(reader);
  const time = (iso: string): string => showTime(Date.parse(iso), nowMs, zone);
  const nameOf = (id: string): string => roster.people.find((one) => one.id === id)?.name ?? id;
  const detail = await incidentDetail(core.store, number);
  const until = detail.snoozedUntil ?? detail.waitsUntil;
  const openedAtMs = Date.parse(detail.openedAt);
  return {
    number,
    status: statusOf(detail),
    until: until === undefined ? null : `until ${time(until)}`,
    severity: detail.severity,
    service: detail.service,
    summary: detail.summary,
    details: await detailsOf(core.store, number),
    opened: `${time(detail.openedAt)}, ${ago(nowMs - openedAtMs)}`,
    events: detail.events,
    assigned: detail.assignedTo.map(nameOf),
    told: toldOf(detail, reader.id, nameOf),
    timeline: detail.timeline
      .filter((one) => one.kind !== 'message')
      .map((one) => ({ at: time(one.at), text: one.text }))
      .toReversed(),
    form: makeForm(tokenKey, { messageId, scope: number, state: stateOf(detail) }, nowMs, nonce),
  };
}

/** What the alert said at length; the list of incidents holds only its first line. */
async function detailsOf(store: Store, number: number): Promise<string | null> {
  const { lineage } = await findIncident(store, number);
  const { state } = await store.load(lineage);
  const incident = (state as Envelope<LineageState> | null)?.domain.incident;
  return incident?.number === number ? (incident.details ?? null) : null;
}

/** `ana`: sms delivered, email accepted; each once a channel, as its newest message stands. */
function toldOf(
  { messages }: IncidentDetailJson,
  reader: string,
  nameOf: (id: string) => string,
): ShownIncident['told'] {
  const byPerson = Map.groupBy(messages, (one: MessageJson) => one.person);
  return [...byPerson].map(([person, sent]) => {
    const newest = new Map(sent.map((one) => [one.channel, one.status]));
    const how = [...newest].map(([channel, status]) => `${channel} ${status}`);
    return { name: nameOf(person), isReader: person === reader, how };
  });
}

/** `3m ago`. */
function ago(durationMs: number): string {
  const minutes = Math.floor(durationMs / 60_000);
  return minutes < 1 ? 'just now' : `${showDuration(minutes * 60_000)} ago`;
}
