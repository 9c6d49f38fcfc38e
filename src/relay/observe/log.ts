/** Structured logs: JSON lines for machines, readable ones on a terminal; secrets are masked in both. */
import { createRequire } from 'node:module';
import type { DestinationStream, Logger } from 'pino';
import { pino } from 'pino';
import type * as PinoPretty from 'pino-pretty';
import { maskFields, maskTexts } from './secrets.ts';

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
      formatters: { level: (label) => ({ level: label }), log: maskFields },
      hooks: { streamWrite: maskTexts },
      // An Error keeps its message and stack under either name that callers use.
      serializers: { err: errorFields, error: errorFields },
    },
    options.pretty ? readable(out) : out,
  );
}

/** Loads pino-pretty only when somebody reads along: it costs memory that the daemon under systemd can do without. */
function readable(out: DestinationStream): DestinationStream {
  const require = createRequire(import.meta.url);
  const { prettyFactory } = require('pino-pretty') as typeof PinoPretty;
  const prettify = prettyFactory({
    colorize: process.stdout.isTTY && process.env['NO_COLOR'] === undefined,
    translateTime: 'SYS:HH:MM:ss.l',
    singleLine: true,
  });
  // Line by line and at once, so that the last line before an exit is not lost in a stream's buffer.
  return { write: (line) => out.write(prettify(line)) };
}

/** An error's own fields are looked through too: HTTP clients hang the whole request on theirs. */
function errorFields(error: Error): unknown {
  const fields: unknown = pino.stdSerializers.err(error);
  return typeof fields === 'object' && fields !== null ? maskFields({ ...fields }) : fields;
}
