import { describe, expect, it } from 'vitest';
import type { LineageInput } from '../../../src/relay/engine/effects.ts';
import type { AlertEvent } from '../../../src/relay/events/types.ts';
import type { Duty } from '../../../src/relay/oncall/types.ts';
import { alone } from './alone.ts';
import { ack, begin, DUTY, event, said, take, unreachable, wait, type Conversation } from './conversation.ts';

const byHand = (people: string[]): NonNullable<AlertEvent['tell']> => ({
  people,
  by: 'root',
  rosterVersion: 3,
});

function paged(people: string[], duty: Duty = DUTY): { talk: Conversation; did: string[] } {
  const talk = begin(duty);
  const input = event(talk, 'trigger');
  return { talk, did: take(talk, { ...input, event: { ...input.event, tell: byHand(people) } }) };
}

describe('a person paged by hand', () => {
  it('is told alone, and nobody whom the levels name', () => {
    const { talk, did } = paged(['cleo']);
    expect(did).toEqual(['tell cleo (1)', 'escalate in 60 s', 'triggered']);
    expect(said(talk)[0]).toBe(
      'telling cleo: this person, paged by root (roster 3); next in 1 min unless somebody answers',
    );
  });

  it('who does not answer is followed by the first level, and that by the next', () => {
    const { talk } = paged(['cleo']);
    expect(wait(talk)).toEqual(['tell ana (2)', 'escalate in 60 s', 'triggered']);
    expect(said(talk)[1]).toBe('no answer from cleo in time');
    expect(wait(talk)).toEqual(['tell ben (3)', 'tell cleo (4)', 'escalate in 60 s', 'triggered']);
  });

  it('who answers keeps it from everybody else', () => {
    const { talk } = paged(['cleo']);
    expect(take(talk, ack('cleo'))).toEqual(['cancel cleo (2)', 'acknowledged']);
    expect(talk.timers.size).toBe(0);
  });

  it('who cannot be reached is followed at once', () => {
    const { talk } = paged(['cleo']);
    expect(take(talk, unreachable('cleo', 1))).toEqual(['tell ana (2)', 'escalate in 60 s', 'triggered']);
  });

  it('is told though a rule of the policy says that nobody is: somebody wants it', () => {
    const { did } = paged(['cleo'], { ...DUTY, wait: { untilMs: 9_000_000, why: 'waits until morning' } });
    expect(did).toEqual(['tell cleo (1)', 'escalate in 60 s', 'triggered']);
  });

  it('where the policy has no levels is followed by the catch-all', () => {
    const { talk, did } = paged(['cleo'], { ...DUTY, levels: [] });
    expect(did).toEqual(['tell cleo (1)', 'escalate in 300 s', 'triggered']);
    expect(wait(talk)).toContain('tell ana (2, last)');
  });

  it('may be several: one who cannot be reached does not bring the next level', () => {
    const { talk, did } = paged(['cleo', 'ben']);
    expect(did).toEqual(['tell cleo (1)', 'tell ben (2)', 'escalate in 60 s', 'triggered']);
    expect(said(talk)[0]).toContain('telling cleo, ben: these people');
    expect(take(talk, unreachable('cleo', 1))).toEqual(['triggered']);
    expect(take(talk, unreachable('ben', 2))).toContain('tell ana (3)');
  });

  it('by a host without a quorum is not paged again, and the first level comes when it would have there', () => {
    const talk = begin();
    const input = alone(talk, { told: ['cleo'] });
    talk.nowMs += 20_000;
    const did = take(talk, { ...input, event: { ...input.event, tell: byHand(['cleo']) } });
    expect(did).toEqual(['adopt', 'name', 'escalate in 40 s', 'triggered']);
    expect(wait(talk)).toContain('tell ana (2)');
  });

  it('whom a host without a quorum reached by nothing is told now', () => {
    const talk = begin();
    const input = alone(talk, { told: [] });
    const did = take(talk, { ...input, event: { ...input.event, tell: byHand(['cleo']) } });
    expect(did).toContain('tell cleo (1)');
    expect(did).not.toContain('tell ana (2)');
  });
});

describe('a snooze that comes with an answer', () => {
  const snoozed: Extract<LineageInput, { kind: 'act' }> = {
    ...(ack('ana') as Extract<LineageInput, { kind: 'act' }>),
    snooze: { untilMs: 4_600_000, until: '18:00 CET' },
    via: 'link',
  };

  it('ends by itself: whoever answered is told again then', () => {
    const talk = begin();
    take(talk, event(talk, 'trigger'));
    expect(take(talk, snoozed)).toEqual(['cancel ana (2)', 'snooze in 3600 s', 'acknowledged']);
    expect(said(talk)[0]).toContain('snoozed until 18:00 CET by ana');
    expect(wait(talk)).toContain('tell ana (3)');
  });

  it('changes nothing about an incident of another number', () => {
    const talk = begin();
    take(talk, event(talk, 'trigger'));
    expect(take(talk, { ...snoozed, number: 8 })).toEqual(['triggered']);
  });

  it('says of an acknowledgement that it came by the link', () => {
    const talk = begin();
    take(talk, event(talk, 'trigger'));
    const acked = ack('ana') as Extract<LineageInput, { kind: 'act' }>;
    take(talk, { ...acked, channel: 'email', via: 'link' });
    expect(said(talk)[0]).toBe('acknowledged by link in email by ana: nobody else is told');
  });
});
