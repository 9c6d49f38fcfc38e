/** A lineage told as a conversation: what came in, and what was decided, in the pager's words. */
import type { Handover, LineageInput } from '../../../src/relay/engine/effects.ts';
import type { AlertEvent, Order } from '../../../src/relay/events/types.ts';
import { newLineage, step } from '../../../src/relay/incidents/machine.ts';
import type { TimelineRow } from '../../../src/relay/incidents/rows.ts';
import type { LineageState } from '../../../src/relay/incidents/types.ts';
import type { Duty } from '../../../src/relay/oncall/types.ts';

/** Ana for a minute, then Ben and Cleo; once more; then everybody. */
export const DUTY: Duty = {
  rosterVersion: 3,
  policy: 'standard',
  levels: [
    { people: ['ana'], afterMs: 60_000, because: 'policy standard' },
    { people: ['ben', 'cleo'], afterMs: 60_000, because: 'policy standard' },
  ],
  repeat: 1,
  catchAll: ['ana', 'ben', 'cleo'],
};

export interface Conversation {
  state: LineageState;
  nowMs: number;
  seq: number;
  /** Every line of its timeline, by its key. */
  lines: Map<string, TimelineRow>;
  timers: Map<string, number>;
  duty: Duty;
}

export const begin = (duty: Duty = DUTY): Conversation => ({
  state: newLineage('db', 'disk'),
  nowMs: 1_000_000,
  seq: 0,
  lines: new Map(),
  timers: new Map(),
  duty,
});

export function event(
  talk: Conversation,
  action: AlertEvent['action'],
  severity: AlertEvent['severity'] = 'error',
  more: Partial<AlertEvent> = {},
): Extract<LineageInput, { kind: 'event' }> {
  talk.seq += 1;
  const usual = { service: 'db', dedupKey: 'disk', summary: `disk ${action}`, source: 'mail' };
  return {
    kind: 'event',
    event: { ...usual, action, severity, ...more },
    stamp: { host: 'one', seq: talk.seq, atMs: talk.nowMs, trusted: true },
  };
}

/** Takes one input; says what is asked of responders and what is timed, one phrase each. */
export function take(talk: Conversation, input: LineageInput): string[] {
  const { state, effects } = step(talk.state, input, { nowMs: talk.nowMs, duty: talk.duty, nextNumber: 7 });
  talk.state = state;
  for (const { key, body } of effects.rows) talk.lines.set(key, body as TimelineRow);
  for (const name of effects.cancelTimers) talk.timers.delete(name);
  for (const { name, atMs } of effects.setTimers) talk.timers.set(name, atMs);
  return [
    ...effects.handovers.map(inWords),
    ...effects.setTimers.map(({ name, atMs }) => `${name} in ${(atMs - talk.nowMs) / 1_000} s`),
    state.incident?.status ?? 'nothing',
  ];
}

/** The texts of its timeline, the last first. */
export const said = (talk: Conversation): string[] =>
  [...talk.lines.values()].map((line) => line.text).toReversed();

/** Time goes on to the next timer, which fires. */
export function wait(talk: Conversation): string[] {
  const [name, atMs] = [...talk.timers].sort((a, b) => a[1] - b[1])[0] ?? ['none', talk.nowMs];
  talk.timers.delete(name);
  talk.nowMs = atMs;
  return take(talk, { kind: 'timer', name });
}

export const ack = (person: string): LineageInput => ({
  kind: 'act',
  id: 'a',
  lineage: 'i:db/disk',
  number: 7,
  action: 'ack',
  person,
  channel: 'sms',
});

/** What a person decides about it, or a handoff does. */
export function order(talk: Conversation, what: Order, actor = 'ana'): LineageInput {
  talk.seq += 1;
  const stamp = { host: 'one', seq: talk.seq, atMs: talk.nowMs, trusted: true };
  return { kind: 'order', order: what, number: 7, actor, stamp };
}

export const unreachable = (person: string, counter: number): LineageInput => ({
  kind: 'unreachable',
  id: `u${counter}`,
  lineage: 'i:db/disk',
  number: 7,
  counter,
  person,
  why: 'sms failed',
});

function inWords(handover: Handover): string {
  switch (handover.kind) {
    case 'tell':
      return `tell ${handover.person} (${handover.ask.counter}${handover.ask.last ? ', last' : ''})`;
    case 'cancel':
      return `cancel ${handover.person} (${handover.counter})`;
    default:
      return handover.kind;
  }
}
