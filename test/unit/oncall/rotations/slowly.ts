/**
 * Who is on call in a rotation, by Temporal alone and by going through everything: what the timeline, which is made of
 * plain arithmetic and remembers, is compared with.
 */
import {
  WEEKDAYS,
  type Hours,
  type Layer,
  type Roster,
  type Rotation,
} from '../../../../src/relay/oncall/types.ts';

/** The person, null for nobody. */
export function slowly(roster: Roster, rotation: Rotation, atMs: number): string | null {
  const at = Temporal.Instant.fromEpochMilliseconds(atMs).toZonedDateTimeISO(rotation.zone);
  const isThere = (person: string): boolean =>
    roster.people.some((one) => one.id === person) && absentSince(roster, person, atMs) === null;
  let person: string | null = null;
  for (const layer of rotation.layers) {
    const turn = turnOf(layer, rotation.zone, atMs);
    if (turn < 0 || (layer.during !== undefined && !layer.during.some((hours) => isOpen(hours, at))))
      continue;
    const inOrder = layer.members.map((_, next) => layer.members[(turn + next) % layer.members.length] ?? '');
    person = inOrder.find(isThere) ?? person;
  }
  const overrides = roster.overrides.filter(
    (one) =>
      one.rotation === rotation.id && one.fromMs <= atMs && (one.untilMs === null || atMs < one.untilMs),
  );
  for (const one of overrides.toSorted((a, b) => a.madeAtMs - b.madeAtMs)) {
    if (!roster.people.some(({ id }) => id === one.person)) continue;
    if (one.instead !== undefined && one.instead !== person) continue;
    const madeAtMs = absentSince(roster, one.person, atMs);
    if (madeAtMs === null || madeAtMs <= one.madeAtMs) person = one.person;
  }
  return person;
}

/** When the latest absence that covers an instant was made. */
function absentSince(roster: Roster, person: string, atMs: number): number | null {
  const made = (roster.absences ?? [])
    .filter((one) => one.person === person && one.fromMs <= atMs && atMs < one.untilMs)
    .map((one) => one.madeAtMs);
  return made.length === 0 ? null : Math.max(...made);
}

/** Worked out once for each layer: a life asks about the same shifts again and again. */
const known = new WeakMap<Layer, Map<string, number>>();

function begun(layer: Layer, shift: string, work: () => number): number {
  const ofLayer = known.get(layer) ?? new Map<string, number>();
  known.set(layer, ofLayer);
  const before = ofLayer.get(shift);
  if (before !== undefined) return before;
  const atMs = work();
  ofLayer.set(shift, atMs);
  return atMs;
}

/** The last shift that has begun, found by walking on from well before. */
function turnOf(layer: Layer, zone: string, atMs: number): number {
  const first = Temporal.PlainDateTime.from(`${layer.start}T${layer.handoff}`);
  const { every, unit } = layer.shift;
  const begin = (n: number): number =>
    begun(
      layer,
      `${zone} ${n}`,
      () =>
        first.add({ [unit]: n * every }).toZonedDateTime(zone, { disambiguation: 'compatible' })
          .epochMilliseconds,
    );
  const lengthMs = every * { hours: 1, days: 24, weeks: 168, months: 24 * 31 }[unit] * 3_600_000;
  let last = -1;
  let n = Math.max(0, Math.floor((atMs - begin(0)) / lengthMs) - 3);
  for (let late = 0; late < 30; n += 1) {
    if (begin(n) <= atMs) [last, late] = [n, 0];
    else late += 1;
  }
  return last;
}

/** Whether an instant lies within hours of its zone's clock. */
export function isOpen(hours: Hours, at: Temporal.ZonedDateTime): boolean {
  return [-2, -1, 0, 1].some((days) => {
    const day = at.toPlainDate().add({ days });
    const weekday = WEEKDAYS[day.dayOfWeek - 1] ?? 'mon';
    if (hours.days !== undefined && !hours.days.includes(weekday)) return false;
    const until =
      hours.until === '24:00' ? day.add({ days: 1 }) : hours.until > hours.from ? day : day.add({ days: 1 });
    const clock = hours.until === '24:00' ? '00:00' : hours.until;
    const begin = day.toZonedDateTime({ timeZone: at.timeZoneId, plainTime: hours.from });
    const end = until.toZonedDateTime({ timeZone: at.timeZoneId, plainTime: clock });
    return Temporal.ZonedDateTime.compare(begin, at) <= 0 && Temporal.ZonedDateTime.compare(at, end) < 0;
  });
}
