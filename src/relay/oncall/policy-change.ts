/** `relay policy edit`: everything that one edit may change about a policy, in one version. Pure. */
import { RosterError } from './book.ts';
import { findPolicy } from './checks.ts';
import { editPolicy, type PolicyEdit } from './policies.ts';
import type { Policy, PolicyLevel, PolicyRule, Roster } from './types.ts';

/** Whom a level tells. */
export interface Told {
  people: string[];
  rotations: string[];
  groups: string[];
}

/** A level among others that changes. */
export interface LevelChange {
  /** From 1. */
  level: number;
  add?: Told;
  remove?: Told;
  afterMs?: number;
  /** None: for all again. */
  severities?: PolicyLevel['severities'];
}

export interface PolicyChange extends PolicyEdit {
  change?: LevelChange;
  /** A new level, at the end or before the one of this number. */
  addLevel?: { level: PolicyLevel; before?: number };
  /** From 1. */
  removeLevel?: number;
  /** At the end: the first that applies decides. */
  addRule?: PolicyRule;
  /** From 1. */
  removeRule?: number;
}

/**
 * Changes what is given and leaves the rest. Overrides of a level go where it goes, and end with it. Rejects with
 * RosterError.
 */
export function changePolicy(roster: Roster, id: string, wanted: PolicyChange): Roster {
  const { change, addLevel, removeLevel, addRule, removeRule, ...edit } = wanted;
  const before = findPolicy(roster, id);
  const isOfOne = [change, addLevel, removeLevel].some((one) => one !== undefined);
  if (edit.levels !== undefined && isOfOne) {
    throw new RosterError(
      'usage',
      'All levels are given, and a change of one besides',
      'Give either all of them, or what changes.',
    );
  }
  const { levels, moved } = isOfOne
    ? changedLevels(before, { change, addLevel, removeLevel })
    : { levels: undefined, moved: (level: number) => level };
  const rules =
    addRule === undefined && removeRule === undefined
      ? undefined
      : changedRules(edit.rules ?? before.rules ?? [], id, addRule, removeRule);
  const placed: Roster = {
    ...roster,
    overrides: roster.overrides.flatMap((one) => {
      if (one.policy !== id || one.rotation !== undefined) return [one];
      const level = moved(one.level);
      return level === null ? [] : [level === one.level ? one : { ...one, level }];
    }),
  };
  return editPolicy(placed, id, {
    ...edit,
    ...(levels === undefined ? {} : { levels }),
    ...(rules === undefined ? {} : { rules }),
  });
}

interface LevelsEdit {
  change: LevelChange | undefined;
  addLevel: PolicyChange['addLevel'] | undefined;
  removeLevel: number | undefined;
}

/** `moved`: the number that a level has afterwards; null: it is gone. */
function changedLevels(
  policy: Policy,
  { change, addLevel, removeLevel }: LevelsEdit,
): { levels: PolicyLevel[]; moved: (level: number) => number | null } {
  if ([change, addLevel, removeLevel].filter((one) => one !== undefined).length > 1) {
    throw new RosterError('usage', 'One edit changes, adds or removes one level', 'Do one after the other.');
  }
  const { levels } = policy;
  if (change !== undefined) {
    const at = indexOf(policy, change.level);
    return {
      levels: levels.with(at, changedLevel(levels[at] as PolicyLevel, change)),
      moved: (level) => level,
    };
  }
  if (addLevel !== undefined) {
    const at = addLevel.before === undefined ? levels.length : indexOf(policy, addLevel.before);
    return {
      levels: levels.toSpliced(at, 0, addLevel.level),
      moved: (level) => (level > at ? level + 1 : level),
    };
  }
  const gone = indexOf(policy, removeLevel ?? 0);
  if (levels.length === 1) {
    throw new RosterError(
      'conflict',
      `Policy ${policy.id} has one level only`,
      `Remove the policy: relay policy remove ${policy.id}`,
    );
  }
  return {
    levels: levels.toSpliced(gone, 1),
    moved: (level) => (level === gone + 1 ? null : level > gone + 1 ? level - 1 : level),
  };
}

function changedLevel(before: PolicyLevel, change: LevelChange): PolicyLevel {
  const { add, remove, afterMs = before.afterMs, severities = before.severities } = change;
  const names = (kind: keyof Told): string[] => {
    const had = before[kind] ?? [];
    for (const name of remove?.[kind] ?? []) {
      if (had.includes(name)) continue;
      throw new RosterError(
        'not_found',
        `Level ${change.level} doesn't name ${name}`,
        `It names ${namesOf(before).join(', ')}.`,
      );
    }
    return [...had, ...(add?.[kind] ?? [])].filter((name) => remove?.[kind].includes(name) !== true);
  };
  return {
    people: names('people'),
    rotations: names('rotations'),
    groups: names('groups'),
    ...(severities === undefined || severities.length === 0 ? {} : { severities }),
    afterMs,
  };
}

function changedRules(
  rules: readonly PolicyRule[],
  id: string,
  add: PolicyRule | undefined,
  remove: number | undefined,
): PolicyRule[] {
  if (remove !== undefined && rules[remove - 1] === undefined) {
    throw new RosterError(
      'not_found',
      `Policy ${id} has no rule ${remove}`,
      rules.length === 0 ? 'It has none.' : `Rules count from 1 to ${rules.length}.`,
    );
  }
  const kept = remove === undefined ? [...rules] : rules.toSpliced(remove - 1, 1);
  return add === undefined ? kept : [...kept, add];
}

function indexOf(policy: Policy, level: number): number {
  if (policy.levels[level - 1] !== undefined) return level - 1;
  throw new RosterError(
    'not_found',
    `Policy ${policy.id} has no level ${level}`,
    `Levels count from 1 to ${policy.levels.length}.`,
  );
}

/** Whom a level names, as people write it: `ana`, `rotation:ops`, `group:dba`. */
export const namesOf = ({ people, rotations = [], groups = [] }: Omit<PolicyLevel, 'afterMs'>): string[] => [
  ...people,
  ...rotations.map((one) => `rotation:${one}`),
  ...groups.map((one) => `group:${one}`),
];

const KINDS = { person: 'people', rotation: 'rotations', group: 'groups' } as const;
type NamedKind = keyof typeof KINDS;

/**
 * Names as people write them: with `person:`, `rotation:` or `group:` in front, or bare where only one of these has it.
 * Rejects with RosterError.
 */
export function toldBy(roster: Roster, names: readonly string[]): Told {
  const told: Told = { people: [], rotations: [], groups: [] };
  for (const name of names) {
    const [, prefix, rest] = /^(person|rotation|group):(.*)$/.exec(name) ?? [];
    const kind = (prefix as NamedKind | undefined) ?? kindOf(roster, name);
    told[KINDS[kind]].push(rest ?? name);
  }
  return told;
}

/** A name that nobody has is taken for a person's, which the edit refuses with who there is. */
function kindOf(roster: Roster, name: string): NamedKind {
  const having = (Object.keys(KINDS) as NamedKind[]).filter((kind) =>
    roster[KINDS[kind]]?.some((one) => one.id === name),
  );
  if (having.length < 2) return having[0] ?? 'person';
  throw new RosterError(
    'usage',
    `${name} is the name of a ${having.join(' and of a ')}`,
    `Say which: ${having.map((kind) => `${kind}:${name}`).join(' or ')}.`,
  );
}
