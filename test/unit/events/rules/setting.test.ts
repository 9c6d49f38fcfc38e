import { describe, expect, test } from 'vitest';
import type { RuleSets, RuleTest } from '../../../../src/relay/oncall/rule-types.ts';
import { NO_MESSAGE } from '../../../../src/relay/events/formats/rules/message.ts';
import type { Ruling } from '../../../../src/relay/events/formats/rules/index.ts';
import type { AlertEvent } from '../../../../src/relay/events/types.ts';
import { byOne, mail, problem, recovery, rule, ruled } from './ruled.ts';

const like = (...glob: string[]): RuleTest => ({ glob });

describe('what a rule makes of an alert', () => {
  test.each<[string, RuleSets, object]>([
    ['another key from fields', { key: '{host}/{check}' }, { dedupKey: 'db1/disk' }],
    ['a key with a header in it', { key: 'p{header.X-Priority}' }, { dedupKey: 'p1' }],
    ['a brace is written twice', { key: '{{{host}}}' }, { dedupKey: '{db1}' }],
    ['another severity', { severity: 'warning' }, { severity: 'warning' }],
    ['a severity by the word of a field', { severity: '{header.x-priority}' }, { severity: 'critical' }],
    ['another summary', { summary: '{host}: {check}' }, { summary: 'db1: disk' }],
    ['another service', { service: 'db' }, { service: 'db', rosterVersion: 7 }],
    ['a policy of its own', { policy: 'dba' }, { policy: 'dba', service: 'default', rosterVersion: 7 }],
    [
      'labels beside those it had',
      { labels: { rack: 'r-{host}' } },
      { labels: { rack: 'r-db1', team: 'dba' } },
    ],
    ['host and check', { host: 'a', check: 'b' }, { host: 'a', check: 'b' }],
    ['another action', { action: 'resolve' }, { action: 'resolve' }],
    ['nothing at all', { suppress: true }, { action: 'none' }],
  ])('%s', (_what, set, expected) => {
    expect(byOne({ set })).toMatchObject(expected);
  });

  test('its reason stands behind what it was read by', () => {
    expect(byOne({ id: 'dba', set: { key: '{host}', severity: 'error', policy: 'dba' } }).reason).toBe(
      'read by its notification type PROBLEM; by rule dba: key db1, severity error, not critical, policy dba',
    );
    expect(byOne({ why: 'known noise', set: { suppress: true } }).reason).toContain(
      'by rule r: suppressed (known noise)',
    );
    expect(byOne({}).reason).toContain('by rule r: left as it is');
  });

  test('groups of its expression are named in texts', () => {
    const match = { subject: { regex: ['^\\[(?<team>\\w+)\\] (\\w+): (?<what>.+) on (?<host>\\S+)'] } };
    expect(byOne({ match, set: { key: '{host}/{what}/{2}', summary: '{team}: {0}' } })).toMatchObject({
      dedupKey: 'db1/disk full/PROBLEM',
      summary: 'ops: [ops] PROBLEM: disk full on db1',
    });
  });

  test('an empty part never makes a key that others share', () => {
    const event = byOne({ set: { key: '{label.rack}/{check}' } });
    expect(event.dedupKey).toBe(problem.dedupKey);
    expect(event.reason).toContain('by rule r: key not set, since {label.rack} is empty');
  });

  test('a service that a field names and nobody knows changes nothing', () => {
    const event = byOne({ set: { service: '{label.team}' } }, { ...problem, service: 'db' });
    expect(event).toMatchObject({ service: 'db' });
    expect(event.reason).toContain('service db, since there is no service dba');
    const web = { ...problem, labels: { team: 'Team Web' } };
    expect(byOne({ set: { service: '{label.team}' } }, web)).toMatchObject({ service: 'team-web' });
  });

  test('a service that was named and is gone is paged as the default one', () => {
    const event = byOne({ set: { service: 'gone' } }, { ...problem, service: 'db' });
    expect(event).toMatchObject({ service: 'default' });
    expect(event.reason).toContain('service default, since there is no service gone');
  });

  test('a policy that is gone leaves the policy of the service', () => {
    const event = byOne({ set: { policy: 'gone' } });
    expect(event.policy).toBeUndefined();
    expect(event.reason).toContain('policy of its service, since there is no policy gone');
  });

  test('a word that is no severity changes nothing', () => {
    const event = byOne({ set: { severity: '{host}' } });
    expect(event.severity).toBe('critical');
    expect(event.reason).toContain('severity not set, since "db1" is none');
  });

  test('control characters of a mail never reach a key', () => {
    const message = { ...mail, headers: new Map([['x-host', 'a\u001b[31m\nb']]) };
    expect(byOne({ set: { key: '{header.x-host}' } }, problem, message).dedupKey).toBe('a [31m b');
  });
});

