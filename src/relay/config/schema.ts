/**
 * What may stand in relay.yaml. Each leaf says in words what it expects; `problems.ts` puts file, line and key before
 * it. Paths are still as written here, `load.ts` makes them absolute.
 */
import ipaddr from 'ipaddr.js';
import * as z from 'zod';
import { LISTEN_FORM, parseListen } from './listen.ts';

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

/** A token or key as such: hex or base64 of some length, with no folder and no file ending. */
export const LOOKS_SECRET = /^[\da-zA-Z_-]{32,}$/u;

const TWILIO_API = 'https://api.twilio.com';

/** A value that `read` turns into T; undefined from `read` means it isn't `expected`. */
const leaf = <T>(expected: string, read: (value: unknown) => T | undefined) =>
  z.unknown().transform((value, context): T => {
    const result = read(value);
    if (result !== undefined) return result;
    context.issues.push({ code: 'custom', message: expected, input: value });
    return z.NEVER;
  });

const textThat = <T>(expected: string, read: (text: string) => T | undefined) =>
  leaf(expected, (value) => (typeof value === 'string' && value !== '' ? read(value) : undefined));

const filePath = textThat('the path of a file, relative to this one', (text) => text);
/** A file that holds a secret; a token pasted in its place is refused (and `problems.ts` doesn't print it). */
const secretFile = textThat('the path of a file that holds the secret', (text) =>
  LOOKS_SECRET.test(text) ? undefined : text,
);
const flag = leaf('true or false', (value) => (typeof value === 'boolean' ? value : undefined));
const listen = textThat(LISTEN_FORM, (text) => parseListen(text) ?? undefined);

const webUrl = (example: string) =>
  textThat(`a URL such as ${example}`, (text) => {
    const url = URL.parse(text);
    const web = url !== null && /^https?:$/u.test(url.protocol) && url.search === '' && url.hash === '';
    return web && url.username === '' ? text.replace(/\/+$/u, '') : undefined;
  });

/** The address within `Relay <relay@example.com>` or alone; deliberately no full RFC 5322. */
export const addressOf = (text: string): string | undefined => {
  const inner = /^[^<>\r\n]*<(?<address>[^<>]+)>$/u.exec(text)?.groups?.['address'] ?? text;
  return /^[^\s@<>(),;:"]+@[^\s@<>(),;:"]+$/u.test(inner) ? inner : undefined;
};
const mailbox = textThat('a mail address such as relay@example.com', (text) =>
  addressOf(text) === undefined ? undefined : text,
);

export const DOMAIN =
  /^(?=.{1,253}$)(?:[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?)(?:\.[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?)*$/iu;

const cidr = textThat('a network such as 192.0.2.0/24', (text) => {
  if (ipaddr.isValidCIDR(text)) return text;
  if (!ipaddr.isValid(text)) return undefined;
  return `${text}/${ipaddr.parse(text).kind() === 'ipv4' ? 32 : 128}`;
});

const tls = z.strictObject({ certFile: filePath, keyFile: filePath });

/** `smtp://relay@mail.example.com:587`; a password in it is refused before this is asked. */
const mailUrl = textThat('a mail server such as smtp://relay@mail.example.com:587', (text) => {
  const url = URL.parse(text);
  return url !== null && /^smtps?:$/u.test(url.protocol) && url.hostname !== '' ? text : undefined;
});

const E164 = /^\+[1-9]\d{6,14}$/u;

export const configSchema = z.strictObject({
  store: textThat('sqlite:PATH such as sqlite:relay.db', (text) =>
    /^sqlite:./u.test(text) ? text : undefined,
  ),
  http: z
    .strictObject({
      listen: listen.prefault('127.0.0.1:8080'),
      publicUrl: webUrl('https://alerts.example.com').optional(),
      tls: tls.optional(),
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
    })
    .optional(),
  mail: z
    .strictObject({
      url: mailUrl,
      from: mailbox,
      passwordFile: secretFile.optional(),
      replyTo: mailbox.optional(),
      replyWorks: flag.default(false),
    })
    .optional(),
  twilio: z
    .strictObject({
      accountSid: textThat('an account SID: AC and 32 hex characters', (text) =>
        /^AC[\da-zA-Z]+$/u.test(text) ? text : undefined,
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
    })
    .optional(),
  catchAll: z.array(textThat('the id of a person such as ana', (text) => text)).default([]),
  api: z
    .strictObject({
      socket: filePath.optional(),
      listen: listen.optional(),
      tokenFile: secretFile.optional(),
    })
    .prefault({}),
});

export type ConfigFile = z.output<typeof configSchema>;
