/**
 * A calendar's text as absences. Every event in it is one, also those that a calendar shows as free: holidays are
 * entered so. What is cancelled isn't. Pure.
 */
import ICAL from 'ical.js';
import { isZone } from '../oncall/times.ts';
import { CalendarError } from './errors.ts';
import { localInZone, occurrencesOf, tzidOf, type Stretch } from './occurrences.ts';
import { CalendarZones } from './zones.ts';

export interface CalendarAbsence {
  fromMs: number;
  untilMs: number;
  /** One line of at most 80 characters; `away` where the event is private or has no words. */
  why: string;
  /** The event's own id; that of the first where several touch. */
  uid: string;
}

/** An event as it stands in the calendar, one each time that it comes. */
export interface CalendarEvent extends CalendarAbsence {
  /** Mail addresses of who is invited. */
  attendees: string[];
}

export interface CalendarReading {
  /** Ascending and without overlaps: events that touch are one absence, named for the first. */
  absences: CalendarAbsence[];
  /** What could not be read as it was meant, in words. */
  notes: string[];
}

export interface ReadingOptions extends Stretch {
  /** The person's: whole days are whole days there. */
  zone: string;
}

/** Larger is no calendar of one person's absences. */
export const CALENDAR_MAX_BYTES = 2 * 1024 * 1024;
/** Absences that are kept of one calendar; the soonest count. */
export const ABSENCES_MAX = 40;
const EVENTS_MAX = 20_000;
const DAY_MS = 86_400_000;
const WHY_MAX = 80;

/** Rejects with CalendarError when the text is no calendar. Only what overlaps the stretch is given. */
export function readAbsences(text: string, options: ReadingOptions): CalendarReading {
  const { events, notes } = readEvents(text, options);
  const absences = joined(events);
  if (absences.length > ABSENCES_MAX)
    notes.push(
      `of ${absences.length} absences the first ${ABSENCES_MAX} are kept; the others follow as time goes on`,
    );
  return { absences: absences.slice(0, ABSENCES_MAX), notes };
}

/** The same, each event by itself, ascending; with the name and the zone that the calendar gives itself. */
export function readEvents(
  text: string,
  options: ReadingOptions,
): { events: CalendarEvent[]; notes: string[]; name: string | null; zone: string | null } {
  const calendars = calendarsIn(text);
  const zones = new CalendarZones(calendars, options.zone);
  const components = calendars.flatMap((one) => one.getAllSubcomponents('vevent'));
  if (components.length > EVENTS_MAX)
    throw new CalendarError(
      `The calendar has ${components.length} events`,
      `Give one with at most ${EVENTS_MAX}, of absences alone.`,
    );
  const notes: string[] = [];
  const found: CalendarEvent[] = [];
  for (const [uid, versions] of byUid(components)) addEvent(uid, versions, { zones, options, notes }, found);
  for (const tzid of zones.unknown)
    notes.push(`the time zone "${oneLine(tzid)}" is not known; its times are read in ${options.zone}`);
  const own = (name: string): string | null => {
    const [first] = calendars;
    return first === undefined ? null : textOf(first, name);
  };
  const zone = own('x-wr-timezone');
  return {
    events: found.toSorted((a, b) => a.fromMs - b.fromMs || a.untilMs - b.untilMs),
    notes,
    name: own('x-wr-calname') ?? own('name'),
    zone: zone !== null && isZone(zone) ? zone : null,
  };
}

function calendarsIn(text: string): ICAL.Component[] {
  const cure = 'Give an iCalendar file (.ics), as calendars export it.';
  if (!/^\uFEFF?\s*BEGIN:VCALENDAR/i.test(text)) throw new CalendarError('This is no calendar', cure);
  try {
    const parsed: unknown = ICAL.parse(text.replace(/^\uFEFF?\s*/, ''));
    const list = Array.isArray(parsed) && Array.isArray(parsed[0]) ? parsed : [parsed];
    return list.map((one: unknown) => new ICAL.Component(one as never));
  } catch (error) {
    const why = error instanceof Error ? oneLine(error.message) : 'unreadable';
    throw new CalendarError(`The calendar can't be read: ${why}`, cure);
  }
}

/** An event with the exceptions to it, which have its id. */
function byUid(events: readonly ICAL.Component[]): Map<string, ICAL.Component[]> {
  const groups = new Map<string, ICAL.Component[]>();
  for (const [index, event] of events.entries()) {
    const uid = textOf(event, 'uid') ?? `event ${index + 1}`;
    groups.set(uid, [...(groups.get(uid) ?? []), event]);
  }
  return groups;
}

interface Place {
  zones: CalendarZones;
  options: ReadingOptions;
  notes: string[];
}

