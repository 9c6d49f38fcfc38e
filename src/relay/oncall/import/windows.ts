/** Stretches of a week, as the hours in which a layer answers. */
import { WEEKDAYS, type Hours, type Weekday } from '../types.ts';

/** From a minute of the week (0: Monday 00:00), in local time, for some minutes. */
export interface Window {
  fromMinute: number;
  lengthMinutes: number;
}

const DAY = 24 * 60;
export const WEEK_MINUTES = 7 * DAY;

/** Hours that answer exactly in these stretches; undefined: they leave nothing out. None at all: an empty list. */
export function hoursOf(windows: readonly Window[]): Hours[] | undefined {
  const joined = joinedUp(windows);
  if (joined.some((one) => one.lengthMinutes >= WEEK_MINUTES)) return undefined;
  const byTimes = new Map<string, { from: string; until: string; days: Set<number> }>();
  for (const { fromMinute, lengthMinutes } of joined.flatMap(byDays)) {
    const day = Math.floor(fromMinute / DAY) % 7;
    const from = clock(fromMinute % DAY);
    const end = (fromMinute % DAY) + lengthMinutes;
    const until = clock(end > DAY ? end - DAY : end);
    const same = byTimes.get(`${from} ${until}`) ?? { from, until, days: new Set<number>() };
    byTimes.set(`${from} ${until}`, same);
    same.days.add(day);
  }
  return [...byTimes.values()].map(({ from, until, days }) =>
    days.size === 7 ? { from, until } : { days: weekdays(days), from, until },
  );
}

/** Without overlaps, and with those that touch made one; also over the end of the week. */
function joinedUp(windows: readonly Window[]): Window[] {
  const sorted = windows
    .filter((one) => one.lengthMinutes > 0)
    .map((one) => ({ ...one, fromMinute: mod(one.fromMinute, WEEK_MINUTES) }))
    .sort((a, b) => a.fromMinute - b.fromMinute);
  const joined: Window[] = [];
  for (const one of sorted) {
    const last = joined.at(-1);
    const endsAt = last === undefined ? -1 : last.fromMinute + last.lengthMinutes;
    if (last === undefined || one.fromMinute > endsAt) {
      joined.push({ ...one });
      continue;
    }
    last.lengthMinutes = Math.max(endsAt, one.fromMinute + one.lengthMinutes) - last.fromMinute;
  }
  return aroundTheEnd(joined);
}

/** Sunday's night goes on into Monday. */
function aroundTheEnd(joined: Window[]): Window[] {
  const last = joined.at(-1);
  if (last === undefined) return joined;
  for (;;) {
    const [first] = joined;
    const over = last.fromMinute + last.lengthMinutes - WEEK_MINUTES;
    if (first === undefined || first === last || over < first.fromMinute) return joined;
    last.lengthMinutes += Math.max(0, first.fromMinute + first.lengthMinutes - over);
    joined.shift();
  }
}

/** Longer than to the same time of the next day can't be one pair of times: it is cut at midnight. */
function byDays(window: Window): Window[] {
  if (window.lengthMinutes < DAY) return [window];
  const days: Window[] = [];
  const endMinute = window.fromMinute + window.lengthMinutes;
  for (let at = window.fromMinute; at < endMinute; ) {
    const next = Math.min(endMinute, (Math.floor(at / DAY) + 1) * DAY);
    days.push({ fromMinute: at, lengthMinutes: next - at });
    at = next;
  }
  return days;
}

const weekdays = (days: ReadonlySet<number>): Weekday[] => WEEKDAYS.filter((_day, index) => days.has(index));

const clock = (minutes: number): string =>
  `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;

const mod = (value: number, by: number): number => ((value % by) + by) % by;
