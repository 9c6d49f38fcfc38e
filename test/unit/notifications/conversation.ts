/** A responder told as a conversation: asks, answers of providers, replies; and what is claimed, in the pager's words. */
import type { Ask, Handover, ResponderInput } from '../../../src/relay/engine/effects.ts';
import type { Channel, ReplyCommand } from '../../../src/relay/events/types.ts';
import type { SendOutcome, SettleOutcome } from '../../../src/relay/messaging/port.ts';
import { newResponder, step } from '../../../src/relay/notifications/machine.ts';
import { nextWork, wanted, wantsLook } from '../../../src/relay/notifications/looks.ts';
import { QUEUED, queueKey } from '../../../src/relay/notifications/rows.ts';
import { MESSAGE, type MessageRow } from '../../../src/relay/notifications/rows.ts';
import type {
  Fact,
  Provider,
  ResponderContext,
  ResponderState,
} from '../../../src/relay/notifications/types.ts';
import type { ContactMethod } from '../../../src/relay/oncall/types.ts';

export const PHONE: ContactMethod = { channel: 'sms', address: '+15550100', verifiedAtMs: 1 };
/** The same phone, called. */
export const CALLED: ContactMethod = { channel: 'voice', address: '+15550100', verifiedAtMs: 1 };
export const MAILBOX: ContactMethod = { channel: 'email', address: 'ana@example.com', verifiedAtMs: 1 };

export const provider = (name: string, settleMs: number, healthy = true): Provider => ({
  name,
  settleMs,
  hasReceipts: false,
  healthy,
});

export interface Conversation {
  state: ResponderState;
  nowMs: number;
  steps: number;
  /** How far our own clock is ahead of the provider's. */
  aheadMs: number;
  /** Older messages than these are there, unread. */
  more: boolean;
  /** The host's name while it pages without a quorum. */
  degraded: string | null;
  pace: ResponderContext['pace'];
  /** When each channel is used, by the person's rule. */
  afterMs: Map<Channel, number>;
  /** The rule and quiet hours by which these are so. */
  why: string | null;
  /** When quiet hours end; 0: there are none. */
  wakesMs: number;
  contacts: ContactMethod[];
  channels: ResponderContext['channels'];
  facts: Map<number, Fact>;
  rows: Map<number, MessageRow>;
  timers: Map<string, number>;
  /** Rows written, as `kind/key`, and since when nobody needs them; undefined: somebody does. */
  ended: Map<string, number | undefined>;
  /** Asks waiting as rows, first in first out. */
  queued: Map<string, Ask>;
}

export const begin = (...contacts: ContactMethod[]): Conversation => ({
  state: newResponder('ana'),
  nowMs: 1_000_000,
  steps: 0,
  aheadMs: 0,
  more: false,
  degraded: null,
  pace: { atOnce: 100, everyMs: 60_000 },
  afterMs: new Map(),
  why: null,
  wakesMs: 0,
  contacts,
  channels: {
    sms: { answerable: true, providers: [provider('twilio-sms', 15_000)] },
    voice: { answerable: true, providers: [provider('twilio-voice', 15_000)] },
    email: { answerable: true, providers: [provider('mail', 0)] },
  },
  facts: new Map(),
  rows: new Map(),
  timers: new Map(),
  ended: new Map(),
  queued: new Map(),
});

/** Takes one input; says what was claimed, what became of messages, and what is handed over, one phrase each. */
export function take(talk: Conversation, input: ResponderInput): string[] {
  const before = new Map(talk.state.messages.map((one) => [one.row.code, one.attempt]));
  talk.steps += 1;
  const named = input.kind === 'reply' ? (talk.rows.get(input.command.code ?? -1) ?? null) : null;
  const recent = [...talk.rows.values()].filter((row) => row.purpose === 'incident').reverse();
  const { state, effects } = step(talk.state, input, {
    nowMs: talk.nowMs + talk.aheadMs,
    op: `op-${talk.steps}`,
    person: { id: 'ana', name: 'Ana', contacts: talk.contacts },
    channels: talk.channels,
    facts: input.kind === 'go' ? factsToGo(talk) : talk.facts,
    reply: input.kind === 'reply' ? { named, recent, more: talk.more, packs: new Map() } : null,
    receipted: input.kind === 'receipt' ? (talk.rows.get(input.code) ?? null) : null,
    unseen: input.kind === 'tell' && input.ask.first,
    queued: input.kind === 'go' ? queuedNow(talk) : [],
    siblings: [],
    ways: () => ({
      ways: talk.contacts
        .filter((one) => one.disabled === undefined)
        .map(({ channel, address }) => ({
          channel,
          address,
          atMs: talk.nowMs + (talk.afterMs.get(channel) ?? 0),
        })),
      why: talk.why,
    }),
    wakesFromMs: () => Math.max(talk.wakesMs, talk.nowMs + talk.aheadMs),
    pace: talk.pace,
    coded: input.kind === 'adopt' ? talk.rows : new Map(),
    degraded: talk.degraded,
  });
  talk.state = state;
  for (const name of effects.cancelTimers) talk.timers.delete(name);
  for (const { name, atMs } of effects.setTimers) talk.timers.set(name, atMs);
  const said: string[] = [];
  for (const row of effects.rows) {
    talk.ended.set(`${row.kind}/${row.key}`, row.endedAtMs);
    if (row.kind === QUEUED) {
      if (row.body === null) talk.queued.delete(row.key);
      else talk.queued.set(row.key, row.body as Ask);
    }
    if (row.kind !== MESSAGE) continue;
    const message = row.body as MessageRow;
    talk.rows.set(message.code, message);
    if (message.status !== 'claimed') said.push(`${message.code} ${message.status}`);
  }
  for (const { row, attempt, status } of state.messages) {
    if (status === 'claimed' && before.get(row.code) !== attempt)
      said.push(`claim ${row.code} by ${several(talk, row) ? `${row.provider}` : row.channel}`);
  }
  return [...said, ...effects.handovers.map(inWords)];
}

