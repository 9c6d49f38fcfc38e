/** How people were told elsewhere: the same by rules here, and what differs is said by name. */
import { describe, expect, it } from 'vitest';
import { importOpsgenie } from '../../../../src/relay/oncall/import/opsgenie.ts';
import { importPagerduty } from '../../../../src/relay/oncall/import/pagerduty.ts';
import type { Imported } from '../../../../src/relay/oncall/import/types.ts';
import { addWholePerson } from '../../../../src/relay/oncall/people.ts';
import { emptyRoster } from '../../../../src/relay/oncall/edits.ts';
import { notificationRuleWords } from '../../../../src/relay/oncall/notification-words.ts';
import { ANA, answers, CLEO, opsgenie } from './opsgenie-export.ts';
import { BEN as PD_BEN, ANA as PD_ANA, notificationRule } from './pagerduty-export.ts';
import { said } from './who.ts';

const OPTIONS = { nowMs: Temporal.Instant.from('2026-10-10T12:00:00Z').epochMilliseconds, by: 'ana' };

/** The rules of the first person in words; whoever comes over can be added as the commands do it. */
function rulesOf(imported: Imported): string[] {
  for (const person of imported.parts.people) addWholePerson(emptyRoster(), person);
  return (imported.parts.people[0]?.rules ?? []).map(notificationRuleWords);
}

const step = (method: string, minutes: number, more: object = {}): object => ({
  contact: { method, to: 'x' },
  sendAfter: { timeAmount: minutes, timeUnit: 'minutes' },
  enabled: true,
  ...more,
});
const ofAlert = (name: string, steps: object[], more: object = {}): object => ({
  id: name,
  name,
  actionType: 'create-alert',
  enabled: true,
  order: 0,
  criteria: { type: 'match-all' },
  steps,
  ...more,
});
const priorities = (type: string, ...values: string[]): object => ({
  criteria: {
    type,
    conditions: values.map((one) => ({
      field: 'priority',
      operation: 'equals',
      expectedValue: one.replace('!', ''),
      ...(one.startsWith('!') ? { not: true } : {}),
    })),
  },
});
const ofAna = (...notificationRules: object[]): Imported =>
  importOpsgenie(opsgenie({ users: [{ ...ANA, notificationRules }] }), OPTIONS);

