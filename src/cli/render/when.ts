/** Times as a tired reader takes them in: how long ago, and when on the clock of this machine. */

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

const two = (number: number): string => String(number).padStart(2, '0');

/** `45 s`, `3 min`, `2 h 5 min`, `4 d 3 h`. */
export function duration(ms: number): string {
  if (ms < MINUTE_MS) return `${Math.max(0, Math.floor(ms / 1000))} s`;
  if (ms < HOUR_MS) return `${Math.floor(ms / MINUTE_MS)} min`;
  const [big, small, bigName, smallName] =
    ms < DAY_MS ? ([HOUR_MS, MINUTE_MS, 'h', 'min'] as const) : ([DAY_MS, HOUR_MS, 'd', 'h'] as const);
  const rest = Math.floor((ms % big) / small);
  return `${Math.floor(ms / big)} ${bigName}${rest === 0 ? '' : ` ${rest} ${smallName}`}`;
}

/** `3 min ago`, `in 2 h`; `now` within a second. */
export function relative(atMs: number, nowMs: number): string {
  const ago = nowMs - atMs;
  if (Math.abs(ago) < 1000) return 'now';
  return ago > 0 ? `${duration(ago)} ago` : `in ${duration(-ago)}`;
}

/** `18:00` today, `Sat 18:00` within six days, else `21 Nov 18:00`, with the year when it is another. Local time. */
export function clock(atMs: number, nowMs: number, seconds = false): string {
  const at = new Date(atMs);
  const now = new Date(nowMs);
  const time = `${two(at.getHours())}:${two(at.getMinutes())}${seconds ? `:${two(at.getSeconds())}` : ''}`;
  if (at.toDateString() === now.toDateString()) return time;
  if (Math.abs(atMs - nowMs) < 6 * DAY_MS) return `${DAYS[at.getDay()]} ${time}`;
  const year = at.getFullYear() === now.getFullYear() ? '' : ` ${at.getFullYear()}`;
  return `${at.getDate()} ${MONTHS[at.getMonth()]}${year} ${time}`;
}

/** `02:14, 3 min ago`. */
export const when = (atMs: number, nowMs: number): string =>
  `${clock(atMs, nowMs)}, ${relative(atMs, nowMs)}`;
