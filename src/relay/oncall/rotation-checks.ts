/** What a rotation must be, said so that the next try works. Pure. */
import { RosterError } from './book.ts';
import { clean, findPerson } from './checks.ts';
import { DAY_MS, readClock, readDate } from './rotations/civil.ts';
import { isZone } from './times.ts';
import { WEEKDAYS, type Hours, type Layer, type Roster } from './types.ts';

/** The most of each, so that a mistake doesn't become a rotation that never turns or can't be kept. */
export const ROTATION_LIMITS = {
  layers: 10,
  members: 50,
  during: 20,
  every: { hours: 744, days: 366, weeks: 52, months: 12 },
} as const;

/** A rotation's zone. Rejects with RosterError (usage). */
export function checkZone(zone: string): string {
  if (isZone(zone)) return zone;
  throw usage(`"${clean(zone)}" is no time zone`, 'Write it like Europe/Berlin.');
}

/** A rotation's layers, with people the roster has. Rejects with RosterError. */
export function checkLayers(roster: Roster, layers: readonly Layer[]): Layer[] {
  if (layers.length === 0 || layers.length > ROTATION_LIMITS.layers) {
    throw usage(
      `A rotation has 1 to ${ROTATION_LIMITS.layers} layers`,
      'Give at least one with its members.',
    );
  }
  return layers.map((layer, index) =>
    checkedLayer(roster, layer, layers.length === 1 ? 'The rotation' : `Layer ${index + 1}`),
  );
}

function checkedLayer(roster: Roster, layer: Layer, name: string): Layer {
  const { members, shift, start, handoff } = layer;
  if (members.length === 0 || members.length > ROTATION_LIMITS.members) {
    throw usage(
      `${name} has no members, or over ${ROTATION_LIMITS.members}`,
      'Name them in their order: ana,ben,cleo.',
    );
  }
  for (const member of members) findPerson(roster, member);
  // Also of what a file or a request gave, which may be anything.
  const most = Object.hasOwn(ROTATION_LIMITS.every, shift.unit) ? ROTATION_LIMITS.every[shift.unit] : 0;
  if (most === 0) {
    throw usage(
      `${name}: a shift can't be counted in "${clean(shift.unit)}"`,
      'Count it in hours, days, weeks or months.',
    );
  }
  if (!Number.isInteger(shift.every) || shift.every < 1 || shift.every > most) {
    throw usage(
      `${name}: a shift lasts 1 to ${most} ${shift.unit}`,
      'For example 12 hours, 1 day or 1 week.',
    );
  }
  if (readDate(start) === null) {
    throw usage(`${name}: "${clean(start)}" is no date to start on`, 'Write it like 2026-11-16.');
  }
  const handoffMs = readClock(handoff);
  if (handoffMs === null || handoffMs === DAY_MS) {
    throw usage(`${name}: "${clean(handoff)}" is no time for a handoff`, 'Write it like 09:00.');
  }
  return {
    members: [...members],
    shift: { every: shift.every, unit: shift.unit },
    start,
    handoff,
    ...(layer.during === undefined ? {} : { during: checkedDuring(layer.during, name) }),
  };
}

function checkedDuring(during: readonly Hours[], name: string): Hours[] {
  if (during.length === 0 || during.length > ROTATION_LIMITS.during) {
    throw usage(
      `${name} answers during 1 to ${ROTATION_LIMITS.during} spans of hours`,
      'Leave them out for a layer that always answers.',
    );
  }
  return during.map((hours) => checkedHours(hours, name));
}

/** Hours of the week; `name` is what has them, for the refusal. Rejects with RosterError (usage). */
export function checkedHours({ days, from, until }: Hours, name: string): Hours {
  if (days !== undefined) {
    const wrong = days.find((day) => !WEEKDAYS.includes(day));
    if (wrong !== undefined || days.length === 0 || new Set(days).size < days.length) {
      const what =
        wrong === undefined ? 'days are given once each, and at least one' : `no day "${clean(wrong)}"`;
      throw usage(`${name}: ${what}`, `Days are ${WEEKDAYS.join(', ')}; leave them out for every day.`);
    }
  }
  const fromMs = readClock(from);
  const untilMs = readClock(until);
  if (fromMs === null || fromMs === DAY_MS || untilMs === null) {
    const wrong = untilMs === null ? until : from;
    throw usage(`${name}: "${clean(wrong)}" is no time of day`, 'Write it like 09:00; a day ends at 24:00.');
  }
  if (fromMs === untilMs) {
    throw usage(
      `${name}: hours from ${from} until ${until} would be none, or all`,
      'For the whole day write 00:00 until 24:00.',
    );
  }
  return { ...(days === undefined ? {} : { days: [...days] }), from, until };
}

const usage = (message: string, cure: string): RosterError => new RosterError('usage', message, cure);
