/** What relay.yaml may hold for several hosts: the store they share, each other, and who watches them. */
import * as z from 'zod';
import { consistencyProblem, serialConsistencyProblem } from './consistency.ts';
import { DOMAIN, filePath, leaf, listen, secretFile, textThat, webUrl } from './leaves.ts';
import { formatListen, parseListen } from './listen.ts';

const CASSANDRA_PORT = 9042;

/** A host's name: it stands in certificates, ids and stamps. */
export const hostName = textThat('the name of this host such as a1', (text) =>
  DOMAIN.test(text) ? text : undefined,
);

const name = (what: string, example: string) =>
  textThat(`the name of ${what} such as ${example}`, (text) =>
    /^[\w.-]{1,48}$/u.test(text) ? text : undefined,
  );

const datacenter = name('a datacenter', 'dc-a');

/** `192.0.2.1`, `192.0.2.1:9042`, `[2001:db8::1]:9042`; always with its port afterwards. */
const contactPoint = textThat('HOST or HOST:PORT such as 192.0.2.1:9042', (text) => {
  const bare = text.includes(':') && !text.includes('[') && text.split(':').length > 2 ? `[${text}]` : text;
  const found = parseListen(text) ?? parseListen(`${bare}:${CASSANDRA_PORT}`);
  return found === null || found.port === 0 ? undefined : formatListen(found);
});

/** A value that must be a certain one, with why another can't be. */
const checked = (problemOf: (value: unknown) => string | null) =>
  z.unknown().transform((value, context) => {
    const message = problemOf(value);
    if (message !== null) context.issues.push({ code: 'custom', message, input: value });
  });

const replicas = leaf('a number of replicas from 1 to 9', (value) =>
  typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= 9 ? value : undefined,
);

/** `store:` as keys instead of `sqlite:PATH`. */
export const distantStore = z.strictObject({
  cassandra: z.strictObject({
    contactPoints: z.array(contactPoint).min(1, 'at least one node'),
    datacenter,
    // As Cassandra takes it without quotes.
    keyspace: textThat('the name of a keyspace such as relay', (text) =>
      /^[a-z][a-z\d_]{0,47}$/u.test(text) ? text : undefined,
    ).prefault('relay'),
    user: name('a Cassandra user', 'relay').optional(),
    passwordFile: secretFile.optional(),
    /** Absent: nothing is encrypted, which load.ts allows on loopback only. */
    tls: z
      .strictObject({ caFile: filePath, certFile: filePath.optional(), keyFile: filePath.optional() })
      .optional(),
    replication: z.record(z.string(), replicas).optional(),
    consistency: checked(consistencyProblem).optional(),
    serialConsistency: checked(serialConsistencyProblem).optional(),
  }),
});

const peerAddress = textThat('HOST:PORT such as 192.0.2.1:7391', (text) => {
  const found = parseListen(text);
  return found === null || found.port === 0 ? undefined : formatListen(found);
});

/**
 * The other hosts of this relay. On SQLite, where there are none, only `spool` may stand here: alerts that the database
 * can't take for a moment wait there too.
 */
export const cluster = z.strictObject({
  listen: listen.optional(),
  tls: z.strictObject({ caFile: filePath, certFile: filePath, keyFile: filePath }).optional(),
  hosts: z
    .array(z.strictObject({ name: hostName, datacenter, address: peerAddress }))
    .min(1, 'at least one host')
    .optional(),
  spool: textThat('the path of a folder, relative to this file', (text) => text).optional(),
});

/** Its path may be all that proves who pings: it is never shown. Plain HTTP is for a stand-in on this machine. */
const pingUrl = textThat('a URL that begins with https://', (text) => {
  const url = URL.parse(text);
  if (url === null || url.username !== '' || url.password !== '') return undefined;
  const onLoopback = url.protocol === 'http:' && ['127.0.0.1', '[::1]', 'localhost'].includes(url.hostname);
  return url.protocol === 'https:' || onLoopback ? text : undefined;
});

/** Who is told that this relay works, and which other relays this one watches. */
export const watch = z.strictObject({
  pingUrl: pingUrl.optional(),
  disks: z.array(textThat('the path of a folder, relative to this file', (text) => text)).optional(),
  everySeconds: leaf('a number of seconds from 1 to 3600', (value) =>
    typeof value === 'number' && value >= 1 && value <= 3_600 ? value : undefined,
  ).prefault(60),
  peers: z
    .array(
      z.strictObject({
        name: name('another relay', 'berlin'),
        readyUrl: webUrl('https://relay.example.com/readyz'),
      }),
    )
    .default([]),
});
