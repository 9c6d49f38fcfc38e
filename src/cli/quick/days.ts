/** Days as people type them, by the calendar of their zone. */
import { CliError, EXIT } from '../exit.ts';

const WEEKDAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];

/**
 * `today`, `tomorrow`, `tue` (the coming one, today included) or `2026-11-24` as `2026-11-24`; null: it is none of these.
 */
export function readDay(text: string, nowMs: number, zone: string): string | null {
  const word = text.trim().toLowerCase();
  const today = Temporal.Instant.fromEpochMilliseconds(nowMs).toZonedDateTimeISO(zone).toPlainDate();
  if (word === 'today') return today.toString();
  if (word === 'tomorrow') return today.add({ days: 1 }).toString();
  const weekday = word.length < 3 ? -1 : WEEKDAYS.findIndex((name) => name.startsWith(word));
  if (weekday >= 0) return today.add({ days: (weekday + 8 - today.dayOfWeek) % 7 }).toString();
  if (!/^\d{4}-\d{2}-\d{2}$/.test(word)) return null;
  try {
    return Temporal.PlainDate.from(word).toString();
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

/** As `readDay`; rejects with exit code 2 for anything else. */
export function dayOf(text: string, nowMs: number, zone: string): string {
  const day = readDay(text, nowMs, zone);
  if (day !== null) return day;
  throw new CliError(EXIT.usage, `"${text}" is no day.`, 'Write it like tue, tomorrow or 2026-11-24.');
}
