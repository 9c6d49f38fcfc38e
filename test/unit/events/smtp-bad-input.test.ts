import { monitorEventLoopDelay } from 'node:perf_hooks';
import { afterEach, describe, expect, test } from 'vitest';
import { closeServers, server } from './smtp-server.ts';
import { SmtpClient } from './smtp-client.ts';
import { mailOf } from './stand-ins.ts';

afterEach(closeServers);

const TO = 'db@alerts.example';

test('a mail larger than the limit is refused: by its announced size at once, else at its end', async () => {
  const { hello, journal } = await server({ limits: { sizeBytes: 200_000, keptBytes: 50_000 } });
  const client = await hello();
  expect((await client.say('MAIL FROM:<a@example.com> SIZE=300000')).code).toBe(552);
  expect((await client.send(TO, mailOf('Subject: big', '', 'x'.repeat(300_000)))).code).toBe(552);
  expect(journal.calls).toHaveLength(0);
  expect((await client.send(TO, mailOf('Subject: small', '', 'x'))).code).toBe(250);
});

test('of a large mail only the beginning is kept, and the event says so', async () => {
  const { hello, journal } = await server({ limits: { keptBytes: 100_000 } });
  const raw = mailOf(
    'Subject: PROBLEM big on db1',
    '',
    'the first line',
    'x'.repeat(70).concat('\r\n').repeat(20_000),
  );
  expect((await (await hello()).send(TO, raw)).code).toBe(250);
  expect(journal.rows[0]?.raw).toHaveLength(100_000);
  expect(journal.event.details).toContain('the first line');
  expect(journal.event.reason).toMatch(/^only the first 100000 of 14\d{5} bytes were kept; /);
});

test('two large mails that differ only in what is cut are two', async () => {
  const { hello, journal } = await server({ limits: { keptBytes: 1_000 } });
  const raw = (end: string): Buffer =>
    mailOf('Subject: big', 'Message-ID: <1@example.com>', '', 'x'.repeat(5_000), end);
  const client = await hello();
  for (const end of ['a', 'b', 'a']) await client.send(TO, raw(end));
  expect(journal.rows).toHaveLength(2);
});

test('a sender that trickles is cut off at the deadline for the whole mail, however busy it looks', async () => {
  const { hello, journal, log } = await server({ limits: { dataMs: 300, idleMs: 60_000 } });
  const client = await hello();
  await client.say('MAIL FROM:<a@example.com>');
  await client.say(`RCPT TO:<${TO}>`);
  await client.say('DATA');
  client.write('Subject: slow\r\n\r\n');
  const trickle = setInterval(() => client.write('x'), 20);
  try {
    expect((await client.reply()).code).toBe(421);
    await client.closed;
  } finally {
    clearInterval(trickle);
  }
  expect(journal.calls).toHaveLength(0);
  expect(log.text).toMatch(/not complete after/);
});

test('a client that is silent is closed', async () => {
  const { hello } = await server({ limits: { idleMs: 200 } });
  const client = await hello();
  expect((await client.reply()).code).toBe(421);
  await client.closed;
});

test('a connection that is cut in the middle of a mail leaves nothing behind', async () => {
  const { hello, journal } = await server();
  const client = await hello();
  await client.say('MAIL FROM:<a@example.com>');
  await client.say(`RCPT TO:<${TO}>`);
  await client.say('DATA');
  client.write('Subject: half a mail\r\n\r\nfirst');
  client.quit();
  await client.closed;
  expect((await (await hello()).send(TO, mailOf('Subject: whole', '', ''))).code).toBe(250);
  expect(journal.event.summary).toBe('whole');
});

test("a second mail can't be smuggled in behind bare line feeds", async () => {
  const { hello, journal } = await server();
  const client = await hello();
  for (const end of ['\n.\n', '\n.\r\n', '\r\n.\n', '\r.\r']) {
    await client.say('MAIL FROM:<a@example.com>');
    await client.say(`RCPT TO:<${TO}>`);
    await client.say('DATA');
    client.write(
      `Subject: outer\r\n\r\nfirst${end}MAIL FROM:<evil@example.com>\r\nRCPT TO:<web-shop@alerts.example>\r\nDATA\r\nSubject: smuggled\r\n\r\nx\r\n.\r\n`,
    );
    expect((await client.reply()).code).toBe(250);
  }
  expect((await client.say('NOOP')).code).toBe(250);
  expect(journal.events.map(({ service, summary }) => [service, summary])).toEqual(
    Array.from({ length: 4 }, () => ['db', 'outer']),
  );
});

