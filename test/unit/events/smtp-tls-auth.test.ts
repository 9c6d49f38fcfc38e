import type { SMTPServerSession } from 'smtp-server';
import defaults from 'smtp-server/lib/tls-options.js';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Pem, SmtpOptions } from '../../../src/relay/events/smtp.ts';
import { Intake } from '../../../src/relay/events/smtp/intake.ts';
import { SMTP_LIMITS } from '../../../src/relay/events/smtp/limits.ts';
import { networkTest, PRIVATE_NETWORKS } from '../../../src/relay/events/smtp/networks.ts';
import { hashPassword, parseUsers, verifyPassword } from '../../../src/relay/events/smtp/users.ts';
import type { SmtpUsers } from '../../../src/relay/events/smtp/users.ts';
import { certificate, closeServers, OUTSIDE, server } from './smtp-server.ts';
import { Journal, KeptLog, mailOf, roster } from './stand-ins.ts';

const DOWN = mailOf('Subject: web1 is DOWN', '', '');
let pem: Pem;
let users: SmtpUsers;
beforeAll(async () => {
  pem = await certificate();
  users = parseUsers(`# people\nmon:${await hashPassword('s3cret pass')}\n`);
});
afterEach(closeServers);

/** The server's own rules, asked as if somebody connected from another machine: tests listen on loopback only. */
function intakeFor(options: Pick<SmtpOptions, 'users' | 'tls'>): {
  intake: Intake;
  session: (remoteAddress: string) => SMTPServerSession;
} {
  const journal = new Journal();
  const log = new KeptLog();
  const all: SmtpOptions = {
    listen: { host: '127.0.0.1', port: 0 },
    domain: 'alerts.example',
    allowFrom: PRIVATE_NETWORKS,
    roster,
    accept: journal.accept,
    reader: {
      read: async () => [],
      readReply: () => Promise.reject(new Error('no reply is read here')),
      close: async () => undefined,
    },
    reply: null,
    log,
    ...options,
  };
  let count = 0;
  const session = (remoteAddress: string): SMTPServerSession =>
    ({ id: String((count += 1)), remoteAddress, secure: false }) as SMTPServerSession;
  return { intake: new Intake(all, SMTP_LIMITS), session };
}

const plain = (user: string, password: string): string =>
  `AUTH PLAIN ${Buffer.from(`\0${user}\0${password}`).toString('base64')}`;

describe('STARTTLS', () => {
  test('a mail is taken over TLS with the given certificate', async () => {
    const { hello, journal } = await server({ tls: pem });
    const client = await hello();
    await client.startTls(pem.cert);
    expect((await client.send('db@alerts.example', DOWN)).code).toBe(250);
    expect(journal.event.dedupKey).toBe('web1');
  });

  test('is not offered without a certificate', async () => {
    const { hello } = await server();
    const client = await hello();
    expect((await client.say('EHLO x.example.com')).text).not.toContain('STARTTLS');
    expect((await client.say('STARTTLS')).code).toBe(500);
  });

  test('a renewed certificate serves the next connection', async () => {
    const renewed = await certificate();
    const { hello, smtp } = await server({ tls: pem });
    smtp.setTls(renewed);
    await (await hello()).startTls(renewed.cert);
    await expect((await hello()).startTls(pem.cert)).rejects.toThrow(/self-signed|certificate/i);
    expect(() => smtp.setTls({ cert: renewed.cert, key: pem.key })).toThrow(/does not belong/);
  });

  test("an empty certificate, a strange key, or the library's own key that all know: refused to start", async () => {
    const other = await certificate();
    await expect(server({ tls: { cert: '', key: '' } })).rejects.toThrow(/needs both/);
    await expect(server({ tls: { cert: pem.cert, key: other.key } })).rejects.toThrow(/does not belong/);
    const known = defaults({});
    await expect(server({ tls: { cert: known.cert as string, key: known.key as string } })).rejects.toThrow(
      /everybody knows/,
    );
  });

  test('commands sent in the clear behind STARTTLS are not obeyed under TLS', async () => {
    const { hello, journal } = await server({ tls: pem });
    const client = await hello();
    client.write('STARTTLS\r\nMAIL FROM:<evil@example.com>\r\n');
    expect((await client.reply()).code).toBe(220);
    client.quit();
    expect(journal.calls).toHaveLength(0);
  });
});

