/**
 * Claims: the committed right to call a provider once, and what became of the call (rules 5 to 8).
 * A message is one code and one text; it is claimed again only when it is proven that nothing was sent.
 */
import type { SendOutcome, SettleOutcome } from '../messaging/port.ts';
import { endMessage, logged, putMessage, timerOf, writeTold, type Draft } from './draft.ts';
import { AT_THE_CARRIER, optOut } from './optout.ts';
import { claimedFor, claimedText, doubted, onward, providerName, providerOf } from './providers.ts';
import type { MessageRow } from './rows.ts';
import type { Message } from './types.ts';

/** The call starts within this of its claim, or not at all. */
export const CALL_WITHIN_MS = 2_000;
/** The call is abandoned after this. */
export const SEND_DEADLINE_MS = 8_000;
/** Between two questions to a provider that couldn't tell. */
const SETTLE_AGAIN_MS = 30_000;
const SETTLE_TRIES = 10;
/** A message that the provider keeps refusing is given up after this. */
const RETRY_FOR_MS = 15 * 60_000;
/** Work that the engine does at once keeps a timer this far ahead, for the crash in between (S13). */
export const GUARD_MS = 5_000;
const RETRY_FIRST_MS = 2_000;
const RETRY_MOST_MS = 60_000;

/** What a way or a tell becomes when its message ends. */
export type Ending = 'accepted' | 'failed' | 'unknown';

/** Told when a message ends, so that the asks behind it can be closed. */
export type OnEnd = (d: Draft, row: MessageRow, ending: Ending) => void;

/** Claims a new message; its call starts once this step's commit is known to have landed. */
export function claim(d: Draft, unclaimed: MessageRow, mark: boolean): void {
  const { nowMs, op } = d.context;
  const row = {
    ...unclaimed,
    ...claimedFor(d.context, unclaimed, [], mark ? doubted(d.state, unclaimed) : undefined),
  };
  putMessage(d, {
    status: 'claimed',
    row: claimed(d, row, claimedText(d.context, row)),
    attempt: 1,
    claimOp: op,
    retryAtMs: 0,
    firstClaimedAtMs: nowMs,
    settles: 0,
    mark,
  });
  writeTold(d, row, {});
  setExpiry(d, row);
  d.reasons.push(`${row.channel} to ${row.to} claimed as ${row.id}`);
}

/** Claims a message again: nothing of it was sent. Its text may have lost members that were answered meanwhile. */
export function claimAgain(d: Draft, message: Message, unclaimed: MessageRow): void {
  const row = { ...unclaimed, ...claimedFor(d.context, unclaimed, message.notSent) };
  const dropped = message.row.members.filter(
    (one) => !row.members.some((other) => other.number === one.number),
  );
  writeTold(d, { code: row.code, members: dropped }, { endedAtMs: d.context.nowMs });
  putMessage(d, {
    ...message,
    status: 'claimed',
    attempt: message.attempt + 1,
    claimOp: d.context.op,
    settles: 0,
    row: claimed(d, row, `${claimedText(d.context, row)} again (attempt ${message.attempt + 1})`),
  });
  setExpiry(d, row);
}

const claimed = ({ context: { nowMs } }: Draft, row: MessageRow, text: string): MessageRow =>
  logged({ ...row, status: 'claimed', claimedAtMs: nowMs }, nowMs, 'claimed', text);

/** A claim is settled only once it has expired, plus what the provider's list may lag (rule 6). */
export function expiryMs(settleMs: number): number {
  return CALL_WITHIN_MS + SEND_DEADLINE_MS + settleMs;
}

function setExpiry(d: Draft, row: MessageRow): void {
  const settleMs = providerOf(d.context, row)?.settleMs ?? 0;
  d.effects.setTimers.push({ name: timerOf(row.code), atMs: d.context.nowMs + expiryMs(settleMs) });
}

