/** A month or some weeks of a rotation or a service: who is on call from when until when, gaps included. Pure. */
import type { CalendarJson, CalendarLineJson } from '../api/oncall-wire.ts';
import { RosterError } from './book.ts';
import { clean } from './checks.ts';
import { stretchesOf } from './file/stretches.ts';
import { timelineOf } from './rotations/timeline.ts';
import { isZone } from './times.ts';
import type { Roster } from './types.ts';
import { policyOf } from './who.ts';

/** The most weeks of one calendar. */
export const CALENDAR_WEEKS_MAX = 53;

export interface CalendarWish {
  /** A rotation or a service; absent: all rotations, or all services where there is none. */
  name?: string;
  /** Which of the two is meant, where both have the name. Absent: the rotation. */
  of?: 'rotation' | 'service';
  /** `2026-12`; absent with `weeks` absent too: the month of `atMs`. */
  month?: string;
  /** So many weeks from the Monday before `atMs`. */
  weeks?: number;
  atMs: number;
  /** By whose days; absent: by those of the rotation, and of a service where its rotations agree. */
  zone?: string;
  /** Where nothing says otherwise. */
  hereZone: string;
}

type Subject = Pick<CalendarJson, 'of' | 'id'>;

/** What is wished for, one calendar each. Rejects with RosterError. */
export function calendarsOf(roster: Roster, wish: CalendarWish): CalendarJson[] {
  return subjects(roster, wish).map((subject) => {
    const zone = wish.zone ?? zoneFor(roster, subject) ?? wish.hereZone;
    const { fromMs, untilMs } = range(wish, zone);
    const lines =
      subject.of === 'rotation'
        ? [rotationLine(roster, subject.id, fromMs, untilMs)]
        : serviceLines(roster, subject.id, fromMs, untilMs);
    return { ...subject, zone, from: iso(fromMs), until: iso(untilMs), lines };
  });
}

function subjects(roster: Roster, { name, of }: CalendarWish): Subject[] {
  const rotations = (roster.rotations ?? []).map(({ id }): Subject => ({ of: 'rotation', id }));
  const services = roster.services.map(({ id }): Subject => ({ of: 'service', id }));
  const all = [...(of === 'service' ? [] : rotations), ...(of === 'rotation' ? [] : services)];
  if (name === undefined) return of === undefined && rotations.length > 0 ? rotations : all;
  const found = all.find((one) => one.id === name);
  if (found !== undefined) return [found];
  const names = all.map((one) => one.id);
  const shown = `${names.slice(0, 20).join(', ')}${names.length > 20 ? ', …' : ''}`;
  throw new RosterError(
    'not_found',
    `There is no ${of ?? 'rotation or service'} ${clean(name)}`,
    names.length === 0 ? 'There is none yet.' : `There are: ${shown}.`,
  );
}

/** The zone that all its rotations have, or that its policy's hours are in; null: nothing says. */
function zoneFor(roster: Roster, { of, id }: Subject): string | null {
  const policy = of === 'service' ? policyOf(roster, id).policy : null;
  const named = of === 'rotation' ? [id] : (policy?.levels.flatMap((level) => level.rotations ?? []) ?? []);
  const zones = new Set(
    (roster.rotations ?? []).filter((one) => named.includes(one.id)).map((one) => one.zone),
  );
  const [first] = zones;
  const zone = zones.size === 1 && first !== undefined ? first : policy?.zone;
  // A roster may come from a host that knows more zones.
  return zone !== undefined && isZone(zone) ? zone : null;
}

function range({ month, weeks, atMs }: CalendarWish, zone: string): { fromMs: number; untilMs: number } {
  const day = Temporal.Instant.fromEpochMilliseconds(atMs).toZonedDateTimeISO(zone).toPlainDate();
  const start = (date: Temporal.PlainDate): number => date.toZonedDateTime(zone).epochMilliseconds;
  if (weeks !== undefined) {
    const monday = day.subtract({ days: day.dayOfWeek - 1 });
    return { fromMs: start(monday), untilMs: start(monday.add({ weeks })) };
  }
  const first = month === undefined ? day.with({ day: 1 }) : Temporal.PlainDate.from(`${month}-01`);
  return { fromMs: start(first), untilMs: start(first.add({ months: 1 })) };
}

function rotationLine(roster: Roster, id: string, fromMs: number, untilMs: number): CalendarLineJson {
  const spans = timelineOf(roster, id)?.spans(fromMs, untilMs) ?? [];
  return line(
    null,
    untilMs,
    spans.map((span) => ({ fromMs: span.fromMs, people: span.person === null ? [] : [span.person] })),
  );
}

function serviceLines(roster: Roster, id: string, fromMs: number, untilMs: number): CalendarLineJson[] {
  const stretches = stretchesOf(roster, id, fromMs, untilMs);
  const most = Math.max(1, ...stretches.map((one) => one.levels.length));
  return Array.from({ length: most }, (_, index) =>
    line(
      index + 1,
      untilMs,
      stretches.map(({ fromMs: beginMs, levels, waits }) => ({
        fromMs: beginMs,
        people: levels[index] ?? [],
        ...(waits === undefined ? {} : { waits }),
      })),
    ),
  );
}

interface Piece {
  fromMs: number;
  people: string[];
  waits?: true;
}

/** Neighbours that say the same are one. */
function line(level: number | null, untilMs: number, pieces: readonly Piece[]): CalendarLineJson {
  const joined: Piece[] = [];
  for (const piece of pieces) {
    const last = joined.at(-1);
    const isSame =
      last?.people.join() === piece.people.join() && last.waits === piece.waits && last !== undefined;
    if (!isSame) joined.push(piece);
  }
  return {
    level,
    spans: joined.map(({ fromMs, people, waits }, index) => ({
      from: iso(fromMs),
      until: iso(joined[index + 1]?.fromMs ?? untilMs),
      people,
      ...(waits === undefined ? {} : { waits }),
    })),
  };
}

const iso = (atMs: number): string => new Date(atMs).toISOString();
