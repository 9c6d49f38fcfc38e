/**
 * Shifts as a calendar that Google, Outlook and Thunderbird subscribe to. Times are in UTC, which needs no description
 * of zones; each shift keeps its id for as long as it is the same, and the text is the same as long as nothing in it has
 * changed on one day.
 */
import ICAL from 'ical.js';
import type { Shift } from '../oncall/shifts-of.ts';

export interface ShiftCalendar {
  /** What the calendar is called where it is shown. */
  name: string;
  /** Goes into each shift's id: unlike that of any other calendar. */
  id: string;
  shifts: readonly Shift[];
  /** What a shift is called: whose it is, or where. */
  title(shift: Shift): string;
  nowMs: number;
}

const DAY_MS = 86_400_000;
/** How often they may ask again; most ask less often by themselves. */
const REFRESH = 'PT1H';

/** The text of the calendar, lines ended and folded as RFC 5545 has it. */
export function shiftCalendar(calendar: ShiftCalendar): string {
  const root = new ICAL.Component('vcalendar');
  root.addPropertyWithValue('version', '2.0');
  root.addPropertyWithValue('prodid', '-//Relay//On call//EN');
  root.addPropertyWithValue('calscale', 'GREGORIAN');
  root.addPropertyWithValue('method', 'PUBLISH');
  root.addPropertyWithValue('name', calendar.name);
  root.addPropertyWithValue('x-wr-calname', calendar.name);
  const refresh = root.addPropertyWithValue('refresh-interval', REFRESH);
  refresh.resetType('duration');
  refresh.setValue(ICAL.Duration.fromString(REFRESH));
  root.addPropertyWithValue('x-published-ttl', REFRESH);
  const stamp = utc(Math.floor(calendar.nowMs / DAY_MS) * DAY_MS);
  const used = new Set<string>();
  for (const shift of calendar.shifts) {
    const id = `${calendar.id}.${shift.where.replace(/[^a-z0-9_-]+/gi, '-')}.${shift.fromMs}`;
    let uid = id;
    for (let count = 2; used.has(uid); count += 1) uid = `${id}.${count}`;
    used.add(uid);
    const event = new ICAL.Component('vevent');
    event.addPropertyWithValue('uid', `${uid}@relay`);
    event.addPropertyWithValue('dtstamp', stamp);
    event.addPropertyWithValue('dtstart', utc(shift.fromMs));
    event.addPropertyWithValue('dtend', utc(shift.untilMs));
    event.addPropertyWithValue('summary', calendar.title(shift));
    if (shift.note !== '') event.addPropertyWithValue('description', shift.note);
    // Whoever is on call can still be invited to a meeting.
    event.addPropertyWithValue('transp', 'TRANSPARENT');
    root.addSubcomponent(event);
  }
  return `${root.toString()}\r\n`;
}

const utc = (atMs: number): ICAL.Time =>
  ICAL.Time.fromJSDate(new Date(Math.floor(atMs / 1_000) * 1_000), true);
