/** How messages end, or are put back to be claimed again; and what those are told that wait for it. */
import { endMessage, logged, putMessage, timerOf, type Draft } from './draft.ts';
import type { MessageRow } from './rows.ts';
import type { Message } from './types.ts';

/** A message that the provider keeps refusing is given up after this. */
const RETRY_FOR_MS = 15 * 60_000;
const RETRY_FIRST_MS = 2_000;
/** Nobody waits longer for a provider that refuses for now. */
export const RETRY_MOST_MS = 60_000;
/** Work that the engine does at once keeps a timer this far ahead, for the crash in between (S13). */
export const GUARD_MS = 5_000;

/** What a way or a tell becomes when its message ends. */
export type Ending = 'accepted' | 'failed' | 'unknown';

/** Told when a message ends, so that the asks behind it can be closed. */
export type OnEnd = (d: Draft, row: MessageRow, ending: Ending) => void;

/** A receipt for a message whose call nobody has an answer of: the provider has it after all. */
export function adopt(d: Draft, message: Message, providerId: string, onEnd: OnEnd): void {
  end(
    d,
    message,
    'accepted',
    { providerId, error: null, text: `known at the provider as ${providerId}, by its receipt` },
    onEnd,
  );
}

/** Ends a message that will not be sent any more: one that is proven not sent, or that would only be repeated. */
export function dropUnsent(d: Draft, message: Message, why: string, onEnd: OnEnd): void {
  const text = message.repeats === true ? `not repeated: ${why}` : `not sent: ${why}`;
  end(d, message, 'failed', { error: why, text }, onEnd);
}

/** Nobody can tell whether it was sent. */
export function endUnknown(d: Draft, message: Message, error: string, onEnd: OnEnd): void {
  const text = `nobody can tell whether it was sent: ${error}`;
  end(d, message, 'unknown', { error, text }, onEnd);
}

/** The message is over. */
export function end(
  d: Draft,
  message: Message,
  asked: Ending,
  facts: {
    providerId?: string;
    acceptedAtMs?: number;
    error?: string | null;
    cure?: string | null;
    text: string;
  },
  onEnd: OnEnd,
): void {
  // The first call may have sent it, whatever became of the repeats (S9).
  const ending = asked === 'failed' && message.repeats === true ? 'unknown' : asked;
  const row: MessageRow = {
    ...logged(message.row, d.context.nowMs, 'ended', facts.text),
    status: ending,
    providerId: facts.providerId ?? message.row.providerId,
    error: facts.error === undefined ? message.row.error : facts.error,
    cure: facts.cure ?? message.row.cure,
    ...(ending === 'accepted' ? { takenAtMs: d.context.nowMs } : {}),
    ...(facts.acceptedAtMs === undefined ? {} : { acceptedAtMs: facts.acceptedAtMs }),
  };
  endMessage(d, row);
  d.reasons.push(`${row.id} ${facts.text}`);
  onEnd(d, row, ending);
}

/** Proven not sent, or with a provider that takes each message once: to be claimed again after a while, or given up. */
export function retry(
  d: Draft,
  message: Message,
  waitMs: number,
  kind: 'late' | 'refused' | 'absent' | 'repeat',
  why: string,
  onEnd: OnEnd,
): void {
  const { nowMs } = d.context;
  if (nowMs - message.firstClaimedAtMs > RETRY_FOR_MS) {
    end(
      d,
      message,
      'failed',
      { error: why, text: `given up after ${message.attempt} attempts: ${why}` },
      onEnd,
    );
    return;
  }
  putMessage(d, {
    ...message,
    status: 'retry',
    retryAtMs: nowMs + waitMs,
    // Only what proves that nothing was sent may be called so (incidents/degraded-note.ts).
    row: logged({ ...message.row, error: why }, nowMs, message.repeats === true ? 'repeat' : kind, why),
  });
  d.effects.setTimers.push({
    name: timerOf(message.row.code),
    atMs: nowMs + (waitMs === 0 ? GUARD_MS : waitMs),
  });
  d.reasons.push(`${message.row.id} ${why}`);
}

/** A release costs no wait once; a claimant that is late again and again waits too, or it would spin. */
export const releaseMs = ({ attempt }: Message): number => (attempt > 2 ? backoffMs(attempt) : 0);

/** How long to wait after so many attempts. */
export function backoffMs(attempt: number): number {
  return Math.min(RETRY_MOST_MS, RETRY_FIRST_MS * 2 ** Math.min(attempt - 1, 10));
}
