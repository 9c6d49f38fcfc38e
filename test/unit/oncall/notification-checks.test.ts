import { describe, expect, it } from 'vitest';
import { SEVERITIES, type Channel } from '../../../src/relay/events/types.ts';
import { editPerson } from '../../../src/relay/oncall/edits.ts';
import { addWholePerson } from '../../../src/relay/oncall/people.ts';
import type {
  ContactMethod,
  NotificationRule,
  NotificationStep,
  Person,
  Roster,
} from '../../../src/relay/oncall/types.ts';
import { refusal } from './refusal.ts';
import { team } from './rosters.ts';

const MINUTE = 60_000;
const SMS: ContactMethod = { channel: 'sms', address: '+15550109' };
const MAIL: ContactMethod = { channel: 'email', address: 'dee@example.com' };

const step = (afterMin: number, ...channels: Channel[]): NotificationStep => ({
  afterMs: afterMin * MINUTE,
  channels,
});
const withDee = (parts: Partial<Person>): Roster =>
  addWholePerson(team(), { id: 'dee', name: 'Dee', contacts: [SMS, MAIL], ...parts });
const refused = (...rules: NotificationRule[]): string => {
  const { code, message, cure } = refusal(() => withDee({ rules }));
  expect(code).toBe('usage');
  return `${message}. ${cure}`;
};
/** What anything may have sent. */
const odd = (value: unknown): never => value as never;

describe('notification rules', () => {
  it('are kept as they are given', () => {
    const rules: NotificationRule[] = [
      { severities: ['critical'], steps: [step(0, 'sms', 'email'), step(5, 'voice')] },
      { during: [{ days: ['mon'], from: '08:00', until: '18:00' }], steps: [step(0, 'email')] },
    ];
    const quiet = { during: [{ from: '22:00', until: '07:00' }], except: [] };
    const dee = withDee({ rules, quiet }).people.at(-1);
    expect(dee).toEqual({ id: 'dee', name: 'Dee', contacts: [SMS, MAIL], rules, quiet });
    expect(withDee({ rules: [] }).people.at(-1)).not.toHaveProperty('rules');
  });

  const wrong: [string, NotificationRule, string][] = [
    [
      'begins later',
      { steps: [step(5, 'sms')] },
      'Rule 1 tells nobody at once: its first step comes after 5m. Give the first one without a delay, as in --now email: an incident must not wait for its first word. Hours in which nothing may wake you are quiet hours.',
    ],
    ['has no steps', { steps: [] }, 'Rule 1 has no steps, or over 6.'],
    [
      'has steps out of order',
      { steps: [step(0, 'sms'), step(10, 'email'), step(5, 'voice')] },
      'Rule 1: the step after 5m follows that after 10m. Give the steps in the order in which they come',
    ],
    [
      'has two steps at one time',
      { steps: [step(0, 'sms'), step(0, 'email')] },
      'Rule 1: the step after 0s follows that after 0s.',
    ],
    ['waits over a day', { steps: [step(0, 'sms'), step(24 * 60 + 1, 'email')] }, 'at most 1d later'],
    [
      'waits for half a millisecond',
      { steps: [step(0, 'sms'), { afterMs: 0.5, channels: ['email'] }] },
      'at most 1d later',
    ],
    ['names a contact twice', { steps: [step(0, 'sms'), step(5, 'sms')] }, 'Rule 1 names sms twice'],
    ['has a step of nothing', { steps: [step(0)] }, 'Rule 1 has a step that uses nothing'],
    [
      'names no channel that there is',
      { steps: [step(0, odd('smss'))] },
      'Rule 1: there is no channel "smss". Did you mean sms? Channels are sms, voice, email, push.',
    ],
    [
      'is for no severity that there is',
      { severities: [odd('urgent')], steps: [step(0, 'sms')] },
      'Rule 1: there is no severity "urgent"',
    ],
    [
      'has hours that are none',
      { during: [{ from: '9', until: '17:00' }], steps: [step(0, 'sms')] },
      'Rule 1: "9" is no time of day',
    ],
    [
      'uses nothing that the person has',
      { steps: [step(0, 'voice'), step(5, 'push')] },
      'Rule 1 uses voice, push only, and dee has sms, email. Name sms in it too, give dee that contact, or take the rule away',
    ],
    [
      'reaches the person late',
      { steps: [step(0, 'voice'), step(31, 'sms')] },
      'Rule 1 reaches dee after 31m only: there is no voice of theirs before. Use sms within 30m, or give dee that contact.',
    ],
  ];
  it.each(wrong)('one that %s is refused with what to do', (_, rule, said) => {
    expect(refused(rule)).toContain(said);
  });

  it('one that is late by no more than half an hour is taken, and names a contact to come', () => {
    expect(withDee({ rules: [{ steps: [step(0, 'voice'), step(30, 'sms')] }] }).people).toHaveLength(4);
  });

  it('are at most ten, and the one that is wrong is named', () => {
    const rule: NotificationRule = { steps: [step(0, 'sms')] };
    expect(refused(...Array.from({ length: 11 }, () => rule))).toContain(
      'dee has 11 notification rules, and at most 10 are read',
    );
    expect(refused(rule, { steps: [step(1, 'sms')] })).toContain('Rule 2 tells nobody at once');
  });
});

