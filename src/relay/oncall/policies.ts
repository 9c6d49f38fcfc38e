/** Edits of escalation policies. Pure; each refuses with a RosterError that says what to do. */
import { RosterError } from './book.ts';
import { checkFree, checkId, findGroup, findPerson, findPolicy, findRotation } from './checks.ts';
import { showDuration } from './times.ts';
import type { Policy, PolicyLevel, Roster } from './types.ts';

/** Bounds that keep a mistake from becoming a policy that never ends or never begins: the most of each. */
export const POLICY_LIMITS = {
  levels: 20,
  people: 50,
  rotations: 20,
  groups: 20,
  repeats: 100,
  afterMs: 7 * 86_400_000,
} as const;

/** Adds a policy. Every level names people, rotations or groups the roster has, and waits over zero, at most a week. */
export function addPolicy(
  roster: Roster,
  input: { id: string; levels: PolicyLevel[]; repeat: number },
): Roster {
  checkId('policy', input.id);
  checkFree('policy', input.id, roster.policies);
  const policy: Policy = {
    id: input.id,
    levels: checkedLevels(roster, input.levels),
    repeat: checkedRepeat(input.repeat),
  };
  return { ...roster, policies: [...roster.policies, policy] };
}

/** Gives a policy other levels, another number of repeats, or both; overrides of levels that are gone go too. */
export function editPolicy(
  roster: Roster,
  id: string,
  input: { levels?: PolicyLevel[]; repeat?: number },
): Roster {
  const before = findPolicy(roster, id);
  if (input.levels === undefined && input.repeat === undefined) {
    throw new RosterError(
      'usage',
      `Nothing is to be changed about policy ${id}`,
      'Give levels or the number of repeats.',
    );
  }
  const levels = input.levels === undefined ? before.levels : checkedLevels(roster, input.levels);
  const repeat = input.repeat === undefined ? before.repeat : checkedRepeat(input.repeat);
  return {
    ...roster,
    policies: roster.policies.map((one) => (one === before ? { id, levels, repeat } : one)),
    overrides: roster.overrides.filter((one) => one.policy !== id || one.level <= levels.length),
  };
}

/** Removes a policy with its overrides. Refused while a service uses it. */
export function removePolicy(roster: Roster, id: string): Roster {
  const policy = findPolicy(roster, id);
  const users = roster.services.filter((one) => one.policy === id).map((one) => one.id);
  if (users.length > 0) {
    throw new RosterError(
      'conflict',
      `Policy ${id} is used by ${users.length === 1 ? 'service' : 'services'} ${users.join(', ')}`,
      'Give them another policy first.',
    );
  }
  return {
    ...roster,
    policies: roster.policies.filter((one) => one !== policy),
    overrides: roster.overrides.filter((one) => one.policy !== id),
  };
}

function checkedLevels(roster: Roster, levels: PolicyLevel[]): PolicyLevel[] {
  if (levels.length === 0 || levels.length > POLICY_LIMITS.levels) {
    throw new RosterError(
      'usage',
      `A policy has 1 to ${POLICY_LIMITS.levels} levels`,
      'Give --level PERSON for each.',
    );
  }
  return levels.map((level, index) => checkedLevel(roster, level, index + 1));
}

function checkedRepeat(repeat: number): number {
  if (Number.isInteger(repeat) && repeat >= 0 && repeat <= POLICY_LIMITS.repeats) return repeat;
  throw new RosterError(
    'usage',
    `A policy repeats 0 to ${POLICY_LIMITS.repeats} times`,
    'For example: --repeat 3.',
  );
}

function checkedLevel(roster: Roster, level: PolicyLevel, number: number): PolicyLevel {
  const people = [...new Set(level.people)];
  const rotations = [...new Set(level.rotations)];
  const groups = [...new Set(level.groups)];
  if (people.length + rotations.length + groups.length === 0 || people.length > POLICY_LIMITS.people) {
    throw new RosterError(
      'usage',
      `Level ${number} names nobody, or over ${POLICY_LIMITS.people} people`,
      'Name one or more: --level ana,ben.',
    );
  }
  if (rotations.length > POLICY_LIMITS.rotations || groups.length > POLICY_LIMITS.groups) {
    throw new RosterError(
      'usage',
      `Level ${number} names over ${POLICY_LIMITS.rotations} rotations or ${POLICY_LIMITS.groups} groups`,
      'Put some of them on another level.',
    );
  }
  for (const person of people) findPerson(roster, person);
  for (const rotation of rotations) findRotation(roster, rotation);
  for (const group of groups) findGroup(roster, group);
  if (!Number.isInteger(level.afterMs) || level.afterMs <= 0 || level.afterMs > POLICY_LIMITS.afterMs) {
    throw new RosterError(
      'usage',
      `Level ${number} must wait over 0 and at most ${showDuration(POLICY_LIMITS.afterMs)} before the next`,
      'For example: --after 5m.',
    );
  }
  return {
    people,
    ...(rotations.length === 0 ? {} : { rotations }),
    ...(groups.length === 0 ? {} : { groups }),
    afterMs: level.afterMs,
  };
}
