/**
 * What may stand in relay.yaml. Each leaf says in words what it expects; `problems.ts` puts file, line and key before
 * it. Paths are still as written here, `load.ts` makes them absolute.
 */
import * as z from 'zod';
import { providers } from './schema-providers.ts';
import { cluster, distantStore, hostName, watch } from './schema-cluster.ts';
import { imap } from './schema-imap.ts';
import { metrics } from './schema-metrics.ts';
import {
  cidr,
  cidrOf,
  DOMAIN,
  filePath,
  flag,
  leaf,
  listen,
  secretFile,
  textThat,
  webUrl,
} from './leaves.ts';

/** Loopback and private ranges: who may mail alerts without a key unless `smtp.allowFrom` says otherwise. */
export const DEFAULT_ALLOW_FROM = [
  '127.0.0.0/8',
  '::1/128',
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '169.254.0.0/16',
  'fc00::/7',
  'fe80::/10',
];

const TWILIO_API = 'https://api.twilio.com';

/** The address within `Relay <relay@example.com>` or alone; deliberately no full RFC 5322. */
export const addressOf = (text: string): string | undefined => {
  const inner = /^[^<>\r\n]*<(?<address>[^<>]+)>$/u.exec(text)?.groups?.['address'] ?? text;
  return /^[^\s@<>(),;:"]+@[^\s@<>(),;:"]+$/u.test(inner) ? inner : undefined;
};
const mailbox = textThat('a mail address such as relay@example.com', (text) =>
  addressOf(text) === undefined ? undefined : text,
);

/** Whoever speaks for others must be few: of everybody's own word nothing would be left to believe. */
const proxies = z.array(
  textThat('the address or network of a proxy such as 127.0.0.1 or 192.0.2.0/24', (text) => {
    const network = cidrOf(text);
    return network === undefined || network.endsWith('/0') ? undefined : network;
  }),
);

const tls = z.strictObject({ certFile: filePath, keyFile: filePath });

/** `smtp://relay@mail.example.com:587`; a password in it is refused before this is asked. */
const mailUrl = textThat('a mail server such as smtp://relay@mail.example.com:587', (text) => {
  const url = URL.parse(text);
  return url !== null && /^smtps?:$/u.test(url.protocol) && url.hostname !== '' ? text : undefined;
});

const E164 = /^\+[1-9]\d{6,14}$/u;

export const configSchema = z.strictObject({
  store: textThat('sqlite:PATH such as sqlite:relay.db, or cassandra: with its keys below', (text) =>
    /^sqlite:./u.test(text) ? text : undefined,
  ),
  http: z
    .strictObject({
      listen: listen.prefault('127.0.0.1:8080'),
      proxy: proxies.optional(),
      publicUrl: webUrl('https://alerts.example.com').optional(),
      tls: tls.optional(),
      linkDays: leaf('a number of days from 1 to 90', (value) =>
        typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= 90 ? value : undefined,
      ).optional(),
    })
    .optional(),
  smtp: z
    .strictObject({
      listen: listen.prefault('127.0.0.1:2525'),
      domain: textThat('a domain such as alerts.example.com', (text) =>
        DOMAIN.test(text) ? text.toLowerCase() : undefined,
      ),
      allowFrom: z.array(cidr).default(DEFAULT_ALLOW_FROM),
      tls: tls.optional(),
      usersFile: filePath.optional(),
      proxy: proxies.optional(),
      submission: listen.optional(),
    })
    .optional(),
  calendars: z.strictObject({ networks: z.array(cidr).default([]) }).optional(),
  mail: z
    .strictObject({
      url: mailUrl,
      from: mailbox,
      passwordFile: secretFile.optional(),
      servers: z
        .array(
          z.strictObject({ url: mailUrl, from: mailbox.optional(), passwordFile: secretFile.optional() }),
        )
        .min(1, 'a mail server at least, such as - url: smtp://relay@mail.example.com:587')
        .optional(),
      replyTo: mailbox.optional(),
      replyWorks: leaf('true, false or auto', (value) =>
        typeof value === 'boolean' || value === 'auto' ? value : undefined,
      ).default('auto'),
      requireDmarc: flag.default(false),
    })
    .optional(),
  imap: imap.optional(),
  twilio: z
    .strictObject({
      accountSid: textThat(
        'an account SID: AC and letters or digits, as the Twilio console shows it',
        (text) => (/^AC[\da-zA-Z]+$/u.test(text) ? text : undefined),
      ),
      authTokenFile: secretFile.optional(),
      secondaryTokenFile: secretFile.optional(),
      from: textThat('the sending number such as +15550100, or a name of up to 11 letters', (text) =>
        E164.test(text) || /^(?=.*[a-zA-Z])[a-zA-Z\d ]{1,11}$/u.test(text) ? text : undefined,
      ),
      baseUrl: webUrl(TWILIO_API).default(TWILIO_API),
      pollSeconds: leaf('a number of seconds from 1 to 3600', (value) =>
        typeof value === 'number' && value >= 1 && value <= 3_600 ? value : undefined,
      ).optional(),
      voice: z
        .strictObject({
          from: textThat('the number that calls, such as +15550100', (text) =>
            E164.test(text) ? text : undefined,
          ).optional(),
          voice: textThat('a voice of Twilio such as Polly.Joanna-Neural', (text) =>
            /^[a-zA-Z][\w.-]{1,60}$/u.test(text) ? text : undefined,
          ).optional(),
          language: textThat('a language such as en-GB', (text) =>
            /^[a-z]{2,3}(?:-[a-zA-Z\d]{2,8}){0,2}$/u.test(text) ? text : undefined,
          ).optional(),
        })
        .optional(),
    })
    .optional(),
  providers,
  paging: z
    .strictObject({
      atOnce: leaf('a whole number from 1 to 1000000', (value) =>
        typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= 1_000_000
          ? value
          : undefined,
      ).default(4),
      everySeconds: leaf('a number of seconds from 1 to 600', (value) =>
        typeof value === 'number' && value >= 1 && value <= 600 ? value : undefined,
      ).default(60),
    })
    .prefault({}),
  catchAll: z.array(textThat('the id of a person such as ana', (text) => text)).default([]),
  api: z
    .strictObject({
      socket: filePath.optional(),
      listen: listen.optional(),
      tokenFile: secretFile.optional(),
    })
    .prefault({}),
  drainSeconds: leaf('a number of seconds from 0 to 60', (value) =>
    typeof value === 'number' && value >= 0 && value <= 60 ? value : undefined,
  ).optional(),
  cluster: cluster.optional(),
  watch: watch.optional(),
  metrics: metrics.optional(),
  keyDir: textThat('the path of a folder, relative to this file', (text) => text).optional(),
  host: hostName.optional(),
});

/** The same with a store that several hosts share. */
const distantSchema = configSchema.extend({ store: distantStore });

/** Which of the two a file is meant to be, by its store. */
export function schemaFor(file: unknown): typeof configSchema | typeof distantSchema {
  const store = typeof file === 'object' && file !== null && 'store' in file ? file.store : undefined;
  return typeof store === 'object' && store !== null ? distantSchema : configSchema;
}

/** A file as `relay init` writes it, on SQLite. */
export type ConfigFile = z.output<typeof configSchema>;

/** Any file. */
export type AnyConfigFile = ConfigFile | z.output<typeof distantSchema>;
