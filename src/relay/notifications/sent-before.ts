/** What had been sent to a contact before a reply came from it (rule 9, S17), and what of all that is still open. Pure. */
import type { ResponderInput } from '../engine/effects.ts';
import type { Rest } from './answer.ts';
import { writeRow, type Draft } from './draft.ts';
import type { MessageRow } from './rows.ts';
import type { Fact } from './types.ts';

type Reply = Extract<ResponderInput, { kind: 'reply' }>;
type Member = MessageRow['members'][number];

/** A stamp is the second that the reply was written in. */
const WHOLE_SECOND_MS = 1_000;

/** Whether it is proven that a text wasn't sent. One that a provider took and calls undelivered may have been read. */
export const surelyUnsent = (d: Draft, row: MessageRow): boolean =>
  (row.status === 'failed' && row.takenAtMs === undefined) ||
  d.state.messages.some((one) => one.row.code === row.code && one.status === 'retry' && one.repeats !== true);

/**
 * Whether a text was sent after that instant. Our own clock may have been wrong when it was claimed, or when the reply
 * came in: it doesn't tell without the provider's stamp, nor the stamp without it.
 */
export const surelyAfter = (row: MessageRow, atMs: number): boolean =>
  row.acceptedAtMs !== undefined && row.acceptedAtMs > atMs && row.claimedAtMs > atMs;

/**
 * Whether a text was sent before the reply, with no slack: nothing proves what was read (S17). Judged between the
 * provider's own stamps, which a clock of ours that is put right can't bend; without one, by ours.
 */
function sentFirst(row: MessageRow, reply: Reply): 'yes' | 'no' | 'perhaps' {
  if (row.acceptedAtMs !== undefined) {
    if (row.acceptedAtMs <= reply.sentAtMs) return 'yes';
    return surelyAfter(row, reply.sentAtMs) ? 'no' : 'perhaps';
  }
  if (row.takenAtMs === undefined) return 'perhaps';
  if (row.claimedAtMs > reply.sentAtMs) return 'no';
  return row.takenAtMs < reply.sentAtMs + WHOLE_SECOND_MS ? 'yes' : 'perhaps';
}

/** `sure`: a provider was known to have a message that told of it; otherwise one was in doubt then. */
export type Sent = Member & { code: number; sure: boolean };

/** Each incident sent to that contact before the reply, once, newest first, with the code it was last sent under. */
export function sentBefore(d: Draft, reply: Reply): Sent[] {
  const found = new Map<number, Sent>();
  for (const row of d.context.reply?.recent ?? []) {
    if (row.to !== contactOf(d, reply) || surelyUnsent(d, row)) continue;
    const first = sentFirst(row, reply);
    if (first === 'no') continue;
    const sure = first === 'yes';
    for (const member of row.members) {
      const known = found.get(member.number) ?? { ...member, code: row.code, sure: false };
      found.set(member.number, { ...known, sure: known.sure || sure });
    }
  }
  return [...found.values()];
}

/** Where what is answered was sent: a mail's From is anybody's claim, the message that its token names isn't. */
const contactOf = (d: Draft, { channel, contact }: Reply): string =>
  channel === 'email' ? (d.context.reply?.named?.to ?? contact) : contact;

/** What is known of the incident. */
export const fact = (d: Draft, member: Member): Fact | undefined => d.context.facts.get(member.number);

/**
 * What is unacknowledged of all that was sent there, without these incidents and the packs of these messages: "2 more
 * open: reply 47aa". Of other packs only the incidents that a text named are counted.
 */
export function stillOpen(
  d: Draft,
  reply: Reply,
  without: readonly Member[],
  told: readonly MessageRow[] = [],
): Rest {
  const open = new Map<number, Member & { code: number }>();
  const packed = new Set<number>();
  const done = new Set(without.map((one) => one.number));
  for (const row of d.context.reply?.recent ?? []) {
    if (row.to !== contactOf(d, reply) || surelyUnsent(d, row)) continue;
    const isToldOf = told.some((one) => one.code === row.code);
    if (row.packs !== undefined && row.packsOver !== true && !isToldOf) packed.add(row.code);
    for (const member of row.members) {
      if (done.has(member.number) || open.has(member.number)) continue;
      if (fact(d, member)?.status === 'triggered') open.set(member.number, { ...member, code: row.code });
    }
  }
  const left = [...open.values()];
  const more = d.context.reply?.more === true || packed.size > 0;
  return { count: left.length, more, reply: wordForAll(left, packed) };
}

/** The shortest answer that acknowledges all of these, and what else these messages may tell of. */
function wordForAll(
  left: readonly (Member & { code: number })[],
  packed: ReadonlySet<number>,
): string | null {
  const [newest] = left;
  if (newest === undefined) return null;
  const [only, ...others] = new Set([...left.map((one) => one.code), ...packed]);
  if (others.length === 0) return `${only}a`;
  const isOneService = packed.size === 0 && left.every((one) => one.service === newest.service);
  return isOneService ? `${newest.code}aa` : 'aa';
}

/** Messages sent before the reply for certain that tell of packs of which something may be open. */
export const surePacks = (d: Draft, reply: Reply): MessageRow[] =>
  (d.context.reply?.recent ?? []).filter(
    (row) =>
      row.packs !== undefined &&
      row.packsOver !== true &&
      row.to === contactOf(d, reply) &&
      !surelyUnsent(d, row) &&
      sentFirst(row, reply) === 'yes',
  );

/** One open incident of each that has any; the others need not be looked through again. */
export function openPacks(d: Draft, rows: MessageRow[]): Sent[] {
  return rows.flatMap((row): Sent[] => {
    const one = d.context.reply?.packs.get(row.code);
    if (one === null && !d.state.messages.some((other) => other.row.code === row.code))
      writeRow(d, { ...row, packsOver: true });
    return one === null || one === undefined ? [] : [{ ...one, code: row.code, sure: true }];
  });
}
