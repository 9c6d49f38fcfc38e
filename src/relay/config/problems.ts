/** Turns what is wrong with a configuration into lines `file:line: key: expected …, got …`, never showing a secret. */
import type { Document, LineCounter } from 'yaml';
import type * as z from 'zod';
import { closest } from './closest.ts';
import { LOOKS_SECRET } from './leaves.ts';

export type KeyPath = readonly (string | number)[];

export interface Source {
  file: string;
  document: Document.Parsed;
  lines: LineCounter;
  /** Where in the file the configuration stands that keys are told of; absent: it is the whole file. */
  under?: KeyPath;
}

/** The value at a key of the configuration, as it stands in the file. */
const valueAt = ({ document, under = [] }: Source, path: KeyPath): unknown =>
  document.getIn([...under, ...path]);

/** Secrets people are tempted to write into the file, with what to do instead. */
const MISPLACED_SECRETS: Record<string, string> = {
  'twilio.authToken': 'twilio.authTokenFile, or set RELAY_TWILIO_AUTH_TOKEN',
  'twilio.token': 'twilio.authTokenFile, or set RELAY_TWILIO_AUTH_TOKEN',
  'twilio.secondaryToken': 'twilio.secondaryTokenFile, or set RELAY_TWILIO_SECONDARY_TOKEN',
  'mail.password': 'mail.passwordFile, or set RELAY_MAIL_PASSWORD',
  'api.token': 'api.tokenFile, or set RELAY_TOKEN',
  'store.cassandra.password': 'store.cassandra.passwordFile, or set RELAY_CASSANDRA_PASSWORD',
};

/** YAML that can't be read: one line each. */
export function syntaxProblems(source: Source): string[] {
  return source.document.errors.map((error) => {
    const { line: at } = source.lines.linePos(error.pos[0]);
    const what = (error.message.split('\n')[0] ?? '').replace(/ at line \d+, column \d+:?$/u, '');
    return `${source.file}:${at}: expected valid YAML, got: ${what}`;
  });
}

/** Passwords written into the URL of a mail server or a mailbox. */
export function passwordInUrl(source: Source): string[] {
  const count = (path: KeyPath): number => {
    const listed = valueAt(source, path);
    return isCollection(listed) ? listed.items.length : 0;
  };
  const before = valueAt(source, ['mail', 'url']);
  const places: [KeyPath, string][] = [
    [['mail', 'url'], 'mail.passwordFile, or set RELAY_MAIL_PASSWORD'],
    ...Array.from({ length: count(['mail', 'servers']) }, (_, index): [KeyPath, string] => [
      ['mail', 'servers', index, 'url'],
      `mail.servers.${index}.passwordFile, or set ${mailVariable(index + (before === undefined ? 1 : 2))}`,
    ]),
    ...Array.from({ length: count(['imap']) }, (_, index): [KeyPath, string] => [
      ['imap', index, 'url'],
      `imap.${index}.passwordFile, or set RELAY_IMAP_PASSWORD`,
    ]),
  ];
  return places.flatMap(([path, instead]) => {
    const url = valueAt(source, path);
    if (typeof url !== 'string' || (URL.parse(url)?.password ?? '') === '') return [];
    return [line(source, path, `expected no password in it: put it into a file named by ${instead}`)];
  });
}

/** Of the mail server at that place, from 1. */
const mailVariable = (place: number): string => `RELAY_MAIL_PASSWORD${place === 1 ? '' : `_${place}`}`;

/** What the schema refused, all at once. `keysAt` lists the keys known at a path. */
export function schemaProblems(
  source: Source,
  issues: readonly z.core.$ZodIssue[],
  keysAt: (path: KeyPath) => string[],
): string[] {
  return issues.flatMap((issue) => {
    const path = issue.path.filter((part) => typeof part !== 'symbol');
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => line(source, [...path, key], unknownKey([...path, key], keysAt(path))));
    }
    return [line(source, path, expected(source, path, issue))];
  });
}

