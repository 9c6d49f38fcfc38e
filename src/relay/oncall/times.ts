/**
 * Times and durations as people type them at 3 a.m., and as they are echoed back. Pure: now and the zone are passed
 * in; calendar arithmetic is Temporal's, so that 18:00 is 18:00 on both sides of a DST change (a time that a change
 * skips is the same distance later, one that comes twice is the first: Temporal's `compatible`).
 */
import { RosterError } from './book.ts';

const TIME_FORMS = '18:00, fri 18:00, tomorrow 9:00, 2h, 3d, 2025-11-29 18:00 or 2025-11-29T17:00:00Z';
const DURATION_FORMS = '30s, 5m, 8h, 1h30m or 3d';

/** Longest duration taken, so that nothing overflows: ten years. */
const LONGEST_DAYS = 3_660;
const HOUR_MS = 3_600_000;
const UNIT_MS: Record<string, number> = {
  s: 1_000,
  m: 60_000,
  h: HOUR_MS,
  d: 24 * HOUR_MS,
  w: 168 * HOUR_MS,
};
const WEEKDAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];

/** `5m`, `2s`, `1h30m`, `3d` in milliseconds; more than zero. Rejects with RosterError (usage) naming the forms. */
export function parseDuration(text: string): number {
  const ms = readParts(text)?.reduce((sum, part) => sum + part.count * (UNIT_MS[part.unit] ?? 0), 0);
  if (ms === undefined || ms <= 0) {
    throw new RosterError('usage', `"${shown(text)}" is no duration`, `Write it like ${DURATION_FORMS}.`);
  }
  if (ms > LONGEST_DAYS * 24 * HOUR_MS) {
    throw new RosterError(
      'usage',
      `"${shown(text)}" is longer than ten years`,
      `Write it like ${DURATION_FORMS}.`,
    );
  }
  return ms;
}

/** A duration in words: `5m`, `1h30m`, `2d`. */
export function showDuration(ms: number): string {
  let rest = Math.round(ms / 1_000);
  let out = '';
  for (const [unit, seconds] of [
    ['d', 86_400],
    ['h', 3_600],
    ['m', 60],
    ['s', 1],
  ] as const) {
    const count = Math.floor(rest / seconds);
    if (count > 0) out += `${count}${unit}`;
    rest -= count * seconds;
  }
  return out === '' ? '0s' : out;
}

/** The instant `text` (a duration) after `fromMs`; days and weeks go by the calendar of the zone. */
export function addDuration(fromMs: number, text: string, zone: string): number {
  parseDuration(text);
  const duration: Record<'days' | 'hours' | 'minutes' | 'seconds', number> = {
    days: 0,
    hours: 0,
    minutes: 0,
    seconds: 0,
  };
  for (const { count, unit } of readParts(text) ?? []) {
    if (unit === 'w') duration.days += 7 * count;
    else if (unit === 'd') duration.days += count;
    else if (unit === 'h') duration.hours += count;
    else if (unit === 'm') duration.minutes += count;
    else duration.seconds += count;
  }
  return zoned(fromMs, zone).add(duration).epochMilliseconds;
}

/**
 * An instant as a person writes it, in milliseconds since the epoch. A time of day or weekday is the next one after
 * now; a duration counts from now; ISO without an offset is in `zone`. Rejects with RosterError (usage).
 */
export function parseTime(text: string, nowMs: number, zone: string): number {
  const words = text.trim().toLowerCase().replace(/\s+/g, ' ');
  if (words === 'now') return nowMs;
  if (readParts(words) !== null) return addDuration(nowMs, words, zone);
  const at = readIso(text.trim().replace(/\s+/g, ' '), zone) ?? readClock(words, zoned(nowMs, zone));
  if (at === null)
    throw new RosterError('usage', `"${shown(text)}" is no time`, `Write it like ${TIME_FORMS}.`);
  return at.epochMilliseconds;
}

/** `Sat 18:00 CET`; with the date when it is over six days away, where a weekday alone would mislead. */
export function showTime(atMs: number, nowMs: number, zone: string): string {
  const at = zoned(atMs, zone);
  const part = (options: Intl.DateTimeFormatOptions): string =>
    formatter('en-GB', { timeZone: zone, ...options }).format(atMs);
  const clock = `${two(at.hour)}:${two(at.minute)} ${zoneName(atMs, zone)}`;
  const weekday = part({ weekday: 'short' });
  if (Math.abs(atMs - nowMs) <= 6 * 24 * HOUR_MS) return `${weekday} ${clock}`;
  return `${weekday} ${at.day} ${part({ month: 'short' }).slice(0, 3)} ${at.year} ${clock}`;
}