describe('notification rules from Opsgenie', () => {
  it('come over in their order, with priorities as severities and time restrictions as hours', () => {
    const office = {
      timeRestriction: {
        type: 'time-of-day',
        restriction: { startHour: 8, startMin: 30, endHour: 18, endMin: 0 },
      },
    };
    const imported = ofAna(
      ofAlert('rest', [step('email', 0)], { order: 3 }),
      ofAlert('urgent', [step('sms', 0), step('email', 0), step('voice', 5)], {
        order: 1,
        ...priorities('match-any-condition', 'P1', 'P2'),
      }),
      ofAlert('office', [step('email', 0), step('sms', 10)], { order: 2, ...office }),
    );
    expect(rulesOf(imported)).toEqual([
      'critical, error: sms and email at once, voice after 5m',
      'during 08:30-18:00: email at once, sms after 10m',
      'always: email at once',
    ]);
    expect(said(imported, 'taken')).toContain(
      'user ana@example.com, notification rule "rest": always: email at once',
    );
  });

  it.each([
    ['match-any-condition', ['P3'], 'warning, unknown'],
    ['match-any-condition', ['P4', 'P5'], 'info'],
    ['match-all-conditions', ['!P1', '!P2'], 'warning, unknown, info'],
    ['match-any-condition', ['P1', '!P1'], 'always'],
  ])('%s of priorities %j is for %s', (type, values, severities) => {
    const imported = ofAna(ofAlert('one', [step('sms', 0)], priorities(type, ...values)));
    expect(rulesOf(imported)).toEqual([`${severities}: sms at once`]);
  });

  it('begin at once with what can be used, and use each contact once', () => {
    const imported = ofAna(
      ofAlert('slow', [
        step('mobile', 0),
        step('sms', 2),
        step('voice', 7),
        step('sms', 12),
        step('email', 1, { enabled: false }),
        step('email', 2, { sendAfter: { timeAmount: 2, timeUnit: 'days' } }),
      ]),
    );
    expect(rulesOf(imported)).toEqual(['always: sms at once, voice after 5m']);
    expect(said(imported, 'approximated')).toEqual(
      expect.arrayContaining([
        expect.stringContaining('"slow": the first that can be used comes after 2m there; here at once'),
        expect.stringContaining('"slow": sms again after 12m: here each is used once'),
      ]),
    );
    expect(said(imported, 'left')).toContainEqual(
      expect.stringContaining('"slow": email after 2d: here it comes within a day'),
    );
  });

  it('that can not be said here are left, and why', () => {
    const imported = ofAna(
      ofAlert('off', [step('sms', 0)], { enabled: false }),
      ofAlert('listed', [], { steps: undefined }),
      ofAlert('words', [step('sms', 0)], {
        criteria: {
          type: 'match-all-conditions',
          conditions: [{ field: 'message', operation: 'contains', expectedValue: 'disk' }],
        },
      }),
      ofAlert('phone', [step('mobile', 0)]),
      ofAlert('loud', [step('sms', 0)], { repeat: { loopAfter: 10, enabled: true } }),
      { ...ofAlert('ack', [step('email', 0)]), actionType: 'acknowledged-alert' },
    );
    expect(rulesOf(imported)).toEqual(['always: sms at once']);
    const left = said(imported, 'left').join('\n');
    expect(left).toContain('1 notification rule of other events than a new alert');
    expect(left).toContain('"off": it is switched off there');
    expect(left).toContain('"listed": its steps are not in the export');
    expect(left).toContain('"words": its conditions are about more than the priority');
    expect(left).toContain('"phone": it uses nothing that came over');
    expect(said(imported, 'approximated').join('\n')).toContain('"loud": it repeats by itself there');
  });

  it('are found in answers of their own: the list, and each rule with its steps', () => {
    const rule = ofAlert('r1', [step('email', 0)]) as Record<string, unknown>;
    const imported = importOpsgenie(
      answers({
        'users.json': [CLEO, ANA],
        'rules-u-cleo.json': [{ id: 'r1', name: 'r1', actionType: 'create-alert', order: 0, enabled: true }],
        'rule-u-cleo-r1.json': rule,
      }),
      OPTIONS,
    );
    expect(rulesOf(imported)).toEqual(['always: email at once']);
    expect(imported.parts.people[1]).not.toHaveProperty('rules');
  });
});

describe('notification rules from PagerDuty', () => {
  const told = (...notification_rules: object[]): Imported =>
    importPagerduty([{ name: 'p.json', value: { users: [{ ...PD_ANA, notification_rules }] } }], OPTIONS);

  it('come over by urgency, which is said', () => {
    const imported = importPagerduty([{ name: 'p.json', value: { users: [PD_ANA] } }], OPTIONS);
    expect(rulesOf(imported)).toEqual([
      'critical, error, unknown: sms at once, voice after 5m',
      'warning, info: email at once',
    ]);
    expect(said(imported, 'approximated')).toEqual([
      'user ana@example.com: their notification rules go by urgency there; here high means critical, error, unknown and low warning, info',
    ]);
  });

  it('that are alike for both are one', () => {
    const both = ['high', 'low'].flatMap((urgency) => [
      notificationRule('1', urgency, 0, 'email_contact_method_reference'),
      notificationRule('2', urgency, 10, 'phone_contact_method'),
    ]);
    const imported = told(...both);
    expect(rulesOf(imported)).toEqual(['always: email at once, voice after 10m']);
    expect(said(imported, 'approximated')).toEqual([]);
  });

  it('of one urgency alone, and without their contact, are told of', () => {
    const imported = told(notificationRule('1', 'high', 3, 'sms_contact_method'), {
      id: 'bare',
      start_delay_in_minutes: 0,
      urgency: 'high',
    });
    expect(rulesOf(imported)).toEqual(['critical, error, unknown: sms at once']);
    expect(said(imported, 'approximated').join('\n')).toMatch(
      /no notification rule of low urgency there; here warning, info come by every contact[^]*comes after 3m there/,
    );
    expect(said(imported, 'left').join('\n')).toContain('1 of their notification rules: which contact');
  });

  it('somebody has none of leave them told by every contact', () => {
    const imported = importPagerduty([{ name: 'p.json', value: { users: [PD_BEN] } }], OPTIONS);
    expect(rulesOf(imported)).toEqual([]);
    expect(imported.notes.map((one) => one.kind)).toEqual(['taken']);
  });
});
