/** What a call goes by: the message it reads aloud, and from a key to an input in the journal. */
import { factsOf } from '../engine/incident-facts.ts';
import { messageWithCode } from '../engine/reply-facts.ts';
import type { CallsMade, SpokenMessage } from '../messaging/twilio/calls-made.ts';
import { KEYS, type PressedKey } from '../messaging/twilio/voice-webhook.ts';
import { messageId, responderKey, type MessageRow } from '../notifications/rows.ts';
import { spokenName } from '../notifications/spoken.ts';
import type { Fact } from '../notifications/types.ts';
import type { Store, WorkId } from '../store/port.ts';
import { receiptInput } from './receipts.ts';
import { unsure, type ReplyParts } from './replies.ts';

export interface CallParts extends Pick<ReplyParts, 'accept' | 'roster' | 'rosterIsSure' | 'log' | 'nowMs'> {
  store: Store;
  /** True once the row's chain is done; false after `timeoutMs`. */
  whenDone(id: WorkId, timeoutMs: number): Promise<boolean>;
  /** The calls that this process made. */
  made(): CallsMade;
}

type MessageName = Pick<PressedKey, 'person' | 'code'>;

/** Somebody holds a phone to their ear meanwhile. */
const WAIT_MS = 3_000;
const HANDLED = 'Your answer is being handled.';

/** The message of a call, as its row has it; while that can't be read, or isn't there yet, as this process called. Rejects when neither is. */
export async function messageOfCall(parts: CallParts, name: MessageName): Promise<SpokenMessage | null> {
  const made = parts.made().of(messageId(name.person, name.code));
  let row: MessageRow | null;
  try {
    row = await rowOf(parts, name);
  } catch (error) {
    if (made === null) throw error;
    parts.log.warn({ err: error }, 'a call says what it was made with: its message could not be read');
    return made;
  }
  return row?.channel === 'voice' ? row : made;
}

/**
 * Journals what a key asks for, then says what has become of it so far. Rejects when it could not be made durable; what
 * is said afterwards never makes it reject.
 */
export async function takeKey(parts: CallParts, pressed: PressedKey): Promise<string> {
  const { person: id, code, contact, callSid, key, receipt } = pressed;
  const person = parts.roster().people.find((one) => one.id === id);
  if (person === undefined && !parts.rosterIsSure()) throw unsure();
  if (person === undefined) return 'You are no longer among those who answer here.';
  const accepted = await parts.accept([
    // The key proves that the call was taken, too: whatever became of the word on that before.
    receiptInput({ person: id, code, receipt }),
    {
      stableId: `key-${callSid}-${key}`,
      input: {
        kind: 'reply',
        person: id,
        channel: 'voice',
        contact,
        command: { verb: KEYS[key], code, scope: 'message' },
        text: `pressed ${key}`,
        sentAtMs: parts.nowMs(),
      },
      raw: null,
    },
  ]);
  const reply = accepted.find((row) => row.input.kind === 'reply');
  try {
    if (reply === undefined || !(await parts.whenDone(reply.id, WAIT_MS))) return HANDLED;
    return await becameOf(parts, pressed);
  } catch (error) {
    parts.log.warn({ err: error }, 'what became of a key could not be read');
    return HANDLED;
  }
}

async function becameOf(parts: CallParts, pressed: PressedKey): Promise<string> {
  const row = await rowOf(parts, pressed);
  if (row === null) return HANDLED;
  if (row.purpose === 'test') return 'Thank you, your answer has arrived.';
  const facts = [...(await factsOf(parts.store, pressed.person, row.members)).values()];
  const name = (by: string | null): string =>
    spokenName(parts.roster().people.find((one) => one.id === by)?.name ?? by ?? '') || 'somebody';
  return wordsFor(KEYS[pressed.key], pressed.person, facts, name);
}

/** What is said of the incidents as they are after the key. */
export function wordsFor(
  verb: (typeof KEYS)[keyof typeof KEYS],
  person: string,
  facts: readonly Fact[],
  name: (by: string | null) => string,
): string {
  const all = (is: (fact: Fact) => boolean): boolean => facts.length > 0 && facts.every(is);
  const resolved = all((fact) => fact.status === 'resolved');
  if (verb === 'escalate') return resolved ? already(facts, name) : 'Escalated.';
  const done = verb === 'resolve' ? resolved : all((fact) => fact.status !== 'triggered');
  if (!done) return HANDLED;
  if (all((fact) => fact.by !== person)) return already(facts, name);
  return verb === 'resolve' ? 'Resolved.' : 'Acknowledged.';
}

function already(facts: readonly Fact[], name: (by: string | null) => string): string {
  const [first] = facts;
  const state = facts.every((fact) => fact.status === 'resolved') ? 'resolved' : 'acknowledged';
  return `Already ${state} by ${name(first?.by ?? null)}.`;
}

const rowOf = ({ store }: CallParts, { person, code }: MessageName): Promise<MessageRow | null> =>
  messageWithCode(store, responderKey(person), code, new Map());
