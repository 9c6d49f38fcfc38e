/** Hours of the week as people write them. Pure. */
import { WEEKDAYS, type Hours, type Weekday } from './types.ts';

/** `mon-fri 09:00-17:00`, `22:00-06:00` for every day. */
export const hoursWords = ({ days, from, until }: Hours): string =>
  `${days === undefined || days.length === 0 ? '' : `${writeDays(days)} `}${from}-${until}`;

/** Three and more that follow each other are a range. */
function writeDays(days: readonly Weekday[]): string {
  const parts: string[] = [];
  for (let at = 0; at < days.length; ) {
    let end = at;
    while (isNext(days[end], days[end + 1])) end += 1;
    if (end - at >= 2) parts.push(`${days[at]}-${days[end]}`);
    else parts.push(...days.slice(at, end + 1));
    at = end + 1;
  }
  return parts.join(',');
}

const isNext = (day: Weekday | undefined, next: Weekday | undefined): boolean =>
  day !== undefined && next !== undefined && WEEKDAYS.indexOf(next) === WEEKDAYS.indexOf(day) + 1;
