import { describe, expect, it } from 'vitest';
import type { Channel } from '../../../src/relay/events/types.ts';
import { editNotifications, type NotificationEdit } from '../../../src/relay/oncall/edits.ts';
import { coverageWarnings } from '../../../src/relay/oncall/file/coverage.ts';
import { differences } from '../../../src/relay/oncall/file/differences.ts';
import { notificationWarnings } from '../../../src/relay/oncall/notification-warnings.ts';
import { notificationsWords } from '../../../src/relay/oncall/notification-words.ts';
import type { NotificationRule, Person, Roster } from '../../../src/relay/oncall/types.ts';
import { refusal } from './refusal.ts';
import { NOW, team } from './rosters.ts';

const now = (...channels: Channel[]): NotificationRule => ({ steps: [{ afterMs: 0, channels }] });
const edited = (roster: Roster, ...edits: NotificationEdit[]): Roster =>
  edits.reduce((base, edit) => editNotifications(base, 'ana', edit), roster);
const ana = (roster: Roster): Person => roster.people[0] as Person;
/** What each rule of Ana's uses at once. */
const firsts = (roster: Roster): string[] =>
  (ana(roster).rules ?? []).map((rule) => rule.steps[0]?.channels.join('+') ?? '');

const CRITICAL: NotificationRule = {
  severities: ['critical'],
  steps: [
    { afterMs: 0, channels: ['sms', 'email'] },
    { afterMs: 300_000, channels: ['voice'] },
  ],
};
const NIGHT = { from: '22:00', until: '07:00' };

describe('notification rules', () => {
  it('are added at the end or in front of another, moved and removed', () => {
    const three = edited(
      team(),
      { addRule: { rule: now('sms') } },
      { addRule: { rule: now('email') } },
      { addRule: { rule: now('sms', 'email'), before: 1 } },
    );
    expect(firsts(three)).toEqual(['sms+email', 'sms', 'email']);
    expect(firsts(edited(three, { moveRule: { from: 3, to: 1 } }))).toEqual(['email', 'sms+email', 'sms']);
    expect(firsts(edited(three, { moveRule: { from: 1, to: 2 } }))).toEqual(['sms', 'sms+email', 'email']);
    expect(firsts(edited(three, { removeRule: 2 }))).toEqual(['sms+email', 'email']);
    const none = edited(three, { removeRule: 1 }, { removeRule: 1 }, { removeRule: 1 });
    expect(ana(none)).toEqual(ana(team()));
    expect(firsts(edited(three, { rules: [now('email')] }))).toEqual(['email']);
    expect(ana(edited(three, { rules: [] }))).not.toHaveProperty('rules');
  });

  it('say which there are when a number is wrong', () => {
    const none = refusal(() => edited(team(), { removeRule: 1 }));
    expect(none).toMatchObject({ code: 'not_found', message: 'ana has no notification rule 1' });
    expect(none.cure).toBe('There is none yet.');
    const one = edited(team(), { addRule: { rule: now('sms') } });
    expect(refusal(() => edited(one, { moveRule: { from: 1, to: 2 } })).cure).toBe(
      'Rules count from 1 to 1.',
    );
    expect(refusal(() => edited(one, { addRule: { rule: now('email'), before: 3 } })).code).toBe('not_found');
  });

  it('are changed one at a time, by an edit that says something', () => {
    expect(refusal(() => edited(team(), {})).message).toBe('Nothing is to be changed about how ana is told');
    expect(refusal(() => edited(team(), { addRule: { rule: now('sms') }, removeRule: 1 })).message).toBe(
      'One edit adds, moves or removes one rule',
    );
    expect(refusal(() => editNotifications(team(), 'dee', { removeRule: 1 })).code).toBe('not_found');
  });

  it('that change nothing make no version', () => {
    const roster = edited(team(), { quiet: { during: [NIGHT] }, zone: 'Europe/Berlin' });
    expect(edited(roster, { quiet: { during: [{ ...NIGHT }] } })).toBe(roster);
    expect(edited(roster, { zone: 'Europe/Berlin' })).toBe(roster);
    expect(edited(team(), { quiet: null })).toEqual(team());
  });
});

describe('quiet hours', () => {
  it('are set, with a zone, and taken away', () => {
    const quiet = { during: [NIGHT], except: ['critical' as const, 'error' as const] };
    const roster = edited(team(), { quiet, zone: 'Europe/Berlin' });
    expect(ana(roster)).toMatchObject({ quiet, zone: 'Europe/Berlin' });
    expect(ana(edited(roster, { quiet: null }))).not.toHaveProperty('quiet');
    expect(refusal(() => edited(team(), { quiet, zone: 'Berlin' })).message).toContain('no time zone');
  });
});