describe('hostile headers', () => {
  test.each([
    ['an encoded line break', 'Subject: =?utf-8?q?disk=0D=0ABcc:_x@example.com?=', 'disk Bcc: x@example.com'],
    ['control characters', 'Subject: a\u0001b\u001b[31mc', 'a b [31mc'],
    ['bidi overrides', 'Subject: =?utf-8?b?YeKArmI=?=', 'a b'],
    ['NUL', 'Subject: a\0b', 'a b'],
  ])('%s in a subject becomes one clean line', async (_, header, summary) => {
    const { hello, journal } = await server();
    expect((await (await hello()).send(TO, mailOf(header, '', 'x'))).code).toBe(250);
    expect(journal.event.summary).toBe(summary);
  });

  test('invalid UTF-8 everywhere, no headers, an empty mail: each is an event', async () => {
    const { hello, journal } = await server();
    const client = await hello();
    const invalid = Buffer.concat([
      Buffer.from('Subject: \xff\xfe', 'latin1'),
      Buffer.from('\r\n\r\n'),
      Buffer.from([0xc3, 0x28, 0xff]),
    ]);
    for (const raw of [invalid, mailOf('just a line'), Buffer.alloc(0)])
      expect((await client.send(TO, raw)).code).toBe(250);
    expect(journal.events).toHaveLength(3);
    for (const event of journal.events) expect(event).toMatchObject({ action: 'trigger', service: 'db' });
  });

  test('200,000 divs hold up nobody', async () => {
    const { hello, journal } = await server();
    const client = await hello();
    await client.send(TO, mailOf('Subject: warm', '', ''));
    const delay = monitorEventLoopDelay({ resolution: 5 });
    delay.enable();
    expect(
      (
        await client.send(
          TO,
          Buffer.from(`Subject: big\r\nContent-Type: text/html\r\n\r\n${'<div>\r\n'.repeat(200_000)}`),
        )
      ).code,
    ).toBe(250);
    delay.disable();
    expect(delay.max / 1e6).toBeLessThan(500);
    expect(journal.events).toHaveLength(2);
  });
});

test('commands without a space, without angle brackets, far too long: refused in words, never a crash', async () => {
  const { hello, smtp } = await server();
  const client = await hello();
  expect((await client.say('RCPT TO:<a@alerts.example>')).code).toBe(503);
  expect((await client.say('MAIL FROM:nobody')).code).toBe(501);
  expect((await client.say('DATA')).code).toBe(503);
  expect((await client.say('\u0000\u0001')).code).toBe(500);
  client.write(`${'x'.repeat(100_000)}\r\n`);
  expect((await client.reply()).code).toBe(421);
  const web = SmtpClient.open(smtp.address);
  await web.reply();
  expect((await web.say('GET / HTTP/1.1')).code).toBe(421);
  expect((await (await hello()).say('NOOP')).code).toBe(250);
});

test('more clients than the limit hear 421, and find room when others leave', async () => {
  const { hello } = await server({ limits: { maxClients: 2 } });
  const first = await hello();
  await hello();
  await expect(hello()).rejects.toThrow(/421/);
  first.quit();
  await first.closed;
  // The server hears of it a moment later than the client.
  let client: SmtpClient | null = null;
  while (client === null) client = await hello().catch(() => null);
  expect((await client.say('NOOP')).code).toBe(250);
});

test('too many recipients are refused one by one', async () => {
  const { hello } = await server({ limits: { maxRecipients: 2 } });
  const client = await hello();
  await client.say('MAIL FROM:<a@example.com>');
  const codes = [];
  for (const name of ['a', 'b', 'c']) codes.push((await client.say(`RCPT TO:<${name}@alerts.example>`)).code);
  expect(codes).toEqual([250, 250, 452]);
});

test("a flood is bounded: large mails wait in their senders' sockets, and all are taken in the end", async () => {
  const { hello, journal } = await server({ limits: { maxLarge: 2, smallBytes: 10_000 } });
  let open: () => void = () => undefined;
  journal.gate = new Promise((resolve) => {
    open = resolve;
  });
  const raw = mailOf('Subject: big', '', 'x'.repeat(70).concat('\r\n').repeat(3_000));
  const clients = await Promise.all(Array.from({ length: 8 }, () => hello()));
  const answers = clients.map((client) => client.send(TO, raw));
  await journal.called(2);
  // Two are being kept; the rest can't have been read whole. Small mails get by.
  const small = (await hello()).send(TO, mailOf('Subject: small', '', ''));
  await journal.called(3);
  expect(journal.calls.filter((inputs) => (inputs[0]?.raw?.length ?? 0) > 10_000)).toHaveLength(2);
  open();
  expect((await Promise.all([...answers, small])).map(({ code }) => code)).toEqual(
    Array.from({ length: 9 }, () => 250),
  );
  expect(journal.rows).toHaveLength(9);
});

test('a mail logs one line at most', async () => {
  const { hello, log } = await server();
  const client = await hello();
  for (let count = 0; count < 5; count += 1) await client.send(TO, mailOf(`Subject: ${count}`, '', ''));
  expect(log.lines.map(({ level, text }) => [level, text])).toEqual(
    Array.from({ length: 5 }, () => ['info', 'mail accepted']),
  );
});
