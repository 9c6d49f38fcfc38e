/**
 * The responder state machine: one person, pure. It decides which message tells what, claims it, and turns what
 * comes back into answers. `step` never throws on any sequence of inputs.
 */
import type { ResponderInput, StepResult } from '../engine/effects.ts';
import { onAdopt } from './adopting.ts';
import { fill, GO, LATER, onCancel, onGo, onTell } from './asks.ts';
import { bringUp } from './brought-up.ts';
import { claim, onOutcome } from './claims.ts';
import { onMessageTimer, onSettled } from './settling.ts';
import { degradedMark, draft, takeCode, type Draft } from './draft.ts';
import { onEnd } from './endings.ts';
import { isCalled } from './looks.ts';
import { testMail } from './mail-text.ts';
import { NOTICES, onNotice } from './notices.ts';
import { askForReceipts, onReceipt } from './receipts.ts';
import { onReply } from './replies.ts';
import { messageId } from './rows.ts';
import { testText, voiceTest } from './text.ts';
import type { ResponderContext, ResponderState } from './types.ts';

/** `firstCode`: where a host that pages without a quorum begins (codes.ts). */
export const newResponder = (person: string, firstCode = 1): ResponderState => ({
  person,
  nextCode: firstCode,
  tells: [],
  messages: [],
  queue: { head: 0, tail: 0 },
  cancels: [],
});

const UNREAD: ResponderContext['facts'] = new Map();

/** One input; the new state, what is to be done, and why. */
export function step(
  state: ResponderState,
  input: ResponderInput,
  context: ResponderContext,
): StepResult<ResponderState> {
  const d = draft(state, context);
  bringUp(d);
  switch (input.kind) {
    case 'tell':
      onTell(d, input.ask, context.unseen);
      break;
    case 'cancel':
      onCancel(d, input.number, input.counter, input.why);
      break;
    case 'adopt':
      onAdopt(d, input.messages);
      break;
    case 'reply':
      onReply(d, input);
      // What was read for it is over now, perhaps: whatever waits is looked at again before it is told (rule 10).
      fill({ ...d, context: { ...context, facts: UNREAD } }, null);
      break;
    case 'test':
      onTest(d);
      break;
    case 'notice':
      onNotice(d, input);
      fill(d, null);
      break;
    case 'timer':
      if (input.name === LATER) onLater(d);
      else if (input.name !== GO && input.name !== NOTICES) onMessageTimer(d, Number(input.name.slice(1)));
      fill(d, null);
      break;
    case 'outcome':
      onOutcome(d, input.code, input.attempt, input.outcome, onEnd);
      fill(d, null);
      break;
    case 'receipt':
      onReceipt(d, input);
      fill(d, null);
      break;
    case 'settled':
      onSettled(d, input.code, input.attempt, input.result, onEnd);
      fill(d, null);
      break;
    case 'go':
      onGo(d);
      break;
  }
  return { state: d.state, effects: d.effects, reason: d.reasons.join('; ') };
}

function onLater(d: Draft): void {
  delete d.state.laterAtMs;
  askForReceipts(d);
}

/** Pages on every channel without an incident, to prove that pages arrive. */
function onTest(d: Draft): void {
  const { person, channels, nowMs, degraded } = d.context;
  for (const contact of person?.contacts ?? []) {
    const channel = channels[contact.channel];
    if (channel === undefined || contact.disabled !== undefined) continue;
    if (isCalled(d.state, contact)) {
      d.reasons.push(`${contact.address} is being called already: the test does not call it`);
      continue;
    }
    const code = takeCode(d);
    const id = messageId(d.state.person, code);
    const name = person?.name ?? d.state.person;
    const how = { degraded, unverified: contact.verifiedAtMs === undefined };
    const text =
      contact.channel === 'email'
        ? testMail(name, id, channel.answerable, how)
        : contact.channel === 'voice'
          ? { body: voiceTest(name, channel.answerable, how) }
          : { body: testText(name, code, channel.answerable, how) };
    claim(
      d,
      {
        id,
        code,
        person: d.state.person,
        channel: contact.channel,
        to: contact.address,
        purpose: 'test',
        ...text,
        answerable: channel.answerable,
        status: 'claimed',
        providerId: null,
        error: null,
        cure: null,
        members: [],
        claimedAtMs: nowMs,
        ...degradedMark(d),
        log: [],
      },
      false,
    );
  }
}
