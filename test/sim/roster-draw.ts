/**
 * Rosters with everything in them: rotations that hand off while a life goes on, often where the clocks change, groups,
 * and policies that wait, go by others, and look after what was acknowledged.
 */
import { RosterError } from '../../src/relay/oncall/book.ts';
import { addGroup, addPolicy, addRotation } from '../../src/relay/oncall/edits.ts';
import type {
  Hours,
  Layer,
  MaintenanceWindow,
  Override,
  Policy,
  PolicyLevel,
  PolicyRule,
  Roster,
  Rotation,
} from '../../src/relay/oncall/types.ts';
import type { Severity } from '../../src/relay/events/types.ts';
import type { Prng } from './prng.ts';

/** What a life draws of the calendar it lives in. */
export interface Calendar {
  /** Wall time at its beginning. */
  startMs: number;
  zone: string;
}

const MINUTE_MS = 60_000;
const PLAIN_START_MS = Date.UTC(2026, 2, 2, 9);

/** Zones with a change of clocks after this day, by an hour or by half of one. */
const CHANGES = [
  ['Europe/Berlin', '2026-03-10'],
  ['Europe/Berlin', '2026-10-10'],
  ['America/New_York', '2026-03-01'],
  ['America/New_York', '2026-10-10'],
  ['Australia/Sydney', '2026-03-10'],
  ['Australia/Sydney', '2026-09-10'],
  ['Australia/Lord_Howe', '2026-03-10'],
  ['Australia/Lord_Howe', '2026-09-10'],
] as const;

/** Often the clocks change within minutes or hours. */
export function drawCalendar(draw: Prng): Calendar {
  if (draw.chance(0.35)) return { startMs: PLAIN_START_MS, zone: draw.pick(['Europe/Berlin', 'UTC']) };
  const [zone, day] = draw.pick(CHANGES);
  const change = Temporal.PlainDate.from(day).toZonedDateTime(zone).getTimeZoneTransition('next');
  if (change === null) throw new Error(`the clocks of ${zone} never change`);
  const beforeMs = draw.chance(0.7) ? draw.int(-2, 12) * MINUTE_MS : draw.int(1, 6 * 60) * MINUTE_MS;
  return { startMs: change.epochMilliseconds - beforeMs, zone };
}

/** Rotations, groups and policies on the people and the services of a plain roster. */
export function enriched(draw: Prng, plain: Roster, calendar: Calendar): Roster {
  let roster: Roster = { ...plain, policies: [] };
  const rotations = Array.from({ length: draw.int(1, 2) }, (_, index) =>
    drawRotation(draw, roster, calendar, `rota-${index}`),
  );
  for (const rotation of rotations) roster = orSame(roster, (base) => addRotation(base, rotation));
  if (draw.chance(0.5))
    roster = orSame(roster, (base) => addGroup(base, { id: 'all-hands', people: someone(draw, base, 2) }));
  // A rule may go by a policy that comes after.
  const names = plain.policies.map((one) => one.id);
  for (const { id, repeat } of plain.policies) {
    const policy = drawPolicy(draw, roster, calendar, { id, repeat, others: names });
    roster = addPolicy(roster, policy, names);
  }
  return { ...roster, overrides: drawOverrides(draw, roster, calendar) };
}

/** The roster after an edit, or as it was when the edit is refused. */
export function orSame(roster: Roster, edit: (roster: Roster) => Roster): Roster {
  try {
    return edit(roster);
  } catch (error) {
    if (error instanceof RosterError) return roster;
    throw error;
  }
}

/** Some people of a roster, each once; at least one. */
export function someone(draw: Prng, { people }: Roster, most: number): string[] {
  const chosen = Array.from({ length: draw.int(1, most) }, () => draw.pick(people).id);
  return [...new Set(chosen)];
}

function drawRotation(draw: Prng, roster: Roster, { startMs, zone }: Calendar, id: string): Rotation {
  const layers = Array.from({ length: draw.pick([1, 1, 2]) }, () => drawLayer(draw, roster, startMs, zone));
  return { id, zone, layers };
}

/** A layer whose shift ends, or whose hours do, a few minutes after `nowMs`. */
export function drawLayer(draw: Prng, roster: Roster, nowMs: number, zone: string): Layer {
  const handoff = localOf(nowMs + draw.int(0, 15) * MINUTE_MS, zone);
  const shift = draw.pick([
    { every: 1, unit: 'hours' },
    { every: 1, unit: 'hours' },
    { every: 2, unit: 'hours' },
    { every: 1, unit: 'days' },
    { every: 1, unit: 'weeks' },
    { every: 1, unit: 'months' },
  ] as const);
  return {
    members: Array.from({ length: draw.int(1, 4) }, () => draw.pick(roster.people).id),
    shift,
    start: handoff
      .toPlainDate()
      .subtract({ days: draw.pick([0, 1, 2, 7, 31]) })
      .toString(),
    handoff: clockOf(handoff),
    ...(draw.chance(0.35) ? { during: [drawHours(draw, nowMs, zone)] } : {}),
  };
}

/** Hours that end a few minutes after `nowMs`, so often, or else begin then. */
export function drawHours(draw: Prng, nowMs: number, zone: string, ending = 0.5): Hours {
  const edge = localOf(nowMs + draw.int(1, 12) * MINUTE_MS, zone);
  const [from, until] = draw.chance(ending)
    ? [edge.subtract({ hours: draw.int(1, 3) }), edge]
    : [edge, edge.add({ hours: draw.int(1, 3) })];
  // Where the clocks change both may be one time of day.
  const [fromText, untilText] = [clockOf(from), clockOf(until)];
  return fromText === untilText ? { from: '00:00', until: '12:00' } : { from: fromText, until: untilText };
}

