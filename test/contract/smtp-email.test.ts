import { once } from 'node:events';
import { afterAll, beforeAll, describe } from 'vitest';
import { smtpEmail } from '../../src/relay/messaging/email/smtp.ts';
import type { Outgoing, Transport } from '../../src/relay/messaging/port.ts';
import { startMailbox, type MailFault } from '../../src/standins/mailbox.ts';
import { freePort } from './free-port.ts';
import { HandClock } from './hand-clock.ts';
import { loopbackTls, type LoopbackTls } from './loopback-tls.ts';
import { transportContract, type Failure, type TransportUnderTest } from './transport.ts';

const FAULTS: Partial<Record<Failure, MailFault>> = {
  'refuses for good': { at: 'rcpt', do: 'refuse', code: 550 },
  'refuses for now': { at: 'rcpt', do: 'refuse', code: 451 },
  'breaks before it was sent': { at: 'data', do: 'drop' },
  'breaks in doubt': { at: 'dot', do: 'drop' },
  'breaks accepted': { at: 'dot', do: 'drop', accept: true },
  'hangs before it was sent': { at: 'rcpt', do: 'hang' },
  'hangs in doubt': { at: 'dot', do: 'hang' },
  'hangs accepted': { at: 'dot', do: 'hang', accept: true },
};

const message: Outgoing = {
  id: 'ana.47',
  code: 47,
  person: 'ana',
  channel: 'email',
  to: 'ana@example.com',
  subject: '[#12] CRITICAL db: disk full',
  body: 'disk full on db1 [47]',
  thread: 12,
  answerable: true,
};

const auth = { user: 'relay', password: 'a long password' };

async function setup(tls?: LoopbackTls & { secure: boolean }): Promise<TransportUnderTest> {
  const clock = new HandClock();
  const mailbox = await startMailbox({ auth, ...(tls === undefined ? {} : { tls }) });
  const to = (port: number, password: string): Transport =>
    smtpEmail({
      // Named, so that with TLS the certificate is checked for real.
      url: `${tls?.secure === true ? 'smtps' : 'smtp'}://relay@localhost:${port}?tls.rejectUnauthorized=true`,
      from: 'Relay <relay@alerts.example>',
      password: () => password,
      replyTo: null,
      replyAddress: (one) => `ack+token-${one.code}@alerts.example`,
      domain: 'alerts.example',
      clock,
    });
  return {
    transport: to(mailbox.port, auth.password),
    clock,
    message,
    taken: () => mailbox.mails.map((mail) => mail.text),
    fail: (failure) => {
      const fault = FAULTS[failure];
      if (fault === undefined) throw new Error(`a mail server can't fail so: ${failure}`);
      mailbox.failNext(fault);
    },
    hanging: () => once(mailbox, 'hanging'),
    brokenOff: async () => {
      const [{ reset }] = (await once(mailbox, 'closed')) as [{ reset: boolean }];
      return { reset };
    },
    connections: () => mailbox.connections,
    wrongCredentials: () => to(mailbox.port, 'not the password'),
    unreachable: async () => to(await freePort(), 'any'),
    settles: 'never',
    close: () => mailbox.close(),
  };
}

transportContract('email', { dialogue: true }, () => setup());

describe('over TLS', () => {
  let tls: LoopbackTls;
  beforeAll(async () => {
    tls = await loopbackTls();
  });
  afterAll(() => tls.distrust());
  transportContract('email with STARTTLS', { dialogue: true }, () => setup({ ...tls, secure: false }));
  transportContract('email over smtps', { dialogue: true }, () => setup({ ...tls, secure: true }));
});
