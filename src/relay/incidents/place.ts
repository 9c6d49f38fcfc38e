/**
 * Where an incident stands in the levels of its policy, also after they were edited: nobody is told twice in one round,
 * and nobody is left out, because a level came or went. Levels are known by whom they name, not by their place.
 */
import type { Duty } from '../oncall/types.ts';
import type { Incident } from './types.ts';

/** The level that is next. */
export interface Place {
  /** Its index, as the levels are now; past the end when nothing is left of this round. */
  at: number;
  /** Its people who are to be told: after an edit, not who was told in this round as part of another level. */
  people: string[];
  /** Whether the levels are others than when one was told last, for all that is known. */
  hasChanged: boolean;
}

/**
 * Where to go on. `from` counts in the levels as they were when one was told last; what has been gone through of those is
 * remembered on the incident as soon as they are others.
 */
export function placeOf(incident: Incident, duty: Duty, from: number): Place {
  const { plan } = incident;
  const levels = namesOf(duty);
  const asItIs = { at: from, people: duty.levels[from]?.people ?? [] };
  // Where the catch-all is told, or another policy decides, there is nothing to go on with.
  if (plan?.policy !== duty.policy || levels === null || incident.catchAll) {
    return { ...asItIs, hasChanged: true };
  }
  const hasChanged = !isSame(plan.levels, levels);
  const isThisRound = plan.round === incident.round;
  const before = isThisRound ? plan.passed : undefined;
  if (!hasChanged && before === undefined) return { ...asItIs, hasChanged };
  const passed = [...new Set([...(before ?? []), ...plan.levels.slice(0, from).map(keyOf)])];
  // Nothing of it has been gone through: it begins with the levels as they are.
  if (passed.length === 0) return { ...asItIs, hasChanged };
  const told = isThisRound ? plan.told : [];
  incident.plan = { ...plan, round: incident.round, levels, told, passed };
  const isUntold = (person: string): boolean => !told.includes(person);
  // A level that names others than before may have people who weren't told, and those are told alone.
  const at = duty.levels.findIndex(
    ({ people }, index) =>
      !passed.includes(keyOf(levels[index] ?? [])) && (people.length === 0 || people.some(isUntold)),
  );
  if (at === -1) return { at: levels.length, people: [], hasChanged };
  const people = (duty.levels[at]?.people ?? []).filter(isUntold);
  return { at, people, hasChanged };
}

/** These people of the duty's levels are told now. */
export function remember(incident: Incident, duty: Duty, people: readonly string[]): void {
  const { plan, round } = incident;
  const levels = namesOf(duty);
  delete incident.plan;
  if (levels === null) return;
  const goesOn = plan?.policy === duty.policy && plan.round === round;
  const told = [...new Set([...(goesOn ? plan.told : []), ...people])];
  const passed = goesOn ? plan.passed : undefined;
  incident.plan = { policy: duty.policy, round, levels, told, ...(passed === undefined ? {} : { passed }) };
}

/** Somebody is told beside the levels. */
export function rememberPerson(incident: Incident, person: string): void {
  const { plan } = incident;
  if (plan?.round === incident.round) incident.plan = { ...plan, told: [...plan.told, person] };
}

/** An answer no longer holds: who was told before it may be told again. `isAnew`: from the first level on. */
export function forgetTold(incident: Incident, isAnew: boolean): void {
  const { plan, round } = incident;
  if (plan === undefined) return;
  const { passed, ...rest } = plan;
  const isKept = passed !== undefined && plan.round === round && !isAnew;
  incident.plan = { ...rest, round, told: [], ...(isKept ? { passed } : {}) };
}

/** Null: the duty doesn't say whom its levels name. */
function namesOf({ levels }: Duty): string[][] | null {
  const names = levels.flatMap(({ names: one }) => (one === undefined ? [] : [one]));
  return names.length === levels.length ? names : null;
}

const isSame = (a: readonly string[][], b: readonly string[][]): boolean =>
  a.length === b.length && a.every((one, index) => keyOf(one) === keyOf(b[index] ?? []));

const keyOf = (names: readonly string[]): string => names.join(' ');