describe('AUTH', () => {
  test('after it, a sender from outside is trusted like our own network', async () => {
    const { hello, journal } = await server({ ...OUTSIDE, users, tls: pem });
    const client = await hello();
    expect((await client.send('db@alerts.example', DOWN)).code).toBe(550);
    await client.say('RSET');
    expect((await client.say(plain('mon', 's3cret pass'))).code).toBe(235);
    expect((await client.send('db@alerts.example', DOWN)).code).toBe(250);
    expect(journal.event.service).toBe('db');
  });

  test('a wrong password, a stranger, and the third try in a row', async () => {
    const { hello, log } = await server({ ...OUTSIDE, users, limits: { authDelayMs: 1 } });
    const client = await hello();
    expect((await client.say(plain('mon', 'wrong'))).code).toBe(535);
    expect((await client.say(plain('nobody', 's3cret pass'))).code).toBe(535);
    expect((await client.say(plain('mon', 'guess'))).code).toBe(421);
    await client.closed;
    expect(log.lines).toHaveLength(1);
    expect(log.text).not.toMatch(/wrong"|guess|s3cret/);
  });

  test('each wrong password makes the next answer slower', async () => {
    const { hello } = await server({ ...OUTSIDE, users, limits: { authDelayMs: 100 } });
    const took: number[] = [];
    const client = await hello();
    for (const password of ['a', 'b']) {
      const began = performance.now();
      await client.say(plain('mon', password));
      took.push(performance.now() - began);
    }
    expect(took[0]).toBeGreaterThanOrEqual(99);
    expect(took[1]).toBeGreaterThanOrEqual(199);
  });

  test('is not offered where no users are', async () => {
    const { hello } = await server({ tls: pem });
    expect((await (await hello()).say('EHLO x.example.com')).text).not.toContain('AUTH');
  });

  test('over a network is offered only after STARTTLS, on loopback at once', async () => {
    const { intake, session } = intakeFor({ users, tls: pem });
    const far = session('192.0.2.1');
    expect(intake.connect(far)).toBeNull();
    expect(far.disabledCommands).toContain('AUTH');
    expect(far.disabledCommands).not.toContain('STARTTLS');
    intake.secured(far);
    expect(far.disabledCommands).toEqual([]);
    const near = session('::ffff:127.0.0.1');
    expect(intake.connect(near)).toBeNull();
    expect(near.disabledCommands).toBeUndefined();
    const { hello } = await server({ users, tls: pem });
    expect((await (await hello()).say('EHLO x.example.com')).text).toContain('AUTH PLAIN LOGIN');
  });

  test('without a certificate it is never offered over a network', () => {
    const { intake, session } = intakeFor({ users, tls: null });
    const far = session('192.0.2.1');
    intake.connect(far);
    expect(far.disabledCommands).toEqual(['STARTTLS', 'AUTH']);
  });
});

describe('the users file', () => {
  test('a password fits its own hash and no other', async () => {
    const stored = await hashPassword('pässword');
    expect(stored).toMatch(/^scrypt\$16384\$8\$1\$[\w-]{22}\$[\w-]{43}$/);
    expect(await verifyPassword('pässword', stored)).toBe(true);
    expect(await verifyPassword('password', stored)).toBe(false);
    expect(await hashPassword('pässword')).not.toBe(stored);
  });

  test.each([
    'nobody',
    'a:b',
    ':scrypt$16384$8$1$c2FsdHNhbHQ$aGFzaGhhc2hoYXNoaGFzaA',
    'a:scrypt$3$8$1$c2FsdHNhbHQ$aGFzaGhhc2hoYXNoaGFzaA',
    'a:scrypt$1073741824$8$1$c2FsdHNhbHQ$aGFzaGhhc2hoYXNoaGFzaA',
  ])('a line like %s is an error that names the line and not what stands in it', (line) => {
    expect(() => parseUsers(`# first\n${line}\n`)).toThrow(
      /^line 2 of the users file: expected user:scrypt\$N\$r\$p\$salt\$hash$/,
    );
  });
});

describe('the usual networks', () => {
  const isPrivate = networkTest(PRIVATE_NETWORKS);
  test.each([
    '127.0.0.1',
    '10.1.2.3',
    '172.31.0.1',
    '192.168.1.1',
    '::1',
    'fd00::1',
    'fe80::1%eth0',
    '::ffff:10.0.0.1',
  ])('%s is ours', (address) => {
    expect(isPrivate(address)).toBe(true);
  });
  test.each(['192.0.2.1', '172.32.0.1', '2001:db8::1', '::ffff:192.0.2.1', '', 'nonsense'])(
    '%s is not',
    (address) => {
      expect(isPrivate(address)).toBe(false);
    },
  );
  test('single addresses and mapped ranges may be written too', () => {
    const isOurs = networkTest(['192.0.2.7', '::ffff:198.51.100.0/120']);
    expect([isOurs('192.0.2.7'), isOurs('192.0.2.8'), isOurs('198.51.100.9')]).toEqual([true, false, true]);
  });
});
