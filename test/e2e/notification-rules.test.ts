/** Notification rules and quiet hours as somebody types them, against the real daemon and its roster file. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import type { PersonDetailJson, PersonNotified } from '../../src/relay/api/oncall-wire.ts';
import { startRelay } from './harness/relay.ts';

/** Many commands, each a process of its own: on a busy machine they take their time. */
vi.setConfig({ testTimeout: 180_000 });

test('rules and quiet hours are typed, looked at, kept by the roster file, moved and taken away', async () => {
  const relay = await startRelay({ people: ['ana', 'ben'] });
  const person = (...words: string[]) => relay.command('person', ...words);
  const show = (...words: string[]) => relay.json<PersonDetailJson>('person', 'show', 'ana', ...words);

  const urgent = 'rule add ana --severity critical --now sms,email --after 5m=voice --zone Europe/Berlin';
  const added = await relay.json<PersonNotified>('person', ...urgent.split(' '));
  expect(added).toMatchObject({
    zone: 'Europe/Berlin',
    text: expect.stringContaining(
      '1. critical: sms and email at once, voice after 5m; else by every contact',
    ),
    warnings: ['rule 1 uses voice, and ana has no such contact'],
  });
  await person(
    'rule',
    'add',
    'ana',
    '--during',
    'mon-fri 08:00-18:00',
    '--now',
    'email',
    '--after',
    '10m=sms',
  );
  await person('quiet', 'ana', '22:00-07:00', '--except', 'critical,error');

  // A Saturday night in Berlin.
  const { notified } = await show('--at', '2026-11-21T02:00:00Z');
  expect(
    notified.bySeverity.map((one) => [one.severities, one.ways.map((way) => way.channel), one.why]),
  ).toEqual([
    [['critical'], ['sms', 'email'], 'rule 1 of ana, critical'],
    [['error'], ['sms', 'email'], null],
    [
      ['warning', 'info', 'unknown'],
      ['email', 'sms'],
      expect.stringMatching(/^quiet hours 22:00-07:00 until Sat (?:21 Nov 2026 )?07:00 CET$/),
    ],
  ]);
  const text = (await person('show', 'ana')).out;
  expect(text).toContain('  rule 2     during mon-fri 08:00-18:00: email at once, sms after 10m\n');
  expect(text).toContain(
    '  quiet      22:00-07:00; critical and error break through (times in Europe/Berlin)\n',
  );

  const file = join(relay.dir, 'roster.yaml');
  await writeFile(file, (await relay.command('roster', 'export')).out);
  const yaml = await readFile(file, 'utf8');
  expect(yaml).toContain('22:00-07:00');
  expect(yaml).toMatch(/after: 5m/);
  await writeFile(file, yaml.replace('after: 5m', 'after: 7m'));
  expect((await relay.command('roster', 'apply', file, '--yes')).exit).toBe(0);
  expect((await show()).rules?.[0]?.steps[1]).toEqual({ afterMs: 420_000, channels: ['voice'] });
  const history = await relay.command('roster', 'history', '--limit', '1');
  expect(history.out).toMatch(/person ana, rules 1, steps 2, after: 5m -> 7m/);

  expect((await person('rule', 'move', 'ana', '2', '1')).out).toContain('1. during mon-fri');
  expect((await person('rule', 'remove', 'ana', '1')).out).toContain('1. critical: sms');
  const listed = await person('rule', 'list', 'ana');
  expect(listed.out).toContain(
    'the first rule that applies decides:\n  1     critical: sms and email at once',
  );
  await person('quiet', 'ana', '--off');
  expect((await show()).quiet).toBeUndefined();
});

test('a rule that would tell somebody late is refused with what to do, and nothing changes', async () => {
  const relay = await startRelay({ people: ['ana'] });
  const late = await relay.command('person', 'rule', 'add', 'ana', '--now', 'voice', '--after', '1h=sms');
  expect(late.exit).toBe(2);
  expect(late.err).toMatch(/Rule 1 reaches ana after 1h only.*\n?.*Use sms within 30m/s);
  const help = await relay.command('person', 'rule', 'add', '--help');
  expect(help.out).toContain(
    'relay person rule add ana --severity critical --now sms,email --after 5m=voice',
  );
  expect((await relay.json<PersonDetailJson>('person', 'show', 'ana')).rules).toBeUndefined();
});

test('a test page goes by every contact, whatever the rules and the hour say', async () => {
  const relay = await startRelay({ people: ['ana'] });
  await relay.command('person', 'rule', 'add', 'ana', '--now', 'email');
  await relay.command('person', 'quiet', 'ana', '00:00-23:59', '--except', 'none');
  await relay.command('test', 'ana');
  expect((await relay.phone('ana').receives(/test/i)).body).toMatch(/ana/i);
});

test('in quiet hours a warning comes by mail, and by phone only what is critical', async () => {
  const relay = await startRelay({ people: ['ana'] });
  const clock = (hours: number): string =>
    new Date(Date.now() + hours * 3_600_000).toISOString().slice(11, 16);
  await relay.command('person', 'quiet', 'ana', `${clock(-6)}-${clock(6)}`, '--zone', 'UTC');
  await relay.command('send', 'disk half full', '--service', 'db', '--severity', 'warning');
  await relay.mailOf('ana').receives(/disk half full/);
  await relay.command('send', 'disk full', '--service', 'db', '--severity', 'critical');
  await relay.phone('ana').receives(/disk full/);
  expect(
    relay
      .phone('ana')
      .all.map(({ body }) => body)
      .filter((body) => /half/.test(body)),
  ).toEqual([]);
  const { timeline } = await relay.shows(/half full/, 'triggered');
  expect(timeline.map(({ text }) => text).join('\n')).toMatch(/quiet hours .* until .*UTC/);
});

test('a later step comes while nobody has acknowledged', async () => {
  const relay = await startRelay({ people: ['ana'] });
  await relay.command('person', 'rule', 'add', 'ana', '--now', 'email', '--after', '1s=sms');
  await relay.sender.posts('fan broken');
  await relay.mailOf('ana').receives(/fan broken/);
  await relay.phone('ana').receives(/fan broken/);
});

test('what this installation has no provider for is not waited for: the rule counts as none', async () => {
  const relay = await startRelay({
    people: ['ana'],
    config: (yaml) => yaml.replace(/^mail:\n(?: .*\n)+/m, ''),
  });
  expect((await relay.command('person', 'rule', 'add', 'ana', '--now', 'email')).exit).toBe(0);
  await relay.sender.posts('fan broken');
  await relay.phone('ana').receives(/fan broken/);
});
