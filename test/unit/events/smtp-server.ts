/** A mail server for a test: started on any port, closed afterwards. */
import { generate } from 'selfsigned';
import { createMailReader } from '../../../src/relay/events/mail/reader.ts';
import type { MailReader } from '../../../src/relay/events/mail/reader.ts';
import { PRIVATE_NETWORKS, startSmtp } from '../../../src/relay/events/smtp.ts';
import type { Pem, RunningSmtp, SmtpOptions } from '../../../src/relay/events/smtp.ts';
import { Journal, KeptLog, roster } from './stand-ins.ts';
import { SmtpClient } from './smtp-client.ts';

export interface TestServer {
  smtp: RunningSmtp;
  journal: Journal;
  log: KeptLog;
  /** Says EHLO. */
  hello(localAddress?: string): Promise<SmtpClient>;
  close(): Promise<void>;
}

/** Nobody is allowed without a key: as if all came from outside. */
export const OUTSIDE: Partial<SmtpOptions> = { allowFrom: ['192.0.2.0/24'] };

const running: TestServer[] = [];

export async function server(options: Partial<SmtpOptions> = {}): Promise<TestServer> {
  const journal = new Journal();
  const log = new KeptLog();
  const reader: MailReader = createMailReader({ log });
  const clients: SmtpClient[] = [];
  const smtp = await startSmtp({
    listen: { host: '127.0.0.1', port: 0 },
    domain: 'alerts.example',
    allowFrom: PRIVATE_NETWORKS,
    tls: null,
    users: null,
    roster,
    accept: journal.accept,
    reader,
    reply: null,
    log,
    ...options,
  });
  const made: TestServer = {
    smtp,
    journal,
    log,
    hello: async (localAddress) => {
      const client = await SmtpClient.hello(smtp.address, localAddress);
      clients.push(client);
      return client;
    },
    close: async () => {
      for (const client of clients) client.quit();
      await smtp.close();
      await reader.close();
    },
  };
  running.push(made);
  return made;
}

/** For afterEach. */
export async function closeServers(): Promise<void> {
  await Promise.all(running.splice(0).map((one) => one.close()));
}

/** A certificate for alerts.example that only this test trusts. */
export async function certificate(): Promise<Pem> {
  const made = await generate([{ name: 'commonName', value: 'alerts.example' }], {
    keySize: 2048,
    extensions: [{ name: 'subjectAltName', altNames: [{ type: 2, value: 'alerts.example' }] }],
  });
  return { cert: made.cert, key: made.private };
}
