import { afterEach, describe, expect, test } from 'vitest';
import { createTransport } from 'nodemailer';
import { ClosingError } from '../../../src/relay/events/accept.ts';
import { StoreFullError, StoreUnavailableError } from '../../../src/relay/store/port.ts';
import { closeServers, OUTSIDE, server } from './smtp-server.ts';
import { DB_KEY, fixture, KEY, mailOf } from './stand-ins.ts';

afterEach(closeServers);

const DOWN = mailOf('From: mon@example.com', 'Subject: web1 is DOWN', '', 'no answer');
const UP = mailOf('From: mon@example.com', 'Subject: web1 is UP', '', 'answers');

describe('from an allowed network', () => {
  test('a mail to SERVICE@domain becomes an event of that service, its raw bytes kept', async () => {
    const { hello, journal } = await server();
    const client = await hello();
    expect((await client.send('db@alerts.example', fixture('nagios-problem'))).code).toBe(250);
    expect((await client.send('DB@Alerts.Example', fixture('nagios-recovery'))).code).toBe(250);
    expect(journal.events.map(({ service, action, dedupKey }) => ({ service, action, dedupKey }))).toEqual([
      { service: 'db', action: 'trigger', dedupKey: 'nagios/db1.example.com/disk /var/192.0.2.20' },
      { service: 'db', action: 'resolve', dedupKey: 'nagios/db1.example.com/disk /var/192.0.2.20' },
    ]);
    expect(Buffer.from(journal.rows[0]?.raw ?? []).toString()).toBe(fixture('nagios-problem').toString());
  });

  test('a real client delivers', async () => {
    const { smtp, journal } = await server();
    const transport = createTransport({ host: smtp.address.host, port: smtp.address.port, secure: false });
    await transport.sendMail({
      from: 'mon@example.com',
      to: 'db@alerts.example',
      subject: 'PROBLEM Störung auf db1',
      text: 'größer',
      html: '<p>größer</p>',
    });
    transport.close();
    expect(journal.event).toMatchObject({ summary: 'PROBLEM Störung auf db1', dedupKey: 'auf db1' });
    expect(journal.event.details).toContain('größer');
  });

  test('the plus tag is the key', async () => {
    const { hello, journal } = await server();
    await (await hello()).send('db+Disk-Var@alerts.example', DOWN);
    expect(journal.event).toMatchObject({ service: 'db', dedupKey: 'Disk-Var' });
  });

  test('an unknown name goes to the default service, and the event says so', async () => {
    const { hello, journal } = await server();
    expect((await (await hello()).send('nosuch@alerts.example', DOWN)).code).toBe(250);
    expect(journal.event.service).toBe('default');
    expect(journal.event.reason).toMatch(
      /addressed to "nosuch", which is no service: taken by the default service/,
    );
  });

  test("another domain is not relayed, the host's own names are ours", async () => {
    const { hello, journal } = await server({ localNames: ['mon1.example.com'] });
    const client = await hello();
    const reply = await client.send('someone@example.org', DOWN);
    expect(reply).toMatchObject({ code: 550, text: expect.stringMatching(/relay denied/) as string });
    await client.say('RSET');
    expect((await client.send('root@mon1.example.com', DOWN)).code).toBe(250);
    expect(journal.event.service).toBe('default');
  });

  test('one mail to several services is one input for each, accepted together; a service twice is one', async () => {
    const { hello, journal } = await server();
    const to = ['db@alerts.example', 'web-shop@alerts.example', 'db@ALERTS.example', 'db+a@alerts.example'];
    expect((await (await hello()).send(to, DOWN)).code).toBe(250);
    expect(journal.calls).toHaveLength(1);
    expect(
      journal.calls[0]?.map(({ input }) =>
        input.kind === 'alert' ? input.events.map((one) => [one.service, one.dedupKey]) : [],
      ),
    ).toEqual([
      [
        ['db', 'web1'],
        ['db', 'a'],
      ],
      [['web-shop', 'web1']],
    ]);
  });

  test('Auto-Submitted, Precedence and List-Id drop nothing', async () => {
    const { hello, journal } = await server();
    expect((await (await hello()).send('db@alerts.example', fixture('cron-auto-submitted'))).code).toBe(250);
    expect(journal.event.action).toBe('trigger');
  });
});

