import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SendOutcome, SettleOutcome } from '../../../src/relay/messaging/port.ts';
import {
  begin,
  cancel,
  DOUBT,
  expire,
  MAILBOX,
  outcome,
  PHONE,
  REFUSED,
  reply,
  settled,
  TAKEN,
  take,
  tell,
  type Conversation,
} from './conversation.ts';

type Move = (talk: Conversation) => void;

const small = fc.integer({ min: 1, max: 6 });
const outcomes = fc.constantFrom<SendOutcome>(
  TAKEN,
  DOUBT,
  REFUSED,
  { kind: 'late' },
  {
    kind: 'refused',
    permanent: false,
    code: '429',
    error: 'later',
  },
);
const settlings = fc.constantFrom<SettleOutcome>(
  { kind: 'absent' },
  { kind: 'found', providerId: 'SM9' },
  {
    kind: 'unclear',
    error: 'no list',
    retry: true,
  },
);
const moves: fc.Arbitrary<Move> = fc.oneof(
  fc.tuple(small, small, fc.boolean()).map(
    ([number, counter, last]): Move =>
      (talk) =>
        void take(talk, tell(number, counter, { last })),
  ),
  fc.tuple(small, small).map(
    ([number, counter]): Move =>
      (talk) =>
        void take(talk, cancel(number, counter)),
  ),
  fc.tuple(small, outcomes, fc.integer({ min: 1, max: 3 })).map(
    ([code, what, attempt]): Move =>
      (talk) =>
        void take(talk, outcome(code, what, attempt)),
  ),
  fc.tuple(small, settlings).map(
    ([code, what]): Move =>
      (talk) =>
        void take(
          talk,
          settled(code, what, talk.state.messages.find((one) => one.row.code === code)?.attempt ?? 1),
        ),
  ),
  small.map(
    (code): Move =>
      (talk) =>
        void expire(talk, code),
  ),
  fc.constant<Move>((talk) => void take(talk, { kind: 'go' })),
  fc
    .tuple(
      fc.constantFrom('ack', 'resolve', 'escalate', 'help', 'optout'),
      fc.option(small),
      fc.constantFrom('message', 'service', 'all', 'last', 'bare'),
    )
    .map(
      ([verb, code, scope]): Move =>
        (talk) =>
          void take(talk, reply(talk, verb, code, scope)),
    ),
  fc.tuple(small, fc.constantFrom('triggered', 'acknowledged', 'resolved')).map(
    ([number, status]): Move =>
      (talk) =>
        void talk.facts.set(number, { status, by: 'ben' }),
  ),
);

describe('whatever comes in whatever order', () => {
  it('every message under way has its timer, codes ascend, and what a claim froze stays', () => {
    fc.assert(
      fc.property(fc.subarray([PHONE, MAILBOX]), fc.array(moves, { maxLength: 50 }), (contacts, sequence) => {
        const talk = begin(...contacts);
        for (const move of sequence) {
          const before = talk.state;
          move(talk);
          expect(talk.state.nextCode).toBeGreaterThanOrEqual(before.nextCode);
          for (const message of talk.state.messages) {
            expect(talk.timers.has(`m${message.row.code}`)).toBe(true);
            const old = before.messages.find((one) => one.row.code === message.row.code);
            if (old?.attempt === message.attempt) expect(message.row.body).toBe(old.row.body);
          }
          for (const one of talk.state.tells) {
            const cancelled = talk.state.cancels.some(
              (other) => other.number === one.ask.number && other.counter > one.ask.counter,
            );
            if (cancelled) expect(one.ways.every((way) => way.status === 'sending')).toBe(true);
          }
        }
      }),
      { numRuns: 500 },
    );
  });
});
