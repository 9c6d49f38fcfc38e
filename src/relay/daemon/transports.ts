/** Which transports the configuration asks for, and over which channels people can answer here. */
import type { Config, ProviderConfig } from '../config/types.ts';
import type { Secrets } from '../config/secrets.ts';
import type { Clock, Log } from '../engine/ports.ts';
import type { Channel } from '../events/types.ts';
import { byChannel } from '../messaging/by-channel.ts';
import type { Transport } from '../messaging/port.ts';
import { smtpEmail } from '../messaging/email/smtp.ts';
import { nowhere } from '../messaging/nowhere.ts';
import type { Roster } from '../oncall/types.ts';
import { CallsMade } from '../messaging/twilio/calls-made.ts';
import { statusUrl } from '../messaging/twilio/status.ts';
import { MailReplies } from './mail-replies.ts';
import { twilioSms } from '../messaging/twilio/sms.ts';
import type { Speech } from '../messaging/twilio/twiml.ts';
import { scriptUrl } from '../messaging/twilio/voice-webhook.ts';
import { twilioVoice } from '../messaging/twilio/voice.ts';

export interface Channels {
  /** In the order in which they are tried. */
  transports: Map<Channel, Transport[]>;
  answerable: Set<Channel>;
  mailReplies: MailReplies;
  /** Messages about incidents that one contact gets: so many at once, then one in so long. */
  pace: { atOnce: number; everyMs: number };
  /** The calls that these made. */
  made: CallsMade;
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
  const transports = [nowhere()];
  const answerable = new Set<Channel>();
  const mailReplies = new MailReplies(config, tokenKey);
  const made = new CallsMade();
  if (config.mail !== null) {
    const { mail } = config;
    const domain = config.smtp?.domain ?? domainOf(mail.from);
    const passwords = [
      await secrets.mailPassword(),
      ...(await Promise.all((mail.behind ?? []).map((_, index) => secrets.mailPasswordOf(index + 2)))),
    ];
    transports.push(
      ...[mail, ...(mail.behind ?? [])].map(({ url, from }, index) =>
        smtpEmail({
          name: index === 0 ? 'mail' : `mail-${index + 1}`,
          url,
          from,
          password: () => passwords[index] ?? null,
          replyTo: mail.replyTo,
          replyAddress: (message) => mailReplies.address(message.id),
          // The same whoever sends it: ids and threads stay, and so does where answers go.
          domain,
          clock,
          log,
        }),
      ),
    );
    if (mailReplies.state.works) answerable.add('email');
  }
  if (config.twilio !== null) {
    const { twilio } = config;
    const authToken = (await secrets.twilioAuthToken()) ?? '';
    const publicUrl = config.http?.publicUrl ?? null;
    transports.push(
      twilioSms({
        accountSid: twilio.accountSid,
        authToken: () => authToken,
        from: twilio.from,
        baseUrl: twilio.baseUrl,
        statusUrl: publicUrl === null ? null : (messageId) => statusUrl(publicUrl, messageId),
        clock,
      }),
    );
    if (canReceive(twilio.from)) answerable.add('sms');
    const caller = twilio.voice?.from ?? (canReceive(twilio.from) ? twilio.from : null);
    if (caller !== null) {
      transports.push(
        twilioVoice({
          accountSid: twilio.accountSid,
          authToken: () => authToken,
          from: caller,
          baseUrl: twilio.baseUrl,
          urls:
            publicUrl === null
              ? null
              : {
                  script: (messageId) => scriptUrl(publicUrl, messageId),
                  status: (messageId) => statusUrl(publicUrl, messageId),
                },
          speech: speechOf(twilio),
          made,
          clock,
        }),
      );
      if (publicUrl !== null) answerable.add('voice');
    }
  }
  for (const provider of config.providers ?? []) {
    const { limit } = provider;
    const opened = await openProvider(provider, secrets, clock);
    transports.push(
      limit === null
        ? opened
        : { ...opened, limit: { messages: limit.messages, everyMs: limit.seconds * 1_000 } },
    );
  }
  return { transports: byChannel(transports), answerable, pace: { ...config.paging }, mailReplies, made };
}

/** Who speaks in calls. */
export const speechOf = ({ voice }: NonNullable<Config['twilio']>): Speech => ({
  voice: voice?.voice ?? null,
  language: voice?.language ?? null,
});

async function openProvider(provider: ProviderConfig, secrets: Secrets, clock: Clock): Promise<Transport> {
  const { name, channel, by } = provider;
  if (by.kind === 'http') {
    const secret = await secrets.provider(name);
    const { httpProvider } = await import('../messaging/http/http.ts');
    return httpProvider({ provider: { name, channel, ...by.template }, secret: () => secret, clock });
  }
  const { execProvider } = await import('../messaging/exec/exec.ts');
  return execProvider({ provider: { name, channel, ...by }, clock });
}

/** An alphanumeric sender can't be answered; a number can. */
const canReceive = (from: string): boolean => from.startsWith('+');

const domainOf = (address: string): string => address.slice(address.lastIndexOf('@') + 1).replace(/>$/, '');

/** Calls come with SMS; where nobody is called, nothing is to be said of them. */
export const isAnybodyCalled = (roster: Roster): boolean =>
  roster.people.some(({ contacts }) => contacts.some((one) => one.channel === 'voice'));
