/** What goes over at a handoff, and whom it leaves alone. */
import { describe, expect, it } from 'vitest';
import type { Duty, DutyLevel } from '../../../src/relay/oncall/types.ts';
import {
  ack,
  begin,
  DUTY,
  event,
  order,
  said,
  take,
  unreachable,
  wait,
  type Conversation,
} from './conversation.ts';

const HOUR_MS = 3_600_000;
const level = (...people: string[]): DutyLevel => ({ people, afterMs: 60_000, because: 'rotations' });

/** Two rotations at one level: Ana's and Cleo's shifts end at once. */
const BEFORE: Duty = { ...DUTY, levels: [level('ana', 'cleo'), level('zoe')], handover: true };
const AFTER: Duty = { ...BEFORE, levels: [level('ben', 'dora'), level('zoe')] };

function open(): Conversation {
  const talk = begin(BEFORE);
  take(talk, event(talk, 'trigger', 'info'));
  talk.duty = AFTER;
  return talk;
}

function handOver(talk: Conversation, from: string, to: string, atMs = talk.nowMs): string[] {
  return take(talk, order(talk, { verb: 'handoff', rotation: `of ${from}`, from, to, atMs }, 'relay'));
}

describe('two rotations of one level whose shifts end at once', () => {
  it('each hand over their own: everybody who came on is told, every ask of those who went is taken back', () => {
    const talk = open();
    expect(handOver(talk, 'ana', 'ben')).toEqual([
      'cancel ana (3)',
      'tell ben (4)',
      'escalate in 60 s',
      'triggered',
    ]);
    expect(talk.state.incident?.assigned).toEqual(['cleo', 'ben']);
    expect(handOver(talk, 'cleo', 'dora')).toEqual([
      'cancel cleo (5)',
      'tell dora (6)',
      'escalate in 60 s',
      'triggered',
    ]);
    expect(talk.state.incident?.assigned).toEqual(['ben', 'dora']);
    expect(handOver(talk, 'cleo', 'dora'), 'again').toEqual(['triggered']);
    expect(wait(talk)).toEqual(['tell zoe (7)', 'escalate in 60 s', 'triggered']);
  });

  it('go on to the next level only when nobody of both can be reached', () => {
    const talk = open();
    handOver(talk, 'ana', 'ben');
    expect(take(talk, unreachable('ben', 4)), 'Cleo has it still').toEqual(['triggered']);
    expect(take(talk, unreachable('cleo', 2))).toContain('tell zoe (5)');
  });

  it('hand over what one of them acknowledged to who comes after that one only', () => {
    const talk = open();
    take(talk, ack('ana'));
    expect(handOver(talk, 'cleo', 'dora')).toEqual(['acknowledged']);
    expect(handOver(talk, 'ana', 'ben')).toContain('tell ben (5)');
    expect(talk.state.incident?.assigned).toEqual(['ben']);
  });
});

describe('a handoff while the policy says that nobody is told', () => {
  const untilMs = 1_000_000 + 8 * HOUR_MS;
  const night: Duty = { ...AFTER, wait: { untilMs, why: 'info waits until 09:00' } };

  it('gives what was acknowledged to who came on, and tells them when the wait ends', () => {
    const talk = open();
    take(talk, ack('ana'));
    talk.duty = night;
    expect(handOver(talk, 'ana', 'ben')).toEqual(['cancel ana (4)', 'escalate in 28800 s', 'triggered']);
    expect(talk.state.incident).toMatchObject({ assigned: ['ben'], waits: { untilMs, from: 0 } });
    expect(said(talk).slice(0, 2)).toEqual([
      'info waits until 09:00',
      'handed over from ana to ben at the handoff of rotation of ana',
    ]);
    talk.duty = AFTER;
    expect(wait(talk)).toEqual(['tell ben (5)', 'tell dora (6)', 'escalate in 60 s', 'triggered']);
  });

  it('takes back what was asked of everybody who went', () => {
    const talk = open();
    talk.duty = night;
    expect(handOver(talk, 'ana', 'ben')).toEqual(['cancel ana (3)', 'escalate in 28800 s', 'triggered']);
    expect(handOver(talk, 'cleo', 'dora')).toEqual(['cancel cleo (4)', 'escalate in 28800 s', 'triggered']);
    expect(talk.state.incident).toMatchObject({ assigned: ['ben', 'dora'], waits: { untilMs, from: 0 } });
    expect(said(talk).filter((line) => line === 'info waits until 09:00')).toHaveLength(1);
  });

  it('right at the end of the wait has the level told that was to be told then', () => {
    const talk = open();
    talk.duty = { ...BEFORE, wait: night.wait } as Duty;
    expect(wait(talk), 'Zoe is next, in the morning').toEqual(['escalate in 28740 s', 'triggered']);
    talk.duty = AFTER;
    talk.nowMs = untilMs;
    expect(handOver(talk, 'ana', 'ben')).toEqual([
      'cancel ana (3)',
      'tell zoe (4)',
      'escalate in 60 s',
      'triggered',
    ]);
  });
});
