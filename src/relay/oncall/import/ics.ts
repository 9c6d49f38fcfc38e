/**
 * From a calendar of shifts: who is on call when, one event each. Turns that repeat become a rotation; what doesn't
 * repeat can't, and is said. Pure.
 */
import type { ContactMethod, Layer, Roster } from '../types.ts';
import { Ids } from './ids.ts';
import { Notes } from './notes.ts';
import { localStart } from './turns.ts';
import type { Imported } from './types.ts';

export interface ShiftsOfCalendar {
  /** Becomes the rotation's name. */
  name: string;
  zone: string;
  /** Ascending. `why`: the event's title, in which a name or an address stands. */
  events: readonly { fromMs: number; untilMs: number; why: string; attendees: readonly string[] }[];
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const MEMBERS_MAX = 50;

/** `roster`: whose people the titles name. Somebody it doesn't have comes over when the event has their address. */
export function importShifts(calendars: readonly ShiftsOfCalendar[], roster: Roster): Imported {
  const notes = new Notes();
  const ids = new Ids();
  for (const one of roster.people) ids.from('person', one.id);
  const imported: Imported['parts'] = {
    people: [],
    groups: [],
    rotations: [],
    policies: [],
    services: [],
    overrides: [],
    absences: [],
  };
  for (const { name, zone, events } of calendars) {
    const what = `calendar ${name}`;
    const people = events.map((event) => {
      const known = personIn(event, [...roster.people, ...imported.people]);
      const [address] = event.attendees;
      if (known !== null || address === undefined) return known;
      const id = ids.from('person', address.split('@')[0] ?? '');
      const contact: ContactMethod = { channel: 'email', address };
      imported.people.push({ id, name: id, contacts: [contact] });
      notes.taken(`${what}, ${address}`, `person ${id}`);
      return id;
    });
    const nobody = events.filter((_event, index) => people[index] === null);
    const layer = nobody.length > 0 ? null : layerOf(events, people, zone);
    if (layer === null) {
      const [first] = nobody;
      notes.left(
        what,
        first === undefined
          ? "its turns don't repeat at least twice without a gap or a change: add the rotation by hand"
          : `"${first.why}" names nobody who is known here: add them first, by the name or address that stands there`,
      );
      continue;
    }
    const id = ids.from('rotation', name);
    imported.rotations.push({ id, zone, layers: [layer] });
    notes.taken(
      what,
      `rotation ${id}: ${layer.members.join(', ')}, ${layer.shift.every} ${layer.shift.unit} each, from ${layer.start} ${layer.handoff} ${zone}`,
    );
  }
  return { parts: imported, notes: notes.all };
}

/** By an address, else by the longest name or id that stands in the title as a whole. */
function personIn(event: ShiftsOfCalendar['events'][number], people: Roster['people']): string | null {
  const title = event.why.toLowerCase();
  const byAddress = people.find((one) =>
    one.contacts.some(
      ({ address }) =>
        event.attendees.includes(address.toLowerCase()) || stands(address.toLowerCase(), title),
    ),
  );
  if (byAddress !== undefined) return byAddress.id;
  const named = people
    .flatMap((one) => [one.name.toLowerCase(), one.id].map((word) => ({ id: one.id, word })))
    .filter(({ word }) => stands(word, title))
    .toSorted((a, b) => b.word.length - a.word.length);
  return named[0]?.id ?? null;
}

/** Whether a word stands in the title with no letter or digit around it. */
function stands(word: string, title: string): boolean {
  if (word === '') return false;
  const pieces = title.split(word);
  return pieces
    .slice(1)
    .some((after, index) => !/[\p{L}\p{N}]$/u.test(pieces[index] ?? '') && !/^[\p{L}\p{N}]/u.test(after));
}

/** The layer that has these shifts, all of them; null: they follow no such rule. */
function layerOf(
  events: ShiftsOfCalendar['events'],
  people: readonly (string | null)[],
  zone: string,
): Layer | null {
  const locals = events.map(({ fromMs }) => localMs(fromMs, zone));
  const [first, second] = locals;
  const [begin] = events;
  if (first === undefined || second === undefined || begin === undefined) return null;
  const lengthMs = second - first;
  if (lengthMs <= 0 || lengthMs % HOUR_MS !== 0) return null;
  if (locals.some((local, index) => local !== first + index * lengthMs)) return null;
  if (events.some((event, index) => index + 1 < events.length && event.untilMs !== events[index + 1]?.fromMs))
    return null;
  const round = roundOf(people);
  if (round === null) return null;
  const { start, handoff } = localStart(begin.fromMs, zone);
  return { members: round, shift: shiftOf(lengthMs), start, handoff };
}

/** The shortest list that goes round in these, at least twice. */
function roundOf(people: readonly (string | null)[]): string[] | null {
  for (let length = 1; length <= Math.min(MEMBERS_MAX, Math.floor(people.length / 2)); length += 1) {
    if (people.every((one, index) => one === people[index % length]))
      return people.slice(0, length).filter((one) => one !== null);
  }
  return null;
}

function shiftOf(lengthMs: number): Layer['shift'] {
  if (lengthMs % (7 * DAY_MS) === 0) return { every: lengthMs / (7 * DAY_MS), unit: 'weeks' };
  if (lengthMs % DAY_MS === 0) return { every: lengthMs / DAY_MS, unit: 'days' };
  return { every: lengthMs / HOUR_MS, unit: 'hours' };
}

function localMs(atMs: number, zone: string): number {
  const at = Temporal.Instant.fromEpochMilliseconds(atMs).toZonedDateTimeISO(zone);
  return atMs + at.offsetNanoseconds / 1_000_000;
}
