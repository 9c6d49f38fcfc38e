import { fc } from './property.ts';
import { describe, expect, test } from 'vitest';
import {
  cleanDetails,
  cleanSummary,
  normaliseSummary,
  readMail,
  readText,
} from '../../../src/relay/events/formats/index.ts';
import type { ParsedMail } from '../../../src/relay/events/formats/index.ts';
import type { AlertEvent } from '../../../src/relay/events/types.ts';

function mail(fields: Partial<ParsedMail>): ParsedMail {
  return {
    from: 'mon@example.com',
    to: '',
    subject: '',
    text: '',
    headers: new Map(),
    messageId: null,
    date: null,
    tag: null,
    ...fields,
  };
}

function read(subject: string, fields: Partial<ParsedMail> = {}): AlertEvent {
  const events = readMail(mail({ subject, ...fields }), 'db');
  expect(events).toHaveLength(1);
  const [event] = events;
  if (event === undefined) throw new Error('no event');
  return event;
}

describe('a problem and its recovery on the same subject meet', () => {
  test.each([
    ['PROBLEM disk full on db1', 'RECOVERY disk full on db1', 'disk full on db1'],
    ['[FIRING:1] DiskFull db1', '[RESOLVED] DiskFull db1', 'diskfull db1'],
    ['web1 is DOWN', 'web1 is UP', 'web1'],
    ['Check_MK: db1/Disk OK -> CRIT', 'Check_MK: db1/Disk CRIT -> OK', 'checkmk/db1/disk'],
    ['** PROBLEM Host Alert: web1 is DOWN **', '** RECOVERY Host Alert: web1 is UP **', 'nagios/web1//'],
    ['DOWN | nightly', 'UP | nightly', 'healthchecks/nightly/'],
    ['[web1] [🔴 Down] timeout', '[web1] [✅ Up] timeout', 'uptime-kuma/web1'],
    ['Monitor is DOWN: shop', 'Monitor is UP: shop', 'uptimerobot/shop'],
    ['Backup failed on db1', 'Backup succeeded on db1', 'backup on db1'],
    ['Problem: High CPU', 'Resolved in 5m 3s: High CPU', 'cpu @mon@example.com'],
    ['ups1 Power Failure !!!', 'ups1 Power has returned', 'ups1 power @mon@example.com'],
    ['Munin critical: g::h::p', 'Munin ok: g::h::p', 'munin g::h::p @mon@example.com'],
    ['Sensor ping Down', 'Sensor ping Down ended (now: Up)', 'sensor ping @mon@example.com'],
    ['vzdump (pve1): backup failed', 'vzdump (pve1): backup successful', 'vzdump pve1 backup'],
    ['X changed from UP to DOWN', 'X changed from DOWN to UP', 'x changed from to @mon@example.com'],
    ['Re: [ops-alerts] PROBLEM disk full on db1', 'RECOVERY disk full on db1', 'disk full on db1'],
  ])('%s / %s', (problem, recovery, key) => {
    const [opened, closed] = [read(problem), read(recovery)];
    expect([opened.action, closed.action]).toEqual(['trigger', 'resolve']);
    expect([opened.dedupKey, closed.dedupKey]).toEqual([key, key]);
  });
});

describe('a word that only looks like a recovery closes nothing', () => {
  test.each([
    'web1 is not up',
    'disk on db1 not resolved',
    'clear cache failed',
    'Online backup failed on db1',
    'Recovery failed on db1',
    'Success rate dropped on web1',
    'SSH login successful',
    'Traffic is up 300% on lb1',
    'Port 443 is closed',
    'Load above normal',
    'web1 failed to come up',
    'Server will not start up',
    'DNS name resolved to 192.0.2.9',
    '[FIRING:2, RESOLVED:1] DiskFull',
    'OK -> WARNING load on web1',
    'audit log cleared',
  ])('%s', (subject) => {
    expect(read(subject).action).toBe('trigger');
  });
});

test.each([
  '** ACKNOWLEDGEMENT Host Alert: web1 is DOWN **',
  '[FLAPPINGSTART] load on web1 is CRITICAL!',
  'DOWNTIMESTART - web1 is UP',
])('%s neither opens nor closes, and says so', (subject) => {
  const event = read(subject);
  expect(event.action).toBe('none');
  expect(event.reason).toMatch(/neither opens nor closes/);
});

