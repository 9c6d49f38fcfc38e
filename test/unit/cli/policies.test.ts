/** Escalation policies as somebody types them. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { addPolicy, editPolicy, type PolicyEditFlags } from '../../../src/cli/policy-edit.ts';
import { readRule } from '../../../src/cli/rule-words.ts';
import type { PolicyDetailJson } from '../../../src/relay/api/oncall-wire.ts';
import { NOW_MS, standIn, type StandIn } from '../api/stand-in.ts';
import { capture, configFor, runQuick, type Ran } from './run-quick.ts';

let relay: StandIn;
beforeEach(async () => {
  vi.useFakeTimers({ now: NOW_MS, toFake: ['Date'] });
  relay = await standIn();
  await runQuick(relay, 'group-add', ['dba', 'ana,ben']);
  await runQuick(relay, 'rotation-add', ['ops', 'ana', 'ben'], { every: '1w', at: '02:00', zone: 'UTC' });
});
afterEach(async () => {
  expect(relay.faults).toEqual([]);
  await relay.close();
  vi.useRealTimers();
});

/** `--level ana --after 5m` as the option parser hands it over. */
const tokensOf = (line: string) =>
  [...line.matchAll(/--(\S+) (\S+)/g)].map(([, flag = '', input = '']) => ({ flag, input }));
const add = (id: string, levels: string, flags: PolicyEditFlags = {}, json = false): Promise<Ran> =>
  capture(relay, (io) =>
    addPolicy(id, { repeat: 3, ...flags }, tokensOf(levels), { config: configFor(relay), json }, io),
  );
const edit = (id: string, flags: PolicyEditFlags, levels = ''): Promise<Ran> =>
  capture(relay, (io) =>
    editPolicy(id, flags, tokensOf(levels), { config: configFor(relay), as: 'ana' }, io),
  );
const show = async (id: string): Promise<PolicyDetailJson> =>
  (await runQuick(relay, 'policy-show', [id], { json: true })).json() as PolicyDetailJson;

describe('a rule', () => {
  test.each([
    [
      'info,warning outside mon-fri 08:00-18:00: wait',
      { severities: ['info', 'warning'], outside: ['mon-fri 08:00-18:00'], wait: true },
    ],
    ['during 22:00-6:00: policy night', { during: ['22:00-06:00'], policy: 'night' }],
    [
      'Info outside of Mon-Fri 9:00 - 17:00 then wait',
      { severities: ['info'], outside: ['mon-fri 09:00-17:00'], wait: true },
    ],
    [
      'error during mon,tue 22:00-24:00, sat 10:00-14:00 and sun 00:00-09:00 -> policy night',
      {
        severities: ['error'],
        during: ['mon,tue 22:00-24:00', 'sat 10:00-14:00', 'sun 00:00-09:00'],
        policy: 'night',
      },
    ],
    [
      'during sat,sun 00:00-24:00 outside sat 09:00-12:00: waits',
      { during: ['sat,sun 00:00-24:00'], outside: ['sat 09:00-12:00'], wait: true },
    ],
    ['critical: policy front', { severities: ['critical'], policy: 'front' }],
    ['always: policy: front', { policy: 'front' }],
  ])('%s', (text, rule) => {
    expect(readRule(text)).toEqual(rule);
  });

  test.each([
    '',
    'info',
    'info outside mon-fri: wait',
    'during 22:00-06:00',
    'during soon 22:00-06:00, x: wait',
  ])('"%s" is refused with how to write it', (text) => {
    expect(() => readRule(text)).toThrow(
      expect.objectContaining({ exit: 2, cure: expect.stringMatching(/Write it like/) }),
    );
  });
});

