import { describe, expect, it } from 'vitest';
import { ack, begin, DUTY, event, take, unreachable, wait } from './conversation.ts';

describe('an alert that nobody answers', () => {
  it('goes up the levels, round again, and then to everybody until somebody does', () => {
    const talk = begin();
    expect(take(talk, event(talk, 'trigger'))).toEqual(['tell ana (1)', 'escalate in 60 s', 'triggered']);
    expect(wait(talk)).toEqual(['tell ben (2)', 'tell cleo (3)', 'escalate in 60 s', 'triggered']);
    expect(wait(talk)).toEqual(['tell ana (4)', 'escalate in 60 s', 'triggered']);
    expect(wait(talk)).toEqual(['tell ben (5)', 'tell cleo (6)', 'escalate in 60 s', 'triggered']);
    const everybody = ['tell ana (7, last)', 'tell ben (8, last)', 'tell cleo (9, last)'];
    expect(wait(talk)).toEqual([...everybody, 'escalate in 1800 s', 'triggered']);
    expect(wait(talk)).toContain('tell ana (10, last)');
  });

  it('skips at once to the next level when nobody of this one can be reached', () => {
    const talk = begin();
    take(talk, event(talk, 'trigger'));
    expect(take(talk, unreachable('ana', 1))).toEqual([
      'tell ben (2)',
      'tell cleo (3)',
      'escalate in 60 s',
      'triggered',
    ]);
    expect(take(talk, unreachable('ben', 2))).toEqual(['triggered']);
    expect(take(talk, unreachable('ana', 1)), 'a report about an earlier ask').toEqual(['triggered']);
    expect(take(talk, unreachable('cleo', 3))).toContain('tell ana (4)');
  });

  it('tries the catch-all again in a minute when it reaches nobody', () => {
    const talk = begin({ ...DUTY, levels: [], catchAll: ['ana'] });
    expect(take(talk, event(talk, 'trigger'))).toContain('tell ana (1, last)');
    expect(take(talk, unreachable('ana', 1))).toEqual(['escalate in 60 s', 'triggered']);
  });

  it('tells the catch-all when its next level has vanished from the roster', () => {
    const talk = begin();
    take(talk, event(talk, 'trigger'));
    talk.duty = { ...DUTY, rosterVersion: 4, levels: DUTY.levels.slice(0, 1) };
    expect(wait(talk)).toContain('tell ana (2, last)');
  });
});

describe('an answer', () => {
  it('takes every ask back and stops the escalation', () => {
    const talk = begin();
    take(talk, event(talk, 'trigger'));
    wait(talk);
    expect(take(talk, ack('ben'))).toEqual([
      'cancel ana (4)',
      'cancel ben (4)',
      'cancel cleo (4)',
      'acknowledged',
    ]);
    expect(talk.timers.size).toBe(0);
    expect(take(talk, ack('ana')), 'a second ack').toEqual(['acknowledged']);
  });

  it('is undone by escalating: the next level is told, with a higher counter than the cancel', () => {
    const talk = begin();
    take(talk, event(talk, 'trigger'));
    take(talk, ack('ana'));
    const escalate = { ...ack('ana'), action: 'escalate' } as const;
    expect(take(talk, escalate as ReturnType<typeof ack>)).toEqual([
      'tell ben (3)',
      'tell cleo (4)',
      'escalate in 60 s',
      'triggered',
    ]);
  });
});

describe('a recovery', () => {
  it('closes the incident, and the next trigger opens another', () => {
    const talk = begin();
    take(talk, event(talk, 'trigger'));
    expect(take(talk, event(talk, 'resolve'))).toEqual(['cancel ana (2)', 'resolved']);
    expect(take(talk, event(talk, 'trigger'))[0]).toBe('tell ana (1)');
  });

  it('that was accepted after a trigger but comes before it leaves nothing open', () => {
    const talk = begin();
    const late = event(talk, 'trigger');
    expect(take(talk, event(talk, 'resolve'))).toEqual(['nothing']);
    expect(take(talk, late)).toEqual(['resolved']);
  });

  it('that an accepted repeat has overtaken does not close: the problem came back after it', () => {
    const talk = begin();
    take(talk, event(talk, 'trigger'));
    const resolve = event(talk, 'resolve');
    take(talk, event(talk, 'trigger'));
    expect(take(talk, resolve)).toEqual(['triggered']);
    expect(talk.timers.has('escalate')).toBe(true);
    expect(take(talk, event(talk, 'resolve')), 'a later one does').toEqual(['cancel ana (2)', 'resolved']);
  });

  it('seen at the monitor before an accepted repeat does not silence the repeat', () => {
    const talk = begin();
    take(talk, event(talk, 'trigger'));
    const seen = event(talk, 'acknowledge');
    take(talk, event(talk, 'trigger'));
    expect(take(talk, seen)).toEqual(['triggered']);
    expect(take(talk, event(talk, 'acknowledge'))).toEqual(['cancel ana (2)', 'acknowledged']);
  });

  it('of nothing opens nothing', () => {
    const talk = begin();
    expect(take(talk, event(talk, 'resolve'))).toEqual(['nothing']);
  });
});

describe('repeats of an alert', () => {
  it('count without telling anybody again, and a worse severity is noted', () => {
    const talk = begin();
    take(talk, event(talk, 'trigger', 'warning'));
    expect(take(talk, event(talk, 'trigger', 'warning'))).toEqual(['triggered']);
    expect(take(talk, event(talk, 'trigger', 'critical'))).toEqual(['triggered']);
    expect(talk.state.incident?.events).toBe(3);
    expect(talk.state.incident?.severity).toBe('critical');
  });
});