describe('severity by words', () => {
  test.each([
    ['web1 is DOWN', 'critical'],
    ['** PROBLEM Service Alert: db1/disk is CRITICAL **', 'critical'],
    ['Backup failed on db1', 'error'],
    ['WARNING: load on web1', 'warning'],
    ['INFO: certificate failed', 'info'],
    ['something odd on web1', 'unknown'],
    ['db1/disk OK -> WARN', 'warning'],
    ['db1/disk CRIT -> WARN', 'warning'],
  ])('%s: %s', (subject, severity) => {
    expect(read(subject).severity).toBe(severity);
  });

  test('a labelled line of the body, when the subject says none', () => {
    expect(read('disk full on db1', { text: 'Host: db1\nSeverity: Disaster\n' }).severity).toBe('critical');
  });
});

test('when the subject leaves it open, a labelled line of the body decides', () => {
  expect(read('disk of db1', { text: 'Notification Type: RECOVERY\nHost: db1' }).action).toBe('resolve');
  expect(read('disk of db1', { text: 'OK' }).action).toBe('resolve');
  expect(read('disk of db1', { text: 'State: CRITICAL' })).toMatchObject({
    action: 'trigger',
    severity: 'critical',
  });
  expect(read('disk of db1', { text: 'it is ok to call me' }).action).toBe('trigger');
});

test('unsure means trigger with severity unknown, and says why', () => {
  expect(read('hello there')).toMatchObject({
    action: 'trigger',
    severity: 'unknown',
    reason: expect.stringContaining('no word says') as string,
  });
});

describe('what changes from mail to mail is no part of the key', () => {
  test.each([
    ['CPU at 93% on web1 for 5 minutes', 'CPU at 97.2 % on web1 for 15m'],
    ['Backup failed on db1 at 2026-11-21 07:33:00 UTC', 'Backup failed on db1 at 2026-12-01 23:59:59 UTC'],
    ['Sat Nov 21 07:33:00 UTC 2026 disk full on db1', 'Tue Dec 1 00:00:01 UTC 2026 disk full on db1'],
    ['1/3 disks failed on nas2', '2/3 disks failed on nas2'],
    ['queue at 1,024 messages on mx1', 'queue at 99 messages on mx1'],
    ['12GB free on db1', '3 GB free on db1'],
    ['2026-11-21T07:33:00.123Z load on web1', '2026-11-21T08:00:00Z load on web1'],
    ['Re: Fwd: disk full', 'disk full'],
  ])('%s = %s', (one, other) => {
    expect(normaliseSummary(one)).toBe(normaliseSummary(other));
  });

  test.each([
    ['web1 is DOWN', 'web2 is DOWN'],
    ['[web1] [Down] timeout', '[web2] [Down] timeout'],
    ['192.0.2.7 is DOWN', '192.0.2.8 is DOWN'],
    ['2001:db8::1 is DOWN', '2001:db8::2 is DOWN'],
    ['disk /var full', 'disk /home full'],
    ['db-5m is DOWN', 'db-6m is DOWN'],
    ['login failed for root', 'login successful for root'],
    ['a'.repeat(300), `${'a'.repeat(299)}b`],
    ['ALERT', 'RESOLVED'],
  ])('%s is not %s', (one, other) => {
    expect(normaliseSummary(one)).not.toBe(normaliseSummary(other));
  });
});

describe('a key is never taken from an empty string', () => {
  test('a blank subject takes the first line of the body', () => {
    expect(read(' ', { text: '\n\nraid array md0 degraded on db1\nmore' })).toMatchObject({
      dedupKey: 'raid array md0 on db1',
      summary: 'raid array md0 degraded on db1',
    });
  });

  test('a subject that names nothing takes it too', () => {
    expect(read('ALERT', { text: 'disk full on db1' }).dedupKey).toBe('disk full on db1');
  });

  test('nothing at all takes the sender, and even without one there is a key', () => {
    expect(read('')).toMatchObject({
      dedupKey: 'mon@example.com',
      summary: 'empty mail from mon@example.com',
    });
    expect(read('', { from: '' }).dedupKey).toBe('nameless');
    expect(normaliseSummary('')).toBe('nameless');
  });
});

test('the plus tag is the key', () => {
  expect(read('web1 is DOWN', { tag: 'shop-web' }).dedupKey).toBe('shop-web');
  expect(read('web1 is UP', { tag: 'shop-web' })).toMatchObject({ dedupKey: 'shop-web', action: 'resolve' });
});