describe('a policy', () => {
  test('with rotations, groups, severities and rules is added, listed and shown', async () => {
    expect((await add('night', '--level ben --after 1m', { repeat: 0 })).out).toBe(
      'Added policy night: 1. ben 1m; not repeated\nNobody is on call differently in the next four weeks.\nNo service goes by it yet: relay service edit SERVICE --policy night\n',
    );
    const added = await add(
      'web',
      '--level ops --after 10m --level group:dba,ana --severities critical,error',
      {
        rule: ['info outside mon-fri 08:00-18:00: wait', 'error during 22:00-06:00: policy night'],
        zone: 'Europe/Berlin',
        'ack-timeout': '4h',
        handover: true,
      },
    );
    expect(added).toMatchObject({ exit: 0, err: '' });
    expect(added.out.split('\n')[0]).toBe(
      'Added policy web: 1. rotation:ops 10m; 2. ana, group:dba 5m, only critical, error; repeated 3 times; rule 1, info outside mon-fri 08:00-18:00: wait; rule 2, error during 22:00-06:00: policy night; an acknowledgement holds 4h; open incidents are handed over; times in Europe/Berlin',
    );
    const list = await runQuick(relay, 'policy-list');
    expect(list.out).toContain(
      'web      rotation:ops 10m > ana, group:dba 5m (critical, error), repeated 3 times, then the catch-all; 2 rules; ack holds 4h; handed over\n',
    );
    const shown = await runQuick(relay, 'policy-show', ['web']);
    expect(shown.out).toMatch(
      /^Policy web, times in Europe\/Berlin\n {2}level 1 {2}rotation:ops +10m {2}now ana\n/,
    );
    expect(shown.out).toMatch(/level 2 {2}ana, group:dba +5m {3}now ana, ben +only critical, error\n/);
    expect(shown.out).toMatch(/ {2}rule 1 {3}info outside mon-fri 08:00-18:00: wait\n/);
    expect(shown.out).toMatch(/ {2}now {6}error goes by policy night; info waits until Mon .*\n/);
    expect(await show('night')).toMatchObject({ namedBy: ['rule 2 of policy web'] });
  });

  test('says who is told differently, also by its rules and for some severities only', async () => {
    const edited = await edit('default', {
      'add-rule': 'info outside mon-fri 08:00-18:00: wait',
      zone: 'UTC',
    });
    expect(edited.out).toMatch(
      /\nOn call differently in the next four weeks \(times in .+\):\n {2}default, only info: now - Mon 23 Nov \d\d:00: waits, by a rule\n/,
    );
    const level = await edit('default', { 'change-level': 2, severities: ['critical'] });
    expect(level.out).toMatch(
      /default level 2, only error, warning, info, unknown: now - and on: nobody instead of ben\n/,
    );
    expect((await edit('default', { 'no-rules': true })).out).toMatch(/told at once instead of waiting\n/);
  });

  test('gets the zone of whoever types its first hours, and keeps it', async () => {
    await add('web', '--level ana');
    const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
    await edit('web', { 'add-rule': 'info outside mon-fri 08:00-18:00: wait' });
    expect((await show('web')).zone).toBe(here);
    await edit('web', { zone: 'Asia/Kathmandu' });
    await edit('web', { 'add-rule': 'warning during 01:00-02:00: wait' });
    expect(await show('web')).toMatchObject({ zone: 'Asia/Kathmandu', rules: [{}, {}] });
  });

  test('is edited level by level; those who stand in go where their level goes', async () => {
    await runQuick(relay, 'oncall-set', ['ana'], { level: '2', for: '8h', as: 'ben' });
    await edit('default', { 'add-level': 'group:dba', before: 1, after: ['2m'] });
    expect((await show('default')).levels).toEqual([
      { people: [], groups: ['dba'], afterMs: 120_000 },
      { people: ['ana'], afterMs: 300_000 },
      { people: ['ben'], afterMs: 300_000 },
    ]);
    expect(relay.core.roster.current().overrides).toMatchObject([{ person: 'ana', level: 3 }]);
    const changed = await edit('default', {
      'change-level': 2,
      add: ['ops'],
      remove: ['ana'],
      after: ['10m'],
    });
    expect(changed.out).toMatch(
      /^Changed policy default: 1\. group:dba 2m; 2\. rotation:ops 10m; 3\. ben 5m;/,
    );
    await edit('default', { 'remove-level': 3, 'ack-timeout': '4h', handover: true });
    expect(relay.core.roster.current().overrides).toEqual([]);
    await edit('default', { 'ack-timeout': 'none', handover: false, repeat: 0 });
    expect(await show('default')).toEqual({
      id: 'default',
      levels: [
        { people: [], groups: ['dba'], afterMs: 120_000 },
        { people: [], rotations: ['ops'], afterMs: 600_000 },
      ],
      repeat: 0,
      namedBy: ['service default'],
      now: { at: new Date(NOW_MS).toISOString(), levels: [['ana', 'ben'], ['ana']], rules: [] },
    });
    await edit('default', {}, '--level ben --after 7m');
    expect((await show('default')).levels).toEqual([{ people: ['ben'], afterMs: 420_000 }]);
  });

  test('is removed when nothing uses it', async () => {
    await add('night', '--level ben');
    expect((await runQuick(relay, 'policy-remove', ['night'])).out).toMatch(/^Removed policy night\n/);
    expect(await runQuick(relay, 'policy-remove', ['default'])).toMatchObject({ exit: 5 });
  });

  test.each<[string, PolicyEditFlags, number, RegExp]>([
    ['nothing', {}, 2, /Nothing is to be changed/],
    ['a change of no level', { add: ['ben'] }, 2, /of which level/],
    ['a level that is not there', { 'change-level': 5, add: ['ben'] }, 4, /no level 5/],
    ['somebody unknown', { 'change-level': 1, add: ['zoe'] }, 4, /no person zoe/],
    ['somebody who is not on it', { 'change-level': 1, remove: ['ben'] }, 4, /doesn't name ben/],
    ['a rule that is not there', { 'remove-rule': 1 }, 4, /no rule 1/],
    ['a severity that is none', { 'change-level': 1, severities: ['bad'] }, 2, /no severity "bad"/],
    ['hours without a zone', { rule: ['during 22:00-06:00: wait'], zone: 'none' }, 2, /no time zone/],
    [
      'a rule for a severity that is none',
      { 'add-rule': 'infoo: wait' },
      2,
      /no severity "infoo"\nSeverities are/,
    ],
    ['a level of nobody', { 'change-level': 1, remove: ['ana'] }, 2, /name nobody\n.*--remove-level 1/],
    ['hours that are none', { rule: ['during xyz 22:00-06:00: wait'], zone: 'UTC' }, 2, /expected hours/],
    ['a policy that is not there', { rule: ['critical: policy front'] }, 4, /no policy front/],
    ['the last level gone', { 'remove-level': 2 }, 4, /no level 2/],
  ])('is not changed by %s', async (_what, flags, exit, words) => {
    await edit('default', {}, '--level ana');
    const { version } = relay.core.roster.current();
    expect(await edit('default', flags)).toMatchObject({ exit, err: expect.stringMatching(words) });
    expect(relay.core.roster.current().version).toBe(version);
  });

  test('asks which is meant by a name of two', async () => {
    await runQuick(relay, 'group-add', ['ops', 'ben']);
    expect(await add('web', '--level ops')).toMatchObject({
      exit: 2,
      err: expect.stringMatching(/a rotation and of a group\nSay which: rotation:ops or group:ops/),
    });
  });
});
