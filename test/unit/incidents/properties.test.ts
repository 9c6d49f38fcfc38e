import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LineageInput } from '../../../src/relay/engine/effects.ts';
import type { Order } from '../../../src/relay/events/types.ts';
import type { Duty } from '../../../src/relay/oncall/types.ts';
import {
  begin,
  DUTY,
  event,
  order,
  said,
  take,
  unreachable,
  ack,
  wait,
  type Conversation,
} from './conversation.ts';

type Move = (talk: Conversation) => void;

const person = fc.constantFrom('ana', 'ben', 'cleo', 'nobody');
const orders = fc.oneof(
  fc
    .integer({ min: 0, max: 2_000_000 })
    .map((untilMs): Order => ({ verb: 'snooze', untilMs, until: 'then' })),
  person.map((who): Order => ({ verb: 'reassign', person: who })),
  fc.constantFrom<Order>(
    { verb: 'reassign', policy: 'front' },
    { verb: 'escalate' },
    { verb: 'note', text: 'seen' },
    { verb: 'handoff', rotation: 'ops', from: 'ana', to: 'ben', atMs: 1_100_000 },
  ),
);
const moves: fc.Arbitrary<Move> = fc.oneof(
  fc
    .tuple(
      fc.constantFrom('trigger', 'resolve', 'acknowledge', 'none'),
      fc.constantFrom({}, { expiresAfterMs: 40_000 }, { note: 'seen there' }),
    )
    .map(
      ([action, more]): Move =>
        (talk) =>
          void take(talk, event(talk, action, 'error', more)),
    ),
  fc.tuple(person, fc.constantFrom('ack', 'resolve', 'escalate')).map(
    ([who, action]): Move =>
      (talk) =>
        void take(talk, { ...ack(who), action } as LineageInput),
  ),
  fc.tuple(person, fc.integer({ min: 0, max: 12 })).map(
    ([who, counter]): Move =>
      (talk) =>
        void take(talk, unreachable(who, counter)),
  ),
  fc.constant<Move>((talk) => void wait(talk)),
  fc.oneof(orders, orders).map(
    (what): Move =>
      (talk) =>
        void take(talk, order(talk, what)),
  ),
  fc.constantFrom('escalate', 'ack-timeout', 'snooze', 'auto-resolve', 'steady', 'no such timer').map(
    (name): Move =>
      (talk) =>
        void take(talk, { kind: 'timer', name }),
  ),
  fc
    .constantFrom<Duty>(
      DUTY,
      { ...DUTY, levels: [] },
      { ...DUTY, levels: [], catchAll: [] },
      { ...DUTY, ackTimeoutMs: 90_000 },
      { ...DUTY, autoResolveMs: 70_000 },
      { ...DUTY, autoResolveMs: null },
      { ...DUTY, flapping: null },
      { ...DUTY, flapping: { opens: 2, withinMs: 3_600_000, steadyMs: 60_000 } },
      { ...DUTY, wait: { untilMs: 1_200_000, why: 'waits' } },
      { ...DUTY, handover: true, levels: DUTY.levels.slice(1) },
    )
    .map(
      (duty): Move =>
        (talk) => {
          talk.duty = duty;
        },
    ),
  fc.integer({ min: 0, max: 100_000 }).map(
    (passMs): Move =>
      (talk) => {
        talk.nowMs += passMs;
      },
  ),
);

describe('whatever comes in whatever order', () => {
  it('an open, unanswered incident has an escalation ahead, and its counter never falls', () => {
    fc.assert(
      fc.property(fc.array(moves, { maxLength: 40 }), (sequence) => {
        const talk = begin();
        let counter = 0;
        for (const move of sequence) {
          const before = talk.state.incident;
          move(talk);
          const { incident } = talk.state;
          if (incident?.status === 'triggered') expect(talk.timers.has('escalate')).toBe(true);
          else expect(talk.timers.has('escalate')).toBe(false);
          // What was put off comes back; nothing else is put off.
          const isPutOff = incident?.status === 'acknowledged' && incident.snoozedUntilMs !== undefined;
          expect(talk.timers.has('snooze')).toBe(isPutOff);
          if (incident?.status !== 'acknowledged') expect(talk.timers.has('ack-timeout')).toBe(false);
          expect(talk.timers.has('auto-resolve')).toBe(incident?.expiresAtMs !== undefined);
          expect(talk.timers.has('steady')).toBe(incident?.flapping?.wellSinceMs !== undefined);
          if (incident?.expiresAtMs !== undefined) {
            expect(incident.status).toBe('acknowledged');
            expect(incident.snoozedUntilMs).toBeUndefined();
          }
          // Nothing ends by itself that nobody had acknowledged.
          if (said(talk)[0]?.startsWith('resolved by itself') === true && before?.status !== 'resolved')
            expect(before?.status).toBe('acknowledged');
          if (before !== null && incident !== null && before.openedBy === incident.openedBy) {
            expect(incident.counter).toBeGreaterThanOrEqual(counter);
          }
          counter = incident?.counter ?? 0;
        }
      }),
      { numRuns: 500 },
    );
  });
});
