/** Who and what a person, a rotation, a group or a policy is named by. Pure. */
import { standingAt } from './level.ts';
import type { PolicyLevel, Roster } from './types.ts';

/** The levels of policies for which `names` is true: `policy default, level 1`. */
const levelsWhere = (roster: Roster, names: (level: PolicyLevel) => boolean): string[] =>
  roster.policies.flatMap((policy) =>
    policy.levels.flatMap((level, index) =>
      names(level) ? [`policy ${policy.id}, level ${index + 1}`] : [],
    ),
  );

/** The levels that name a rotation. */
export const rotationNamedBy = (roster: Roster, id: string): string[] =>
  levelsWhere(roster, (level) => level.rotations?.includes(id) === true);

/** The levels that name a group. */
export const groupNamedBy = (roster: Roster, id: string): string[] =>
  levelsWhere(roster, (level) => level.groups?.includes(id) === true);

/** Services that go by a policy, and rules of others: `service db`, `rule 2 of policy ops`. */
export const policyNamedBy = (roster: Roster, id: string): string[] => [
  ...roster.services.filter((one) => one.policy === id).map((one) => `service ${one.id}`),
  ...roster.policies.flatMap((policy) =>
    (policy.rules ?? []).flatMap(({ does }, index) =>
      does !== 'wait' && does.policy === id ? [`rule ${index + 1} of policy ${policy.id}`] : [],
    ),
  ),
];

/** The levels that a person is on by themselves or as one of a group, whatever turns say: `level 1 of policies a, b`. */
export function standsOn(roster: Roster, id: string): string[] {
  const byLevel = new Map<number, string[]>();
  for (const policy of roster.policies) {
    for (const index of policy.levels.keys()) {
      if (!standingAt(roster, policy, index + 1).includes(id)) continue;
      byLevel.set(index + 1, [...(byLevel.get(index + 1) ?? []), policy.id]);
    }
  }
  return [...byLevel]
    .sort(([a], [b]) => a - b)
    .map(([level, ids]) => `level ${level} of ${ids.length === 1 ? 'policy' : 'policies'} ${ids.join(', ')}`);
}

/** Everything that names a person: levels, rotations, groups. */
export const personNamedBy = (roster: Roster, id: string): string[] => [
  ...levelsWhere(roster, (level) => level.people.includes(id)),
  ...(roster.rotations ?? [])
    .filter((one) => one.layers.some((layer) => layer.members.includes(id)))
    .map((one) => `rotation ${one.id}`),
  ...(roster.groups ?? []).filter((one) => one.people.includes(id)).map((one) => `group ${one.id}`),
];
