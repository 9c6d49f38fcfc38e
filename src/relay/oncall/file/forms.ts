/** The texts that stand for durations, shifts, hours and instants in a roster file. Pure; each reads what it writes. */
import {
  parseAutoResolve,
  parseFlapping,
  showAutoResolve,
  showFlapping,
  type AutoResolve,
  type FlappingSaid,
} from '../service-settings.ts';
import { parseDuration, showDuration } from '../times.ts';
import { hoursWords } from '../hours-words.ts';
import { WEEKDAYS, type Hours, type Layer, type Weekday } from '../types.ts';
import { described, type Findings, type KeyPath } from './findings.ts';
import { mapped, text, type Shape } from './shapes.ts';

/** Reads `text` by `read`; null from it, or a RosterError or RangeError, means that it isn't `what`. */
function form<T>(
  what: string,
  max: number,
  pattern: string,
  forms: { read: (text: string) => T | null; write: (value: T) => string },
): Shape<T> {
  const plain = text(what, max);
  return mapped<T, string>(
    { ...plain, schema: { ...plain.schema, pattern } },
    {
      to: forms.write,
      from: (value: string, path: KeyPath, to: Findings) => {
        const read = attempt(() => forms.read(value));
        return read ?? to.wrong(path, `expected ${what}, got ${described(value)}`);
      },
    },
  );
}

function attempt<T>(read: () => T | null): T | null {
  try {
    return read();
  } catch (error) {
    if (error instanceof RangeError || (error instanceof Error && error.name === 'RosterError')) return null;
    throw error;
  }
}

/** `5m`, `1h30m`, `2d`, in milliseconds. */
export const duration: Shape<number> = form(
  'a duration such as 30s, 5m, 1h30m or 2d',
  40,
  '^(?:\\d+ ?[a-z]+ ?)+$',
  {
    read: (value) => {
      const ms = /^(\d{1,9}) ?ms$/.exec(value)?.[1];
      return ms === undefined ? parseDuration(value) : Number(ms);
    },
    write: (ms) => (ms % 1_000 === 0 ? showDuration(ms) : `${ms}ms`),
  },
);

/** As `duration`, and `0s` for at once. */
export const delay: Shape<number> = {
  ...duration,
  read: (value, path, to) => (value === '0s' ? 0 : duration.read(value, path, to)),
};

/** `12h`, or `never`: null. */
export const autoResolve: Shape<AutoResolve> = mapped(
  form<{ is: AutoResolve }>(
    'a time from 1m to 366d such as 12h, or never',
    40,
    '^(?:never|(?:\\d+ ?[a-z]+ ?)+)$',
    { read: (value) => ({ is: parseAutoResolve(value) }), write: ({ is }) => showAutoResolve(is) },
  ),
  { from: ({ is }) => is, to: (is) => ({ is }) },
);

/** `4/30m/15m`, or `off`: null. */
export const flapping: Shape<FlappingSaid> = mapped(
  form<{ is: FlappingSaid }>(
    'how often an incident opens in which time, and how long it must be steady, such as 4/30m/15m, or off',
    40,
    '^(?:off|\\d+/[^/]+/[^/]+)$',
    { read: (value) => ({ is: parseFlapping(value) }), write: ({ is }) => showFlapping(is) },
  ),
  { from: ({ is }) => is, to: (is) => ({ is }) },
);

type Shift = Layer['shift'];

/** `1 week`, `12 hours`. */
export const shift: Shape<Shift> = form<Shift>(
  'the length of a shift such as 12 hours, 1 day, 2 weeks or 1 month',
  20,
  '^[1-9]\\d{0,3} (?:hour|day|week|month)s?$',
  {
    read: (value) => {
      const match = /^([1-9]\d{0,3}) (hour|day|week|month)s?$/.exec(value);
      if (match === null) return null;
      return { every: Number(match[1]), unit: `${match[2]}s` as Shift['unit'] };
    },
    write: ({ every, unit }) => `${every} ${every === 1 ? unit.slice(0, -1) : unit}`,
  },
);

const DAY = `(?:${WEEKDAYS.join('|')})`;
const DAYS = `${DAY}(?:-${DAY})?(?:,${DAY}(?:-${DAY})?)*`;
const CLOCK = '(?:[01]\\d|2[0-3]):[0-5]\\d';

/** `mon-fri 09:00-17:00`, `sat,sun 10:00-14:00`, or `22:00-06:00` for every day. */
export const hours: Shape<Hours> = form<Hours>(
  'hours such as mon-fri 09:00-17:00, sat 10:00-14:00 or 22:00-06:00',
  80,
  `^(?:${DAYS} )?${CLOCK}-(?:${CLOCK}|24:00)$`,
  {
    read: (value) => {
      const match = new RegExp(`^(?:(${DAYS}) )?(${CLOCK})-(${CLOCK}|24:00)$`).exec(value);
      if (match === null) return null;
      const [, days, from = '', until = ''] = match;
      return { ...(days === undefined ? {} : { days: readDays(days) }), from, until };
    },
    write: hoursWords,
  },
);

function readDays(days: string): Weekday[] {
  return days.split(',').flatMap((part) => {
    const [first, last = first] = part.split('-').map((day) => WEEKDAYS.indexOf(day as Weekday));
    if (first === undefined || last === undefined) return [];
    const count = ((last - first + 7) % 7) + 1;
    return Array.from({ length: count }, (_, index) => WEEKDAYS[(first + index) % 7] ?? 'mon');
  });
}

/** `2026-11-28T18:00+01:00`, `2026-11-28T17:00:00Z`, or by a zone's clock `2026-11-28T18:00[Europe/Berlin]`. */
export const instant: Shape<number> = form(
  'a time with its offset or zone, such as 2026-11-28T17:00:00Z, 2026-11-28T18:00+01:00 or 2026-11-28T18:00[Europe/Berlin]',
  80,
  '^\\d{4}-\\d{2}-\\d{2}[T ]\\d{2}:\\d{2}(?::\\d{2}(?:\\.\\d{1,3})?)?(?:Z|[+-]\\d{2}:?\\d{2}|\\[[^\\]]+\\])$',
  {
    read: (value) => {
      const iso = value.replace(/^(\S{10}) /, '$1T');
      if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}/.test(iso)) return null;
      if (iso.endsWith(']')) return Temporal.ZonedDateTime.from(iso).epochMilliseconds;
      return Temporal.Instant.from(iso).epochMilliseconds;
    },
    write: (ms) => Temporal.Instant.fromEpochMilliseconds(ms).toString(),
  },
);
