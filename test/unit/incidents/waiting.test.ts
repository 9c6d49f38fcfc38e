import type { DutyQuestion } from '../../../src/relay/oncall/types.ts';
import { describe, expect, it } from 'vitest';
import type { Duty } from '../../../src/relay/oncall/types.ts';
import { questionOf } from '../../../src/relay/incidents/question.ts';
import { ack, begin, DUTY, event, order, said, take, wait, type Conversation } from './conversation.ts';

const MORNING_MS = 1_000_000 + 3_600_000;
const why = 'waits until Mon 08:00 CET: info outside mon-fri 08:00-18:00 (rule 1 of policy standard)';
const WAITING: Duty = { ...DUTY, wait: { untilMs: MORNING_MS, why } };

/** Opened at night. */
function atNight(): { talk: Conversation; told: string[] } {
  const talk = begin(WAITING);
  const told = take(talk, event(talk, 'trigger', 'info'));
  return { talk, told };
}

describe('an alert that waits for the morning', () => {
  it('tells nobody, says until when and why, and then tells level 1', () => {
    const { talk, told } = atNight();
    expect(told).toEqual(['escalate in 3600 s', 'triggered']);
    expect(said(talk)[0]).toBe(why);
    talk.duty = DUTY;
    expect(wait(talk)).toEqual(['tell ana (1)', 'escalate in 60 s', 'triggered']);
    expect(talk.nowMs).toBe(MORNING_MS);
  });

  it('waits on where its timer came early, or the rule now says later, without a line for what is no news', () => {
    const { talk } = atNight();
    talk.timers.set('escalate', MORNING_MS - 1);
    const lines = talk.lines.size;
    expect(wait(talk)).toEqual(['escalate in 0.001 s', 'triggered']);
    expect(talk.lines.size).toBe(lines);
    const later = 'waits until Tue 08:00 CET: holiday';
    talk.duty = { ...DUTY, wait: { untilMs: MORNING_MS + 86_400_000, why: later } };
    wait(talk);
    expect(said(talk)[0]).toBe(later);
  });

  it('is told at once when a repeat is more severe, or the rule is gone', () => {
    for (const severity of ['critical', 'info'] as const) {
      const { talk } = atNight();
      talk.duty = DUTY;
      expect(take(talk, event(talk, 'trigger', severity))).toEqual([
        'tell ana (1)',
        'escalate in 60 s',
        'triggered',
      ]);
    }
  });

  it('sets no timer anew for repeats that change nothing', () => {
    const { talk } = atNight();
    expect(take(talk, event(talk, 'trigger', 'info'))).toEqual(['triggered']);
    expect(talk.timers.get('escalate')).toBe(MORNING_MS);
  });

  it('can be acknowledged, resolved and escalated meanwhile', () => {
    const acked = atNight().talk;
    expect(take(acked, ack('ana'))).toEqual(['acknowledged']);
    expect(acked.timers.size).toBe(0);
    const over = atNight().talk;
    expect(take(over, event(over, 'resolve'))).toEqual(['resolved']);
    const wanted = atNight().talk;
    expect(take(wanted, order(wanted, { verb: 'escalate' }))).toEqual([
      'tell ana (1)',
      'escalate in 60 s',
      'triggered',
    ]);
  });

  it('waits before a next level too, and takes up there', () => {
    const talk = begin();
    take(talk, event(talk, 'trigger', 'info'));
    talk.duty = WAITING;
    expect(wait(talk)).toEqual(['escalate in 3540 s', 'triggered']);
    talk.duty = DUTY;
    expect(wait(talk)).toEqual(['tell ben (2)', 'tell cleo (3)', 'escalate in 60 s', 'triggered']);
  });
});

