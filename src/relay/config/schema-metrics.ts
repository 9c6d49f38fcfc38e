/** Where numbers are pushed to, and how: the same keys for relay and for its agent. */
import * as z from 'zod';
import { leaf, textThat } from './leaves.ts';
import { parseListen } from './listen.ts';

const statsd = textThat('HOST:PORT of a StatsD server such as 127.0.0.1:8125', (text) => {
  const found = parseListen(text);
  return found === null || found.port === 0 ? undefined : found;
});

/** `{host}` in it is this host's name. */
const prefix = textThat('a name such as relay or relay.{host}', (text) =>
  /^[\w-]+(?:\.[\w-]+)*$/u.test(text.replaceAll('{host}', 'x')) ? text : undefined,
);

const oneOf = <T extends string>(...words: [T, ...T[]]) =>
  leaf(words.join(' or '), (value) => words.find((word) => word === value));

/** Without what would end a tag. */
const TAG = /^[a-z][\w./-]*$/iu;
const constantTags = leaf('names and values such as { env: production }', (value) => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const entries = Object.entries(value).map(([name, text]): [string, string] => [name, String(text)]);
  return entries.every(([name, text]) => TAG.test(name) && /^[^\s,|#]{1,200}$/u.test(text))
    ? Object.fromEntries(entries)
    : undefined;
});

export const metrics = z.strictObject({
  statsd,
  prefix: prefix.prefault('relay'),
  tags: oneOf('dogstatsd', 'none').prefault('dogstatsd'),
  latencies: oneOf('ms', 'h', 'd').prefault('ms'),
  constantTags: constantTags.optional(),
});