/** Whether a zone is one that Temporal and Intl know, e.g. `Europe/Berlin`. */
export function isZone(zone: string): boolean {
  try {
    zoned(0, zone);
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

const FORMATTERS_KEPT = 500;
const formatters = new Map<string, Intl.DateTimeFormat>();

/** Remembered: making one takes longer than all that is done with it. */
function formatter(locale: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${locale} ${JSON.stringify(options)}`;
  const known = formatters.get(key);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat(locale, options);
  if (formatters.size >= FORMATTERS_KEPT) formatters.clear();
  formatters.set(key, made);
  return made;
}

/** `CET`, `EST`, `AEDT`, or `GMT+5:30` where English has no short name: which names exist depends on the country. */
function zoneName(atMs: number, zone: string): string {
  let name = '';
  for (const locale of ['en-GB', 'en-US', 'en-AU', 'en-NZ', 'en-IN', 'en-ZA', 'en-CA']) {
    const parts = formatter(locale, { timeZone: zone, timeZoneName: 'short' }).formatToParts(atMs);
    const short = parts.find((part) => part.type === 'timeZoneName')?.value ?? zone;
    if (/^[A-Z]+$/.test(short)) return short;
    name ||= short;
  }
  return name;
}

const zoned = (atMs: number, zone: string): Temporal.ZonedDateTime =>
  Temporal.Instant.fromEpochMilliseconds(atMs).toZonedDateTimeISO(zone);

/** `1h30m` in parts, null when it is anything else. Units in descending order are not asked for. */
function readParts(text: string): { count: number; unit: string }[] | null {
  const compact = text.trim().toLowerCase();
  if (
    !/^(?:\d{1,9} ?(?:s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?|d|days?|w|weeks?) ?)+$/.test(
      `${compact} `,
    )
  )
    return null;
  return [...compact.matchAll(/(\d+) ?([a-z])/g)].map((part) => ({
    count: Number(part[1]),
    unit: part[2] ?? '',
  }));
}

function readIso(text: string, zone: string): Temporal.ZonedDateTime | null {
  // A zone in brackets would be ignored by a plain reading: refused rather than misread.
  if (!/^\d{4}-\d{2}-\d{2}(?:$|[T ])/i.test(text) || text.includes('[')) return null;
  try {
    if (/(?:z|[+-]\d{2}(?::?\d{2})?)$/i.test(text.slice(10)))
      return Temporal.Instant.from(text).toZonedDateTimeISO(zone);
    const hour = /^(.{10})[T ](\d):/i.exec(text);
    const padded = hour === null ? text : `${text.slice(0, 11)}0${text.slice(11)}`;
    return Temporal.PlainDateTime.from(padded).toZonedDateTime(zone);
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

/** `18:00`, `6pm`, `fri 18:00`, `today 18:00`, `tomorrow 9:00`. */
function readClock(words: string, now: Temporal.ZonedDateTime): Temporal.ZonedDateTime | null {
  const match = /^(?:([a-z]+) )?(\d{1,2})(?::(\d{2}))?(?::(\d{2}))? ?(am|pm)?$/.exec(words);
  if (match === null) return null;
  const [, day, hourText, minuteText, secondText, half] = match;
  const hour = readHour(Number(hourText), half);
  // `18` alone could be a day, an hour or a duration.
  if (hour === null || (minuteText === undefined && half === undefined)) return null;
  const clock = { hour, minute: Number(minuteText ?? 0), second: Number(secondText ?? 0) };
  if (clock.minute > 59 || clock.second > 59) return null;
  const on = (days: number): Temporal.ZonedDateTime =>
    now.toPlainDate().add({ days }).toZonedDateTime({ timeZone: now.timeZoneId, plainTime: clock });
  if (day === 'today') return on(0);
  if (day === 'tomorrow') return on(1);
  const isPast = (at: Temporal.ZonedDateTime): boolean => Temporal.ZonedDateTime.compare(at, now) <= 0;
  if (day === undefined) return isPast(on(0)) ? on(1) : on(0);
  const weekday = day.length < 3 ? -1 : WEEKDAYS.findIndex((name) => name.startsWith(day));
  if (weekday < 0) return null;
  const days = (weekday + 1 - now.dayOfWeek + 7) % 7;
  return isPast(on(days)) ? on(days + 7) : on(days);
}

function readHour(hour: number, half: string | undefined): number | null {
  if (half === undefined) return hour <= 23 ? hour : null;
  if (hour < 1 || hour > 12) return null;
  return (hour % 12) + (half === 'pm' ? 12 : 0);
}

const two = (count: number): string => String(count).padStart(2, '0');

/** What was typed, short and without control characters. */
const shown = (text: string): string => text.replace(/\p{Cc}/gu, ' ').slice(0, 40);
