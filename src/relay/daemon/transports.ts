/** Which transports the configuration asks for, and over which channels people can answer here. */
import type { Config } from '../config/types.ts';
import type { Secrets } from '../config/secrets.ts';
import type { Clock, Log, Problems } from '../engine/ports.ts';
import { noteTransport } from '../engine/transport-health.ts';
import type { Channel } from '../events/types.ts';
import type { Transport } from '../messaging/port.ts';
import { smtpEmail } from '../messaging/email/smtp.ts';
import { nowhere } from '../messaging/nowhere.ts';
import { makeToken } from '../messaging/token.ts';
import { statusUrl } from '../messaging/twilio/status.ts';
import { twilioSms } from '../messaging/twilio/sms.ts';

export interface Channels {
  transports: Map<Channel, Transport>;
  answerable: Set<Channel>;
}

/** Reads the secrets once; rejects with ConfigError when one can't be read. */
export async function openTransports(parts: {
  config: Config;
  secrets: Secrets;
  tokenKey: Uint8Array;
  clock: Clock;
  log: Log;
}): Promise<Channels> {
  const { config, secrets, tokenKey, clock, log } = parts;
  const channels: Channels = { transports: new Map([['canary', nowhere()]]), answerable: new Set() };
  if (config.mail !== null) {
    const { mail } = config;
    const domain = config.smtp?.domain ?? domainOf(mail.from);
    const answers = mail.replyWorks && config.smtp !== null;
    const password = await secrets.mailPassword();
    channels.transports.set(
      'email',
      smtpEmail({
        url: mail.url,
        from: mail.from,
        password: () => password,
        replyTo: mail.replyTo,
        replyAddress: answers ? (message) => `ack+${makeToken(tokenKey, message.id)}@${domain}` : null,
        domain,
        clock,
        log,
      }),
    );
    if (answers) channels.answerable.add('email');
  }
  if (config.twilio !== null) {
    const { twilio } = config;
    const authToken = (await secrets.twilioAuthToken()) ?? '';
    const publicUrl = config.http?.publicUrl ?? null;
    channels.transports.set(
      'sms',
      twilioSms({
        accountSid: twilio.accountSid,
        authToken: () => authToken,
        from: twilio.from,
        baseUrl: twilio.baseUrl,
        statusUrl: publicUrl === null ? null : (messageId) => statusUrl(publicUrl, messageId),
        clock,
      }),
    );
    if (canReceive(twilio.from)) channels.answerable.add('sms');
  }
  return channels;
}

/** An alphanumeric sender can't be answered; a number can. */
const canReceive = (from: string): boolean => from.startsWith('+');

const domainOf = (address: string): string => address.slice(address.lastIndexOf('@') + 1).replace(/>$/, '');

/** Ends kept connections; messages under way have their own deadline. */
export async function closeTransports(channels: Pick<Channels, 'transports'>): Promise<void> {
  await Promise.all([...channels.transports.values()].map((transport) => transport.close()));
}

/** The engine holds these very objects: their contents change, not they. */
export function replaceChannels(present: Channels, next: Channels): void {
  present.transports.clear();
  for (const [channel, transport] of next.transports) present.transports.set(channel, transport);
  present.answerable.clear();
  for (const channel of next.answerable) present.answerable.add(channel);
}

/**
 * Asks each provider whether it would take a page, and loads what the first page would wait for. What is wrong stands
 * under the problems until a page gets through.
 */
export async function checkTransports(channels: Channels, problems: Problems): Promise<void> {
  const checks = [...channels.transports.values()].map(async (transport) => {
    const wrong = await transport.check();
    noteTransport(problems, transport, wrong);
  });
  await Promise.all(checks);
}
