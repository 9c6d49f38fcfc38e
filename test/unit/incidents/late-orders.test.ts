/** What people decided is taken in another order than it was accepted in: the newest decision stays (rule 4). */
import { describe, expect, it } from 'vitest';
import type { LineageInput } from '../../../src/relay/engine/effects.ts';
import type { Order } from '../../../src/relay/events/types.ts';
import { ack, begin, event, order, said, take, type Conversation } from './conversation.ts';

const HOUR_MS = 3_600_000;

/** Open, and Ana told. */
function open(): Conversation {
  const talk = begin();
  take(talk, event(talk, 'trigger'));
  return talk;
}

/** A reply, accepted now. */
function reply(talk: Conversation, action: 'ack' | 'escalate' = 'ack'): LineageInput {
  talk.seq += 1;
  const stamp = { host: 'one', seq: talk.seq, atMs: talk.nowMs, trusted: true };
  return { ...ack('ana'), action, stamp } as LineageInput;
}

const SNOOZE: Order = { verb: 'snooze', untilMs: 1_600_000, until: '18:00 CET' };
const ORDERS: [string, Order][] = [
  ['a snooze', SNOOZE],
  ['a reassignment', { verb: 'reassign', person: 'dora' }],
  ['a reassignment', { verb: 'reassign', policy: 'front' }],
  ['an escalation', { verb: 'escalate' }],
];

describe('an order that comes an hour late', () => {
  it.each(ORDERS)('%s (%o) leaves an acknowledgement given since as it is, and says so', (what, late) => {
    const answers = [
      reply,
      (talk: Conversation): LineageInput => event(talk, 'acknowledge'),
      (talk: Conversation): LineageInput => {
        const { stamp } = order(talk, SNOOZE) as Extract<LineageInput, { kind: 'order' }>;
        return { kind: 'command', action: 'ack', number: 7, actor: 'ana', stamp };
      },
    ];
    for (const answer of answers) {
      const talk = open();
      const first = order(talk, late, 'cleo');
      talk.nowMs += HOUR_MS;
      take(talk, answer(talk));
      talk.nowMs += 60_000;
      expect(take(talk, first)).toEqual(['acknowledged']);
      expect(said(talk)[0]).toBe(`${what} by cleo came late: what was decided after it stays`);
      expect(talk.timers.size).toBe(0);
    }
  });

  it('leaves a newer snooze and a newer reassignment as they are', () => {
    for (const [, late] of ORDERS) {
      const put = open();
      const first = order(put, late, 'cleo');
      put.nowMs += HOUR_MS;
      take(put, order(put, { ...SNOOZE, untilMs: put.nowMs + HOUR_MS }));
      expect(take(put, first)).toEqual(['acknowledged']);
      const given = open();
      const second = order(given, late, 'cleo');
      take(given, order(given, { verb: 'reassign', person: 'ben' }));
      expect(take(given, second)).toEqual(['triggered']);
      expect(given.state.incident?.assigned).toEqual(['ben']);
    }
  });

  it('does not quiet what was escalated since, but goes a level up beside another escalation', () => {
    const talk = open();
    const [snooze, escalate] = [order(talk, SNOOZE, 'cleo'), order(talk, { verb: 'escalate' }, 'cleo')];
    take(talk, reply(talk, 'escalate'));
    expect(take(talk, snooze)).toEqual(['triggered']);
    expect(take(talk, escalate)).toContain('escalate in 60 s');
    expect(talk.state.incident).toMatchObject({ round: 1, level: 0 });
  });

  it('by a reply is late like any other', () => {
    const talk = open();
    const escalate = reply(talk, 'escalate');
    take(talk, reply(talk));
    expect(take(talk, escalate)).toEqual(['acknowledged']);
  });
});

describe('an order accepted on another host', () => {
  const elsewhere = (input: LineageInput, atMs: number): LineageInput =>
    ({ ...input, stamp: { host: 'two', seq: 1, atMs, trusted: true } }) as LineageInput;

  it('is taken unless it was surely accepted before', () => {
    const talk = open();
    take(talk, reply(talk));
    const late = order(talk, { verb: 'escalate' });
    expect(take(talk, elsewhere(late, talk.nowMs - 2_001))).toEqual(['acknowledged']);
    expect(take(talk, elsewhere(late, talk.nowMs - 1_999))).toContain('tell ben (3)');
  });
});