describe('levels for some severities', () => {
  const [first, second] = DUTY.levels;
  const passed = { people: [], afterMs: 60_000, because: 'policy standard', passedOver: 'only for critical' };

  it('are passed over at once by others, which the timeline says', () => {
    const talk = begin({ ...DUTY, levels: [passed, ...(second === undefined ? [] : [second])] });
    expect(take(talk, event(talk, 'trigger'))).toEqual([
      'tell ben (1)',
      'tell cleo (2)',
      'escalate in 60 s',
      'triggered',
    ]);
    expect(said(talk)).toContain('level 1 is only for critical: next level at once');
  });

  it('are not blamed where everything goes straight to the catch-all', () => {
    const itself = begin({ ...DUTY, levels: [], straight: 'as for everything about relay itself' });
    expect(take(itself, event(itself, 'trigger'))).toContain('tell cleo (3, last)');
    expect(said(itself)[0]).toContain('the catch-all, as for everything about relay itself (roster');
    expect(said(itself)[0]).not.toContain('nobody on call');
  });

  it('lead to the catch-all, loudly, when none is for this one or nobody is on call', () => {
    const none = begin({ ...DUTY, levels: [passed] });
    expect(take(none, event(none, 'trigger'))).toContain('tell ana (1, last)');
    expect(said(none)[0]).toContain('policy standard has no level for error');
    const gap = begin({ ...DUTY, levels: first === undefined ? [] : [{ ...first, people: [] }, passed] });
    expect(take(gap, event(gap, 'trigger'))).toContain('tell cleo (3, last)');
    expect(said(gap)[0]).toContain('policy standard has nobody on call');
  });
});

describe('what is asked of the roster', () => {
  /** What it is about stands in every question. */
  const asked = (...of: Parameters<typeof questionOf>): DutyQuestion => {
    const { about, ...rest } = questionOf(...of);
    expect(about).toEqual({ dedupKey: of[0].dedupKey, summary: expect.any(String) });
    return rest;
  };

  it('is about the severity that the incident will have, and the policy that a person gave it', () => {
    const talk = begin();
    const trigger = event(talk, 'trigger', 'warning');
    expect(asked(talk.state, trigger)).toEqual({ severity: 'warning' });
    take(talk, trigger);
    expect(asked(talk.state, event(talk, 'trigger', 'critical'))).toEqual({ severity: 'critical' });
    expect(asked(talk.state, event(talk, 'trigger', 'info'))).toEqual({ severity: 'warning' });
    const given = order(talk, { verb: 'reassign', policy: 'front' });
    expect(asked(talk.state, given)).toEqual({ severity: 'warning', policy: 'front' });
    take(talk, given);
    expect(asked(talk.state, { kind: 'timer', name: 'escalate' })).toEqual({
      severity: 'warning',
      policy: 'front',
    });
    take(talk, event(talk, 'resolve'));
    expect(asked(talk.state, event(talk, 'trigger', 'info'))).toEqual({ severity: 'info' });
  });

  it('is about no host any more once another host tells of the same key: maintenance of one hides no other', () => {
    const talk = begin();
    const on = (host: string) => event(talk, 'trigger', 'warning', { host, summary: `disk full on ${host}` });
    const about = (input: Parameters<typeof questionOf>[1]) => questionOf(talk.state, input).about;
    take(talk, on('db1'));
    expect(about(on('db1.example.com'))).toMatchObject({ host: 'db1' });
    expect(about(on('db2'))).toEqual({ dedupKey: 'disk', summary: 'disk' });
    take(talk, on('db2'));
    expect(about(on('db1'))).toEqual({ dedupKey: 'disk', summary: 'disk' });
    expect(about({ kind: 'timer', name: 'escalate' })).toEqual({ dedupKey: 'disk', summary: 'disk' });
    const byAddress = begin();
    take(byAddress, event(byAddress, 'trigger', 'warning', { host: '192.0.2.1' }));
    const other = event(byAddress, 'trigger', 'warning', { host: '192.0.2.2' });
    expect(questionOf(byAddress.state, other).about).not.toHaveProperty('host');
  });

  it('is about the host that opened it, where what comes later names none', () => {
    const talk = begin();
    const trigger = event(talk, 'trigger', 'warning');
    if (trigger.kind !== 'event') throw new Error('an event was made');
    const ofHost = { ...trigger, event: { ...trigger.event, host: 'db1' } };
    expect(questionOf(talk.state, ofHost).about?.host).toBe('db1');
    take(talk, ofHost);
    expect(questionOf(talk.state, trigger).about?.host).toBe('db1');
  });
});
