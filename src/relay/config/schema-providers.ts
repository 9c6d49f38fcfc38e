/** Providers beside Twilio and the mail servers: an HTTP API as a template, or a command of this machine. */
import * as z from 'zod';
import { namedIn, PLACEHOLDERS, PLACEHOLDERS_SHOWN } from '../messaging/placeholders.ts';
import type { Json } from '../messaging/http/template.ts';
import { leaf, secretFile, textThat } from './leaves.ts';

const KNOWN: ReadonlySet<string> = new Set(PLACEHOLDERS);
/** Whoever is on the machine sees a command's arguments. */
const IN_ARGUMENTS: ReadonlySet<string> = new Set(
  PLACEHOLDERS.filter((name) => !['secret', 'text', 'subject', 'link'].includes(name)),
);
const braced = (names: Iterable<string>): string => [...names].map((name) => `{${name}}`).join(' ');

/** A text with placeholders in which `wrong` finds nothing; it says what is expected instead. */
const template = (wrong: (text: string) => string | null) =>
  z.unknown().transform((value, context): string => {
    const said = typeof value === 'string' ? (unknownIn(value) ?? wrong(value)) : 'text';
    if (said === null) return value as string;
    context.issues.push({ code: 'custom', message: said, input: value });
    return z.NEVER;
  });

function unknownIn(text: string): string | null {
  const unknown = namedIn(text).filter((name) => !KNOWN.has(name));
  return unknown.length === 0
    ? null
    : `nothing else in braces than ${PLACEHOLDERS_SHOWN}, not ${braced(unknown)}`;
}

const SECRET_ELSEWHERE =
  'no secret in this file: put it into a file named by secretFile, and write {secret} here';
/** A word as long as tokens are. */
const holdsSecret = (text: string): boolean => /(?<![\w-])[\w-]{32,}(?![\w-])/u.test(text);

const url = template((text) => {
  const expected =
    'a URL such as https://sms.example.net/v1/messages, with placeholders behind its host only';
  const parsed = URL.parse(text.replaceAll(/\{\w+\}/gu, 'x'));
  const origin = /^https?:\/\/[^/?#{}]+(?=[/?]|$)/u.test(text);
  if (parsed === null || !origin || parsed.username !== '' || parsed.hash !== '') return expected;
  if (!/^[!-~]+$/u.test(text)) return expected;
  return holdsSecret(parsed.pathname + parsed.search) ? SECRET_ELSEWHERE : null;
});

/** What the connection itself decides. */
const NOT_OURS = /^(?:host|content-length|transfer-encoding|connection|expect|upgrade|te|trailer)$/iu;
const headerName = textThat('the name of a header, such as Idempotency-Key', (text) =>
  /^[\w!#$%&'*+.^`|~-]+$/u.test(text) && !NOT_OURS.test(text) ? text : undefined,
);
const headers = z.record(
  z.string().regex(/^[\w!#$%&'*+.^`|~-]+$/u, 'the name of a header'),
  template((text) => {
    if (!/^[ -~]*$/u.test(text)) return 'one line of ASCII';
    return holdsSecret(text) ? SECRET_ELSEWHERE : null;
  }),
);

const plain = template(() => null);

const json = z.unknown().transform((value, context): Json => {
  const said = wrongInJson(value);
  if (said === null) return value as Json;
  context.issues.push({ code: 'custom', message: said, input: value });
  return z.NEVER;
});

function wrongInJson(value: unknown): string | null {
  if (typeof value === 'string') return unknownIn(value);
  if (value === null || typeof value === 'boolean') return null;
  if (typeof value === 'number') return Number.isFinite(value) ? null : 'numbers that JSON knows';
  if (typeof value !== 'object') return 'what JSON can hold';
  for (const one of Object.values(value)) {
    const said = wrongInJson(one);
    if (said !== null) return said;
  }
  return null;
}

const statuses = (expected: string, from: number, to: number) =>
  z
    .array(
      leaf(expected, (value) =>
        typeof value === 'number' && Number.isInteger(value) && value >= from && value <= to
          ? value
          : undefined,
      ),
    )
    .min(1);
const SUCCESS = 'a status from 200 to 299';
const FAILURE = 'a status from 400 to 599';
const pointer = textThat('a JSON pointer such as /messages/0/id', (text) =>
  /^(?:\/(?:[^~/]|~[01])*)+$/u.test(text) ? text : undefined,
);
const seconds = (from: number, to: number) =>
  leaf(`a number of seconds from ${from} to ${to}`, (value) =>
    typeof value === 'number' && value >= from && value <= to ? value : undefined,
  );

const http = z.strictObject({
  url,
  method: z.enum(['GET', 'POST', 'PUT', 'PATCH'], 'one of GET, POST, PUT, PATCH').default('POST'),
  headers: headers.default({}),
  secretFile: secretFile.optional(),
  json: json.optional(),
  form: z.record(z.string(), plain).optional(),
  body: plain.optional(),
  idempotencyHeader: headerName.optional(),
  accepted: z
    .strictObject({
      status: statuses(SUCCESS, 200, 299).default([200, 201, 202, 204]),
      id: pointer.optional(),
    })
    .prefault({}),
  refused: z
    .strictObject({ status: statuses(FAILURE, 400, 599).default([400, 404, 410, 413, 422]) })
    .prefault({}),
  settle: z
    .strictObject({
      url,
      found: z.strictObject({ status: statuses(SUCCESS, 200, 299).default([200]), id: pointer }),
      absent: z.strictObject({ status: statuses(FAILURE, 400, 599).default([404]) }).prefault({}),
      afterSeconds: seconds(1, 300).default(20),
    })
    .optional(),
  check: url.optional(),
});

const argument = template((text) => {
  const shown = namedIn(text).filter((name) => !IN_ARGUMENTS.has(name));
  if (shown.length === 0) return text === '' ? 'an argument' : null;
  return `only ${braced(IN_ARGUMENTS)}, since everybody on the machine sees arguments (the text comes on standard input), not ${braced(shown)}`;
});

const exec = z.strictObject({
  command: z
    .array(argument)
    .min(1, 'a program and its arguments, such as [/usr/local/bin/siren, "{to}"]')
    .refine(
      ([program = '']) => /^\/[^{}]+$/u.test(program),
      'the absolute path of a program first, without placeholders',
    ),
  timeoutSeconds: seconds(1, 8).default(8),
});

/** Names of what is configured elsewhere, and of what relay itself has. */
const RESERVED = /^(?:twilio|mail|relay|canary)(?:-|$)/u;

export const providers = z
  .array(
    z.strictObject({
      name: textThat('a name such as smsgateway (a-z, 0-9, -), not twilio, mail, relay or canary', (text) =>
        /^[a-z][a-z\d-]{0,31}$/u.test(text) && !RESERVED.test(text) ? text : undefined,
      ),
      channel: z.enum(['sms', 'voice', 'push'], 'one of sms, voice, push'),
      http: http.optional(),
      exec: exec.optional(),
      limit: z
        .strictObject({
          messages: leaf('a whole number from 1 to 1000000', (value) =>
            typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= 1_000_000
              ? value
              : undefined,
          ),
          seconds: seconds(1, 86_400),
        })
        .optional(),
    }),
  )
  .default([]);

export type ProvidersFile = z.output<typeof providers>;
