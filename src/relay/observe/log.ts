/** Structured logs: JSON lines for machines, readable ones on a terminal; secrets are masked in both. */
import { createRequire } from 'node:module';
import type { DestinationStream, Logger } from 'pino';
import { pino } from 'pino';

const MASK = '[redacted]';

/** Field names that hold a secret wherever they turn up, in the spellings that requests and settings use. */
const SECRET_NAMES = [
  'authToken',
  'secondaryToken',
  'password',
  'pass',
  'token',
  'secret',
  'routing_key',
  'routingKey',
  'authorization',
  'Authorization',
  'cookie',
];

/** Deep enough for `err.config.headers.authorization`; a wildcard in pino stands for exactly one step. */
const DEPTHS = ['', '*.', '*.*.', '*.*.*.'];

const SECRET_PATHS = DEPTHS.flatMap((depth) => SECRET_NAMES.map((name) => `${depth}${name}`));

/**
 * Secrets inside longer texts, which a field name can't find: a password in a URL, the token of a reply address, a
 * routing key in a service's URL or mail address, a bearer token in an error message.
 */
const SECRET_TEXTS: readonly [RegExp, string][] = [
  [/(:\/\/[^\s:/@"]+):[^\s/@"]+@/g, `$1:${MASK}@`],
  [/\back\+[^\s@"]+@/gi, `ack+${MASK}@`],
  [/([/-])[0-9a-f]{32}(?=[/?#@\s"\\]|$)/g, `$1${MASK}`],
  [/\b(Bearer|Basic) [\w.~+/=-]+/g, `$1 ${MASK}`],
];

/** The line without the secrets that stand inside its texts. */
export function maskTexts(line: string): string {
  let masked = line;
  for (const [pattern, replacement] of SECRET_TEXTS) masked = masked.replace(pattern, replacement);
  return masked;
}

export interface LogOptions {
  /** `trace` to `fatal`, or `silent`. */
  level: string;
  /** Readable lines instead of JSON. */
  pretty: boolean;
  /** Where lines go; absent: standard output. */
  destination?: DestinationStream;
}

/**
 * A logger that satisfies the Log port and that fastify takes as its `loggerInstance`. Throws when the level is none
 * of pino's.
 */
export function createLogger(options: LogOptions): Logger {
  const out = options.destination ?? pino.destination({ dest: 1, sync: true });
  return pino(
    {
      level: options.level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: SECRET_PATHS, censor: MASK },
      hooks: { streamWrite: maskTexts },
      // An Error keeps its message and stack under either name that callers use.
      serializers: { err: pino.stdSerializers.err, error: pino.stdSerializers.err },
    },
    options.pretty ? readable(out) : out,
  );
}

/** Loads pino-pretty only when somebody reads along: it costs memory that the daemon under systemd can do without. */
function readable(out: DestinationStream): DestinationStream {
  const require = createRequire(import.meta.url);
  const { prettyFactory } = require('pino-pretty') as typeof import('pino-pretty');
  const prettify = prettyFactory({
    colorize: process.stdout.isTTY && process.env['NO_COLOR'] === undefined,
    translateTime: 'SYS:HH:MM:ss.l',
    singleLine: true,
  });
  // Line by line and at once, so that the last line before an exit is not lost in a stream's buffer.
  return { write: (line) => out.write(prettify(line)) };
}
