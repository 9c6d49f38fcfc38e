import { describe, expect, test } from 'vitest';
import { NO_MESSAGE } from '../../../../src/relay/events/formats/rules/message.ts';
import type { EventRule, RuleTest } from '../../../../src/relay/oncall/rule-types.ts';
import { byOne, mail, problem, rule, ruled } from './ruled.ts';

/** Whether a rule is for the alert. */
const takes = (match: EventRule['match'], message = mail): boolean =>
  byOne({ match }, problem, message).rule === 'r';
const like = (...glob: string[]): RuleTest => ({ glob });
const found = (...regex: string[]): RuleTest => ({ regex });

describe('what a rule is for', () => {
  test.each<[string, EventRule['match'], boolean]>([
    ['every alert when it names nothing', {}, true],
    ['the sender', { from: like('*@mon.example.com') }, true],
    ['another sender', { from: like('*@other.example.com') }, false],
    ['who it was sent to', { to: like('*default@*') }, true],
    ['the subject in letters of either case', { subject: like('[OPS]*disk FULL*') }, true],
    ['the whole subject, not a part of it', { subject: like('disk full') }, false],
    ['one character', { host: like('db?') }, true],
    ['not two', { host: like('db??') }, false],
    ['any of several', { host: like('web*', 'db*') }, true],
    ['a header by its name in any letters', { 'header.X-Priority': like('1') }, true],
    ['a mailing list', { 'list-id': like('*<ops.example.com>') }, true],
    ['the source', { source: like('nagios') }, true],
    ['the severity', { severity: like('critical', 'error') }, true],
    ['the key', { key: like('nagios/*/disk') }, true],
    ['the service it was sent to', { service: like('db') }, false],
    ['a label', { 'label.team': like('dba') }, true],
    ['a label in letters of either case', { 'label.env': like('prod') }, true],
    ['a line of the body', { body: found('^State: CRIT') }, true],
    ['the end of a line', { body: found('disk$') }, true],
    ['a word anywhere', { summary: found('\\bdb\\d\\b') }, true],
    ['letters as they are in an expression', { summary: found('critical') }, false],
    ['letters of either case when it says so', { summary: found('(?i)critical') }, true],
    ['all conditions together', { host: like('db1'), source: like('zabbix') }, false],
    ['all but some', { host: { glob: ['db*'], notGlob: ['db2'] } }, true],
    ['none of some', { host: { notGlob: ['db*'] } }, false],
    ['none of some expressions', { host: { notRegex: ['^d'] } }, false],
    ['a field that is there', { 'label.team': like('*') }, true],
    ['a field that is not there is like nothing', { 'label.rack': like('*') }, false],
    ['a field that is not there is unlike anything', { 'label.rack': { notGlob: ['*'] } }, true],
    ['what every object has is no label', { 'label.constructor': like('*') }, false],
    ['a star is meant when it stands behind a backslash', { subject: like('\\[ops]*', '\\*') }, false],
  ])('%s', (_what, match, expected) => {
    expect(takes(match)).toBe(expected);
  });

  test('no rule sees what proves who sends', () => {
    expect(takes({ 'header.Authorization': like('*') })).toBe(false);
  });

  test('the fields of a request are named by their path', () => {
    const request = {
      ...NO_MESSAGE,
      fields: () => ({
        alert: { priority: 'P1', tags: ['dba', 'prod'], deep: [{ name: 'x' }] },
        'a.b': 'dotted',
        count: 3,
      }),
    };
    expect(takes({ 'json.alert.priority': like('p1') }, request)).toBe(true);
    expect(takes({ 'json.alert.tags': like('*prod*') }, request)).toBe(true);
    expect(takes({ 'json.alert.deep.0.name': like('x') }, request)).toBe(true);
    expect(takes({ 'json.a.b': like('dotted') }, request)).toBe(true);
    expect(takes({ 'json.count': like('3') }, request)).toBe(true);
    expect(takes({ 'json.alert': like('*') }, request)).toBe(false);
    expect(takes({ 'json.__proto__.x': like('*') }, request)).toBe(false);
  });
});

describe('the order of rules', () => {
  const first = rule({ id: 'first', match: { host: like('db*') }, set: { severity: 'warning' } });
  const second = rule({ id: 'second', match: { host: like('db1') }, set: { severity: 'info' } });

  test('the first that is for an alert takes it', () => {
    const { events, tried } = ruled([first, second]);
    expect(events).toMatchObject([{ severity: 'warning', rule: 'first' }]);
    expect(tried.map((one) => one.rule)).toEqual(['first']);
  });

  test('one that says so lets later ones see what it made', () => {
    const goesOn = { ...first, stop: false as const };
    const bySeverity = rule({ id: 'third', match: { severity: like('warning') }, set: { key: 'k' } });
    expect(ruled([goesOn, bySeverity]).events).toMatchObject([{ dedupKey: 'k', rule: 'third' }]);
  });

  test('each alert of a mail is looked at by itself', () => {
    const other = { ...problem, host: 'web1', dedupKey: 'nagios/web1/disk' };
    const { events } = ruled([first], [problem, other]);
    expect(events.map((one) => one.severity)).toEqual(['warning', 'critical']);
  });

  test('why a rule did not take it is told', () => {
    const { tried } = ruled([rule({ id: 'x', match: { host: { glob: ['web*'], notRegex: ['9$'] } } })]);
    expect(tried).toEqual([
      { rule: 'x', event: 0, verdict: 'no', why: 'host is "db1", not "web*", other than /9$/' },
    ]);
  });
});
