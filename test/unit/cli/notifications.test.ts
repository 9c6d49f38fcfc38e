/** Notification rules and quiet hours as somebody types them. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { clientFor } from '../../../src/cli/client.ts';
import { quickCall } from '../../../src/cli/fast.ts';
import type { PersonDetailJson } from '../../../src/relay/api/oncall-wire.ts';
import type { Testing } from '../../../src/relay/api/routes/people.ts';
import { NOW_MS, standIn, type StandIn } from '../api/stand-in.ts';
import { runQuick, type Ran } from './run-quick.ts';

const ZONE = { zone: 'Europe/Berlin' };
let relay: StandIn;
beforeEach(async () => {
  vi.useFakeTimers({ now: NOW_MS, toFake: ['Date'] });
  relay = await standIn();
});
afterEach(async () => {
  expect(relay.faults).toEqual([]);
  await relay.close();
  vi.useRealTimers();
});

const rule = (verb: string, args: string[], values: Record<string, string | string[]> = {}): Promise<Ran> =>
  runQuick(relay, `person-rule-${verb}`, args, { as: 'ben', ...values });
const show = async (values = {}): Promise<PersonDetailJson> =>
  (await runQuick(relay, 'person-show', ['ana'], { json: true, ...values })).json() as PersonDetailJson;
/** A look of a person at a terminal, without the blanks at the ends of lines. */
const look = async (values = {}): Promise<string> =>
  (await runQuick(relay, 'person-show', ['ana'], values)).out;

describe('a rule', () => {
  test('is added, and it says how the person is told from now on and what to look at', async () => {
    const added = await rule('add', ['ana'], {
      severity: ['Critical,error'],
      now: ['sms,email'],
      after: ['5m=voice', '1h=push'],
      ...ZONE,
    });
    expect(added).toMatchObject({ exit: 0, err: '' });
    expect(added.out).toBe(
      [
        'ana is told, times in Europe/Berlin: 1. critical, error: sms and email at once, voice after 5m, push after 1h; else by every contact at once',
        'check: rule 1 uses voice, push, and ana has no such contact',
        'See what would happen now: relay person show ana',
        '',
      ].join('\n'),
    );
    expect((await show()).rules).toEqual([
      {
        severities: ['critical', 'error'],
        steps: [
          { afterMs: 0, channels: ['sms', 'email'] },
          { afterMs: 300_000, channels: ['voice'] },
          { afterMs: 3_600_000, channels: ['push'] },
        ],
      },
    ]);
    expect(relay.core.roster.current().version).toBe(2);
  });

  test('with hours is in the zone of whoever types them, where the person has none', async () => {
    const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
    await rule('add', ['ana'], { now: ['email'], during: 'mon-fri 8:00-18:00, sat 10:00 - 12:00' });
    expect(await show()).toMatchObject({
      zone: here,
      rules: [{ during: ['mon-fri 08:00-18:00', 'sat 10:00-12:00'] }],
    });
    await runQuick(relay, 'person-edit', ['ana'], { zone: 'Asia/Tokyo' });
    await rule('add', ['ana'], { now: ['sms'], outside: '22:00-07:00' });
    expect((await show()).zone).toBe('Asia/Tokyo');
  });

  test('is put in front of another, moved, listed and removed', async () => {
    await rule('add', ['ana'], { now: ['sms'], ...ZONE });
    await rule('add', ['ana'], { now: ['email'], severity: ['info'], before: '1' });
    expect((await runQuick(relay, 'person-rule-list', ['ana'])).out).toBe(
      [
        'How ana (Ana) is told, times in Europe/Berlin; the first rule that applies decides:',
        '  1     info: email at once',
        '  2     always: sms at once',
        '  else  by every contact at once',
        '',
      ].join('\n'),
    );
    expect((await rule('move', ['ana', '2', '1'])).out).toContain(
      '1. always: sms at once; 2. info: email at once',
    );
    expect((await rule('remove', ['ana', '1'])).out).toContain(': 1. info: email at once; else');
    const listed = await runQuick(relay, 'person-rule-list', ['ana'], { json: true });
    expect(listed.json()).toEqual({
      person: 'ana',
      zone: 'Europe/Berlin',
      rules: [{ severities: ['info'], steps: [{ afterMs: 0, channels: ['email'] }] }],
      quiet: null,
      words: ['info: email at once'],
      quietWords: null,
      warnings: [],
    });
  });

  test.each<[string, string, string[], Record<string, string | string[]>, number, RegExp]>([
    ['without what is used at once', 'add', ['ana'], { after: ['5m=sms'] }, 2, /--now sms,email/],
    [
      'whose later step has no channel',
      'add',
      ['ana'],
      { now: ['sms'], after: ['5m'] },
      2,
      /--after 5m=voice/,
    ],
    ['with hours that are none', 'add', ['ana'], { now: ['sms'], during: 'at night' }, 2, /22:00-07:00/],
    [
      'with a severity nobody knows',
      'add',
      ['ana'],
      { now: ['sms'], severity: ['huge'] },
      2,
      /Severities are/,
    ],
    ['with a channel nobody knows', 'add', ['ana'], { now: ['fax'] }, 2, /Channels are/],
    ['of a zone nobody knows', 'add', ['ana'], { now: ['sms'], zone: 'Berlin' }, 2, /Europe\/Berlin/],
    ['that reaches them late', 'add', ['ana'], { now: ['voice'], after: ['1h=sms'] }, 2, /within 30m/],
    [
      'with a step days later',
      'add',
      ['ana'],
      { now: ['sms'], after: ['25h=email'] },
      2,
      /Rule 1: a step comes at once or at most/,
    ],
    ['with an empty place', 'add', ['ana'], { now: ['sms,'] }, 2, /--now "sms," has an empty place/],
    ['of nobody', 'add', ['dee'], { now: ['sms'] }, 4, /People are/],
    ['that is no number', 'remove', ['ana', 'first'], {}, 2, /count from 1/],
    ['that is not there', 'move', ['ana', '1', '2'], {}, 4, /There is none yet/],
  ])('%s is refused with what to do', async (_, verb, args, values, exit, cure) => {
    const ran = await rule(verb, args, values);
    expect(ran).toMatchObject({ exit, out: '' });
    expect(ran.err).toMatch(cure);
    expect(relay.core.roster.current().version).toBe(1);
  });
});

