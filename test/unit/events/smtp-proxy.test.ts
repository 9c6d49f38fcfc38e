import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { parseUsers, hashPassword } from '../../../src/relay/events/smtp/users.ts';
import type { SmtpUsers } from '../../../src/relay/events/smtp/users.ts';
import type { Pem, SmtpOptions } from '../../../src/relay/events/smtp.ts';
import { certificate, closeServers, server } from './smtp-server.ts';
import { SmtpClient } from './smtp-client.ts';
import { mailOf } from './stand-ins.ts';

const DOWN = mailOf('Subject: web1 is DOWN', '', '');
const PROXIED: Partial<SmtpOptions> = { proxies: ['127.0.0.1/32'] };
let pem: Pem;
let users: SmtpUsers;
beforeAll(async () => {
  pem = await certificate();
  users = parseUsers(`mon:${await hashPassword('s3cret pass')}\n`);
});
afterEach(closeServers);

const line = (from: string): string => `PROXY TCP4 ${from} 192.0.2.1 56324 25\r\n`;

/** Connects as HAProxy does: the header first, and no waiting for anything. */
async function behind(
  made: Awaited<ReturnType<typeof server>>,
  header: string | Buffer,
): Promise<SmtpClient> {
  const client = SmtpClient.open(made.smtp.address, '127.0.0.1');
  client.write(header);
  const greeting = await client.reply();
  if (greeting.code !== 220) throw new Error(`${greeting.code} ${greeting.text}`);
  await client.say('EHLO sender.example.com');
  return client;
}

const plain = (user: string, password: string): string =>
  `AUTH PLAIN ${Buffer.from(`\0${user}\0${password}`).toString('base64')}`;

describe('behind a proxy that is listed', () => {
  test('the address that it tells decides who may mail without a key, and stands in the log', async () => {
    const made = await server(PROXIED);
    const inside = await behind(made, line('10.1.2.3'));
    expect((await inside.send('db@alerts.example', DOWN)).code).toBe(250);
    expect(made.journal.event.dedupKey).toBe('web1');
    expect(made.log.text).toContain('10.1.2.3');
    const outside = await behind(made, line('203.0.113.9'));
    const refused = await outside.send('db@alerts.example', DOWN);
    expect(refused.code, 'loopback may mail without a key, who is behind it may not').toBe(550);
    expect(made.log.text).toContain('203.0.113.9');
    inside.quit();
    outside.quit();
  });

  test('version 2 is understood as well', async () => {
    const made = await server(PROXIED);
    const header = Buffer.concat([
      Buffer.from('\r\n\r\n\0\r\nQUIT\n', 'latin1'),
      Buffer.from([0x21, 0x11, 0, 12, 10, 1, 2, 3, 192, 0, 2, 1, 0xdc, 4, 0, 25]),
    ]);
    const client = await behind(made, header);
    expect((await client.send('db@alerts.example', DOWN)).code).toBe(250);
    expect(made.log.text).toContain('10.1.2.3');
    client.quit();
  });

  test('whom the proxy does not know may not mail without a key', async () => {
    const made = await server(PROXIED);
    const client = await behind(made, 'PROXY UNKNOWN\r\n');
    expect((await client.send('db@alerts.example', DOWN)).code).toBe(550);
    client.quit();
  });

  test('connections are counted by whom they come from, not by the proxy', async () => {
    const made = await server({ ...PROXIED, limits: { maxPerOutsideAddress: 1 } });
    const first = await behind(made, line('203.0.113.9'));
    await expect(behind(made, line('203.0.113.9'))).rejects.toThrow(/421 .*too many connections/);
    const other = await behind(made, line('203.0.113.10'));
    first.quit();
    other.quit();
  });

  test('passwords are asked for only after STARTTLS, though the proxy is on this machine', async () => {
    const made = await server({ ...PROXIED, tls: pem, users });
    const client = await behind(made, line('203.0.113.9'));
    expect((await client.say('EHLO x.example.com')).text).not.toContain('AUTH');
    expect((await client.say(plain('mon', 's3cret pass'))).code).toBe(500);
    await client.startTls(pem.cert);
    expect((await client.say(plain('mon', 's3cret pass'))).code).toBe(235);
    expect((await client.send('db@alerts.example', DOWN)).code).toBe(250);
    client.quit();
  });

  test.each([
    ['says nothing of the kind', 'EHLO sender.example.com\r\n', /does not begin with a PROXY header/],
    ['says it wrongly', 'PROXY TCP4 here there 1 2\r\n', /PROXY line is none/],
  ])('who %s is told to come again, and it stands in the log', async (_name, header, why) => {
    const made = await server(PROXIED);
    const client = SmtpClient.open(made.smtp.address, '127.0.0.1');
    client.write(header);
    expect((await client.reply()).code).toBe(421);
    await client.closed;
    expect(made.log.text).toMatch(why);
    expect(made.log.text).toContain('127.0.0.1');
  });

  test('who never says it is closed after a while', async () => {
    const made = await server({ ...PROXIED, limits: { proxyHeaderMs: 1 } });
    const client = SmtpClient.open(made.smtp.address, '127.0.0.1');
    expect((await client.reply()).code).toBe(421);
    await client.closed;
    expect(made.log.text).toMatch(/sends no PROXY header/);
  });

  test('closing waits for nobody who has not said it yet', async () => {
    const made = await server(PROXIED);
    const client = SmtpClient.open(made.smtp.address, '127.0.0.1');
    client.write('PROXY TC');
    // One behind it has come through, so the first one waits by now.
    (await behind(made, line('10.1.2.3'))).quit();
    await made.smtp.close();
    await client.closed;
  });

  test('a network that is none is refused at the start', async () => {
    await expect(server({ proxies: ['haproxy'] })).rejects.toThrow(/"haproxy" is no network/);
  });
});

