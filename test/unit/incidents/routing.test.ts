import { describe, expect, it } from 'vitest';
import type { LineageInput } from '../../../src/relay/engine/effects.ts';
import type { AlertEvent } from '../../../src/relay/events/types.ts';
import { questionOf } from '../../../src/relay/incidents/question.ts';
import { duty } from '../../../src/relay/oncall/who.ts';
import { NOW, team } from '../oncall/rosters.ts';
import { ack, begin, DUTY, event, order, said, take, wait, type Conversation } from './conversation.ts';

const OTHER = {
  ...DUTY,
  policy: 'dba',
  levels: [{ people: ['cleo'], afterMs: 60_000, because: 'policy dba' }],
};

/** A trigger that a rule sends by a policy. */
function routed(
  talk: Conversation,
  policy: string,
  severity: AlertEvent['severity'] = 'error',
): Extract<LineageInput, { kind: 'event' }> {
  const input = event(talk, 'trigger', severity);
  if (input.kind !== 'event') throw new Error('no event');
  return { ...input, event: { ...input.event, policy, rule: 'databases', rosterVersion: 3 } };
}

describe('an incident that a rule sends by another policy', () => {
  it('is asked for by that policy, from its opening to its end', () => {
    const talk = begin(OTHER);
    const opening = routed(talk, 'dba');
    expect(questionOf(talk.state, opening)).toMatchObject({ severity: 'error', routed: 'dba' });
    expect(take(talk, opening)).toEqual(['tell cleo (1)', 'escalate in 60 s', 'triggered']);
    expect(questionOf(talk.state, { kind: 'timer', name: 'escalate' })).toMatchObject({ routed: 'dba' });
    take(talk, ack('cleo'));
    take(talk, event(talk, 'resolve'));
    expect(questionOf(talk.state, event(talk, 'trigger'))).not.toHaveProperty('routed');
  });

  it('that has become more severe tells the first level of the other policy now', () => {
    const talk = begin();
    take(talk, event(talk, 'trigger', 'warning'));
    const worse = routed(talk, 'dba', 'critical');
    expect(questionOf(talk.state, worse)).toMatchObject({ severity: 'critical', routed: 'dba' });
    talk.duty = OTHER;
    expect(take(talk, worse)).toEqual(['tell cleo (2)', 'escalate in 60 s', 'triggered']);
    expect(said(talk)[1]).toBe('goes by policy dba from now on, by rule databases');
  });

  it('that is only reported again goes on as it was', () => {
    const talk = begin();
    take(talk, event(talk, 'trigger'));
    const again = routed(talk, 'dba');
    expect(questionOf(talk.state, again)).not.toHaveProperty('routed');
    expect(take(talk, again)).toEqual(['triggered']);
  });

  it('stays with whoever has acknowledged it', () => {
    const talk = begin();
    take(talk, event(talk, 'trigger', 'warning'));
    take(talk, ack('ana'));
    talk.duty = OTHER;
    expect(take(talk, routed(talk, 'dba', 'critical'))).toEqual(['acknowledged']);
  });

  it('goes by what a person says after that', () => {
    const talk = begin(OTHER);
    take(talk, routed(talk, 'dba', 'warning'));
    talk.duty = { ...DUTY, policy: 'office' };
    take(talk, order(talk, { verb: 'reassign', policy: 'office' }));
    expect(questionOf(talk.state, event(talk, 'trigger'))).toMatchObject({ policy: 'office' });
    expect(take(talk, routed(talk, 'night', 'critical'))).toEqual(['triggered']);
    expect(wait(talk)).toContain('tell ben (4)');
  });
});

describe('who is told by a policy of a rule', () => {
  it('is whom it names, and why is said', () => {
    const { policy, levels } = duty(team(), 'db', NOW, [], 'UTC', { routed: 'front' });
    expect(policy).toBe('front');
    expect(levels).toMatchObject([{ people: ['ben', 'cy'], because: 'policy front, by a rule for alerts' }]);
  });

  it('is nobody but the catch-all when the policy is gone', () => {
    expect(duty(team(), 'db', NOW, ['cy'], 'UTC', { routed: 'gone' })).toMatchObject({
      policy: 'gone',
      levels: [],
      catchAll: ['cy'],
    });
  });

  it('waits by its own rules, which do not count where a person gave the policy', () => {
    const roster = team();
    const waits = { outside: [{ from: '03:00', until: '03:01' }], does: 'wait' as const };
    roster.policies = roster.policies.map((one) => (one.id === 'front' ? { ...one, rules: [waits] } : one));
    expect(duty(roster, 'db', NOW, [], 'UTC', { routed: 'front' }).wait?.why).toContain(
      'rule 1 of policy front',
    );
    expect(duty(roster, 'db', NOW, [], 'UTC', { routed: 'front', policy: 'default' }).wait).toBeUndefined();
  });
});