describe('quiet hours', () => {
  const quiet = (args: string[], values = {}): Promise<Ran> =>
    runQuick(relay, 'person-quiet', ['ana', ...args], { as: 'ana', ...values });

  test('are set, with what breaks through, and ended', async () => {
    expect((await quiet(['22:00-7:00'], ZONE)).out).toContain(
      'times in Europe/Berlin: by every contact at once; quiet 22:00-07:00; critical breaks through\n',
    );
    await quiet(['mon-fri 22:00-07:00 and sat,sun 22:00-10:00'], { except: ['Critical,error'] });
    expect(await show()).toMatchObject({
      quiet: { during: ['mon-fri 22:00-07:00', 'sat,sun 22:00-10:00'], except: ['critical', 'error'] },
      zone: 'Europe/Berlin',
    });
    expect((await quiet(['22:00-07:00'], { except: ['none'] })).out).toContain(
      'check: at night critical rings no phone of ana: Sat 04:00 CET it goes by phone after 3h',
    );
    await quiet([], { off: true });
    expect((await show()).quiet).toBeUndefined();
  });

  test.each<[string, string[], Record<string, boolean | string[]>, RegExp]>([
    ['without hours', [], {}, /Which hours are quiet/],
    ['with hours and --off', ['22:00-07:00'], { off: true }, /Either quiet hours, or --off/],
    ['with --off and an exception', [], { off: true, except: ['error'] }, /Either quiet hours, or --off/],
    ['with no hours in them', ['at night'], {}, /has no hours/],
    [
      'with an exception nobody knows',
      ['22:00-07:00'],
      { except: ['loud'] },
      /without any only critical does, and with none nothing/,
    ],
    ['that never end', ['00:00-24:00'], {}, /would never end/],
  ])('%s are refused', async (_, args, values, said) => {
    const ran = await quiet(args, values);
    expect(ran.exit).toBe(2);
    expect(ran.err).toMatch(said);
  });
});