describe('from an address that is not listed', () => {
  test('a PROXY line is never believed', async () => {
    const made = await server({ proxies: ['192.0.2.0/24'], allowFrom: ['10.0.0.0/8'] });
    const early = SmtpClient.open(made.smtp.address);
    early.write(line('10.1.2.3'));
    let { code } = await early.reply();
    if (code === 220) ({ code } = await early.reply());
    expect([421, 500], 'spoken before the greeting, or an unknown command').toContain(code);
    early.quit();
    const client = await made.hello();
    expect((await client.say(line('10.1.2.3').trim())).code).toBe(500);
    expect((await client.send('db@alerts.example', DOWN)).code).toBe(550);
    expect(made.log.text).not.toContain('10.1.2.3');
  });

  test('mail is taken as ever', async () => {
    const made = await server({ proxies: ['192.0.2.0/24'] });
    expect((await (await made.hello()).send('db@alerts.example', DOWN)).code).toBe(250);
  });
});

describe('submission', () => {
  const SUBMISSION = (): Partial<SmtpOptions> => ({ submission: true, tls: pem, users });

  test('everybody logs in, the allowed networks too, also for an address with a key', async () => {
    const made = await server(SUBMISSION());
    const client = await made.hello('127.0.0.1');
    expect((await client.send('db@alerts.example', DOWN)).code).toBe(530);
    await client.startTls(pem.cert);
    expect((await client.send('db@alerts.example', DOWN)).code).toBe(530);
    expect((await client.say(plain('mon', 's3cret pass'))).code).toBe(235);
    expect((await client.send('db@alerts.example', DOWN)).code).toBe(250);
  });

  test('behind a proxy a password is asked for only after STARTTLS', async () => {
    const made = await server({ ...SUBMISSION(), ...PROXIED });
    const client = await behind(made, line('203.0.113.9'));
    expect((await client.say('EHLO x.example.com')).text).toMatch(/^(?!.*AUTH)[^]*STARTTLS/m);
    await client.startTls(pem.cert);
    expect((await client.say(plain('mon', 's3cret pass'))).code).toBe(235);
    expect((await client.send('db@alerts.example', DOWN)).code).toBe(250);
    client.quit();
  });

  test('without a certificate or users it does not start', async () => {
    await expect(server({ submission: true, tls: pem, users: null })).rejects.toThrow(/needs smtp\.tls and/);
    await expect(server({ submission: true, tls: null, users })).rejects.toThrow(/needs smtp\.tls and/);
  });
});
