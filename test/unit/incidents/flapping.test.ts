import { describe, expect, it } from 'vitest';
import { DutyCache, RELAY_ITSELF } from '../../../src/relay/daemon/duty.ts';
import { canaryDuty } from '../../../src/relay/engine/canary.ts';
import { emptyRoster } from '../../../src/relay/oncall/edits.ts';
import { step } from '../../../src/relay/incidents/machine.ts';
import { ack, begin, DUTY, event, order, said, take, wait, type Conversation } from './conversation.ts';

const MINUTE_MS = 60_000;

const down = (talk: Conversation): string[] => take(talk, event(talk, 'trigger'));
const up = (talk: Conversation): string[] => take(talk, event(talk, 'resolve'));

/** Down and up again every two minutes, this often. */
function flaps(times: number, talk = begin()): Conversation {
  for (let index = 0; index < times; index += 1) {
    down(talk);
    talk.nowMs += MINUTE_MS;
    up(talk);
    talk.nowMs += MINUTE_MS;
  }
  return talk;
}

describe('what opens for the fourth time within half an hour', () => {
  it('is told once, says so, and is held open until it is steady', () => {
    const talk = flaps(3);
    expect(talk.state.incident?.status).toBe('resolved');
    expect(down(talk)).toContain('tell ana (1)');
    expect(said(talk)[1]).toBe('flapping: opened 4 times in 30 min, held open until it is steady for 15 min');
    expect(up(talk)).toEqual(['steady in 900 s', 'triggered']);
    expect(said(talk)[0]).toBe('well again, and held open until that lasts 15 min');
    talk.nowMs += MINUTE_MS;
    expect(down(talk), 'and again: nobody is told').toEqual(['triggered']);
    expect(talk.timers.has('steady')).toBe(false);
    const lines = talk.lines.size;
    for (let index = 0; index < 20; index += 1) {
      up(talk);
      down(talk);
    }
    expect(talk.lines.size, 'no line for each').toBe(lines);
    take(talk, ack('ana'));
    expect(up(talk)).toEqual(['steady in 900 s', 'acknowledged']);
    expect(wait(talk)).toContain('resolved');
    expect(said(talk)[0]).toBe('resolved: steady for 15 min, after 22 recoveries since it was opened');
    expect(talk.timers.size).toBe(0);
    expect(down(talk), 'it begins anew').toContain('tell ana (1)');
    expect(said(talk).join()).not.toMatch(/^flapping/);
  });

  it('is told with what it is', () => {
    const talk = flaps(3);
    const { effects } = step(talk.state, event(talk, 'trigger'), { ...talk, nextNumber: 7 });
    const [tell] = effects.handovers;
    const summary =
      'disk trigger (flapping: opened 4 times in 30 min, held open until it is steady for 15 min)';
    expect(tell).toMatchObject({ kind: 'tell', ask: { summary } });
    expect(effects.incidents.at(-1)?.body).toMatchObject({ summary });
  });

  it('stays open, and goes on up the levels, as long as the problem is there', () => {
    const talk = flaps(3);
    down(talk);
    expect(wait(talk)).toContain('tell ben (2)');
    expect(take(talk, { kind: 'timer', name: 'steady' }), 'a timer that should not be').toEqual([
      'triggered',
    ]);
    up(talk);
    talk.nowMs += MINUTE_MS;
    down(talk);
    talk.nowMs += 60 * MINUTE_MS;
    expect(take(talk, { kind: 'timer', name: 'steady' })).toEqual(['triggered']);
  });

  it('is closed by a person at once, and begins anew after that', () => {
    const talk = flaps(3);
    down(talk);
    up(talk);
    expect(take(talk, { ...ack('ana'), action: 'resolve' } as never)).toContain('resolved');
    expect(talk.timers.size).toBe(0);
    down(talk);
    expect(up(talk), 'the first of four').toContain('resolved');
  });

  it('that took longer is no flapping', () => {
    const talk = begin();
    for (let index = 0; index < 12; index += 1) {
      flaps(1, talk);
      talk.nowMs += 10 * MINUTE_MS;
    }
    expect(talk.state.incident?.status).toBe('resolved');
  });

  it('keeps its steady time over an acknowledgement and a snooze', () => {
    const talk = flaps(3);
    down(talk);
    up(talk);
    take(talk, ack('ana'));
    const untilMs = talk.nowMs + 600 * MINUTE_MS;
    take(talk, order(talk, { verb: 'snooze', untilMs, until: 'noon' }));
    expect(wait(talk)).toContain('resolved');
    expect(talk.timers.size).toBe(0);
  });
});