function addEvent(uid: string, versions: ICAL.Component[], place: Place, found: CalendarEvent[]): void {
  const { zones, options, notes } = place;
  try {
    const masters = versions.filter((one) => one.getFirstProperty('recurrence-id') === null);
    const exceptions = versions.filter((one) => one.getFirstProperty('recurrence-id') !== null);
    for (const master of masters) {
      const property = master.getFirstProperty('dtstart');
      if (property === null || isCancelled(master)) continue;
      const tzid = tzidOf(property);
      const length = lengthOf(master, zones);
      const moved = new Set(exceptions.flatMap((one) => replacedMs(one, zones, tzid) ?? []));
      const spanMs = length.days * DAY_MS + DAY_MS + length.ms;
      const { starts, isWhole } = occurrencesOf(master, zones, spanMs, options);
      if (!isWhole) notes.push(`"${whyOf(master)}" comes too often to be read to the end`);
      for (const start of starts) {
        if (moved.has(localInZone(start, tzid, zones, tzid))) continue;
        add(found, options, spanFrom(start, tzid, length, zones), master, uid);
      }
    }
    for (const exception of exceptions) {
      const property = exception.getFirstProperty('dtstart');
      const start: unknown = property?.getFirstValue();
      if (exception.getFirstProperty('recurrence-id')?.getParameter('range') !== undefined)
        notes.push(`"${whyOf(exception)}" changes everything that follows; only that one day is changed`);
      if (property === null || !(start instanceof ICAL.Time) || isCancelled(exception)) continue;
      add(
        found,
        options,
        spanFrom(start, tzidOf(property), lengthOf(exception, zones), zones),
        exception,
        uid,
      );
    }
  } catch (error) {
    // One event that makes no sense doesn't take the others with it.
    notes.push(
      `the event ${oneLine(uid)} can't be read: ${error instanceof Error ? oneLine(error.message) : 'no reason known'}`,
    );
  }
}

/** Whole days by the calendar, or an exact length. */
interface Length {
  days: number;
  ms: number;
}

function lengthOf(event: ICAL.Component, zones: CalendarZones): Length {
  const startProperty = event.getFirstProperty('dtstart');
  const start: unknown = startProperty?.getFirstValue();
  if (startProperty === null || !(start instanceof ICAL.Time)) return { days: 0, ms: 0 };
  const endProperty = event.getFirstProperty('dtend');
  const end: unknown = endProperty?.getFirstValue();
  if (endProperty !== null && end instanceof ICAL.Time) {
    if (start.isDate) return { days: Math.max(1, Math.round(dateMs(end) - dateMs(start)) / DAY_MS), ms: 0 };
    return {
      days: 0,
      ms: zones.instantMs(end, tzidOf(endProperty)) - zones.instantMs(start, tzidOf(startProperty)),
    };
  }
  const duration: unknown = event.getFirstPropertyValue('duration');
  const seconds = duration instanceof ICAL.Duration ? duration.toSeconds() : 0;
  if (start.isDate) return { days: Math.max(1, Math.round(seconds / 86_400)), ms: 0 };
  return { days: 0, ms: seconds * 1_000 };
}

const dateMs = (time: ICAL.Time): number => Date.UTC(time.year, time.month - 1, time.day);

function spanFrom(start: ICAL.Time, tzid: string | null, length: Length, zones: CalendarZones): Stretch {
  const fromMs = zones.instantMs(start, tzid);
  if (!start.isDate) return { fromMs, untilMs: fromMs + length.ms };
  const end = start.clone();
  end.adjust(length.days, 0, 0, 0);
  return { fromMs, untilMs: zones.instantMs(end, tzid) };
}

/** Which occurrence an exception stands for, by the event's own clock. */
function replacedMs(exception: ICAL.Component, zones: CalendarZones, tzid: string | null): number | null {
  const property = exception.getFirstProperty('recurrence-id');
  const time: unknown = property?.getFirstValue();
  if (property === null || !(time instanceof ICAL.Time)) return null;
  return localInZone(time, tzidOf(property), zones, tzid);
}

function add(
  found: CalendarEvent[],
  stretch: Stretch,
  span: Stretch,
  event: ICAL.Component,
  uid: string,
): void {
  if (!(span.untilMs > span.fromMs) || span.untilMs <= stretch.fromMs || span.fromMs >= stretch.untilMs)
    return;
  found.push({ ...span, why: whyOf(event), uid: uid.slice(0, 255), attendees: attendeesOf(event) });
}

function joined(sorted: readonly CalendarAbsence[]): CalendarAbsence[] {
  const out: CalendarAbsence[] = [];
  for (const one of sorted) {
    const last = out.at(-1);
    if (last !== undefined && one.fromMs <= last.untilMs) last.untilMs = Math.max(last.untilMs, one.untilMs);
    else out.push({ fromMs: one.fromMs, untilMs: one.untilMs, why: one.why, uid: one.uid });
  }
  return out;
}

function attendeesOf(event: ICAL.Component): string[] {
  return event.getAllProperties('attendee').flatMap((property) => {
    const value: unknown = property.getFirstValue();
    return typeof value === 'string' && /^mailto:/i.test(value)
      ? [value.slice('mailto:'.length).toLowerCase()]
      : [];
  });
}

const isCancelled = (event: ICAL.Component): boolean =>
  textOf(event, 'status')?.toUpperCase() === 'CANCELLED';

function whyOf(event: ICAL.Component): string {
  const visibility = textOf(event, 'class')?.toUpperCase();
  if (visibility === 'PRIVATE' || visibility === 'CONFIDENTIAL') return 'away';
  return oneLine(textOf(event, 'summary') ?? '') || 'away';
}

function textOf(event: ICAL.Component, name: string): string | null {
  const value: unknown = event.getFirstPropertyValue(name);
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : null;
}

function oneLine(text: string): string {
  const line = text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').trim();
  return [...line].slice(0, WHY_MAX).join('').trim();
}
