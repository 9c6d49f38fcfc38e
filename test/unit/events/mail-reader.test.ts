import { monitorEventLoopDelay } from 'node:perf_hooks';
import { afterEach, expect, test } from 'vitest';
import { fromHeaders } from '../../../src/relay/events/mail/from-headers.ts';
import { createMailReader } from '../../../src/relay/events/mail/reader.ts';
import type { MailReader } from '../../../src/relay/events/mail/reader.ts';
import type { AlertEvent } from '../../../src/relay/events/types.ts';
import { fixture, KeptLog, mailOf } from './stand-ins.ts';

const TO_DB = { service: 'db', tag: null };
let readers: MailReader[] = [];
afterEach(async () => {
  await Promise.all(readers.map((one) => one.close()));
  readers = [];
});

function reader(options: { deadlineMs?: number; worker?: URL } = {}, log = new KeptLog()): MailReader {
  const made = createMailReader({ log, ...options });
  readers.push(made);
  return made;
}

async function only(events: Promise<AlertEvent[]>): Promise<AlertEvent> {
  const [event, ...more] = await events;
  if (event === undefined || more.length > 0) throw new Error('expected one event');
  return event;
}

/** Long enough for the mails beside a slow one on a machine that is busy with others. */
const DEADLINE_MS = 3_000;
/** Its thread stalls at mails that are slow to read. */
const STALLING = new URL('./children/stalling-mail-worker.ts', import.meta.url);

const slowMail = (word: string): Buffer => mailOf(`Subject: ${word} slow to read on db1`, '', 'x');

test('a problem and its recovery, as Nagios mails them, meet', async () => {
  const read = reader();
  const opened = await only(read.read(fixture('nagios-problem'), TO_DB));
  const closed = await only(read.read(fixture('nagios-recovery'), TO_DB));
  expect(opened).toMatchObject({
    action: 'trigger',
    severity: 'critical',
    service: 'db',
    source: 'nagios',
    details: expect.stringContaining('DISK CRITICAL') as string,
  });
  expect(closed.action).toBe('resolve');
  expect(closed.dedupKey).toBe(opened.dedupKey);
});

test('a mail of HTML only is read by its words', async () => {
  const event = await only(reader().read(fixture('alertmanager-html-only'), { service: 'web', tag: null }));
  expect(event).toMatchObject({
    action: 'trigger',
    severity: 'critical',
    dedupKey: 'highlatency web1.example.com shop',
  });
  expect(event.details).toContain('Latency is above 2 s — shoppers wait & leave');
  expect(event.details).not.toContain('color: red');
});

test.each([
  [
    'cron-auto-submitted',
    'trigger',
    'cron on web1: /usr/local/sbin/backup --all: backup: cannot reach storage.example.net: connection timed out',
  ],
  ['encoded-subject-base64-body', 'trigger', 'Festplatte für Überwachung auf db1 voll'],
  ['latin1-raw-bytes', 'trigger', 'Störung der Kühlung in Raum b2'],
  ['no-headers', 'trigger', 'disk full on db1'],
  ['blank-subject', 'trigger', 'raid array md0 degraded on db1'],
  ['list-reply', 'trigger', '[ops-alerts] Fwd: Re: PROBLEM disk full on db1'],
])('%s becomes an event', async (name, action, summary) => {
  expect(await only(reader().read(fixture(name), TO_DB))).toMatchObject({ action, summary });
});

test.each([
  ['nothing at all', Buffer.alloc(0)],
  ['NULs', Buffer.from('Subject: a\0b\r\n\r\n\0\0\0')],
  [
    'invalid UTF-8',
    Buffer.concat([
      Buffer.from('Subject: '),
      Buffer.from([0xff, 0xfe, 0xc3]),
      Buffer.from('\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n'),
      Buffer.from([0xc3, 0x28]),
    ]),
  ],
  [
    'a multipart without an end',
    Buffer.from(
      'Subject: x\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n--c\r\n',
    ),
  ],
  ['a charset nobody knows', mailOf('Subject: x', 'Content-Type: text/plain; charset=martian', '', 'y')],
])('%s is still an event', async (_, raw) => {
  const event = await only(reader().read(raw, TO_DB));
  expect(event.action).toBe('trigger');
  expect(event.dedupKey).not.toBe('');
  expect(event.summary).not.toMatch(/\p{Cc}/u);
});

test('the same mail reads the same twice', async () => {
  const [one, two] = [reader(), reader()];
  for (const name of ['nagios-problem', 'alertmanager-html-only', 'no-headers']) {
    expect(await one.read(fixture(name), TO_DB)).toEqual(await two.read(fixture(name), TO_DB));
  }
});

