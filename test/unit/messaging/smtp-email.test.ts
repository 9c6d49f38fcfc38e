import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { compose } from '../../../src/relay/messaging/email/compose.ts';
import { mailServer } from '../../../src/relay/messaging/email/server.ts';
import { smtpEmail, type SmtpEmailOptions } from '../../../src/relay/messaging/email/smtp.ts';
import type { Outgoing, Transport } from '../../../src/relay/messaging/port.ts';
import { startMailbox, type Mailbox, type MailFault } from '../../../src/standins/mailbox.ts';
import { HandClock } from '../../contract/hand-clock.ts';

const page: Outgoing = {
  id: 'ana.47',
  code: 47,
  person: 'ana',
  channel: 'email',
  to: 'ana@example.com',
  subject: '[#12] db: Platte voll – größer',
  body: 'disk full\n.\nReply ack',
  thread: 12,
  answerable: true,
};
const call = { deadlineMs: 8_000, mayStart: () => true };
let mailbox: Mailbox;
let clock: HandClock;
let transport: Transport;

const email = (overrides: Partial<SmtpEmailOptions> = {}): Transport =>
  smtpEmail({
    url: mailbox.url,
    from: 'Relay <relay@alerts.example>',
    password: () => null,
    replyTo: null,
    replyAddress: (message) => `ack+${message.id}.x@alerts.example`,
    domain: 'alerts.example',
    clock,
    ...overrides,
  });

beforeEach(async () => {
  mailbox = await startMailbox();
  clock = new HandClock();
  transport = email();
});
afterEach(async () => {
  await transport.close();
  await mailbox.close();
});

const header = (name: string): string | undefined => mailbox.mails.at(-1)?.headers.get(name)?.join(' | ');

describe('a page by mail', () => {
  it('threads under its incident, can be answered, and is no person’s mail', async () => {
    expect(await transport.send(page, call)).toEqual({
      kind: 'accepted',
      providerId: '<ana.47@alerts.example>',
    });
    expect(mailbox.mails[0]).toMatchObject({
      envelope: { from: 'ack+ana.47.x@alerts.example', to: ['ana@example.com'] },
      text: 'disk full\r\n.\r\nReply ack\r\n',
    });
    expect(header('message-id')).toBe('<ana.47@alerts.example>');
    expect([header('in-reply-to'), header('references')]).toEqual(
      Array(2).fill('<incident-12@alerts.example>'),
    );
    expect(header('reply-to')).toBe('ack+ana.47.x@alerts.example');
    expect(header('from')).toBe('Relay <relay@alerts.example>');
    expect(header('subject')).toBe('[#12] db: Platte voll – größer');
    expect(header('auto-submitted')).toBe('auto-generated');
    expect(header('list-id')).toContain('<relay.alerts.example>');
  });

  it('that can’t be answered offers no address for it; a report on it comes back all the same', async () => {
    await transport.send({ ...page, answerable: false }, call);
    expect([mailbox.mails[0]?.envelope.from, header('reply-to')]).toEqual([
      'ack+ana.47.x@alerts.example',
      undefined,
    ]);
  });

  it('an answer to a reply says so, and has no thread where there is no incident', async () => {
    const { thread: _thread, ...loose } = page;
    await transport.send({ ...loose, automaticReply: true }, call);
    expect([header('auto-submitted'), header('in-reply-to')]).toEqual(['auto-replied', undefined]);
  });

  it('no text of an alert can add a header or a recipient', async () => {
    const subject = 'full\r\nBcc: all@example.com\r\n\r\n<html>\u0000\u2028x';
    await transport.send({ ...page, subject }, call);
    expect(header('subject')).toBe('full Bcc: all@example.com <html> x');
    expect(mailbox.mails[0]?.headers.has('bcc')).toBe(false);
    expect(mailbox.mails[0]?.envelope.to).toEqual(['ana@example.com']);
  });

  it.each(['ana', 'ana@example.com, ben@example.com', 'ana@example.com\r\nRCPT TO:<x@example.com>', ''])(
    'an address that is none is refused before anything is asked: %j',
    async (to) => {
      expect(await transport.send({ ...page, to }, call)).toMatchObject({
        kind: 'refused',
        permanent: true,
        code: 'address',
      });
      expect(mailbox.connects).toBe(0);
    },
  );

  it('is the same mail when composed again', async () => {
    const options = { from: 'r@alerts.example', replyTo: null, replyAddress: null, domain: 'alerts.example' };
    const [one, two] = await Promise.all([compose(page, options, 0), compose(page, options, 0)]);
    expect(one).toEqual(two);
  });
});