describe('somebody', () => {
  test('is shown with what would happen now and at a time, for each severity', async () => {
    await rule('add', ['ana'], { severity: ['critical'], now: ['sms,email'], after: ['5m=voice'], ...ZONE });
    await runQuick(relay, 'person-quiet', ['ana', '22:00-07:00']);
    // 02:14 UTC is 03:14 in Berlin.
    const { notified } = await show();
    expect(notified).toMatchObject({
      zone: 'Europe/Berlin',
      rules: ['critical: sms and email at once, voice after 5m'],
      quiet: '22:00-07:00; critical breaks through',
      at: '2026-11-21T02:14:00.000Z',
      bySeverity: [
        {
          severities: ['critical'],
          why: 'rule 1 of ana, critical',
          ways: [
            { channel: 'sms', to: '+15550100', at: '2026-11-21T02:14:00.000Z' },
            { channel: 'email', to: 'ana@example.com', at: '2026-11-21T02:14:00.000Z' },
          ],
        },
        {
          severities: ['error', 'warning', 'info', 'unknown'],
          why: 'quiet hours 22:00-07:00 until Sat 07:00 CET',
          ways: [
            { channel: 'email', to: 'ana@example.com', at: '2026-11-21T02:14:00.000Z' },
            { channel: 'sms', to: '+15550100', at: '2026-11-21T06:00:00.000Z' },
          ],
        },
      ],
      skipped: [],
    });
    const atNoon = await show({ at: '2026-11-21T11:00:00Z' });
    expect(atNoon.notified.bySeverity.map((one) => [one.why, one.ways.length])).toEqual([
      ['rule 1 of ana, critical', 2],
      [null, 2],
    ]);
    const text = await look();
    expect(text).toContain('  rule 1     critical: sms and email at once, voice after 5m\n');
    expect(text).toContain('  otherwise  by every contact at once\n');
    expect(text).toContain('  quiet      22:00-07:00; critical breaks through (times in Europe/Berlin)\n');
    expect(text).toContain('  told       now: critical: sms, email at once (rule 1 of ana, critical)\n');
    expect(text).toMatch(/ error, warning, info, unknown: email at once; sms Sat \d\d:00 \S+ \(quiet/);
    expect(text).toContain('  check      rule 1 uses voice, and ana has no such contact\n');
    expect(await look({ at: '2026-11-21T11:00:00Z' })).toMatch(/ {2}told {7}Sat \d\d:00 \S+: critical: /);
  });

  test('without rules is told by every contact, and what can not be used is shown', async () => {
    await runQuick(relay, 'person-edit', ['ana'], { voice: '+15550109' });
    const text = await look();
    expect(text).toContain('  told       now: everything: sms, email at once\n');
    expect(text).toContain('  not used   voice +15550109: not configured\n');
  });

  test('is tested on every contact, whatever the rules and the hour say', async () => {
    await rule('add', ['ana'], { now: ['email'], ...ZONE });
    await runQuick(relay, 'person-quiet', ['ana', '22:00-07:00'], { except: ['none'] });
    const client = clientFor({ kind: 'socket', socket: relay.socket });
    expect(await client.post<Testing>('/v1/people/ana/test', {})).toMatchObject({
      expect: [
        { channel: 'sms', to: '+15550100' },
        { channel: 'email', to: 'ana@example.com' },
      ],
      skipped: [],
    });
  });
});

test('a command of three words is no quick command: the framework finds it', async () => {
  expect(await quickCall(['person', 'rule', 'list', 'ana'], {})).toBeNull();
});