interface PolicyDraw {
  id: string;
  repeat: number;
  /** Every policy there will be. */
  others: readonly string[];
}

/** A policy that the roster accepts. */
export function drawPolicy(
  draw: Prng,
  roster: Roster,
  { startMs: nowMs, zone }: Calendar,
  { id, repeat, others }: PolicyDraw,
): Policy {
  const levels = drawLevels(draw, roster);
  const plain: Policy = { id, repeat, levels };
  const rules = Array.from({ length: draw.pick([0, 0, 1, 1, 2]) }, () =>
    drawRule(
      draw,
      nowMs,
      zone,
      others.filter((one) => one !== id),
    ),
  );
  const whole: Policy = {
    ...plain,
    zone,
    ...(rules.length === 0 ? {} : { rules }),
    ...(draw.chance(0.4) ? { ackTimeoutMs: draw.int(2, 12) * 30_000 } : {}),
    ...(draw.chance(0.5) ? { handover: true } : {}),
  };
  const without = { ...roster, policies: roster.policies.filter((one) => one.id !== id) };
  const isTaken = (one: Policy): boolean =>
    orSame(without, (base) => addPolicy(base, one, others)) !== without;
  return isTaken(whole) ? whole : { ...plain, levels: levels.map(({ severities: _all, ...level }) => level) };
}

/** One to three levels of people, rotations and groups, some for a few severities only. */
export function drawLevels(draw: Prng, roster: Roster): PolicyLevel[] {
  const rotations = (roster.rotations ?? []).map((one) => one.id);
  const groups = (roster.groups ?? []).map((one) => one.id);
  return Array.from({ length: draw.int(1, 3) }, (_, index): PolicyLevel => {
    const kind = draw.pick(['people', 'rotation', 'rotation', 'both', 'group'] as const);
    const wantsRotation = rotations.length > 0 && (kind === 'rotation' || kind === 'both');
    const wantsGroup = groups.length > 0 && kind === 'group';
    return {
      people: wantsGroup || (wantsRotation && kind === 'rotation') ? [] : someone(draw, roster, 2),
      ...(wantsRotation ? { rotations: [draw.pick(rotations)] } : {}),
      ...(wantsGroup ? { groups: [draw.pick(groups)] } : {}),
      ...(draw.chance(0.2) && index > 0 ? { severities: ['critical', 'error'] as Severity[] } : {}),
      afterMs: draw.int(3, 12) * 10_000,
    };
  });
}

function drawRule(draw: Prng, nowMs: number, zone: string, others: readonly string[]): PolicyRule {
  const hours = [drawHours(draw, nowMs, zone, 0.8)];
  const severities = draw.pick<Severity[] | null>([['warning', 'unknown'], ['warning'], ['error'], null]);
  const other = others.length > 0 && draw.chance(0.4) ? draw.pick(others) : null;
  return {
    ...(severities === null ? {} : { severities }),
    during: hours,
    does: other === null ? 'wait' : { policy: other },
  };
}

function drawOverrides(draw: Prng, roster: Roster, { startMs }: Calendar): Override[] {
  const [rotation] = roster.rotations ?? [];
  const [policy] = roster.policies;
  return Array.from({ length: draw.pick([0, 0, 1, 2]) }, (_, index): Override => {
    const person = draw.pick(roster.people).id;
    const fromMs = startMs + draw.int(-60, 5) * MINUTE_MS;
    const common = {
      id: `first-${index}`,
      person,
      fromMs,
      untilMs: draw.chance(0.8) ? startMs + draw.int(6, 15) * MINUTE_MS : null,
      by: 'root',
      madeAtMs: startMs - draw.int(1, 60) * MINUTE_MS,
    };
    return rotation === undefined || policy === undefined || draw.chance(0.4)
      ? { ...common, policy: policy?.id ?? '', level: 1 }
      : { ...common, policy: '', level: 0, rotation: rotation.id };
  });
}

function localOf(atMs: number, zone: string): Temporal.ZonedDateTime {
  return Temporal.Instant.fromEpochMilliseconds(atMs).toZonedDateTimeISO(zone);
}

const clockOf = (at: Temporal.ZonedDateTime): string => at.toPlainTime().toString({ smallestUnit: 'minute' });

/** What a maintenance window is for, and when: of some minutes, or by the clock on the wall. */
export function drawWindow(
  draw: Prng,
  roster: Roster,
  nowMs: number,
  zone: string,
): Omit<MaintenanceWindow, 'id' | 'why' | 'by' | 'madeAtMs'> {
  const fromMs = nowMs + draw.int(-30, 90) * 1_000;
  const services = draw.chance(0.4) ? { services: [draw.pick(roster.services).id] } : {};
  const about = draw.pick([
    {},
    { hosts: ['key-0', 'many-*'] },
    { hosts: ['key-*'] },
    { matches: ['key-1', 'key-2'] },
  ]);
  return {
    ...services,
    ...about,
    ...(draw.chance(0.7)
      ? { fromMs, untilMs: fromMs + draw.int(20, 400) * 1_000 }
      : { during: [drawHours(draw, nowMs, zone, 0.5)], zone }),
  };
}
