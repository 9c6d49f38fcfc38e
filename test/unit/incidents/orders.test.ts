import { describe, expect, it } from 'vitest';
import type { Order } from '../../../src/relay/events/types.ts';
import type { Duty } from '../../../src/relay/oncall/types.ts';
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

/** Open, and Ana told. */
function open(duty: Duty = DUTY): Conversation {
  const talk = begin(duty);
  take(talk, event(talk, 'trigger'));
  return talk;
}

const HOUR_MS = 3_600_000;
const snooze = (talk: Conversation): Order => ({
  verb: 'snooze',
  untilMs: talk.nowMs + 2 * HOUR_MS,
  until: '18:00 CET',
});

describe('an acknowledgement with a time', () => {
  const TIMED: Duty = { ...DUTY, ackTimeoutMs: HOUR_MS };

  it('is over when the incident is not resolved in time: who acknowledged is told first, then the levels after', () => {
    const talk = open(TIMED);
    wait(talk);
    expect(take(talk, ack('cleo'))).toEqual([
      'cancel ana (4)',
      'cancel ben (4)',
      'cancel cleo (4)',
      'ack-timeout in 3600 s',
      'acknowledged',
    ]);
    expect(said(talk)[0]).toBe(
      'acknowledged by sms reply by cleo: nobody else is told; told again in 1 h unless resolved',
    );
    expect(wait(talk)).toEqual(['tell cleo (5)', 'escalate in 60 s', 'triggered']);
    expect(said(talk)[1]).toBe('acknowledged by cleo and not resolved in time: triggered again');
    expect(wait(talk), 'level 2 had it: round again').toEqual([
      'tell ana (6)',
      'escalate in 60 s',
      'triggered',
    ]);
  });

  it('goes on to the next level when who acknowledged cannot be reached', () => {
    const talk = open(TIMED);
    take(talk, ack('ana'));
    expect(wait(talk)).toContain('tell ana (3)');
    expect(take(talk, unreachable('ana', 3))).toContain('tell ben (4)');
  });

  it('starts again with another acknowledgement, and ends with a resolve', () => {
    const talk = open(TIMED);
    take(talk, ack('ana'));
    wait(talk);
    expect(take(talk, ack('ana'))).toContain('ack-timeout in 3600 s');
    take(talk, event(talk, 'resolve'));
    expect(talk.timers.size).toBe(0);
  });

  it('given by somebody who was not told has the level told that had it', () => {
    const talk = open(TIMED);
    take(talk, ack('root'));
    expect(wait(talk)).toEqual(['tell ana (3)', 'escalate in 60 s', 'triggered']);
  });

  it('after the catch-all begins with the levels again', () => {
    const talk = open({ ...TIMED, repeat: 0 });
    wait(talk);
    wait(talk);
    take(talk, ack('root'));
    expect(wait(talk)).toEqual(['tell ana (8)', 'escalate in 60 s', 'triggered']);
  });
});

describe('a snooze', () => {
  it('is an answer until its time: then who had it is told', () => {
    const talk = open();
    expect(take(talk, order(talk, snooze(talk)))).toEqual([
      'cancel ana (2)',
      'snooze in 7200 s',
      'acknowledged',
    ]);
    expect(said(talk)[0]).toBe(
      'snoozed until 18:00 CET by ana: nobody is told before, unless somebody escalates',
    );
    expect(wait(talk)).toEqual(['tell ana (3)', 'escalate in 60 s', 'triggered']);
    expect(said(talk)[1]).toBe('the snooze by ana is over: triggered again');
  });

  it('is ended by an acknowledgement, which then holds, and by a resolve', () => {
    const talk = open({ ...DUTY, ackTimeoutMs: HOUR_MS });
    take(talk, order(talk, snooze(talk)));
    expect(take(talk, ack('ben'))).toContain('ack-timeout in 3600 s');
    expect(talk.timers.has('snooze')).toBe(false);
    const over = open();
    take(over, order(over, snooze(over)));
    take(over, event(over, 'resolve'));
    expect(over.timers.size).toBe(0);
  });

  it('of what is acknowledged takes the place of its timeout; a later one of an earlier', () => {
    const talk = open({ ...DUTY, ackTimeoutMs: HOUR_MS });
    take(talk, ack('ana'));
    take(talk, order(talk, snooze(talk)));
    talk.nowMs += HOUR_MS;
    take(talk, order(talk, snooze(talk)));
    expect([...talk.timers]).toEqual([['snooze', talk.nowMs + 2 * HOUR_MS]]);
  });

  it('is ended by an escalation: the next level is told at once', () => {
    const talk = open();
    take(talk, order(talk, snooze(talk)));
    expect(take(talk, order(talk, { verb: 'escalate' }))).toContain('tell ben (3)');
    expect([...talk.timers.keys()]).toEqual(['escalate']);
  });
});

