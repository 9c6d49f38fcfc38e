/** Opsgenie's time restrictions, of rotations and of notification rules, as hours of the week. */
import type { Hours } from '../types.ts';
import { fieldsOf, objectsIn, textOf, wholeOf, type Fields } from './json.ts';
import type { Notes } from './notes.ts';
import { hoursOf, WEEK_MINUTES, type Window } from './windows.ts';

const DAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];
const DAY_MINUTES = 24 * 60;

/** Hours that a restriction leaves; undefined: it leaves all, or there is none. What can't be read goes to `notes`. */
export function restrictedHours(value: unknown, what: string, notes: Notes): Hours[] | undefined {
  const restriction = fieldsOf(value);
  if (restriction === null) return undefined;
  // One pair of times for every day, or pairs of days and times.
  const pairs = objectsIn([restriction['restriction'], ...objectsIn(restriction['restrictions'])]);
  const windows = pairs.flatMap((pair): Window[] => {
    const from = minutesOf(pair, 'start');
    const until = minutesOf(pair, 'end');
    if (from === null || until === null) {
      notes.approximated(what, "a part of its time restriction can't be read; it is left out");
      return [];
    }
    const startDay = DAYS.indexOf(textOf(pair['startDay'])?.toLowerCase() ?? '');
    const endDay = DAYS.indexOf(textOf(pair['endDay'])?.toLowerCase() ?? '');
    if (startDay >= 0 && endDay >= 0) {
      const fromMinute = startDay * DAY_MINUTES + from;
      const length = (endDay * DAY_MINUTES + until - fromMinute + WEEK_MINUTES) % WEEK_MINUTES;
      return [{ fromMinute, lengthMinutes: length === 0 ? WEEK_MINUTES : length }];
    }
    const length = (until - from + DAY_MINUTES) % DAY_MINUTES;
    return DAYS.map((_day, day) => ({
      fromMinute: day * DAY_MINUTES + from,
      lengthMinutes: length === 0 ? DAY_MINUTES : length,
    }));
  });
  return hoursOf(windows);
}

function minutesOf(pair: Fields, end: 'start' | 'end'): number | null {
  const hour = wholeOf(pair[`${end}Hour`]);
  const minute = wholeOf(pair[`${end}Min`]) ?? 0;
  if (hour === null || hour < 0 || hour > 24 || minute < 0 || minute > 59) return null;
  return hour * 60 + minute;
}
