/** Who is to be told at level n, at one instant, under one version of the roster. Pure. */
import { isIn, overridesAt, partsAt } from './level.ts';
import type { Duty, DutyLevel, Override, Policy, Roster } from './types.ts';
import type { Reader } from './words.ts';

/**
 * The duty of a service at `atMs`. `catchAll` comes from the configuration; empty, or naming nobody who is left, it
 * means everybody. A service the roster doesn't have is treated as the default one. A policy that has vanished has no
 * levels: the catch-all is told (rule 16). A level that can reach nobody now stays, without people. `zone` is only for
 * the times in `because`.
 */
export function duty(roster: Roster, service: string, atMs: number, catchAll: string[], zone = 'UTC'): Duty {
  const { policy, policyId, note } = policyOf(roster, service);
  return {
    rosterVersion: roster.version,
    policy: policyId,
    levels:
      policy?.levels.map((_, index) => dutyLevel(roster, policy, index + 1, { atMs, zone }, note)) ?? [],
    repeat: policy?.repeat ?? 0,
    catchAll: catchAllPeople(roster, catchAll),
  };
}

/** The override in force for a level of a policy: the latest made wins. Those of people who are gone don't count. */
export function overrideAt(roster: Roster, policy: string, level: number, atMs: number): Override | null {
  return overridesAt(roster, policy, level, atMs)[0] ?? null;
}

/** The policy that pages for a service, and in words why it is another than expected. */
export function policyOf(
  roster: Roster,
  service: string,
): { policy: Policy | null; policyId: string; note: string } {
  const known = roster.services.find((one) => one.id === service);
  const used = known ?? roster.services.find((one) => one.id === roster.defaultService);
  const policyId = used?.policy ?? 'default';
  const policy = roster.policies.find((one) => one.id === policyId) ?? null;
  const note = known === undefined ? `, as for ${roster.defaultService}: ${service} is no service` : '';
  return { policy, policyId, note };
}

function dutyLevel(roster: Roster, policy: Policy, level: number, reader: Reader, note: string): DutyLevel {
  const parts = partsAt(roster, policy, level, reader);
  const people = [...new Set(parts.flatMap((part) => part.people))];
  const why = parts.map((part) => part.because).join('; ');
  return {
    people,
    afterMs: policy.levels[level - 1]?.afterMs ?? 0,
    because: `${people.length === 0 ? 'nobody: ' : ''}${why}${note}`,
  };
}

function catchAllPeople(roster: Roster, catchAll: string[]): string[] {
  const left = [...new Set(catchAll)].filter((person) => isIn(roster, person));
  return left.length > 0 ? left : roster.people.map((person) => person.id);
}
