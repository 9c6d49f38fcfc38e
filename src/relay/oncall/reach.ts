/** Where a policy could reach nobody: a gap, people without a contact that works, nobody at all. Pure. */
import type { Channel } from '../events/types.ts';
import { peopleAt } from './level.ts';
import { timelineOf } from './rotations/timeline.ts';
import type { Policy, Roster } from './types.ts';

/** A stretch of time in which a level, or all levels of a policy, could reach nobody. */
export interface Unreached {
  policy: string;
  /** From 1; null: no level of the policy could reach anybody. */
  level: number | null;
  fromMs: number;
  untilMs: number;
  /** `nobody`: it is nobody's time. `contacts`: whose time it is has no contact that works. */
  why: 'nobody' | 'contacts';
}

/** Between two instants, by policies that page for a service; the first stretch of each level. `works`: what is configured. */
export function unreached(
  roster: Roster,
  fromMs: number,
  untilMs: number,
  works: (channel: Channel) => boolean,
): Unreached[] {
  const reachable = new Set(
    roster.people
      .filter(({ contacts }) => contacts.some((one) => one.disabled === undefined && works(one.channel)))
      .map(({ id }) => id),
  );
  return policiesInUse(roster).flatMap((policy) => {
    const moments = edges(roster, policy, fromMs, untilMs).map((atMs) => ({
      atMs,
      levels: policy.levels.map((_, at) => peopleAt(roster, policy, at + 1, atMs)),
    }));
    const isReached = (people: string[]): boolean => people.some((one) => reachable.has(one));
    const first = (level: number | null, isBad: (levels: string[][]) => boolean): Unreached[] => {
      const at = moments.findIndex((one) => isBad(one.levels));
      const begin = moments[at];
      if (begin === undefined) return [];
      const end = moments.slice(at).find((one) => !isBad(one.levels));
      const people = level === null ? begin.levels.flat() : (begin.levels[level - 1] ?? []);
      const why = people.length === 0 ? 'nobody' : 'contacts';
      return [{ policy: policy.id, level, fromMs: begin.atMs, untilMs: end?.atMs ?? untilMs, why }];
    };
    return [
      ...first(null, (levels) => !levels.some(isReached)),
      ...policy.levels.flatMap((_, index) => first(index + 1, (levels) => !isReached(levels[index] ?? []))),
    ];
  });
}

/** Those of services, and those that their rules lead to. */
function policiesInUse(roster: Roster): Policy[] {
  const own = new Set(roster.services.map((one) => one.policy));
  const others = roster.policies
    .filter((one) => own.has(one.id))
    .flatMap((one) => (one.rules ?? []).flatMap(({ does }) => (does === 'wait' ? [] : [does.policy])));
  const used = new Set([...own, ...others]);
  return roster.policies.filter((one) => used.has(one.id));
}

/** Every instant at which other people may be told, ascending, `fromMs` first. */
function edges(roster: Roster, policy: Policy, fromMs: number, untilMs: number): number[] {
  const rotations = new Set(policy.levels.flatMap((level) => level.rotations ?? []));
  const turns = [...rotations].flatMap((id) => timelineOf(roster, id)?.spans(fromMs, untilMs) ?? []);
  const overrides = roster.overrides
    .filter((one) => one.rotation === undefined && one.policy === policy.id)
    .flatMap((one) => [one.fromMs, one.untilMs ?? untilMs]);
  const all = [fromMs, ...turns.map((span) => span.fromMs), ...overrides];
  return [...new Set(all)].filter((ms) => ms >= fromMs && ms < untilMs).sort((a, b) => a - b);
}
