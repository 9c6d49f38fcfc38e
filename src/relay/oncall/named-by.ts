/** Who and what a person, a rotation, a group or a policy is named by. Pure. */
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

/** Everything that names a person: levels, rotations, groups. */
export const personNamedBy = (roster: Roster, id: string): string[] => [
  ...levelsWhere(roster, (level) => level.people.includes(id)),
  ...(roster.rotations ?? [])
    .filter((one) => one.layers.some((layer) => layer.members.includes(id)))
    .map((one) => `rotation ${one.id}`),
  ...(roster.groups ?? []).filter((one) => one.people.includes(id)).map((one) => `group ${one.id}`),
];