function unknownKey(path: KeyPath, known: string[]): string {
  const instead = MISPLACED_SECRETS[path.join('.')];
  if (instead !== undefined) return `expected no secret in this file: put it into a file named by ${instead}`;
  const meant = closest(String(path.at(-1)), known);
  const hint = meant === null ? '' : `; did you mean ${meant}?`;
  return `expected one of ${known.join(', ')}, got an unknown key${hint}`;
}

function expected(source: Source, path: KeyPath, issue: z.core.$ZodIssue): string {
  const value = valueAt(source, path);
  const what = issue.code === 'invalid_type' ? (TYPE_WORDS[issue.expected] ?? issue.expected) : issue.message;
  const got = mayHoldSecret(path) ? hidden(value) : described(value);
  // The usual slip: the dash in front of the first key is missing.
  const hint = what === 'a list' && got === 'keys' ? '; put "- " before the first of them' : '';
  return `expected ${what}, got ${got}${hint}`;
}

const SHOWN_OF_HTTP = new Set(['method', 'idempotencyHeader', 'accepted', 'refused']);

/** Where a secret stands, or may have been written although it should not stand there. */
function mayHoldSecret(path: KeyPath): boolean {
  const [first, , third, fourth] = path;
  if (first === 'providers') return third === 'http' && !SHOWN_OF_HTTP.has(String(fourth));
  return path.join('.') === 'watch.pingUrl';
}

/** A value that may be a secret as a whole. */
const hidden = (value: unknown): string =>
  value === undefined || value === null ? 'nothing' : 'something else (not shown)';

const TYPE_WORDS: Record<string, string> = { object: 'keys below it', array: 'a list', string: 'text' };

/** What stands there, short and without secrets. */
export function described(value: unknown): string {
  if (value === undefined || value === null || value === '') return 'nothing';
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value === 'string') {
    if (LOOKS_SECRET.test(value)) return 'what looks like the secret itself';
    if (/:\/\/[^/]*@/u.test(value)) return 'a URL with a user name or password (not shown)';
    return JSON.stringify(value.length > 60 ? `${value.slice(0, 57)}...` : value);
  }
  if (!isCollection(value) || value.items.length === 0) return 'a list or keys';
  return isPair(value.items[0]) ? 'keys' : 'a list';
}

/** `file:line: key: text`; a key that isn't there is told at the line of what it belongs to. */
export function line(source: Source, path: KeyPath, text: string): string {
  const whole = [...(source.under ?? []), ...path];
  const key = whole.length === 0 ? '' : `${whole.join('.')}: `;
  return `${source.file}:${lineOf(source, whole)}: ${key}${text}`;
}

function lineOf(source: Source, path: KeyPath): number {
  for (let length = path.length; length > 0; length -= 1) {
    const offset = keyOffset(source.document, path.slice(0, length));
    if (offset !== null) return source.lines.linePos(offset).line;
  }
  return 1;
}

/** Where the key itself stands (not its value, which may begin a line later). */
function keyOffset(document: Document.Parsed, path: KeyPath): number | null {
  const parent: unknown = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true);
  const items = isCollection(parent) ? parent.items : [];
  const last = path.at(-1);
  if (typeof last === 'number') return startOf(items[last]);
  const pair = items.find((item) => isPair(item) && scalar(item.key) === last);
  return isPair(pair) ? startOf(pair.key) : null;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;
const isCollection = (value: unknown): value is { items: unknown[] } =>
  isObject(value) && Array.isArray(value['items']);
const isPair = (value: unknown): value is { key: unknown } => isObject(value) && 'key' in value;
const scalar = (value: unknown): unknown => (isObject(value) && 'value' in value ? value['value'] : value);

function startOf(node: unknown): number | null {
  const range: unknown = isObject(node) ? node['range'] : undefined;
  const start: unknown = Array.isArray(range) ? range[0] : undefined;
  return typeof start === 'number' ? start : null;
}