describe('from outside', () => {
  test('a live routing key opens the door, and stays out of journal, log and answer', async () => {
    const { hello, journal, log } = await server(OUTSIDE);
    const client = await hello();
    const to = `db-${DB_KEY}@alerts.example`;
    const reply = await client.send(
      to,
      mailOf('From: mon@example.com', `To: ${to}`, 'Subject: web1 is DOWN', '', `sent to ${to}`),
    );
    expect(reply.code).toBe(250);
    expect(journal.event).toMatchObject({ service: 'db', dedupKey: 'web1' });
    expect(
      `${Buffer.from(journal.rows[0]?.raw ?? []).toString()}${JSON.stringify(journal.events)}${log.text}${reply.text}`,
    ).not.toContain(DB_KEY);
  });

  test('a tag may follow the key', async () => {
    const { hello, journal } = await server(OUTSIDE);
    await (await hello()).send(`db-${DB_KEY.toUpperCase()}+disk@alerts.example`, DOWN);
    expect(journal.event).toMatchObject({ service: 'db', dedupKey: 'disk' });
  });

  test.each([
    ['a known name without a key', 'db@alerts.example'],
    ['an unknown name', 'nosuch@alerts.example'],
    ['a wrong key', `db-${'1'.repeat(32)}@alerts.example`],
    ["another service's key", `db-${KEY}@alerts.example`],
    ['half a key', `db-${DB_KEY.slice(0, 16)}@alerts.example`],
    ['postmaster without a domain', 'postmaster'],
  ])('%s is answered 550, all with the same words', async (_, to) => {
    const { hello, journal } = await server(OUTSIDE);
    expect(await (await hello()).send(to, DOWN)).toEqual({
      code: 550,
      text: 'no such recipient: write to SERVICE-KEY with a valid routing key',
    });
    expect(journal.calls).toHaveLength(0);
  });

  test('an unknown name is refused for now only while the roster may be an old one', async () => {
    const { hello, journal } = await server({ ...OUTSIDE, rosterIsSure: () => false });
    expect(await (await hello()).send(`nosuch-${DB_KEY}@alerts.example`, DOWN)).toMatchObject({ code: 451 });
    expect(await (await hello()).send('db@example.org', DOWN)).toMatchObject({ code: 550 });
    expect(journal.calls).toHaveLength(0);
    expect(await (await hello()).send(`db-${DB_KEY}@alerts.example`, DOWN)).toMatchObject({ code: 250 });
  });

  test('another domain is not relayed', async () => {
    const { hello } = await server({ ...OUTSIDE, localNames: ['localhost'] });
    const client = await hello();
    for (const to of ['a@example.org', 'root@localhost']) {
      expect((await client.send(to, DOWN)).text).toMatch(/relay denied/);
      await client.say('RSET');
    }
  });

  test('who guesses keys is cut off', async () => {
    const { hello, log } = await server({ ...OUTSIDE, limits: { maxRefused: 3 } });
    const client = await hello();
    await client.say('MAIL FROM:<a@example.com>');
    const codes = [];
    for (const digit of '123')
      codes.push((await client.say(`RCPT TO:<db-${digit.repeat(32)}@alerts.example>`)).code);
    expect(codes).toEqual([550, 550, 421]);
    await client.closed;
    expect(log.lines).toHaveLength(1);
  });

  test('one address gets so many connections and no more, and they come back', async () => {
    const { hello } = await server({ ...OUTSIDE, limits: { maxPerOutsideAddress: 2 } });
    const first = await hello();
    await hello();
    await expect(hello()).rejects.toThrow(/421 too many connections from outside/);
    await first.say('QUIT');
    await first.closed;
    expect((await (await hello()).say('NOOP')).code).toBe(250);
  });

  test('strangers leave room for our own', async () => {
    const { hello } = await server({ allowFrom: ['127.0.0.2/32'], limits: { maxOutside: 1 } });
    await hello('127.0.0.1');
    await expect(hello('127.0.0.3')).rejects.toThrow(/421/);
    expect((await (await hello('127.0.0.2')).send('db@alerts.example', DOWN)).code).toBe(250);
  });

  test('one connection sends so many mails and no more', async () => {
    const { hello } = await server({ ...OUTSIDE, limits: { maxMailsOutside: 2 } });
    const client = await hello();
    const to = `db-${DB_KEY}@alerts.example`;
    expect([
      (await client.send(to, DOWN)).code,
      (await client.send(to, UP)).code,
      (await client.send(to, DOWN)).code,
    ]).toEqual([250, 250, 421]);
  });
});

describe('replies', () => {
  test('mail to ack+TOKEN goes to the reply handler, from anywhere, and to no service', async () => {
    const taken: string[] = [];
    const { hello, journal } = await server({
      ...OUTSIDE,
      reply: async ({ raw, token, mailFrom, remote }) => {
        taken.push(token, mailFrom, remote ?? 'nobody', Buffer.from(raw).toString());
        return 'taken';
      },
    });
    expect(
      (
        await (
          await hello()
        ).send('ack+Tok-en_1@alerts.example', mailOf('Subject: Re: x', '', 'ack'), 'ana@example.com')
      ).code,
    ).toBe(250);
    expect(taken.slice(0, 3)).toEqual(['Tok-en_1', 'ana@example.com', '127.0.0.1']);
    expect(taken[3]).toContain('\r\nack\r\n');
    expect(journal.calls).toHaveLength(0);
  });

  test('a token nobody knows is answered 550', async () => {
    const { hello } = await server({ reply: async () => 'unknown-token' });
    expect((await (await hello()).send('ack+gone@alerts.example', DOWN)).code).toBe(550);
  });

  test("a reply that can't be kept is answered 451", async () => {
    const { hello } = await server({
      reply: async () => {
        throw new StoreUnavailableError('locked');
      },
    });
    expect((await (await hello()).send('ack+token@alerts.example', DOWN)).code).toBe(451);
  });

  test('where replies are not set up they are refused', async () => {
    const { hello } = await server();
    expect(await (await hello()).send('ack+token@alerts.example', DOWN)).toMatchObject({
      code: 550,
      text: expect.stringMatching(/not set up/) as string,
    });
  });
});

