import { describe, expect, it } from 'vitest';
import type { AlertEvent } from '../../../src/relay/events/types.ts';
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

const HOUR_MS = 3_600_000;
const CRON: Partial<AlertEvent> = { source: 'cron', expiresAfterMs: 24 * HOUR_MS };

const mail = (talk: Conversation, more: Partial<AlertEvent> = CRON): string[] =>
  take(talk, event(talk, 'trigger', 'error', more));

/** Open, and Ana told. */
function open(duty: Duty = DUTY, more: Partial<AlertEvent> = CRON): Conversation {
  const talk = begin(duty);
  mail(talk, more);
  return talk;
}

describe('what cron mails, once somebody has acknowledged it', () => {
  it('resolves itself a day after the last such mail, and its timeline says why', () => {
    const talk = open();
    expect(take(talk, ack('ana'))).toContain(`auto-resolve in ${24 * 3_600} s`);
    expect(said(talk)[0]).toBe(
      'acknowledged by sms reply by ana: nobody else is told; resolves itself when nothing more comes for 24 h',
    );
    expect(wait(talk)).toEqual(['cancel ana (3)', 'resolved']);
    expect(said(talk)[0]).toBe(
      'resolved by itself: nothing more has come for 24 h, and cron never says that things are well',
    );
    expect(talk.timers.size).toBe(0);
    expect(mail(talk), 'the next one opens another').toContain('tell ana (1)');
  });

  it('is renewed by each mail that follows', () => {
    const talk = open();
    take(talk, ack('ana'));
    talk.nowMs += 20 * HOUR_MS;
    expect(mail(talk), 'no timer is set anew: the one ahead looks again').toEqual(['acknowledged']);
    expect(wait(talk)).toEqual([`auto-resolve in ${20 * 3_600} s`, 'acknowledged']);
    expect(wait(talk)).toContain('resolved');
  });

  it('takes the longest time that any of its alerts gave', () => {
    const talk = open();
    mail(talk, { source: 'smartd', expiresAfterMs: 168 * HOUR_MS });
    mail(talk);
    expect(take(talk, ack('ana'))).toContain(`auto-resolve in ${168 * 3_600} s`);
  });

  it('stays an hour for whoever acknowledges it when its time is over already', () => {
    const talk = open();
    talk.nowMs += 48 * HOUR_MS;
    expect(take(talk, ack('ana'))).toContain('auto-resolve in 3600 s');
    expect(wait(talk)).toContain('resolved');
  });

  it('waits for the recovery when a source told of it too that says itself when things are well', () => {
    const talk = open();
    take(talk, ack('ana'));
    mail(talk, { source: 'nagios' });
    mail(talk);
    expect(wait(talk)).toEqual(['acknowledged']);
    expect(said(talk)[0]).toBe(
      'does not resolve itself any more: a source that says itself when things are well has told of it too',
    );
    expect(take(talk, event(talk, 'resolve'))).toContain('resolved');
  });
});

describe('what nobody has acknowledged', () => {
  it('never resolves itself: it goes on up the levels, and the time counts once somebody answers', () => {
    const talk = open();
    for (let round = 0; round < 60; round += 1) expect(wait(talk).at(-1)).toBe('triggered');
    expect([...talk.timers.keys()]).toEqual(['escalate']);
    expect(take(talk, { kind: 'timer', name: 'auto-resolve' }), 'a timer that should not be').toEqual([
      'triggered',
    ]);
    expect(take(talk, ack('ana')).some((one) => one.startsWith('auto-resolve in '))).toBe(true);
  });

  it('any more is told on: an escalation, a reassignment and the end of an acknowledgement stop the clock', () => {
    const undone: ((talk: Conversation) => unknown)[] = [
      (talk) => take(talk, order(talk, { verb: 'escalate' })),
      (talk) => take(talk, order(talk, { verb: 'reassign', person: 'dora' })),
      (talk) => wait(talk),
    ];
    for (const undo of undone) {
      const talk = open({ ...DUTY, ackTimeoutMs: HOUR_MS });
      take(talk, ack('ana'));
      undo(talk);
      expect([...talk.timers.keys()]).toEqual(['escalate']);
      expect(talk.state.incident?.status).toBe('triggered');
    }
  });

  it('because it is snoozed comes back at its end, and not to a closed incident', () => {
    const talk = open();
    take(talk, ack('ana'));
    const untilMs = talk.nowMs + 48 * HOUR_MS;
    take(talk, order(talk, { verb: 'snooze', untilMs, until: 'Tue 09:00 CET' }));
    expect([...talk.timers.keys()]).toEqual(['snooze']);
    expect(mail(talk), 'a mail meanwhile').toEqual(['acknowledged']);
    expect(wait(talk)).toContain('tell ana (4)');
    take(talk, unreachable('ana', 4));
    expect(take(talk, ack('ben'))).toContain('auto-resolve in 3600 s');
  });
});

describe('a service', () => {
  it('may say how long, also of sources that have no time of their own', () => {
    const talk = open({ ...DUTY, autoResolveMs: 12 * HOUR_MS }, { source: 'nagios' });
    expect(take(talk, ack('ana'))).toContain(`auto-resolve in ${12 * 3_600} s`);
    wait(talk);
    expect(said(talk)[0]).toBe(
      'resolved by itself: nothing more has come for 12 h, and so it is set for service db',
    );
  });

  it('may say never, also while the clock runs', () => {
    expect(take(open({ ...DUTY, autoResolveMs: null }), ack('ana'))).toEqual([
      'cancel ana (2)',
      'acknowledged',
    ]);
    const talk = open();
    take(talk, ack('ana'));
    talk.duty = { ...DUTY, autoResolveMs: null };
    expect(wait(talk)).toEqual(['acknowledged']);
    expect(said(talk)[0]).toBe('does not resolve itself any more: service db is set so');
  });

  it('that is given a time counts from the next alert of what is acknowledged', () => {
    const talk = open(DUTY, { source: 'nagios' });
    take(talk, ack('ana'));
    talk.duty = { ...DUTY, autoResolveMs: 2 * HOUR_MS };
    expect(mail(talk, { source: 'nagios' })).toContain('auto-resolve in 7200 s');
  });

  it('with a time shorter than an hour keeps to it', () => {
    const talk = open({ ...DUTY, autoResolveMs: 600_000 });
    talk.nowMs += 2 * HOUR_MS;
    expect(take(talk, ack('ana'))).toContain('auto-resolve in 600 s');
  });
});

describe('an incident that an older version opened', () => {
  it('waits for its recovery, since nobody knows what its first alert said', () => {
    const talk = open();
    delete talk.state.incident?.expiry;
    mail(talk);
    expect(take(talk, ack('ana'))).toEqual(['cancel ana (2)', 'acknowledged']);
  });
});
