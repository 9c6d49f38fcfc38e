/** Days of the calendar as whole numbers, and the dates and times of day that a roster holds as text. Pure. */

/** A day by the clock on the wall, as if there were no zones. */
export const DAY_MS = 86_400_000;
export const HOUR_MS = 3_600_000;
export const MINUTE_MS = 60_000;

/** A date of the Gregorian calendar; `month` and `day` count from 1. */
export interface Civil {
  year: number;
  month: number;
  day: number;
}

/** Days from 1970-01-01 to a date; negative before it. */
export const dayNumber = ({ year, month, day }: Civil): number =>
  Math.floor(Date.UTC(year, month - 1, day) / DAY_MS);

/** The date so many days after 1970-01-01. */
export function civilOf(day: number): Civil {
  const date = new Date(day * DAY_MS);
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() };
}

/** From 0 for Monday; 1970-01-01 was a Thursday. */
export const weekdayOf = (day: number): number => (((day + 3) % 7) + 7) % 7;

/** 28 to 31. */
export const daysInMonth = (year: number, month: number): number =>
  new Date(Date.UTC(year, month, 0)).getUTCDate();

/** `2026-11-16` between 1970 and 2199; null: it is no such date. */
export function readDate(text: string): Civil | null {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  if (match === null) return null;
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
  if (year < 1970 || year > 2199 || month < 1 || month > 12) return null;
  return day >= 1 && day <= daysInMonth(year, month) ? { year, month, day } : null;
}

/** `2026-11-16` of a day's number. */
export function showDate(day: number): string {
  const date = civilOf(day);
  return `${String(date.year).padStart(4, '0')}-${two(date.month)}-${two(date.day)}`;
}

/** Milliseconds from midnight of `09:00`, up to `24:00`; null: it is no time of day. */
export function readClock(text: string): number | null {
  const match = /^(\d{2}):(\d{2})$/.exec(text);
  if (match === null) return null;
  const [hour, minute] = [Number(match[1]), Number(match[2])];
  if (minute > 59 || hour > 24 || (hour === 24 && minute > 0)) return null;
  return hour * HOUR_MS + minute * MINUTE_MS;
}

/** `09:00` of so many milliseconds from midnight. */
export const showClock = (ms: number): string =>
  `${two(Math.floor(ms / HOUR_MS))}:${two(Math.floor((ms % HOUR_MS) / MINUTE_MS))}`;

const two = (count: number): string => String(count).padStart(2, '0');