describe('250 means durable', () => {
  test('not before the journal has it', async () => {
    const { hello, journal } = await server();
    let open: () => void = () => undefined;
    journal.gate = new Promise((resolve) => {
      open = resolve;
    });
    const client = await hello();
    let answered = false;
    const answer = client.send('db@alerts.example', DOWN).then((reply) => {
      answered = true;
      return reply;
    });
    await journal.called(1);
    // A second connection's whole conversation fits in here; the first is still without an answer.
    expect((await (await hello()).say('NOOP')).code).toBe(250);
    expect(answered).toBe(false);
    open();
    expect((await answer).code).toBe(250);
  });

  test.each([
    ['a full disk', new StoreFullError('full'), 451],
    ['a locked database', new StoreUnavailableError('locked'), 451],
    ['anything unforeseen', new Error('boom'), 451],
    ['shutting down', new ClosingError('closing'), 421],
  ])(
    '%s is answered with a try again, and the next mail is taken when it is over',
    async (_, error, code) => {
      const { hello, journal } = await server();
      journal.failWith = error;
      const client = await hello();
      expect((await client.send('db@alerts.example', DOWN)).code).toBe(code);
      expect(journal.rows).toHaveLength(0);
      journal.failWith = null;
      const again = code === 421 ? await hello() : client;
      expect((await again.send('db@alerts.example', DOWN)).code).toBe(250);
      expect(journal.event.dedupKey).toBe('web1');
    },
  );
});

describe('the same mail twice (rule 11)', () => {
  const mail = (id: string, extra: string[] = [], body = 'x'): Buffer =>
    mailOf(
      ...extra,
      'From: mon@example.com',
      'Subject: web1 is DOWN',
      ...(id === '' ? [] : [`Message-ID: ${id}`]),
      'Date: Sat, 21 Nov 2026 07:33:00 +0000',
      '',
      body,
    );
  const twice = async (
    one: Buffer,
    other: Buffer,
    to: [string, string] = ['db@alerts.example', 'db@alerts.example'],
    from: [string, string] = ['a@example.com', 'a@example.com'],
  ): Promise<number> => {
    const { hello, journal } = await server();
    const client = await hello();
    await client.send(to[0], one, from[0]);
    await client.send(to[1], other, from[1]);
    return journal.rows.length;
  };

  test('sent again over another hop it is one input', async () => {
    expect(await twice(mail('<1@example.com>'), mail('<1@example.com>', ['Received: from a by b']))).toBe(1);
  });

  test.each([
    ['without a Message-ID', mail(''), mail('')],
    ['with another Message-ID', mail('<1@example.com>'), mail('<2@example.com>')],
    ['with another body', mail('<1@example.com>'), mail('<1@example.com>', [], 'y')],
    [
      'with another date',
      mail('<1@example.com>'),
      Buffer.from(mail('<1@example.com>').toString().replace('07:33', '07:34')),
    ],
  ])('%s it is two', async (_, one, other) => {
    expect(await twice(one, other)).toBe(2);
  });

  test('to another service or from another sender it is two', async () => {
    const same = mail('<1@example.com>');
    expect(await twice(same, same, ['db@alerts.example', 'web-shop@alerts.example'])).toBe(2);
    expect(
      await twice(same, same, ['db@alerts.example', 'db@alerts.example'], ['a@example.com', 'b@example.com']),
    ).toBe(2);
  });
});

describe('shutting down', () => {
  test('who is between two mails hears 421; who waits for an answer gets it first', async () => {
    const { hello, journal, smtp } = await server();
    let open: () => void = () => undefined;
    journal.gate = new Promise((resolve) => {
      open = resolve;
    });
    const [idle, busy] = [await hello(), await hello()];
    const answer = busy.send('db@alerts.example', DOWN);
    await journal.called(1);
    const closed = smtp.close();
    expect((await idle.reply()).code).toBe(421);
    open();
    expect((await answer).code).toBe(250);
    expect((await busy.reply()).code).toBe(421);
    await Promise.all([busy.closed, closed]);
    expect(journal.rows).toHaveLength(1);
  });

  test('a port that is taken is an error that names it', async () => {
    const { smtp } = await server();
    await expect(server({ listen: smtp.address })).rejects.toThrow(
      `cannot listen for mail on 127.0.0.1:${smtp.address.port}`,
    );
  });

  test('a network that is none is an error that shows how to write one', async () => {
    await expect(server({ allowFrom: ['10.0.0.0/99'] })).rejects.toThrow(
      '"10.0.0.0/99" is no network: write it as 192.0.2.0/24',
    );
  });
});
