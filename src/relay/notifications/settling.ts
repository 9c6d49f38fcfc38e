/** Claims whose outcome nobody told: in doubt once they have expired, then settled by asking the provider (rules 5 and 6). */
import type { SettleOutcome } from '../messaging/port.ts';
import { GUARD_MS, end, endUnknown, releaseMs, retry, type OnEnd } from './claim-ends.ts';
import { expiryMs } from './expiry.ts';
import { logged, putMessage, timerOf, type Draft } from './draft.ts';
import { onward, providerOf } from './providers.ts';
import type { Message } from './types.ts';

/** Between two questions to a provider that couldn't tell. */
const SETTLE_AGAIN_MS = 30_000;
const SETTLE_TRIES = 10;

/** It may have been sent: whoever waits for it goes on by other ways, and its provider is asked once that can tell. */
export function inDoubt(d: Draft, message: Message, error: string): void {
  const { row } = message;
  const settleAtMs = row.claimedAtMs + expiryMs(providerOf(d.context, row)?.settleMs ?? 0);
  putMessage(d, {
    ...message,
    status: 'doubt',
    row: logged(
      { ...row, error },
      d.context.nowMs,
      'doubt',
      `in doubt: ${error}; the provider will be asked`,
    ),
  });
  d.effects.setTimers.push({ name: timerOf(row.code), atMs: Math.max(settleAtMs, d.context.nowMs + 1) });
  d.reasons.push(`${row.id} in doubt`);
}

/** Its timer: a claim that expired without an answer is settled; one that was refused is tried again. */
export function onMessageTimer(d: Draft, code: number): void {
  const message = d.state.messages.find((one) => one.row.code === code);
  if (message === undefined) return;
  if (message.status === 'retry') {
    // The claim follows in this step if nothing has to be read first; the timer stays ahead until then (S13).
    d.effects.setTimers.push({ name: timerOf(code), atMs: d.context.nowMs + GUARD_MS });
    d.reasons.push(`${message.row.id} may be tried again`);
    return;
  }
  const settleAtMs = message.row.claimedAtMs + expiryMs(providerOf(d.context, message.row)?.settleMs ?? 0);
  if (message.status === 'claimed' && settleAtMs > d.context.nowMs) {
    inDoubt(d, message, 'nobody has told what became of the call');
    return;
  }
  putMessage(d, { ...message, status: 'settling' });
  d.effects.setTimers.push({ name: timerOf(code), atMs: d.context.nowMs + SETTLE_AGAIN_MS });
  d.reasons.push(`asking the provider about ${message.row.id}`);
}

/** What the provider said when asked (rules 5 and 6, S9). */
export function onSettled(
  d: Draft,
  code: number,
  attempt: number,
  result: SettleOutcome,
  onEnd: OnEnd,
): void {
  const message = d.state.messages.find((one) => one.row.code === code);
  if (message === undefined || message.attempt !== attempt || message.status !== 'settling') return;
  switch (result.kind) {
    case 'found':
      end(
        d,
        message,
        'accepted',
        { ...result, error: null, text: `found at the provider as ${result.providerId}` },
        onEnd,
      );
      return;
    case 'absent':
      onAbsent(d, message, onEnd);
      return;
    case 'repeatable': {
      const why = 'the provider takes each message once: the same goes to it again';
      retry(d, { ...message, repeats: true }, releaseMs(message), 'repeat', why, onEnd);
      return;
    }
    case 'unclear': {
      const settles = message.settles + 1;
      if (!result.retry || settles >= SETTLE_TRIES) {
        endUnknown(d, message, result.error, onEnd);
        return;
      }
      // In doubt until its timer asks again: as long as it is settling, every commit would ask at once.
      putMessage(d, {
        ...message,
        status: 'doubt',
        settles,
        row: logged(message.row, d.context.nowMs, 'unclear', `the provider could not tell: ${result.error}`),
      });
    }
  }
}

function onAbsent(d: Draft, message: Message, onEnd: OnEnd): void {
  const then = onward(d.context, message, null);
  const delayMs = then.kind === 'next' ? 0 : releaseMs(message);
  const notSent = then.kind === 'none' ? [] : then.notSent;
  retry(d, { ...message, notSent }, delayMs, 'absent', 'the provider never accepted it', onEnd);
}