describe('a recovery', () => {
  const critical = rule({ id: 'critical', match: { severity: like('critical') }, set: { service: 'db' } });

  test('goes wherever its problem may have gone, since it says no severity', () => {
    const { events } = ruled([critical], [recovery]);
    expect(events.map((one) => one.service)).toEqual(['default', 'db']);
    expect(events[1]?.reason).toContain('does not say all that its problem did');
    expect(ruled([critical], [problem]).events.map((one) => one.service)).toEqual(['db']);
  });

  test('is one where both ways lead to one place', () => {
    const policy = rule({ id: 'p', match: { severity: like('critical') }, set: { policy: 'dba' } });
    expect(ruled([policy], [recovery]).events).toEqual([recovery]);
  });

  test('is not lost where a problem of that severity would have been suppressed', () => {
    const noise = rule({ id: 'noise', match: { severity: like('info') }, set: { suppress: true } });
    expect(ruled([noise], [recovery]).events).toEqual([recovery]);
  });

  test('that may be of another problem does not close what a rule has gathered', () => {
    const all = rule({
      id: 'all',
      match: { severity: like('critical') },
      set: { key: 'everything critical' },
    });
    expect(ruled([all], [problem]).events).toMatchObject([{ dedupKey: 'everything critical' }]);
    expect(ruled([all], [recovery]).events).toEqual([recovery]);
  });

  test('of PagerDuty or Opsgenie says only its key, and goes wherever a rule may have sent its problem', () => {
    const bare: AlertEvent = {
      action: 'resolve',
      service: 'default',
      dedupKey: 'mine',
      severity: 'unknown',
      summary: 'resolve of mine',
      source: 'opsgenie',
    };
    const team = rule({
      match: { 'label.team': like('dba'), summary: like('*slow*') },
      set: { service: 'db' },
    });
    const places = ({ events }: Ruling): string[] => events.map(({ service }) => service);
    expect(places(ruled([team], [bare], NO_MESSAGE))).toEqual(['default', 'db']);
    expect(places(ruled([team], [{ ...bare, labels: { team: 'web' } }], NO_MESSAGE))).toEqual(['default']);
    expect(places(ruled([team], [{ ...bare, source: 'mail' }], NO_MESSAGE))).toEqual(['default']);
    const other = rule({ match: { 'label.team': like('dba'), key: like('theirs') }, set: { service: 'db' } });
    expect(places(ruled([other], [bare], NO_MESSAGE))).toEqual(['default']);
  });

  test('does not multiply without end', () => {
    const many = Array.from({ length: 40 }, (_, index) =>
      rule({
        id: `r${index}`,
        match: { severity: like('error') },
        set: { key: `k${index}/{host}` },
        stop: false,
      }),
    );
    expect(ruled(many, [recovery]).events.length).toBeLessThanOrEqual(16);
  });

  test('has no severity, whatever a rule sets', () => {
    expect(byOne({ set: { severity: 'error' } }, recovery).severity).toBe('unknown');
  });
});
