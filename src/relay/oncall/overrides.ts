/** `relay oncall set`: somebody instead of a level's people or of a rotation's turns, for a time. Pure. */
import { checkWhy } from './absences.ts';
import { RosterError } from './book.ts';
import { clean, findPerson, findRotation, findService } from './checks.ts';
import type { Override, Roster } from './types.ts';

export interface OncallEdit {
  person: string;
  /** Absent: every policy that has the level. */
  service?: string;
  /** From 1, the default. */
  level?: number;
  /** This rotation, wherever it is used; not together with a service or a level. */
  rotation?: string;
  /** Absent: now. */
  fromMs?: number;
  /** Absent or null: without an end. */
  untilMs?: number | null;
  why?: string;
  by: string;
  nowMs: number;
}

/**
 * Puts a person on call in one rotation, or at one level of a service's policy, or of every policy. The latest made wins
 * where two overlap; earlier ones that lie wholly within are dropped. Rejects with RosterError.
 */
export function setOncall(roster: Roster, edit: OncallEdit): Roster {
  findPerson(roster, edit.person);
  const { fromMs, untilMs } = timesOf(edit);
  const common = {
    ...(edit.why === undefined ? {} : { why: checkWhy(edit.why) }),
    person: edit.person,
    fromMs,
    untilMs,
    by: edit.by,
    madeAtMs: madeAfter(roster, edit.nowMs),
  };
  const made = targetsOf(roster, edit).map((target): Override => ({ ...target, ...common }));
  const kept = withoutExpired(roster, edit.nowMs);
  const overrides = kept.overrides.filter((old) => !made.some((one) => hides(one, old)));
  return { ...kept, overrides: [...overrides, ...made] };
}

/**
 * Ends overrides: one by its id, or all in force now that put a person on call, or that are for a service's policy, or
 * for a rotation; where several are given, those that fit all of them. Rejects with RosterError when there is none.
 */
export function unsetOncall(
  roster: Roster,
  input: { id?: string; person?: string; service?: string; rotation?: string; nowMs: number },
): Roster {
  const { id, person, service, rotation, nowMs } = input;
  if (id === undefined && person === undefined && service === undefined && rotation === undefined) {
    throw new RosterError(
      'usage',
      'It is not said which override is to end',
      'Name it, or a person, service or rotation.',
    );
  }
  if (person !== undefined) findPerson(roster, person);
  if (rotation !== undefined) findRotation(roster, rotation);
  const policy = service === undefined ? undefined : findService(roster, service).policy;
  const fits = (one: Override): boolean => {
    const isNow = one.fromMs <= nowMs && (one.untilMs === null || one.untilMs > nowMs);
    return (
      (id === undefined ? isNow : one.id === id) &&
      (person === undefined || one.person === person) &&
      (policy === undefined || (one.rotation === undefined && one.policy === policy)) &&
      (rotation === undefined || one.rotation === rotation)
    );
  };
  if (!roster.overrides.some(fits)) {
    const known = withoutExpired(roster, nowMs).overrides.map(
      (one) => `${one.id} (${one.person} for ${placeOf(one)})`,
    );
    throw new RosterError(
      'not_found',
      id === undefined ? 'No such override is in force now' : `There is no override ${clean(id)}`,
      known.length === 0 ? 'Nothing is overridden.' : `Overrides are: ${known.join(', ')}.`,
    );
  }
  return { ...roster, overrides: roster.overrides.filter((one) => !fits(one)) };
}

/** The policies that `relay oncall set` changes; at least one. Rejects with RosterError when none has the level. */
export function policiesFor(roster: Roster, service: string | undefined, level: number): string[] {
  if (!Number.isInteger(level) || level < 1) {
    throw new RosterError('usage', 'Levels count from 1', 'For example: --level 2.');
  }
  const wanted = service === undefined ? null : findService(roster, service).policy;
  const candidates = roster.policies.filter((one) => wanted === null || one.id === wanted);
  const fitting = candidates.filter((one) => one.levels.length >= level);
  if (fitting.length > 0) return fitting.map((one) => one.id);
  const most = Math.max(0, ...candidates.map((one) => one.levels.length));
  throw new RosterError(
    'not_found',
    wanted === null
      ? `No policy has a level ${level}`
      : `Policy ${wanted} of service ${service} has no level ${level}`,
    most === 0 ? 'Add a policy with `relay policy add`.' : `Levels go from 1 to ${most}.`,
  );
}

/** Without the overrides and absences that are over; history keeps them in earlier versions. */
export function withoutExpired(roster: Roster, nowMs: number): Roster {
  const lasts = (one: { untilMs: number | null }): boolean => one.untilMs === null || one.untilMs > nowMs;
  const { overrides, absences } = roster;
  if (overrides.every(lasts) && absences?.every(lasts) !== false) return roster;
  return {
    ...roster,
    overrides: overrides.filter(lasts),
    ...(absences === undefined ? {} : { absences: absences.filter(lasts) }),
  };
}

/** When something made now counts as made: after all there is, also when the clock has been set back since. */
export function madeAfter(roster: Roster, nowMs: number): number {
  return [...roster.overrides, ...(roster.absences ?? [])].reduce(
    (latestMs, one) => Math.max(latestMs, one.madeAtMs),
    nowMs,
  );
}

/** An id for an override of a rotation; unique also when one edit makes several. */
export function newOverrideId(roster: Roster, rotation: string): string {
  const stem = `${roster.version + 1}.${rotation}`;
  const taken = new Set(roster.overrides.map((one) => one.id));
  let id = stem;
  for (let count = 2; taken.has(id); count += 1) id = `${stem}.${count}`;
  return id;
}

type Target = Pick<Override, 'id' | 'policy' | 'level' | 'rotation'>;

function targetsOf(roster: Roster, edit: OncallEdit): Target[] {
  if (edit.rotation === undefined) {
    const level = edit.level ?? 1;
    // One edit is one version, and holds one override for each policy: never used twice.
    return policiesFor(roster, edit.service, level).map((policy) => ({
      id: `${roster.version + 1}.${policy}.${level}`,
      policy,
      level,
    }));
  }
  if (edit.service !== undefined || edit.level !== undefined) {
    throw new RosterError(
      'usage',
      'A rotation has no service and no level',
      'Override the rotation wherever it is used, or a level of a service: one of the two.',
    );
  }
  const { id } = findRotation(roster, edit.rotation);
  return [{ id: newOverrideId(roster, id), policy: '', level: 0, rotation: id }];
}

function timesOf(edit: OncallEdit): { fromMs: number; untilMs: number | null } {
  const fromMs = edit.fromMs ?? edit.nowMs;
  const untilMs = edit.untilMs ?? null;
  if (untilMs !== null && untilMs <= fromMs) {
    throw new RosterError(
      'usage',
      'It would end before it begins',
      'Give --until after --from, or --for 8h.',
    );
  }
  if (untilMs !== null && untilMs <= edit.nowMs) {
    throw new RosterError(
      'usage',
      'It would be over already',
      'Give an --until that is still to come, or --for 8h.',
    );
  }
  return { fromMs, untilMs };
}

const placeOf = (one: Override): string =>
  one.rotation === undefined ? `policy ${one.policy}, level ${one.level}` : `rotation ${one.rotation}`;

/** Whether an older override lies wholly within a newer one. */
function hides(newer: Override, older: Override): boolean {
  if (newer.policy !== older.policy || newer.level !== older.level) return false;
  if (newer.rotation !== older.rotation) return false;
  const ends = newer.untilMs === null || (older.untilMs !== null && older.untilMs <= newer.untilMs);
  return newer.fromMs <= older.fromMs && ends;
}