/** What the one call of this claim brought. Ignored when the claim it belongs to is over. */
export function onOutcome(d: Draft, code: number, attempt: number, outcome: SendOutcome, onEnd: OnEnd): void {
  const message = d.state.messages.find((one) => one.row.code === code);
  if (message === undefined || message.attempt !== attempt || message.status === 'retry') return;
  switch (outcome.kind) {
    case 'accepted':
      end(
        d,
        message,
        'accepted',
        { ...outcome, text: `accepted by ${providerName(message.row)} as ${outcome.providerId}` },
        onEnd,
      );
      return;
    case 'late':
      retry(d, message, releaseMs(message), 'late', 'not called in time: the claim is released', onEnd);
      return;
    case 'refused':
      onRefused(d, message, outcome, onEnd);
      return;
    case 'doubt': {
      if ((providerOf(d.context, message.row)?.settleMs ?? 0) === 0) {
        endUnknown(d, message, outcome.error, onEnd);
        return;
      }
      putMessage(d, {
        ...message,
        status: 'doubt',
        row: logged(
          { ...message.row, error: outcome.error },
          d.context.nowMs,
          'doubt',
          `in doubt: ${outcome.error}; the provider will be asked`,
        ),
      });
      d.reasons.push(`${message.row.id} in doubt`);
    }
  }
}

/** Nothing was sent: the next provider at once, or all of them once more later, or that was it. */
function onRefused(
  d: Draft,
  message: Message,
  outcome: Extract<SendOutcome, { kind: 'refused' }>,
  onEnd: OnEnd,
): void {
  const said = `${outcome.code} ${outcome.error}`.trim();
  if (outcome.optedOut === true) {
    const { id, channel, to: address } = message.row;
    optOut(d, { id, channel, address, why: AT_THE_CARRIER });
  }
  const cure = outcome.cure === undefined ? '' : ` (${outcome.cure})`;
  const refused = outcome.permanent ? `refused: ${said}${cure}` : `refused for now: ${said}`;
  const then = onward(d.context, message, outcome);
  if (then.kind === 'none') {
    end(d, message, 'failed', { error: said, cure: outcome.cure ?? null, text: refused }, onEnd);
    return;
  }
  const asked = outcome.permanent ? undefined : outcome.retryAfterMs;
  // What a provider asks for is bounded too: a page that waits an hour is a page that is lost.
  const delayMs = then.kind === 'next' ? 0 : Math.min(RETRY_MOST_MS, asked ?? backoffMs(then.turns));
  retry(d, { ...message, notSent: then.notSent }, delayMs, 'refused', refused, onEnd);
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

/** Ends a message that will not be sent any more; only ever one that is proven not sent. */
export function dropUnsent(d: Draft, message: Message, why: string, onEnd: OnEnd): void {
  end(d, message, 'failed', { error: why, text: `not sent: ${why}` }, onEnd);
}

function endUnknown(d: Draft, message: Message, error: string, onEnd: OnEnd): void {
  const text = `nobody can tell whether it was sent: ${error}`;
  end(d, message, 'unknown', { error, text }, onEnd);
}

function end(
  d: Draft,
  message: Message,
  ending: Ending,
  facts: {
    providerId?: string;
    acceptedAtMs?: number;
    error?: string | null;
    cure?: string | null;
    text: string;
  },
  onEnd: OnEnd,
): void {
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

function retry(
  d: Draft,
  message: Message,
  waitMs: number,
  kind: 'late' | 'refused' | 'absent',
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
    row: logged({ ...message.row, error: why }, nowMs, kind, why),
  });
  d.effects.setTimers.push({
    name: timerOf(message.row.code),
    atMs: nowMs + (waitMs === 0 ? GUARD_MS : waitMs),
  });
  d.reasons.push(`${message.row.id} ${why}`);
}

/** A release costs no wait once; a claimant that is late again and again waits too, or it would spin. */
const releaseMs = ({ attempt }: Message): number => (attempt > 2 ? backoffMs(attempt) : 0);

function backoffMs(attempt: number): number {
  return Math.min(RETRY_MOST_MS, RETRY_FIRST_MS * 2 ** Math.min(attempt - 1, 10));
}