describe('what comes late while it is held (rule 4)', () => {
  it('is no new problem when it was accepted before the recovery', () => {
    const talk = flaps(3);
    down(talk);
    const late = event(talk, 'trigger');
    up(talk);
    expect(take(talk, late)).toEqual(['triggered']);
    expect(talk.timers.has('steady')).toBe(true);
    expect(talk.state.incident?.events).toBe(2);
  });

  it('does not start the steady time when it was accepted before the latest trigger', () => {
    const talk = flaps(3);
    down(talk);
    const late = event(talk, 'resolve');
    down(talk);
    expect(take(talk, late)).toEqual(['triggered']);
    expect(talk.timers.has('steady')).toBe(false);
  });
});

describe('a service', () => {
  it('may say how often, how long, and never', () => {
    const setting = { opens: 2, withinMs: 10 * MINUTE_MS, steadyMs: 5 * MINUTE_MS };
    const talk = flaps(1, begin({ ...DUTY, flapping: setting }));
    down(talk);
    expect(said(talk)[1]).toBe('flapping: opened 2 times in 10 min, held open until it is steady for 5 min');
    expect(up(talk)).toEqual(['steady in 300 s', 'triggered']);
    expect(flaps(9, begin({ ...DUTY, flapping: null })).state.incident?.status).toBe('resolved');
  });

  it('that is told never lets the next recovery close it', () => {
    const talk = flaps(3);
    down(talk);
    talk.duty = { ...DUTY, flapping: null };
    expect(up(talk)).toContain('resolved');
  });
});

describe('relay’s own', () => {
  it('canary opens and closes every minute, and alarms about itself are told each time: none is held', () => {
    expect(flaps(9, begin(canaryDuty('h1'))).state.incident?.status).toBe('resolved');
    const duties = new DutyCache(
      () => emptyRoster(),
      () => [],
      'UTC',
    );
    expect(flaps(9, begin(duties.at(RELAY_ITSELF, 0))).state.incident?.status).toBe('resolved');
    expect(flaps(9, begin(duties.at('db', 0))).state.incident?.flapping).toBeDefined();
  });
});

describe('a group that flaps', () => {
  it('is held open with nobody in it, and is about whoever comes', () => {
    const talk = begin();
    const member = { dedupKey: 'group/rack=r1', member: 'a', summary: 'a is down' };
    for (let index = 0; index < 3; index += 1) {
      take(talk, event(talk, 'trigger', 'error', member));
      take(talk, event(talk, 'resolve', 'error', member));
    }
    take(talk, event(talk, 'trigger', 'error', member));
    expect(take(talk, event(talk, 'resolve', 'error', member))).toContain('triggered');
    expect(talk.state.incident?.members).toEqual([]);
    take(talk, event(talk, 'trigger', 'error', { ...member, member: 'b', summary: 'b is down' }));
    expect(talk.timers.has('steady')).toBe(false);
    expect(talk.state.incident?.summary).toBe('b is down');
    expect(talk.state.incident?.unnamed).toBeUndefined();
  });
});

describe('the end of what is held', () => {
  it('comes though its monitor says again and again that it is well', () => {
    const talk = flaps(3);
    down(talk);
    up(talk);
    for (let minute = 0; minute < 14; minute += 1) {
      talk.nowMs += MINUTE_MS;
      expect(up(talk)).toEqual(['triggered']);
    }
    expect(talk.timers.get('steady')).toBe(talk.nowMs + MINUTE_MS);
  });

  it('comes though its timer fires by another clock, which is ahead', () => {
    const talk = flaps(3);
    down(talk);
    up(talk);
    talk.timers.delete('escalate');
    talk.nowMs += 15 * MINUTE_MS - 800;
    talk.timers.delete('steady');
    expect(take(talk, { kind: 'timer', name: 'steady' })).toEqual(['steady in 0.8 s', 'triggered']);
    expect(wait(talk)).toContain('resolved');
  });
});
