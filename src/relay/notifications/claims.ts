/**
 * Claims: the committed right to call a provider once, and what became of the call (rules 5 to 8). A message is one code
 * and one text; it is claimed again only when it is proven that nothing was sent, or by a provider that takes each message once.
 */
import type { SendOutcome } from '../messaging/port.ts';
import { RETRY_MOST_MS, backoffMs, end, endUnknown, releaseMs, retry, type OnEnd } from './claim-ends.ts';
import { logged, putMessage, timerOf, writeTold, type Draft } from './draft.ts';
import { AT_THE_CARRIER, optOut } from './optout.ts';
import {
  claimedFor,
  claimedText,
  doubted,
  onward,
  providerName,
  providerOf,
  type Onward,
} from './providers.ts';
import type { MessageRow } from './rows.ts';
import { expiryMs } from './expiry.ts';
import { inDoubt } from './settling.ts';
import type { Message, ResponderState } from './types.ts';

/** Claims a new message; its call starts once this step's commit is known to have landed. */
export function claim(d: Draft, unclaimed: MessageRow, mark: boolean): void {
  const { nowMs, op } = d.context;
  const row = {
    ...unclaimed,
    ...claimedFor(d.context, unclaimed, [], mark ? doubted(d.state, unclaimed) : undefined),
  };
  putMessage(d, {
    status: 'claimed',
    row: claimed(d, row, `${claimedText(d.context, row)}${planWords(d.state, row)}`),
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

/** Which rule and quiet hours had it used now, for the timeline: ` (rule 1 of ana, critical)`; '' without any. */
function planWords({ tells }: ResponderState, { members }: MessageRow): string {
  const numbers = new Set(members.map(({ number }) => number));
  const whys = new Set(tells.flatMap(({ ask, why }) => (numbers.has(ask.number) ? (why ?? []) : [])));
  return whys.size === 0 ? '' : ` (${[...whys].slice(0, 2).join('; ')})`;
}

/**
 * Claims a message again: nothing of it was sent, and its text may have lost members that were answered meanwhile. Or it is
 * repeated word by word, with the provider that knows it again.
 */
export function claimAgain(d: Draft, message: Message, unclaimed: MessageRow): void {
  const by = message.repeats === true ? {} : claimedFor(d.context, unclaimed, message.notSent);
  const row = { ...unclaimed, ...by };
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

/** A claim whose call nobody tells of is in doubt as soon as the call can't be under way any more (rule 6). */
const setExpiry = (d: Draft, row: MessageRow): void =>
  void d.effects.setTimers.push({ name: timerOf(row.code), atMs: d.context.nowMs + expiryMs(0) });

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
      inDoubt(d, message, outcome.error);
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
  const then: Onward =
    message.repeats === true ? repeatOf(message, outcome) : onward(d.context, message, outcome);
  if (then.kind === 'none') {
    end(d, message, 'failed', { error: said, cure: outcome.cure ?? null, text: refused }, onEnd);
    return;
  }
  const asked = outcome.permanent ? undefined : outcome.retryAfterMs;
  // What a provider asks for is bounded too: a page that waits an hour is a page that is lost.
  const delayMs = then.kind === 'next' ? 0 : Math.min(RETRY_MOST_MS, asked ?? backoffMs(then.turns));
  retry(d, { ...message, notSent: then.notSent }, delayMs, 'refused', refused, onEnd);
}

/** What a provider refuses now it may have taken before: no other may have it, and nothing is proven by that (S9). */
const repeatOf = ({ attempt }: Message, { permanent }: { permanent: boolean }): Onward =>
  permanent ? { kind: 'none' } : { kind: 'again', notSent: [], turns: attempt };
