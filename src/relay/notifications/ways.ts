/** The ways to a person: which may be tried now, which later, and what of what was tried may still get through. Pure. */
import type { Message, Way } from './types.ts';

/** One contact method. */
export type Contact = Pick<Way, 'channel' | 'address'>;

export const contactKey = ({ channel, address }: Contact): string => `${channel}/${address}`;

/** Whether a way leads to a contact. */
export const leadsTo = (way: Way, { channel, address }: Contact): boolean =>
  way.channel === channel && way.address === address;

/** Whether it waits and may be tried now. */
export const isDue = (way: Way, nowMs: number): boolean =>
  way.status === 'waiting' && (way.atMs ?? 0) <= nowMs;

/** The ways with those that are due at a contact told by a message. */
export const begun = (ways: Way[], contact: Contact, code: number, nowMs: number): Way[] =>
  ways.map((way) => (leadsTo(way, contact) && isDue(way, nowMs) ? { ...way, status: 'sending', code } : way));

/**
 * The ways with the next step brought forward, when nothing that was tried may get through any more: what failed for
 * good or is in doubt falls back at once (rule 6), and not within quiet hours, which end at `wakesMs`: a mail alone comes
 * in those. The same object when nothing changes.
 */
export function fallenBack(ways: Way[], messages: readonly Message[], nowMs: number, wakesMs: number): Way[] {
  const isHopeful = (way: Way): boolean => {
    if (way.status === 'accepted' || way.status === 'delivered' || isDue(way, nowMs)) return true;
    if (way.status !== 'sending') return false;
    const message = messages.find((one) => one.row.code === way.code);
    // Refused for now, again: whoever waits to be asked again is no reason to keep a person waiting.
    return message?.status === 'claimed' || (message?.status === 'retry' && message.attempt < 2);
  };
  if (ways.some(isHopeful)) return ways;
  const waiting = ways.filter((way) => way.status === 'waiting');
  if (waiting.length === 0) return ways;
  const soonestMs = ({ channel }: Way): number => (channel === 'email' ? nowMs : wakesMs);
  const nextMs = Math.min(...waiting.map((way) => way.atMs ?? 0));
  const isNext = (way: Way): boolean =>
    way.status === 'waiting' && (way.atMs ?? 0) === nextMs && soonestMs(way) < nextMs;
  return ways.some(isNext) ? ways.map((way) => (isNext(way) ? { ...way, atMs: soonestMs(way) } : way)) : ways;
}

/** When the next of these may be tried that can't be yet; Infinity: none. */
export function nextStepMs(ways: readonly Way[], nowMs: number): number {
  let soonestMs = Infinity;
  for (const way of ways) {
    if (way.status === 'waiting' && (way.atMs ?? 0) > nowMs)
      soonestMs = Math.min(soonestMs, way.atMs ?? Infinity);
  }
  return soonestMs;
}