test('200,000 nested divs hold up nobody: the main loop goes on while they are read', async () => {
  const read = reader();
  await read.read(fixture('nagios-problem'), TO_DB);
  const raw = Buffer.from(
    `Subject: PROBLEM big on db1\r\nContent-Type: text/html\r\n\r\n${'<div>'.repeat(200_000)}disk full${'</div>'.repeat(200_000)}`,
  );
  const delay = monitorEventLoopDelay({ resolution: 5 });
  delay.enable();
  const event = await only(read.read(raw, TO_DB));
  delay.disable();
  expect(event).toMatchObject({ action: 'trigger', dedupKey: 'big on db1' });
  expect(event.details).toContain('disk full');
  // Read in the main thread by a parser that builds a tree it takes seconds.
  expect(delay.max / 1e6).toBeLessThan(2_500);
});

test('a mail past its deadline is read from its headers and says so; those beside it are read whole', async () => {
  const log = new KeptLog();
  const read = reader({ deadlineMs: DEADLINE_MS, worker: STALLING }, log);
  const [before, slow, after] = await Promise.all([
    only(read.read(mailOf('Subject: RECOVERY disk full on db1', '', 'x'), TO_DB)),
    only(read.read(slowMail('PROBLEM'), TO_DB)),
    only(read.read(mailOf('Subject: web1 is DOWN', '', 'body kept'), TO_DB)),
  ]);
  expect(slow).toMatchObject({
    action: 'trigger',
    summary: 'PROBLEM slow to read on db1',
    dedupKey: 'slow to read on db1',
  });
  expect(slow.reason).toMatch(/took longer than 3000 ms to parse: read from its headers only/);
  expect(before.action).toBe('resolve');
  expect(after.details).toContain('body kept');
  expect(log.lines.filter(({ level }) => level === 'warn')).toHaveLength(1);
});

test('after a mail that ended the worker the next is read as ever', async () => {
  const read = reader({ deadlineMs: DEADLINE_MS, worker: STALLING });
  await read.read(slowMail('PROBLEM'), TO_DB);
  expect(await only(read.read(mailOf('Subject: web1 is UP', '', ''), TO_DB))).toMatchObject({
    action: 'resolve',
    dedupKey: 'web1',
  });
});

test('a recovery that could not be parsed in time opens rather than closes', async () => {
  const read = reader({ deadlineMs: DEADLINE_MS, worker: STALLING });
  expect((await only(read.read(slowMail('RESOLVED'), TO_DB))).action).toBe('trigger');
});

test('a thousand mails at once each get their own answer', async () => {
  const read = reader();
  const events = await Promise.all(
    Array.from({ length: 1_000 }, (_, index) =>
      only(
        read.read(mailOf(`Subject: web${index} is DOWN`, '', 'x'), {
          service: 'db',
          tag: index % 2 === 0 ? null : `tag${index}`,
        }),
      ),
    ),
  );
  expect(events.map((event) => event.dedupKey)).toEqual(
    events.map((_, index) => (index % 2 === 0 ? `web${index}` : `tag${index}`)),
  );
});

test('closing answers what still waits, from the headers', async () => {
  const read = createMailReader({ log: new KeptLog() });
  const waiting = only(read.read(mailOf('Subject: web1 is DOWN', '', 'x'), TO_DB));
  await read.close();
  expect(await waiting).toMatchObject({ action: 'trigger', dedupKey: 'web1' });
  expect((await only(read.read(mailOf('Subject: web2 is DOWN', '', 'x'), TO_DB))).reason).toMatch(
    /shutting down/,
  );
});

const TO_47 = { nullReturnPath: false, code: 47 };
const REPLY = mailOf(
  'From: Ana <ana@example.com>',
  'Subject: Re: page',
  'Content-Type: text/html',
  '',
  '<p>ack</p>',
);

test('an answer to a page is read in the same thread, between alerts', async () => {
  const read = reader();
  const [event, reply] = await Promise.all([
    only(read.read(fixture('nagios-problem'), TO_DB)),
    read.readReply(REPLY, TO_47),
  ]);
  expect(event.action).toBe('trigger');
  expect(reply).toMatchObject({
    command: { verb: 'ack', code: 47 },
    from: 'ana@example.com',
    automatic: null,
  });
});

test('an answer that could not be read in time does nothing: its writer hears so, a machine does not', () => {
  const job = { kind: 'reply' as const, envelope: TO_47 };
  const person = mailOf('From: Ana <ana@example.com>', 'Subject: Re: page', '', 'ack');
  const machine = mailOf('From: ana@example.com', 'Auto-Submitted: auto-replied', '', 'ack');
  expect(fromHeaders(person, job, 'too slow')).toMatchObject({
    kind: 'reply',
    reply: { command: { verb: 'unclear', code: null }, from: 'ana@example.com', automatic: null },
  });
  expect(fromHeaders(machine, job, 'too slow')).toMatchObject({
    reply: { command: { verb: 'unclear' }, automatic: expect.stringContaining('auto-replied') as string },
  });
});

test('an answer that comes while relay stops is not read at all: it comes again', async () => {
  const read = reader();
  await read.close();
  await expect(read.readReply(REPLY, TO_47)).rejects.toThrow('shutting down');
});
