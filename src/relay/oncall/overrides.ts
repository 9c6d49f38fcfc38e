/** `relay oncall set`: somebody instead of a level's people, for a time. Pure. */
import { RosterError } from './book.ts';
import { findPerson, findService } from './checks.ts';
import type { Override, Roster } from './types.ts';

export interface OncallEdit {
  person: string;
  /** Absent: every policy that has the level. */
  service?: string;
  /** From 1, the default. */
  level?: number;
  /** Absent: now. */
  fromMs?: number;
  /** Absent or null: without an end. */
  untilMs?: number | null;
  by: string;
  nowMs: number;
}

/**
 * Puts a person on call at one level of a service's policy, or of every policy. The latest made wins where two
 * overlap; earlier ones that could never show again are dropped. Rejects with RosterError.
 */
export function setOncall(roster: Roster, edit: OncallEdit): Roster {
  findPerson(roster, edit.person);
  const level = edit.level ?? 1;
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
  // The latest made wins even when the clock has been set back since the one before.
  const madeAtMs = Math.max(edit.nowMs, ...roster.overrides.map((one) => one.madeAtMs));
  const made = policiesFor(roster, edit.service, level).map(
    (policy): Override => ({
      // One edit is one version, and holds one override for each policy: never used twice.
      id: `${roster.version + 1}.${policy}.${level}`,
      policy,
      level,
      person: edit.person,
      fromMs,
      untilMs,
      by: edit.by,
      madeAtMs,
    }),
  );
  const kept = withoutExpired(roster, edit.nowMs).overrides.filter(
    (old) => !made.some((one) => hides(one, old)),
  );
  return { ...roster, overrides: [...kept, ...made] };
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

/** Without the overrides that are over; history keeps them in earlier versions. */
export function withoutExpired(roster: Roster, nowMs: number): Roster {
  const overrides = roster.overrides.filter((one) => one.untilMs === null || one.untilMs > nowMs);
  return overrides.length === roster.overrides.length ? roster : { ...roster, overrides };
}

/** Whether an older override lies wholly within a newer one. */
function hides(newer: Override, older: Override): boolean {
  if (newer.policy !== older.policy || newer.level !== older.level) return false;
  const ends = newer.untilMs === null || (older.untilMs !== null && older.untilMs <= newer.untilMs);
  return newer.fromMs <= older.fromMs && ends;
}
