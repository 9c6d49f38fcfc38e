/** Everything the demo plays with: a temporary installation, the real daemon, a phone network and mailboxes. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { createTransport } from 'nodemailer';
import { clientFor } from '../cli/client.ts';
import type { Client } from '../cli/client.ts';
import type { HappeningJson } from '../relay/api/wire.ts';
import { parseListen } from '../relay/config/listen.ts';
import { init } from '../relay/setup/init.ts';
import { startMailbox } from '../standins/mailbox.ts';
import { startTwilioStandin } from '../standins/twilio.ts';
import { startDaemon } from './daemon-process.ts';
import { Witness } from './witness.ts';

export const DOMAIN = 'alerts.example.com';
export const RELAY_PHONE = '+15550100';
export const ANA = { id: 'ana', name: 'Ana', email: 'ana@example.com', phone: '+15550101' };
export const BEN = { id: 'ben', name: 'Ben', email: 'ben@example.com', phone: '+15550102' };

/** Short, so that watching isn't waiting. */
export const ESCALATE_AFTER_MS = 4_000;
/** Time for a person to type Ben's answer. */
const BEN_HAS_MS = 10 * 60_000;

/** A daemon that doesn't answer for so long won't. */
const TIMEOUTS = { connectionTimeout: 5_000, greetingTimeout: 5_000, socketTimeout: 5_000 };

export interface Scene {
  dir: string;
  witness: Witness;
  client: Client;
  /** Sends an alert mail to the service `db`, as a monitoring tool does. */
  mailAlert(subject: string, text: string): Promise<void>;
  /** Ben's phone sends a text to Relay's number. */
  benTexts(body: string): Promise<void>;
  lastLogLines(): string[];
  close(): Promise<void>;
}

/** Opens it all; what had been opened is closed again when something can't be. */
export async function openScene(): Promise<Scene> {
  const closing: (() => Promise<unknown>)[] = [];
  const close = async (): Promise<void> => {
    for (const one of closing.splice(0).toReversed()) await one();
  };
  try {
    const dir = await mkdtemp(join(tmpdir(), 'relay-demo-'));
    closing.push(() => rm(dir, { recursive: true, force: true }));
    const witness = new Witness();
    const mailbox = await startMailbox();
    closing.push(() => mailbox.close());
    mailbox.on('mail', (mail) => {
      const subject = mail.headers.get('subject')?.[0] ?? '';
      for (const to of mail.envelope.to) witness.record({ kind: 'mail', to, subject });
    });
    const twilio = await startTwilioStandin({ numbers: [RELAY_PHONE] });
    closing.push(() => twilio.close());
    twilio.on('message', ({ to, body }) => witness.record({ kind: 'sms', to, body }));

    const tokenFile = join(dir, 'twilio-token');
    await writeFile(tokenFile, `${twilio.authToken}\n`, { mode: 0o600 });
    const done = await init({
      dir: join(dir, 'relay'),
      typed: {
        http: '127.0.0.1:0',
        smtp: '127.0.0.1:0',
        domain: DOMAIN,
        mail: mailbox.url,
        mailReplyWorks: true,
        twilioAccountSid: twilio.accountSid,
        twilioTokenFile: tokenFile,
        twilioFrom: RELAY_PHONE,
        twilioBaseUrl: twilio.baseUrl,
        twilioPollSeconds: 1,
        people: [ANA, BEN].map(({ id, name, email, phone }) => `${id}=${name},${email},${phone}`),
      },
      terminal: null,
      skipChecks: true,
      cwd: dir,
      env: {},
      warn: () => {},
    });
    const daemon = await startDaemon(done.config, (error) => witness.end(error));
    closing.push(() => daemon.stop());

    const client = clientFor({ kind: 'socket', socket: done.socket });
    await client.post('/v1/policies', {
      id: 'fast',
      levels: [
        { people: [ANA.id], afterMs: ESCALATE_AFTER_MS },
        { people: [BEN.id], afterMs: BEN_HAS_MS },
      ],
      repeat: 3,
      by: 'demo',
    });
    await client.post('/v1/services', { id: 'db', policy: 'fast', by: 'demo' });
    const following = new AbortController();
    const said = await client.stream<HappeningJson>('/v1/tail', following.signal);
    const heard = listen(said, witness, daemon.ended);
    closing.push(() => {
      following.abort();
      return heard;
    });
    const smtp = parseListen(daemon.smtp);
    if (smtp === null) throw new Error(`the daemon listens for mail on ${daemon.smtp}, which is no address`);
    return {
      dir,
      witness,
      client,
      mailAlert: async (subject, text) => {
        // Its certificate is its own: encryption without proof of who it is, as between most mail servers.
        const sender = createTransport({ ...smtp, ...TIMEOUTS, tls: { rejectUnauthorized: false } });
        try {
          const { response } = await sender.sendMail({
            from: 'nagios@monitor.example.com',
            to: `db@${DOMAIN}`,
            subject,
            text,
          });
          witness.record({ kind: 'taken', response });
        } finally {
          sender.close();
        }
      },
      benTexts: async (body) => {
        await twilio.inbound({ from: BEN.phone, body });
      },
      lastLogLines: daemon.lastLines,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Records what the daemon says until its stream ends. */
async function listen(
  said: AsyncIterable<HappeningJson>,
  witness: Witness,
  ended: Promise<void>,
): Promise<void> {
  try {
    for await (const one of said) witness.record({ kind: 'relay', said: one });
  } catch (error) {
    // Mostly because the daemon died, which says more about it than a broken stream.
    await Promise.race([ended, delay(1_000, undefined, { ref: false })]);
    witness.end(error instanceof Error ? error : new Error(String(error)));
  }
}
