/** The overrides and absences that a file says. What it leaves out (id, who, when) comes from whoever applies it. Pure. */
import { isIn } from '../level.ts';
import type { Absence, Override, Roster } from '../types.ts';
import type { Applied } from './build.ts';
import type { AbsenceSaid, OverrideSaid } from './fields.ts';
import type { FileProblem, KeyPath } from './findings.ts';

/** All overrides; what is wrong or worth a word goes to the two lists. */
export function builtOverrides(
  roster: Roster,
  base: Roster,
  said: readonly OverrideSaid[] | undefined,
  applied: Applied,
  problems: FileProblem[],
  warnings: FileProblem[],
): Override[] {
  if (said === undefined) return base.overrides.filter((one) => hasPlace(roster, one));
  const ids = new Ids(base, base.overrides, said);
  return said.map((one, index): Override => {
    const path: KeyPath = ['overrides', index];
    const { rotation, untilMs = null, why, instead } = one;
    const policy = one.policy ?? '';
    const level = rotation === undefined ? (one.level ?? 1) : 0;
    const wrong = (text: string, key?: string): void =>
      void problems.push({ path: key === undefined ? path : [...path, key], on: 'value', text });
    if ((one.policy === undefined) === (rotation === undefined)) {
      wrong('an override is for a policy or for a rotation: say one of the two');
    }
    if (rotation !== undefined && one.level !== undefined) wrong('a rotation has no levels', 'level');
    const levels = roster.policies.find(({ id }) => id === policy)?.levels.length;
    if (levels !== undefined && level > levels) {
      wrong(`policy ${policy} has no level ${level}. Levels go from 1 to ${levels}`, 'level');
    }
    if (instead === one.person) wrong(`${instead} can't stand in for themselves`, 'instead');
    if (untilMs !== null) checkTimes(path, { fromMs: one.fromMs, untilMs }, applied, problems, warnings);
    const target = {
      policy,
      level,
      ...(rotation === undefined ? {} : { rotation }),
      ...(instead === undefined ? {} : { instead }),
      ...(why === undefined ? {} : { why }),
      person: one.person,
      fromMs: one.fromMs,
      untilMs,
    };
    const known = base.overrides.find((old) => saysSame(old, target));
    return {
      id: ids.of(one.id ?? known?.id, rotation ?? policy, path, problems),
      ...target,
      by: one.by ?? known?.by ?? applied.by,
      madeAtMs: one.madeAtMs ?? known?.madeAtMs ?? laterThan(base, applied.nowMs),
    };
  });
}

/** All absences; undefined: neither the file nor the base has any. */
export function builtAbsences(
  roster: Roster,
  base: Roster,
  said: readonly AbsenceSaid[] | undefined,
  applied: Applied,
  problems: FileProblem[],
  warnings: FileProblem[],
): Absence[] | undefined {
  if (said === undefined) return base.absences?.filter((one) => isIn(roster, one.person));
  const ids = new Ids(base, base.absences ?? [], said);
  return said.map((one, index): Absence => {
    const path: KeyPath = ['absences', index];
    const { person, fromMs, untilMs, why, feed } = one;
    checkTimes(path, one, applied, problems, warnings);
    const target = { person, fromMs, untilMs, why, ...(feed === undefined ? {} : { feed }) };
    const known = base.absences?.find((old) => saysSame(old, target));
    return {
      id: ids.of(one.id ?? known?.id, person, path, problems),
      ...target,
      by: one.by ?? known?.by ?? applied.by,
      madeAtMs: one.madeAtMs ?? known?.madeAtMs ?? laterThan(roster, applied.nowMs),
    };
  });
}

/** Whether what it is for is still there; it goes along otherwise, as when a command removes it. */
function hasPlace(roster: Roster, one: Override): boolean {
  if (!isIn(roster, one.person) || (one.instead !== undefined && !isIn(roster, one.instead))) return false;
  if (one.rotation !== undefined) return roster.rotations?.some(({ id }) => id === one.rotation) === true;
  return (roster.policies.find(({ id }) => id === one.policy)?.levels.length ?? 0) >= one.level;
}

/** After all there is, also when the clock has been set back since. */
const laterThan = (roster: Roster, nowMs: number): number =>
  [...roster.overrides, ...(roster.absences ?? [])].reduce(
    (latestMs, one) => Math.max(latestMs, one.madeAtMs),
    nowMs,
  );

/** The same but for what a file may leave out: applied again, it is the same one. */
function saysSame(old: Override | Absence, target: object): boolean {
  const { id: _id, by: _by, madeAtMs: _madeAtMs, ...rest } = old;
  const sorted = (value: object): string =>
    JSON.stringify(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
  return sorted(rest) === sorted(target);
}

function checkTimes(
  path: KeyPath,
  times: { fromMs: number; untilMs: number },
  { nowMs }: Applied,
  problems: FileProblem[],
  warnings: FileProblem[],
): void {
  const at: KeyPath = [...path, 'until'];
  if (times.untilMs <= times.fromMs)
    problems.push({ path: at, on: 'value', text: 'it would end before it begins' });
  else if (times.untilMs <= nowMs)
    warnings.push({ path: at, on: 'value', text: 'it is over already, and counts no more: take it out' });
}

/** Ids that are said or known, and new ones for the rest. */
class Ids {
  readonly #taken: Set<string>;
  readonly #used = new Set<string>();
  readonly #version: number;

  constructor(base: Roster, before: readonly { id: string }[], said: readonly { id?: string }[]) {
    this.#taken = new Set([...before, ...said].flatMap(({ id }) => (id === undefined ? [] : [id])));
    this.#version = base.version + 1;
  }

  of(id: string | undefined, stem: string, path: KeyPath, problems: FileProblem[]): string {
    if (id !== undefined && !this.#used.has(id)) {
      this.#used.add(id);
      return id;
    }
    if (id !== undefined)
      problems.push({
        path,
        on: 'value',
        text: `there are two with the same id or content (${id}): keep one`,
      });
    let made = `${this.#version}.${stem}`;
    for (let count = 2; this.#taken.has(made); count += 1) made = `${this.#version}.${stem}.${count}`;
    this.#taken.add(made);
    return made;
  }
}
