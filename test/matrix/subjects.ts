/** The channels under test: a real transport, its stand-in, and what the contact has really got. */
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Channel } from '../../src/relay/events/types.ts';
import { smtpEmail } from '../../src/relay/messaging/email/smtp.ts';
import { execProvider } from '../../src/relay/messaging/exec/exec.ts';
import { httpProvider } from '../../src/relay/messaging/http/http.ts';
import type { HttpProvider } from '../../src/relay/messaging/http/template.ts';
import type { Transport } from '../../src/relay/messaging/port.ts';
import { startGatewayStandin, type GatewayStandin } from '../../src/standins/gateway.ts';
import { twilioSms } from '../../src/relay/messaging/twilio/sms.ts';
import { twilioVoice } from '../../src/relay/messaging/twilio/voice.ts';
import type { ContactMethod } from '../../src/relay/oncall/types.ts';
import { startMailbox, type Mailbox } from '../../src/standins/mailbox.ts';
import { startTwilioStandin, type TwilioStandin } from '../../src/standins/twilio.ts';
import { readTwiml } from '../contract/read-twiml.ts';
import type { HandClock } from '../contract/hand-clock.ts';

/** A channel with its stand-in. */
export interface Subject<Standin> {
  channel: Channel;
  contact: ContactMethod;
  standin: Standin;
  transport(clock: HandClock): Transport;
  /** How often the contact has got the page, but for what says that it may be a repeat. */
  got(): number;
  /** Calls that the stand-in doesn't answer. */
  hanging(): number;
  close(): Promise<void>;
}

const PHONE = '+15550101';
const MAILBOX = 'ana@example.com';
const FROM = '+15550100';

const isMarked = (text: string): boolean => text.includes('may be a repeat');

/** Twilio's stand-in on the time of the clock that the rig moves. */
async function twilioOn(nowMs: () => number): Promise<{ standin: TwilioStandin; hanging(): number }> {
  const standin = await startTwilioStandin({ nowMs });
  let hanging = 0;
  standin.on('hanging', () => void (hanging += 1));
  standin.on('abandoned', () => void (hanging = Math.max(0, hanging - 1)));
  return { standin, hanging: () => hanging };
}

/** Ana's phone takes texts. */
export async function sms(nowMs: () => number): Promise<Subject<TwilioStandin>> {
  const { standin, hanging } = await twilioOn(nowMs);
  return {
    channel: 'sms',
    contact: { channel: 'sms', address: PHONE, verifiedAtMs: 1 },
    standin,
    transport: (clock) =>
      twilioSms({
        accountSid: standin.accountSid,
        authToken: () => standin.authToken,
        from: FROM,
        baseUrl: standin.baseUrl,
        statusUrl: null,
        clock,
      }),
    got: () =>
      standin.ledger.filter(({ body }) => !isMarked(body)).reduce((sum, { delivered }) => sum + delivered, 0),
    hanging,
    close: () => standin.close(),
  };
}

/** Ana's phone is called; she listens, and presses nothing. */
export async function voice(nowMs: () => number): Promise<Subject<TwilioStandin>> {
  const { standin, hanging } = await twilioOn(nowMs);
  standin.calls.readTwiml = readTwiml;
  standin.calls.answering(PHONE, 'mailbox');
  return {
    channel: 'voice',
    contact: { channel: 'voice', address: PHONE, verifiedAtMs: 1 },
    standin,
    transport: (clock) =>
      twilioVoice({
        accountSid: standin.accountSid,
        authToken: () => standin.authToken,
        from: FROM,
        baseUrl: standin.baseUrl,
        urls: null,
        speech: { voice: null, language: null },
        clock,
      }),
    got: () => standin.calls.entries.filter(({ heard }) => heard.some((one) => !isMarked(one))).length,
    hanging,
    close: () => standin.close(),
  };
}

/** Ana's mailbox. */
export async function email(): Promise<Subject<Mailbox>> {
  const standin = await startMailbox();
  let hanging = 0;
  standin.on('hanging', () => void (hanging += 1));
  standin.on('closed', () => void (hanging = Math.max(0, hanging - 1)));
  return {
    channel: 'email',
    contact: { channel: 'email', address: MAILBOX, verifiedAtMs: 1 },
    standin,
    transport: (clock) =>
      smtpEmail({
        url: standin.url,
        from: 'relay@example.com',
        password: () => null,
        replyTo: null,
        replyAddress: null,
        domain: 'alerts.example.com',
        clock,
      }),
    got: () => standin.mails.filter(({ text }) => !isMarked(text)).length,
    hanging: () => hanging,
    close: () => standin.close(),
  };
}

/** A gateway with a REST API; `asked`: it can be asked what it has taken. */
export async function push(asked: boolean): Promise<Subject<GatewayStandin>> {
  const standin = await startGatewayStandin();
  let hanging = 0;
  standin.on('hanging', () => void (hanging += 1));
  standin.on('abandoned', () => void (hanging = Math.max(0, hanging - 1)));
  const provider: HttpProvider = {
    name: 'gateway',
    channel: 'push',
    url: `${standin.baseUrl}/v1/messages`,
    method: 'POST',
    headers: { Authorization: 'Bearer {secret}' },
    body: { kind: 'json', json: { to: '{to}', from: 'RELAY', text: '{text}', reference: '{id}' } },
    idempotencyHeader: null,
    accepted: { status: [200, 201, 202], id: '/messages/0/id' },
    refused: { status: [400, 404, 422] },
    settle: asked
      ? {
          url: `${standin.baseUrl}/v1/messages?reference={id}`,
          found: { status: [200], id: '/messages/0/id' },
          absent: { status: [404] },
          afterSeconds: 20,
        }
      : null,
    check: `${standin.baseUrl}/v1/account`,
  };
  return {
    channel: 'push',
    contact: { channel: 'push', address: PHONE, verifiedAtMs: 1 },
    standin,
    transport: (clock) => httpProvider({ provider, secret: () => standin.token, clock }),
    got: () => standin.ledger.filter(({ text }) => !isMarked(text)).length,
    hanging: () => hanging,
    close: () => standin.close(),
  };
}

/** What a command of this machine does: what it printed is in a file. */
export interface Siren {
  /** The next run does this, in the words of a shell; then all is well again. */
  next(script: string): Promise<void>;
}

/** A siren that a command of this machine switches on. */
export async function exec(): Promise<Subject<Siren>> {
  const dir = await mkdtemp(join(tmpdir(), 'relay-matrix-'));
  const program = join(dir, 'siren');
  const heard = join(dir, 'heard');
  await writeFile(heard, '');
  await writeFile(
    program,
    `#!/bin/sh\nif [ -e ${dir}/next ]; then mv ${dir}/next ${dir}/now; . ${dir}/now; fi\ncat >> ${heard}; echo >> ${heard}\n`,
  );
  await chmod(program, 0o755);
  return {
    channel: 'push',
    contact: { channel: 'push', address: 'siren', verifiedAtMs: 1 },
    standin: { next: (script) => writeFile(join(dir, 'next'), script) },
    transport: (clock) =>
      execProvider({
        provider: { name: 'siren', channel: 'push', command: [program, '{to}'], timeoutSeconds: 5 },
        clock,
      }),
    got: () =>
      readFileSync(heard, 'utf8')
        .split('\n')
        .filter((line) => line !== '' && !isMarked(line)).length,
    hanging: () => 0,
    close: () => rm(dir, { recursive: true, force: true }),
  };
}