describe('an incident that is given to another', () => {
  it('is told to that person at once, taken back from those told before, and then goes on up the levels', () => {
    const talk = open();
    expect(take(talk, order(talk, { verb: 'reassign', person: 'dora' }, 'ben'))).toEqual([
      'cancel ana (2)',
      'tell dora (3)',
      'escalate in 60 s',
      'triggered',
    ]);
    expect(said(talk)[0]).toContain('telling dora: this person, reassigned by ben (roster 3)');
    expect(talk.state.incident?.assigned).toEqual(['dora']);
    expect(wait(talk)).toEqual(['tell ben (4)', 'tell cleo (5)', 'escalate in 60 s', 'triggered']);
    expect(said(talk)[1]).toBe('no answer from dora in time');
  });

  it('is told to whoever had it already too: the new ask comes after the cancel', () => {
    const talk = open();
    expect(take(talk, order(talk, { verb: 'reassign', person: 'ana' })).slice(0, 2)).toEqual([
      'cancel ana (2)',
      'tell ana (3)',
    ]);
  });

  it('goes by a policy from its first level, under the roster it was told by, and stays with it', () => {
    const talk = open();
    take(talk, ack('ana'));
    talk.duty = { ...DUTY, policy: 'front', rosterVersion: 4, wait: { untilMs: 9e12, why: 'waits' } };
    expect(take(talk, order(talk, { verb: 'reassign', policy: 'front' }))).toEqual([
      'cancel ana (3)',
      'tell ana (4)',
      'escalate in 60 s',
      'triggered',
    ]);
    expect(talk.state.incident).toMatchObject({ policy: 'front', rosterVersion: 4, status: 'triggered' });
  });
});

describe('a note', () => {
  it('is a line by whoever wrote it, also of what is over, and changes nothing else', () => {
    const talk = open();
    expect(take(talk, order(talk, { verb: 'note', text: 'disk ordered' }, 'ben'))).toEqual(['triggered']);
    take(talk, event(talk, 'resolve'));
    expect(take(talk, order(talk, { verb: 'note', text: 'disk came' }, 'ben'))).toEqual(['resolved']);
    const notes = [...talk.lines.values()].filter((line) => line.kind === 'note');
    expect(notes).toMatchObject([
      { actor: 'ben', text: 'disk ordered' },
      { actor: 'ben', text: 'disk came' },
    ]);
  });
});

describe('orders about what is over, or another incident', () => {
  it('change nothing', () => {
    const talk = open();
    const other = { ...order(talk, { verb: 'escalate' }), number: 8 } as ReturnType<typeof order>;
    expect(take(talk, other)).toEqual(['triggered']);
    take(talk, event(talk, 'resolve'));
    for (const one of [snooze(talk), { verb: 'escalate' }, { verb: 'reassign', person: 'ben' }] as const) {
      expect(take(talk, order(talk, one))).toEqual(['resolved']);
    }
    expect(talk.timers.size).toBe(0);
  });
});

describe('a handoff', () => {
  const handoff = (atMs: number, from = 'ana', to = 'ben'): Order => ({
    verb: 'handoff',
    rotation: 'ops',
    from,
    to,
    atMs,
  });
  /** Ben has come on call where Ana was. */
  const after = (handover: boolean): Duty => ({
    ...DUTY,
    levels: [{ people: ['ben'], afterMs: 60_000, because: 'rotation ops' }],
    ...(handover ? { handover: true } : {}),
  });

  it('gives an open incident to who comes on call, once', () => {
    for (const isAcked of [false, true]) {
      const talk = open();
      if (isAcked) take(talk, ack('ana'));
      talk.duty = after(true);
      const told = take(talk, order(talk, handoff(talk.nowMs), 'relay'));
      expect(told.map((one) => one.replace(/ \(\d+\)/, ''))).toEqual([
        'cancel ana',
        'tell ben',
        'escalate in 60 s',
        'triggered',
      ]);
      expect(take(talk, order(talk, handoff(talk.nowMs), 'relay')), 'again').toEqual(['triggered']);
    }
  });

  it('leaves it where the policy does not say so, somebody else has it, or both are on call', () => {
    const plain = open();
    plain.duty = after(false);
    expect(take(plain, order(plain, handoff(1)))).toEqual(['triggered']);
    const others = open();
    others.duty = after(true);
    expect(take(others, order(others, handoff(1, 'cleo')))).toEqual(['triggered']);
    const both = open({ ...DUTY, handover: true });
    expect(take(both, order(both, handoff(1)))).toEqual(['triggered']);
    const put = open();
    take(put, order(put, snooze(put)));
    put.duty = after(true);
    expect(take(put, order(put, handoff(1)))).toEqual(['acknowledged']);
    expect(wait(put), 'at its end, to who is on call then').toContain('tell ben (3)');
  });

  it('that comes late, after another, changes nothing', () => {
    const talk = open();
    talk.duty = after(true);
    take(talk, order(talk, handoff(2_000)));
    talk.duty = { ...after(true), levels: [{ people: ['ana'], afterMs: 60_000, because: 'rotation ops' }] };
    expect(take(talk, order(talk, handoff(1_000, 'ben', 'ana')))).toEqual(['triggered']);
  });
});
