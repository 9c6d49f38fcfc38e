/** Months as people type them. */
import { CliError, EXIT } from '../exit.ts';

const MONTHS = [
  'january',
  'february',
  'march',
  'april',
  'may',
  'june',
  'july',
  'august',
  'september',
  'october',
  'november',
  'december',
];

/** `2026-12`, `dec` (the coming one, this month included), `this`, `next`, `last`. Rejects with exit code 2. */
export function monthOf(text: string, nowMs: number, zone: string): string {
  const word = text.trim().toLowerCase();
  const now = Temporal.Instant.fromEpochMilliseconds(nowMs)
    .toZonedDateTimeISO(zone)
    .toPlainDate()
    .toPlainYearMonth();
  if (word === 'this') return now.toString();
  if (word === 'next') return now.add({ months: 1 }).toString();
  if (word === 'last') return now.subtract({ months: 1 }).toString();
  const month = word.length < 3 ? 0 : MONTHS.findIndex((name) => name.startsWith(word)) + 1;
  if (month > 0) return now.add({ months: (month + 12 - now.month) % 12 }).toString();
  if (/^\d{4}-(?:0[1-9]|1[0-2])$/.test(word)) return word;
  throw new CliError(EXIT.usage, `--month: "${text}" is no month.`, 'Write it like 2026-12, dec or next.');
}
