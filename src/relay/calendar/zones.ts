/** Local times of a calendar as instants. Where a zone is one of IANA's its own rules count, not a copy in the file. */
import ICAL from 'ical.js';
import { isZone } from '../oncall/times.ts';

const SECOND_MS = 1_000;

/** Turns the times of one calendar into instants. */
export class CalendarZones {
  /** The zone of times that name none, and of whole days. */
  readonly #home: string;
  readonly #described = new Map<string, ICAL.Timezone>();
  readonly #known = new Map<string, string | ICAL.Timezone>();
  /** Names of zones that nothing describes: their times are read in `home`. */
  readonly unknown = new Set<string>();

  constructor(calendars: readonly ICAL.Component[], home: string) {
    this.#home = home;
    for (const calendar of calendars) {
      for (const component of calendar.getAllSubcomponents('vtimezone')) {
        const zone = new ICAL.Timezone(component);
        if (zone.tzid) this.#described.set(zone.tzid, zone);
      }
    }
  }

  /** When a local time comes, in milliseconds since the epoch; a whole day: when it begins. */
  instantMs(time: ICAL.Time, tzid: string | null): number {
    if (time.isDate) return startOfDay(time, this.#home);
    if (isUtc(time)) return localMs(time);
    const zone = tzid === null ? this.#home : this.#zoneOf(tzid);
    if (typeof zone === 'string') return plain(time).toZonedDateTime(zone).epochMilliseconds;
    return localMs(time) - zone.utcOffset(time) * SECOND_MS;
  }

  /** The local time of an instant in that zone, as milliseconds of a clock that never changes. */
  localMs(atMs: number, tzid: string | null): number {
    const zone = tzid === null ? this.#home : this.#zoneOf(tzid);
    if (typeof zone === 'string') {
      const at = Temporal.Instant.fromEpochMilliseconds(atMs).toZonedDateTimeISO(zone);
      return atMs + at.offsetNanoseconds / 1_000_000;
    }
    const utc = ICAL.Time.fromJSDate(new Date(atMs), true);
    return localMs(utc.convertToZone(zone));
  }

  #zoneOf(tzid: string): string | ICAL.Timezone {
    const known = this.#known.get(tzid);
    if (known !== undefined) return known;
    const found = ianaName(tzid) ?? this.#described.get(tzid);
    if (found === undefined) this.unknown.add(tzid);
    this.#known.set(tzid, found ?? this.#home);
    return found ?? this.#home;
  }
}

/** Whether a time was written with a Z. */
export const isUtc = (time: ICAL.Time): boolean => time.zone === ICAL.Timezone.utcTimezone;

/** A local time as milliseconds of a clock that never changes. */
export const localMs = (time: ICAL.Time): number =>
  Date.UTC(time.year, time.month - 1, time.day, time.hour, time.minute, time.second);

/** `Europe/Berlin`, also from `/example.com/20260101/Europe/Berlin`; null when it holds no name of IANA's. */
function ianaName(tzid: string): string | null {
  const parts = tzid.trim().replace(/^"|"$/g, '').split('/');
  for (let from = 0; from < parts.length; from += 1) {
    const name = parts.slice(from).join('/');
    // A plain offset, or a short name like EST, may mean something else where the file comes from.
    if (name !== '' && !/^[+-]?\d/.test(name) && isZone(name)) return name;
  }
  return null;
}

function startOfDay(time: ICAL.Time, zone: string): number {
  return Temporal.PlainDate.from({ year: time.year, month: time.month, day: time.day }).toZonedDateTime(zone)
    .epochMilliseconds;
}

function plain(time: ICAL.Time): Temporal.PlainDateTime {
  const { year, month, day, hour, minute, second } = time;
  return Temporal.PlainDateTime.from({ year, month, day, hour, minute, second });
}