describe('in words', () => {
  it('rules and quiet hours are sentences', () => {
    const office: NotificationRule = {
      during: [{ days: ['mon', 'tue', 'wed', 'thu', 'fri'], from: '08:00', until: '18:00' }],
      outside: [{ from: '12:00', until: '13:00' }],
      steps: [{ afterMs: 0, channels: ['email'] }],
    };
    const quiet = { during: [NIGHT] };
    const roster = edited(team(), { rules: [CRITICAL, office], quiet });
    expect(notificationsWords(ana(roster))).toBe(
      '1. critical: sms and email at once, voice after 5m; 2. during mon-fri 08:00-18:00 outside 12:00-13:00: email at once; else by every contact at once; quiet 22:00-07:00; critical breaks through',
    );
    expect(notificationsWords({})).toBe('by every contact at once');
    expect(notificationsWords({ quiet: { ...quiet, except: [] } })).toContain('nothing breaks through');
    expect(notificationsWords({ quiet: { ...quiet, except: ['critical', 'error', 'info'] } })).toContain(
      'critical, error and info break through',
    );
    expect(notificationsWords({ rules: [now('sms', 'voice', 'push')] })).toBe(
      '1. always: sms, voice and push at once; else by every contact at once',
    );
  });

  it('a change of them is told in a plan and in the history', () => {
    const roster = edited(team(), { addRule: { rule: CRITICAL }, quiet: { during: [NIGHT] } });
    expect(differences(team(), roster)).toEqual([
      '~ person ana, rules: nothing -> [severities [critical], steps [channels [sms, email], after 5m, channels [voice]]]',
      '~ person ana, quiet: nothing -> during [22:00-07:00]',
    ]);
    const later = edited(roster, { moveRule: { from: 1, to: 1 }, quiet: { during: [NIGHT], except: [] } });
    expect(differences(roster, later)).toEqual(['~ person ana, quiet, except: nothing -> []']);
  });
});

describe('what is probably not meant', () => {
  /** Thursday 27 Nov 2025, 14:00 in Berlin. */
  const told = (...edits: NotificationEdit[]): string[] =>
    notificationWarnings(ana(edited(team(), { zone: 'Europe/Berlin' }, ...edits)), NOW, 'UTC').map(
      (one) => one.text,
    );

  it('is nothing of somebody without rules, or whom critical wakes', () => {
    expect(told()).toEqual([]);
    expect(told({ quiet: { during: [NIGHT] } })).toEqual([]);
    expect(told({ addRule: { rule: now('sms') } })).toEqual([]);
    const mailFirst: NotificationRule = {
      steps: [
        { afterMs: 0, channels: ['email'] },
        { afterMs: 1_800_000, channels: ['sms'] },
      ],
    };
    expect(told({ addRule: { rule: mailFirst } })).toEqual([]);
  });

  it('is a night in which critical rings no phone', () => {
    expect(told({ addRule: { rule: now('email') } })).toEqual([
      'at night critical rings no phone of ana: Thu 22:00 CET it goes by mail only (rule 1 of ana)',
    ]);
    expect(told({ quiet: { during: [NIGHT], except: ['error'] } })).toEqual([
      'at night critical rings no phone of ana: Thu 22:00 CET it goes by phone after 9h (quiet hours 22:00-07:00 until Fri 07:00 CET)',
    ]);
    const weekend = { during: [{ days: ['sat' as const], from: '00:00', until: '24:00' }], except: [] };
    expect(told({ quiet: weekend })[0]).toContain('Sat 00:00 CET it goes by phone after 1d');
    const late: NotificationRule = {
      steps: [
        { afterMs: 0, channels: ['email'] },
        { afterMs: 1_800_001, channels: ['sms'] },
      ],
    };
    expect(told({ addRule: { rule: late } })[0]).toContain('by phone after 30m');
  });

  it('is not said of somebody who has only mail', () => {
    const [mail] = ana(team()).contacts;
    const person: Person = {
      ...ana(team()),
      contacts: mail === undefined ? [] : [mail],
      rules: [now('email')],
    };
    expect(notificationWarnings(person, NOW, 'UTC')).toEqual([]);
  });

  it('is a contact that is not there, and a rule that never counts', () => {
    expect(told({ rules: [CRITICAL, now('sms'), CRITICAL] })).toEqual([
      'rule 1 uses voice, and ana has no such contact',
      'rule 3 uses voice, and ana has no such contact',
      'rule 3 never counts: rule 2 before it always applies',
    ]);
  });

  it('is told of a roster file at its place', () => {
    const roster = edited(team(), { rules: [now('email'), now('sms')] });
    expect(
      coverageWarnings(roster, NOW, 'Europe/Berlin')
        .filter(({ path }) => path[0] === 'people')
        .map(({ path, text }) => `${path.join('.')}: ${text}`),
    ).toEqual([
      'people.ana.rules.1: ana: rule 2 never counts: rule 1 before it always applies',
      'people.ana: at night critical rings no phone of ana: Thu 22:00 CET it goes by mail only (rule 1 of ana)',
    ]);
  });
});
