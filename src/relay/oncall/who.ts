/** Who is to be told at level n, at one instant, under one version of the roster. Pure. */
import { showTime } from './times.ts';
import type { Duty, DutyLevel, Override, Policy, PolicyLevel, Roster } from './types.ts';

/**
 * The duty of a service at `atMs`. `catchAll` comes from the configuration; empty, or naming nobody who is left, it
 * means everybody. A service the roster doesn't have is treated as the default one. A policy that has vanished has no
 * levels: the catch-all is told (rule 16). `zone` is only for the times in `because`.
 */
export function duty(roster: Roster, service: string, atMs: number, catchAll: string[], zone = 'UTC'): Duty {
  const { policy, policyId, note } = policyOf(roster, service);
  return {
    rosterVersion: roster.version,
    policy: policyId,
    levels:
      policy?.levels.map((level, index) =>
        dutyLevel(roster, policy, level, index + 1, { atMs, zone, note }),
      ) ?? [],
    repeat: policy?.repeat ?? 0,
    catchAll: catchAllPeople(roster, catchAll),
  };
}

/** The override in force for a level of a policy: the latest made wins. Those of people who are gone don't count. */
export function overrideAt(roster: Roster, policy: string, level: number, atMs: number): Override | null {
  let winner: Override | null = null;
  for (const one of roster.overrides) {
    if (one.policy !== policy || one.level !== level || !isIn(roster, one.person)) continue;
    if (atMs < one.fromMs || (one.untilMs !== null && atMs >= one.untilMs)) continue;
    if (winner === null || one.madeAtMs >= winner.madeAtMs) winner = one;
  }
  return winner;
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

function dutyLevel(
  roster: Roster,
  policy: Policy,
  level: PolicyLevel,
  number: number,
  at: { atMs: number; zone: string; note: string },
): DutyLevel {
  const override = overrideAt(roster, policy.id, number, at.atMs);
  const people =
    override === null ? level.people.filter((person) => isIn(roster, person)) : [override.person];
  const why = override === null ? `policy ${policy.id}` : overrideWords(override, at.atMs, at.zone);
  return { people: [...new Set(people)], afterMs: level.afterMs, because: why + at.note };
}

function overrideWords(override: Override, atMs: number, zone: string): string {
  if (override.untilMs === null) return `override by ${override.by} without an end`;
  return `override by ${override.by} until ${showTime(override.untilMs, atMs, zone)}`;
}

function catchAllPeople(roster: Roster, catchAll: string[]): string[] {
  const left = [...new Set(catchAll)].filter((person) => isIn(roster, person));
  return left.length > 0 ? left : roster.people.map((person) => person.id);
}

const isIn = (roster: Roster, person: string): boolean => roster.people.some((one) => one.id === person);
