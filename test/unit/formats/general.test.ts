/** What holds for any mail that no source is known for. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readMail } from '../../../src/relay/events/formats/index.ts';
import type { ParsedMail } from '../../../src/relay/events/formats/index.ts';
import { readMailOffline } from '../../../src/relay/events/offline.ts';
import type { AlertEvent } from '../../../src/relay/events/types.ts';
import { fixtures } from '../../formats/fixtures.ts';
import { fc } from '../events/property.ts';

function read(subject: string, text = '', fields: Partial<ParsedMail> = {}): AlertEvent {
  const mail = {
    from: 'mon@example.com',
    to: '',
    messageId: null,
    date: null,
    tag: null,
    headers: new Map(),
  };
  const [event] = readMail({ ...mail, subject, text, ...fields }, 'db');
  if (event === undefined) throw new Error('no event');
  return event;
}

const word = fc.constantFrom(
  'disk',
  'queue',
  'Temperatur',
  'replication',
  'cpu',
  'mail',
  'cache',
  'pool',
  'líne',
);
const name = fc
  .tuple(fc.constantFrom('web', 'db', 'srv-', 'mx', 'node', 'fw-a'), fc.integer({ min: 1, max: 99 }))
  .map(([stem, number]) => `${stem}${number}`);
const subject = fc.tuple(word, word, name).map(([one, two, host]) => `${one} ${two} full on ${host}`);
const two = (value: number): string => String(value).padStart(2, '0');
const volatile = fc.oneof(
  fc
    .tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }), fc.integer({ min: 0, max: 59 }))
    .map(([hour, minute, second]) => `at ${two(hour)}:${two(minute)}:${two(second)}`),
  fc
    .tuple(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 28 }))
    .map(([month, day]) => `since 2026-${two(month)}-${two(day)} 04:00:00 UTC`),
  fc.integer({ min: 1, max: 500 }).map((minutes) => `for ${minutes} minutes`),
  fc.integer({ min: 1, max: 90 }).map((minutes) => `(${minutes}m 3s)`),
  fc.integer({ min: 0, max: 100 }).map((percent) => `(${percent}%)`),
  fc.double({ min: 0, max: 100, noNaN: true }).map((percent) => `(${percent.toFixed(1)} %)`),
);

describe('one thing is one incident', () => {
  test('times, durations and percentages are no part of it', () => {
    fc.assert(
      fc.property(subject, volatile, volatile, (line, one, other) => {
        expect(read(`${line} ${one}`).dedupKey).toBe(read(line).dedupKey);
        expect(read(`${line} ${one} ${other}`).dedupKey).toBe(read(line).dedupKey);
      }),
    );
  });

  test('nor what answers, lists and gateways put in front', () => {
    const prefix = fc.constantFrom(
      'Re: ',
      'RE: ',
      'AW: ',
      'Fwd: ',
      'WG: ',
      '[ops-alerts] ',
      '[EXTERNAL] ',
      '***SPAM*** ',
    );
    fc.assert(
      fc.property(subject, fc.array(prefix, { maxLength: 3 }), (line, prefixes) => {
        expect(read(`${prefixes.join('')}PROBLEM: ${line}`).dedupKey).toBe(read(`PROBLEM: ${line}`).dedupKey);
      }),
    );
  });

  test('a recovery word in front or behind closes it', () => {
    const closed = fc.constantFrom(
      (line: string) => `RECOVERY: ${line}`,
      (line: string) => `[RESOLVED] ${line}`,
      (line: string) => `${line} - recovered`,
      (line: string) => `${line} is OK`,
      (line: string) => `${line}: back to normal`,
      (line: string) => `${line} wieder in Ordnung`,
      (line: string) => `Resolved: ${line}`,
      (line: string) => `CRITICAL -> OK: ${line}`,
    );
    fc.assert(
      fc.property(subject, closed, (line, close) => {
        expect(read(close(line))).toMatchObject({ action: 'resolve', dedupKey: read(line).dedupKey });
      }),
    );
  });
});

describe('two things are two incidents', () => {
  test('another host, another word, another number behind the name of a thing', () => {
    fc.assert(
      fc.property(word, name, name, fc.integer({ min: 1, max: 48 }), (what, one, other, port) => {
        fc.pre(one !== other);
        expect(read(`${what} failed on ${one}`).dedupKey).not.toBe(
          read(`${what} failed on ${other}`).dedupKey,
        );
        expect(read(`port ${port} of ${one} down`).dedupKey).not.toBe(
          read(`port ${port + 1} of ${one} down`).dedupKey,
        );
        expect(read(`${what} failed on ${one}`).dedupKey).not.toBe(
          read(`${what}x failed on ${one}`).dedupKey,
        );
      }),
    );
  });

  test.each([
    ['PSU A failed', 'PSU B failed'],
    ['PSU A of sw1 failed', 'PSU of sw1 failed'],
    ['Disk 0 failed', 'Disk 1 failed'],
    ['drive C: full', 'drive D: full'],
    ['192.0.2.9:8080 down', '192.0.2.9:8081 down'],
    ['198.51.100.0/25 down', '198.51.100.0/24 down'],
    ['UPS on battery', 'UPS failed'],
    ['web1: failed service nginx', 'web1: failed service mysql'],
    ['Gleis 3 gestört', 'Gleis 4 gestört'],
    ['/var full', '/var/log full'],
    ['lb1:tcp:80 down', 'lb1:tcp:443 down'],
    ['login failed', 'login failed on web1'],
  ])('%s, and %s', (one, other) => {
    expect(read(one).dedupKey).not.toBe(read(other).dedupKey);
  });

  test('the same words from two senders, or about two hosts that only the body names', () => {
    expect(read('Backup failed', '', { from: 'root@web1.example.com' }).dedupKey).not.toBe(
      read('Backup failed', '', { from: 'root@web2.example.com' }).dedupKey,
    );
    expect(read('Backup failed', 'Host: web1').dedupKey).not.toBe(
      read('Backup failed', 'Host: web2').dedupKey,
    );
    expect(read('Alert: /dev/sda1 full', '', { from: 'root@web1.example.com' }).dedupKey).not.toBe(
      read('Alert: /dev/sda1 full', '', { from: 'root@web2.example.com' }).dedupKey,
    );
    expect(read('Notification', 'Volume 1 crashed').dedupKey).not.toBe(
      read('Notification', 'Volume 2 crashed').dedupKey,
    );
  });
});

describe('what is no recovery closes nothing', () => {
  test.each([
    'web1: HTTP OK but SMTP failed',
    'web1 OK, web2 CRITICAL',
    'Backup of db1 completed with 3 errors',
    'Recovery of volume data1 failed',
    'RECOVERY of volume data1 FAILED',
    'db3 failed to recover',
    'web1 is no longer OK',
    'web1 nicht wieder erreichbar',
    'Is web1 up?',
    'please call when web1 is up',
    'web1 will be restored tomorrow',
    'web1 partially restored',
    'resolver1 does not answer',
    'nightly back up',
    'login successful for root on web1',
    'web1 up 45 days',
    'Disk failed, hot spare online on fs1',
    'Only one PSU online on sw1',
    '2 of 3 nodes up',
    'Last backup OK: 5 days ago on db1',
    'Return to normal not possible on ups2',
    "Site up? I can't see it",
    'Service restored from backup, data missing on db1',
    'Disk 0 failed on fs1',
    'Fan 2 on sw1 FAILED (0 RPM)',
    'Fan FAILED: 0 RPM',
    'Port 0 errors on sw1',
    'CPU 0 failure on web1',
  ])('%s', (line) => {
    expect(read(line).action).toBe('trigger');
  });
});

describe('what nobody needs to be told at night opens nothing', () => {
  test.each([
    ['test', ''],
    ['Testnachricht', ''],
    ['Notification of nas1', 'This is a test message from nas1.'],
    ['Update verfügbar', ''],
    ['Updates available', 'You can install them at your convenience.'],
    ['Weekly report', 'all is well'],
    ['Logwatch for web1 (Linux)', 'Failed logins: 12'],
    ['Scheduled maintenance on 2026-11-20', ''],
    ['web1 is DOWN, acknowledged by ana', ''],
  ])('%s', (line, text) => {
    expect(read(line, text).action).toBe('none');
  });

  test.each([
    'Update failed, none available',
    'Critical update available for openssl',
    'Test failed: web1',
    'Daily backup report: 3 failed',
    'Emergency maintenance on web1',
    'Weekly report not generated',
    'Digest auth issue on web1',
    'web1 is DOWN, not yet acknowledged by anyone',
    'Nightly usage of /var: 98%',
    'Test alert: web1 is DOWN',
  ])('%s does', (line) => {
    expect(read(line).action).toBe('trigger');
  });
});

test('of several states in a body one that is bad counts', () => {
  const body = 'HTTP\nStatus: OK\nSMTP\nStatus: CRITICAL\n';
  expect(read('Alert: web1', body)).toMatchObject({ action: 'trigger', severity: 'critical' });
  expect(read('Alert: web1', 'Event: Link Down\nStatus: Resolved\n').action).toBe('resolve');
  expect(read('Shop', 'The test page shows nothing.').action).toBe('trigger');
});

test.each([
  ['Backup report - 2026-11-16', 'Backup completed successfully at 02:00\n', 'resolve'],
  ['Backup report - 2026-11-17', 'Backup FAILED at 02:00\n', 'trigger'],
  ['Backup report - 2026-11-18', 'Backup of db1 completed successfully\nBackup of db2 failed\n', 'trigger'],
  ['Printer', 'The site is OK\n', 'trigger'],
  ['Recovery Alert', 'ALERT: Latest backup not found\n', 'trigger'],
  ['192.0.2.9 was offline but is back online now', '', 'resolve'],
])('"%s", and then "%s": %s', (line, text, action) => {
  expect(read(line, text).action).toBe(action);
});

test('a mail server that tells of its own troubles is heard', () => {
  const from = { from: 'postmaster@mx1.example.com' };
  expect(read('Mail delivery failure rate is high', '', from).action).toBe('trigger');
});

test('an attachment of eight megabytes costs no more than the text beside it', async () => {
  const text = 'Content-Type: text/plain\n\nState: CRITICAL\n';
  const line = `${'QUJD'.repeat(19)}\n`;
  const file = `Content-Type: application/octet-stream\nContent-Transfer-Encoding: base64\nContent-Disposition: attachment\n\n${line.repeat(108_000)}`;
  const raw = Buffer.from(
    `From: mon@example.com\nSubject: Check of fs1\nContent-Type: multipart/mixed; boundary=b\n\n--b\n${text}\n--b\n${file}\n--b--\n`,
  );
  expect(raw.length).toBeGreaterThan(8_000_000);
  const reading = await readMailOffline(raw);
  expect(reading).toMatchObject({ events: [{ action: 'trigger', severity: 'critical' }] });
  expect(JSON.stringify(reading).length).toBeLessThan(2_000);
});

describe('whatever bytes come in', () => {
  const mails = fixtures()
    .filter(({ http, source }) => http === null && (source === 'long-tail' || source === 'awkward'))
    .map(({ path }) => readFileSync(path));
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 2_000 }),
    fc
      .tuple(
        fc.constantFrom(...mails),
        fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 20 }),
        fc.nat(4_000),
      )
      .map(([mail, changes, length]) => {
        const copy = Buffer.from(mail.subarray(0, Math.max(40, length)));
        for (const [at, value] of changes) copy[at % copy.length] = value;
        return new Uint8Array(copy);
      }),
  );

  test('nothing throws, and each event has a key and a summary', async () => {
    await fc.assert(
      fc.asyncProperty(bytes, async (raw) => {
        const reading = await readMailOffline(raw);
        if ('refused' in reading) throw new Error(reading.refused);
        expect(reading.events.length).toBeGreaterThan(0);
        for (const event of reading.events) {
          expect(event.dedupKey.trim()).not.toBe('');
          expect(event.dedupKey.length).toBeLessThanOrEqual(255);
          expect(event.summary).not.toBe('');
          expect(event.reason ?? '').not.toMatch(/could not be parsed/);
        }
      }),
      { numRuns: 600 },
    );
  });
});