describe('a contact that a rule begins with', () => {
  const rules: NotificationRule[] = [{ steps: [step(0, 'sms'), step(60, 'email')] }];

  it('is not taken away, and may be changed', () => {
    const roster = withDee({ rules });
    expect(refusal(() => editPerson(roster, 'dee', { phone: '' })).message).toBe(
      'Rule 1 reaches dee after 1h only: there is no sms of theirs before',
    );
    expect(editPerson(roster, 'dee', { phone: '+15550108' }).people.at(-1)?.rules).toEqual(rules);
    expect(editPerson(roster, 'dee', { email: '' }).people.at(-1)?.contacts).toEqual([SMS]);
  });
});

describe('quiet hours', () => {
  it('that would never end are refused', () => {
    const { message, cure } = refusal(() =>
      withDee({
        quiet: {
          during: [
            { from: '00:00', until: '12:00' },
            { from: '12:00', until: '24:00' },
          ],
        },
      }),
    );
    expect(`${message}. ${cure}`).toBe(
      'The quiet hours of dee would never end. Leave some hours in which a phone may ring: "22:00-07:00".',
    );
  });

  it('need hours, and severities that there are', () => {
    expect(refusal(() => withDee({ quiet: { during: [] } })).message).toBe(
      'dee would have quiet hours without hours',
    );
    const during = [{ from: '22:00', until: '07:00' }];
    expect(refusal(() => withDee({ quiet: { during, except: [odd('loud')] } })).message).toContain('"loud"');
    expect(withDee({ quiet: { during, except: [...SEVERITIES] } }).people).toHaveLength(4);
  });
});

describe('a time zone of a person', () => {
  it('is given, changed and taken away by an edit', () => {
    const zoneOf = (roster: Roster): string | undefined => roster.people[0]?.zone;
    const berlin = editPerson(team(), 'ana', { zone: 'Europe/Berlin' });
    expect(zoneOf(berlin)).toBe('Europe/Berlin');
    expect(zoneOf(editPerson(berlin, 'ana', { name: 'Ana L' }))).toBe('Europe/Berlin');
    expect(zoneOf(editPerson(berlin, 'ana', { zone: '' }))).toBeUndefined();
    expect(editPerson(berlin, 'ana', { zone: 'Europe/Berlin' })).toBe(berlin);
    expect(refusal(() => editPerson(berlin, 'ana', { zone: 'Berlin' })).message).toBe(
      '"Berlin" is no time zone',
    );
  });
});