describe('what the dialogue proves', () => {
  it.each([
    [
      { at: 'connect', do: 'refuse', code: 421 },
      { kind: 'refused', permanent: false, account: true },
    ],
    [
      { at: 'connect', do: 'refuse', code: 554 },
      { kind: 'refused', permanent: true, account: true },
    ],
    [
      { at: 'mail', do: 'refuse', code: 550 },
      { kind: 'refused', permanent: true, account: true },
    ],
    [
      { at: 'rcpt', do: 'refuse', code: 550 },
      { kind: 'refused', permanent: true, code: '550' },
    ],
    [
      { at: 'rcpt', do: 'refuse', code: 451 },
      { kind: 'refused', permanent: false, code: '451' },
    ],
    [
      { at: 'dot', do: 'refuse', code: 451 },
      { kind: 'refused', permanent: false, code: '451' },
    ],
    [
      { at: 'dot', do: 'refuse', code: 554 },
      { kind: 'refused', permanent: true, code: '554' },
    ],
    [
      { at: 'connect', do: 'drop' },
      { kind: 'refused', permanent: false },
    ],
    [
      { at: 'mail', do: 'drop' },
      { kind: 'refused', permanent: false },
    ],
    [
      { at: 'rcpt', do: 'drop' },
      { kind: 'refused', permanent: false },
    ],
    [
      { at: 'data', do: 'drop' },
      { kind: 'refused', permanent: false },
    ],
    [{ at: 'dot', do: 'drop' }, { kind: 'doubt' }],
  ] as [MailFault, object][])('%j: %j', async (fault, outcome) => {
    mailbox.failNext(fault);
    expect(await transport.send(page, call)).toMatchObject(outcome);
    expect(mailbox.mails).toEqual([]);
  });

  it.each(['connect', 'mail', 'rcpt', 'data'] as const)(
    'hanging at %s past the deadline: not sent, proven',
    async (at) => {
      mailbox.failNext({ at, do: 'hang' });
      const hanging = once(mailbox, 'hanging');
      const sent = transport.send(page, call);
      await hanging;
      clock.pass(8_000);
      expect(await sent).toMatchObject({ kind: 'refused', permanent: false, code: 'deadline' });
    },
  );
});

describe('kept connections', () => {
  it('one serves many mails', async () => {
    for (let code = 1; code <= 20; code += 1) await transport.send({ ...page, id: `ana.${code}` }, call);
    expect([mailbox.mails.length, mailbox.connects]).toEqual([20, 1]);
  });

  it('a server that closed it costs nothing: the mail goes over a new one', async () => {
    await transport.send(page, call);
    mailbox.closeConnections();
    expect(await transport.send(page, call)).toMatchObject({ kind: 'accepted' });
    expect([mailbox.mails.length, mailbox.connects]).toEqual([2, 2]);
  });

  it('a server that has had enough of it says 421: the mail goes over a new one', async () => {
    await transport.send(page, call);
    mailbox.failNext({ at: 'mail', do: 'refuse', code: 421 });
    expect(await transport.send(page, call)).toMatchObject({ kind: 'accepted' });
    expect([mailbox.mails.length, mailbox.connects]).toEqual([2, 2]);
  });

  it('one that a firewall forgot is given up soon and neither lost nor doubt', async () => {
    await transport.send(page, call);
    mailbox.freezeConnections();
    let asked = 0;
    const waiting = clock.waiting;
    const sent = transport.send(page, { ...call, mayStart: () => (asked += 1) > 0 });
    await expect.poll(() => clock.waiting, { interval: 1 }).toBe(waiting + 1);
    clock.pass(1_500);
    expect(await sent).toMatchObject({ kind: 'accepted' });
    expect([mailbox.mails.length, asked]).toEqual([2, 1]);
  });

  it('an idle one is ended after a while', async () => {
    await transport.send(page, call);
    const closed = once(mailbox, 'closed');
    clock.pass(30_000);
    await closed;
    expect(clock.waiting).toBe(0);
  });
});

describe('the mail URL', () => {
  it('never sends a password in the clear to another host unless told to', async () => {
    expect((await mailServer('smtp://u@mail.example.com')).options.requireTLS).toBe(true);
    expect((await mailServer('smtp://u@mail.example.com?ignoreTLS=true')).options).toMatchObject({
      requireTLS: false,
      ignoreTLS: true,
    });
    expect((await mailServer('smtp://mail.example.com:25')).options.requireTLS).toBe(false);
    expect((await mailServer('smtp://u@127.0.0.1:25')).options).toMatchObject({
      requireTLS: false,
      tls: { rejectUnauthorized: false },
    });
  });

  it('checks certificates but on loopback', async () => {
    expect((await mailServer('smtps://mail.example.com')).options).toMatchObject({ secure: true });
    expect((await mailServer('smtps://mail.example.com')).options.tls).toBeUndefined();
    expect((await mailServer('smtps://mail.example.com?tls.rejectUnauthorized=false')).options.tls).toEqual({
      rejectUnauthorized: false,
    });
    expect(await mailServer('smtps://mail.example.com')).toMatchObject({ port: 465, user: null });
  });

  it('that is none is told by the check and by a send', async () => {
    const wrong = email({ url: 'http://mail.example.com' });
    expect(await wrong.check()).toMatchObject({ cure: expect.stringContaining('mail.url') as string });
    expect(await wrong.send(page, call)).toMatchObject({
      kind: 'refused',
      account: true,
      code: 'configuration',
    });
  });
});