test.each(['auto-submitted', 'precedence', 'list-id'])('%s drops no alert', (name) => {
  expect(read('disk full on db1', { headers: new Map([[name, 'auto-generated']]) }).action).toBe('trigger');
});

describe('a summary is one safe line', () => {
  test.each([
    ['a\r\nBcc: x@example.com', 'a Bcc: x@example.com'],
    ['a\u0000b\u001bc\u007fd\u009be', 'a b c d e'],
    ['pay\u202edlrow', 'pay dlrow'],
    ['a\u2028b\u2029c', 'a b c'],
    ['\u2066a\u2069\ufeff', 'a'],
    ['a\ud800b', 'a\ufffdb'],
    ['  a \t b  ', 'a b'],
  ])('%j becomes %j', (raw, clean) => {
    expect(cleanSummary(raw)).toBe(clean);
  });

  test('at most 1,024 units, never half a character', () => {
    expect(cleanSummary('x'.repeat(5_000))).toHaveLength(1_024);
    const cut = cleanSummary(`${'x'.repeat(1_023)}😀`);
    expect(cut).toHaveLength(1_023);
    expect(cut.isWellFormed()).toBe(true);
  });

  test('details keep their lines and nothing else that steers a terminal', () => {
    expect(cleanDetails('a\r\nb\u001b[31m\n\n\n\nc\t1\n\n')).toBe('a\nb [31m\n\nc 1');
    expect(cleanDetails('x'.repeat(9_000))).toHaveLength(4_000);
  });
});

test('plain text is read by the same rules', () => {
  expect(readText('RESOLVED disk full on db1\nfree: 60%', 'db', 'plain')).toMatchObject({
    action: 'resolve',
    dedupKey: 'disk full on db1',
    summary: 'RESOLVED disk full on db1',
    details: expect.stringContaining('free: 60%') as string,
  });
});

describe('whatever comes in', () => {
  const wild = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 400 }),
    fc.string({
      unit: fc.constantFrom(...Array.from('[](){}:|->→ .,%0159aUPDOWNok\n\t"\u202e\ud800')),
      maxLength: 200,
    }),
    fc
      .array(
        fc.constantFrom(
          'is',
          'UP',
          'DOWN',
          '->',
          'was',
          '[',
          ']',
          'RESOLVED',
          'not',
          '5',
          'm',
          'web1',
          'Re:',
          'Nov',
          '=?utf-8?q?x?=',
        ),
        { maxLength: 30 },
      )
      .map((words) => words.join(' ')),
  );

  test('nothing throws, the key is never empty nor too long, the summary is one clean line', () => {
    fc.assert(
      fc.property(wild, wild, wild, (subject, text, from) => {
        const [event] = readMail(mail({ subject, text, from }), 'db');
        expect(event?.dedupKey.trim()).not.toBe('');
        expect(event?.dedupKey.length).toBeLessThanOrEqual(255);
        expect(event?.summary).not.toBe('');
        expect(event?.summary.length).toBeLessThanOrEqual(1_024);
        expect(event?.summary).not.toMatch(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u);
        expect(event?.summary.isWellFormed()).toBe(true);
        expect((event?.details ?? '').length).toBeLessThanOrEqual(4_000);
        expect(normaliseSummary(subject).trim()).not.toBe('');
      }),
      { numRuns: 500 },
    );
  });

  test('reading is repeatable', () => {
    fc.assert(
      fc.property(wild, wild, (subject, text) => {
        expect(readMail(mail({ subject, text }), 'db')).toEqual(readMail(mail({ subject, text }), 'db'));
      }),
    );
  });

  // A rule that backtracks takes minutes on these; each takes a few milliseconds.
  test.each([
    '1',
    '1.',
    '1:',
    '-',
    '[',
    '(',
    '=?',
    ' is',
    'a/',
    '%',
    '1d',
    'Re: ',
    '\u0301',
    '->',
    '0x',
    '1-',
    ' \n',
    '=?a?q?',
  ])('half a megabyte of %j is read in no time', (unit) => {
    const text = unit.repeat(524_288 / unit.length);
    // The processor's time: others may be using it too.
    const began = process.cpuUsage();
    readMail(mail({ subject: text, text, from: text, tag: text }), 'db');
    normaliseSummary(text);
    const { user, system } = process.cpuUsage(began);
    expect((user + system) / 1_000).toBeLessThan(1_000);
  });
});