const several = (talk: Conversation, { channel }: MessageRow): boolean =>
  (talk.channels[channel]?.providers.length ?? 0) > 1;
/** The rows that the responder has the engine read. */
function queuedNow(talk: Conversation): { index: number; ask: Ask }[] {
  const work = nextWork(talk.state, talk.pace, talk.nowMs + talk.aheadMs);
  const asks: { index: number; ask: Ask }[] = [];
  for (let index = work?.from ?? 0; index < (work?.to ?? 0); index += 1) {
    const ask = talk.queued.get(queueKey(index));
    if (ask !== undefined) asks.push({ index, ask });
  }
  return asks;
}

/** Of the incidents that the responder has the engine look at. */
function factsToGo(talk: Conversation): ReadonlyMap<number, Fact> {
  const read = new Set(wanted(talk.state, talk.pace, talk.nowMs + talk.aheadMs));
  for (const { ask } of queuedNow(talk)) read.add(ask.number);
  return new Map([...talk.facts].filter(([number]) => read.has(number)));
}

function inWords(handover: Handover): string {
  if (handover.kind === 'act') return `${handover.action} #${handover.number}`;
  if (handover.kind === 'unreachable') return `unreachable for #${handover.number}: ${handover.why}`;
  return handover.kind;
}

export function tell(number: number, counter: number, more: Partial<Ask> = {}): ResponderInput {
  const ask: Ask = {
    number,
    counter,
    lineage: `i:db/${number}`,
    service: 'db',
    severity: 'error',
    summary: `disk ${number} is full`,
    openedAtMs: 900_000,
    level: 0,
    first: true,
    last: false,
    ...more,
  };
  return {
    kind: 'tell',
    id: `${number}.${counter}`,
    person: 'ana',
    ask,
    freshUntilMonoMs: Number.POSITIVE_INFINITY,
  };
}

export const cancel = (number: number, counter: number): ResponderInput => ({
  kind: 'cancel',
  id: `${number}.${counter}.ana`,
  person: 'ana',
  number,
  counter,
  why: 'answered',
});

export const outcome = (code: number, what: SendOutcome, attempt = 1): ResponderInput => ({
  kind: 'outcome',
  code,
  attempt,
  outcome: what,
});

export const settled = (code: number, result: SettleOutcome, attempt = 1): ResponderInput => ({
  kind: 'settled',
  code,
  attempt,
  result,
});

export const TAKEN: SendOutcome = { kind: 'accepted', providerId: 'SM1' };
/** Taken just now, by the provider's clock. */
export const takenNow = (talk: Conversation): SendOutcome => ({ ...TAKEN, acceptedAtMs: talk.nowMs });
export const DOUBT: SendOutcome = { kind: 'doubt', error: 'reset' };
export const REFUSED: SendOutcome = { kind: 'refused', permanent: true, code: '21610', error: 'opted out' };

/** A reply by SMS, written two seconds after now. */
export function reply(
  talk: Conversation,
  verb: ReplyCommand['verb'],
  code: number | null,
  scope: ReplyCommand['scope'] = code === null ? 'bare' : 'message',
  contact = PHONE.address,
): ResponderInput {
  talk.nowMs += 2_000;
  const command = { verb, code, scope };
  return {
    kind: 'reply',
    id: `j:${talk.steps}`,
    channel: 'sms',
    contact,
    command,
    text: verb,
    sentAtMs: talk.nowMs,
  };
}

/** The message's timer fires. */
export function expire(talk: Conversation, code: number): string[] {
  talk.nowMs = talk.timers.get(`m${code}`) ?? talk.nowMs;
  talk.timers.delete(`m${code}`);
  return take(talk, { kind: 'timer', name: `m${code}` });
}

/** So much later, whatever timers have come due meanwhile have fired. */
export function wait(talk: Conversation, forMs: number): string[] {
  const untilMs = talk.nowMs + forMs;
  const said: string[] = [];
  for (;;) {
    const [next] = [...talk.timers].filter(([, atMs]) => atMs <= untilMs).sort(([, a], [, b]) => a - b);
    if (next === undefined) break;
    const [name, atMs] = next;
    talk.timers.delete(name);
    talk.nowMs = Math.max(talk.nowMs, atMs);
    said.push(...take(talk, { kind: 'timer', name }), ...look(talk));
  }
  talk.nowMs = untilMs;
  return said;
}

/** The engine looks at incidents for as long as the responder wants it to. */
export function look(talk: Conversation): string[] {
  const said: string[] = [];
  for (let round = 0; wantsLook(talk.state, talk.pace, talk.nowMs); round += 1) {
    if (round > 500) throw new Error('there is no end to what it wants looked at');
    said.push(...take(talk, { kind: 'go' }));
  }
  return said;
}
