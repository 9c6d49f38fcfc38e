/** When a recurring event comes: its rule counted by the clock on the wall, dates added and dates taken out. */
import ICAL from 'ical.js';
import { isUtc, localMs, type CalendarZones } from './zones.ts';

/** Steps that one rule may take until the stretch that is asked for is over: thirty years of days. */
const STEPS_MAX = 11_000;

export interface Stretch {
  fromMs: number;
  untilMs: number;
}

/** The zone that a time is written in; null: none, or UTC. */
export function tzidOf(property: ICAL.Property): string | null {
  const tzid: unknown = property.getParameter('tzid');
  return typeof tzid === 'string' && tzid !== '' ? tzid : null;
}

/** The times in a property that may hold several; periods begin when they begin. */
export function timesOf(property: ICAL.Property): ICAL.Time[] {
  return property.getValues().flatMap((value: unknown) => {
    if (value instanceof ICAL.Time) return [value];
    return value instanceof ICAL.Period && value.start instanceof ICAL.Time ? [value.start] : [];
  });
}

/**
 * The local times at which an event begins, of those whose end isn't before the stretch. `isWhole`: false when the
 * rule would go on for longer than anybody counts.
 */
export function occurrencesOf(
  event: ICAL.Component,
  zones: CalendarZones,
  lengthMs: number,
  stretch: Stretch,
): { starts: ICAL.Time[]; isWhole: boolean } {
  const property = event.getFirstProperty('dtstart');
  const first: unknown = property?.getFirstValue();
  if (property === null || !(first instanceof ICAL.Time)) return { starts: [], isWhole: true };
  const tzid = tzidOf(property);
  const found = new Map<number, ICAL.Time>([[localMs(first), first]]);
  let isWhole = true;
  for (const rule of event.getAllProperties('rrule')) {
    const recur: unknown = rule.getFirstValue();
    if (!(recur instanceof ICAL.Recur)) continue;
    isWhole = addRule(recur, first, { zones, tzid, lengthMs, stretch }, found) && isWhole;
  }
  for (const added of event.getAllProperties('rdate'))
    for (const time of timesOf(added)) found.set(localInZone(time, tzidOf(added), zones, tzid), time);
  const taken = event.getAllProperties('exdate').flatMap((out) =>
    timesOf(out).map((time) => ({
      isDate: time.isDate,
      atMs: localInZone(time, tzidOf(out), zones, tzid),
    })),
  );
  // A date alone takes out whatever begins on it.
  for (const { isDate, atMs } of taken)
    for (const beginsMs of found.keys())
      if (beginsMs === atMs || (isDate && dayOf(beginsMs) === dayOf(atMs))) found.delete(beginsMs);
  return { starts: [...found.values()], isWhole };
}

/** The times of a rule go by the clock on the wall of the event's own zone, its end too. */
function addRule(
  recur: ICAL.Recur,
  first: ICAL.Time,
  at: { zones: CalendarZones; tzid: string | null; lengthMs: number; stretch: Stretch },
  found: Map<number, ICAL.Time>,
): boolean {
  const { zones, tzid, lengthMs, stretch } = at;
  const until: unknown = recur.until;
  const rule = recur.clone();
  let lastMs = Infinity;
  if (until instanceof ICAL.Time) {
    // A date alone holds for the whole day.
    const isUtcFirst = isUtc(first);
    const ownMs = isUtc(until) && !isUtcFirst ? zones.localMs(localMs(until), tzid) : localMs(until);
    lastMs = until.isDate && !first.isDate ? ownMs + 86_399_999 : ownMs;
    rule.until = null as unknown as ICAL.Time;
  }
  const begin = first.clone();
  const iterator = rule.iterator(begin);
  for (let step = 0; step < STEPS_MAX; step += 1) {
    const next: unknown = iterator.next();
    if (!(next instanceof ICAL.Time)) return true;
    const beginsMs = localMs(next);
    const startMs = zones.instantMs(next, tzid);
    if (beginsMs > lastMs || startMs >= stretch.untilMs) return true;
    if (startMs + lengthMs > stretch.fromMs) found.set(beginsMs, next.clone());
  }
  return false;
}

/** A time written in UTC or another zone, as the event's own clock shows it. */
export function localInZone(
  time: ICAL.Time,
  tzid: string | null,
  zones: CalendarZones,
  eventTzid: string | null,
): number {
  if (time.isDate || (!isUtc(time) && tzid === eventTzid)) return localMs(time);
  return zones.localMs(zones.instantMs(time, tzid), eventTzid);
}

const dayOf = (ms: number): number => Math.floor(ms / 86_400_000);
