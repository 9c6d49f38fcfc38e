/** Messages as people read them: whom they were for, what they said, and what became of them. */
import { CODE_RANGES, MESSAGE, messageKey, responderKey } from '../notifications/rows.ts';
import type { MessageRow } from '../notifications/rows.ts';
import type { Store } from '../store/port.ts';
import type { ToldOf } from '../store/told.ts';
import type { MessageDetailJson, MessageJson } from './wire.ts';

/** The message with that code; null when there is none, or none any more. */
export async function messageOf(store: Store, person: string, code: number): Promise<MessageRow | null> {
  const [row] = await store.rows(responderKey(person), MESSAGE, { prefix: messageKey(code), limit: 1 });
  return row === undefined ? null : (row.body as MessageRow);
}

/** The newest messages to these people, newest first. */
export async function newestMessages(
  store: Store,
  people: readonly string[],
  limit: number,
): Promise<MessageRow[]> {
  const read = people.flatMap((person) =>
    CODE_RANGES.map((range) => store.rows(responderKey(person), MESSAGE, { ...range, reverse: true, limit })),
  );
  const rows = (await Promise.all(read)).flat().map((row) => row.body as MessageRow);
  return rows.toSorted(newestFirst).slice(0, limit);
}

/** For sorting. */
export const newestFirst = (a: MessageRow, b: MessageRow): number =>
  b.claimedAtMs - a.claimedAtMs || b.id.localeCompare(a.id);

/** As lists of an incident have it. */
export function messageJson(row: MessageRow): MessageJson {
  return {
    id: row.id,
    person: row.person,
    channel: row.channel,
    status: row.status,
    providerId: row.providerId,
    at: iso(row.claimedAtMs),
    to: row.to,
    error: row.error,
    ...(row.degraded === undefined ? {} : { degraded: row.degraded }),
  };
}

/** With its text and its whole life. */
export const messageDetailJson = (row: MessageRow): MessageDetailJson => ({
  ...messageJson(row),
  code: row.code,
  purpose: row.purpose,
  ...(row.provider === undefined ? {} : { provider: row.provider }),
  cure: row.cure,
  ...(row.subject === undefined ? {} : { subject: row.subject }),
  text: row.body,
  incidents: row.members.map(toldJson),
  toldOf: toldOf(row),
  life: row.log.map(({ atMs, kind, text }) => ({ at: iso(atMs), kind, text })),
});

/** One incident that a message told of. */
export const toldJson = ({ number, service, summary }: ToldOf): ToldOf => ({ number, service, summary });

/** Incidents told together are counted, and of many only some have a name here. */
const toldOf = ({ members, packs = [] }: MessageRow): number =>
  packs.reduce((sum, { count, named }) => sum + count - named, members.length);

const iso = (atMs: number): string => new Date(atMs).toISOString();
