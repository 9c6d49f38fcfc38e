/** One level of a policy at one instant: who is told, by which of the names that the level gives. Pure. */
import { timelineOf } from './rotations/timeline.ts';
import type { Override, Policy, Roster } from './types.ts';
import { overrideWords, rotationWords, type Reader } from './words.ts';

/** Some of a level's people, and what put them there. */
export interface Part {
  people: string[];
  /** In words: "policy default", "rotation ops, week of ana until Mon 09:00 CET". */
  because: string;
}

/** The overrides in force for a level of a policy, the latest made first. Those of people who are gone don't count. */
export function overridesAt(roster: Roster, policy: string, level: number, atMs: number): Override[] {
  const inForce = roster.overrides.filter(
    (one) =>
      one.rotation === undefined &&
      one.policy === policy &&
      one.level === level &&
      one.fromMs <= atMs &&
      (one.untilMs === null || atMs < one.untilMs) &&
      isIn(roster, one.person),
  );
  // Made at the same time, the later in the list wins.
  return inForce.toReversed().sort((a, b) => b.madeAtMs - a.madeAtMs);
}

/** Whether the roster has this person. */
export const isIn = (roster: Roster, person: string): boolean =>
  roster.people.some((one) => one.id === person);

/** Who is told at a level (from 1) of a policy, each once; without the words, which cost more. */
export function peopleAt(roster: Roster, policy: Policy, level: number, atMs: number): string[] {
  const [override] = overridesAt(roster, policy.id, level, atMs);
  if (override !== undefined) return [override.person];
  return named(roster, policy, level, atMs);
}

function named(roster: Roster, policy: Policy, level: number, atMs: number): string[] {
  const described = policy.levels[level - 1];
  if (described === undefined) return [];
  const people = [...described.people];
  for (const id of described.rotations ?? []) {
    const person = timelineOf(roster, id)?.at(atMs).person ?? null;
    if (person !== null) people.push(person);
  }
  for (const id of described.groups ?? []) people.push(...groupPeople(roster, id));
  return [...new Set(people)].filter((person) => isIn(roster, person));
}

/** Whoever a level names by themselves or as part of a group: as long as no override is in force. */
export function standingAt(roster: Roster, policy: Policy, level: number): string[] {
  const described = policy.levels[level - 1];
  if (described === undefined) return [];
  const people = [...described.people, ...(described.groups ?? []).flatMap((id) => groupPeople(roster, id))];
  return [...new Set(people)].filter((person) => isIn(roster, person));
}

/** The same as `peopleAt`, part by part with the reasons; a part that has nobody now says so. */
export function partsAt(roster: Roster, policy: Policy, level: number, reader: Reader): Part[] {
  const { atMs } = reader;
  const [override, over] = overridesAt(roster, policy.id, level, atMs);
  if (override !== undefined) {
    return [{ people: [override.person], because: overrideWords(override, over ?? null, reader) }];
  }
  const described = policy.levels[level - 1];
  if (described === undefined) return [];
  const parts: Part[] = [];
  const rotations = described.rotations ?? [];
  const groups = described.groups ?? [];
  if (described.people.length > 0 || rotations.length + groups.length === 0) {
    const people = described.people.filter((person) => isIn(roster, person));
    const left = people.length > 0 ? '' : ': nobody it names is left in the roster';
    parts.push({ people: [...new Set(people)], because: `policy ${policy.id}${left}` });
  }
  for (const id of rotations) parts.push(rotationPart(roster, id, reader));
  for (const id of groups) {
    const people = groupPeople(roster, id);
    parts.push({ people, because: people.length > 0 ? `group ${id}` : `group ${id} has nobody` });
  }
  return parts;
}

function rotationPart(roster: Roster, id: string, reader: Reader): Part {
  const timeline = timelineOf(roster, id);
  if (timeline === null) return { people: [], because: `rotation ${id} doesn't exist` };
  const span = timeline.at(reader.atMs);
  const because = rotationWords(id, span, timeline.untilMs(reader.atMs), reader);
  return { people: span.person === null ? [] : [span.person], because };
}

const groupPeople = (roster: Roster, id: string): string[] =>
  (roster.groups?.find((one) => one.id === id)?.people ?? []).filter((person) => isIn(roster, person));
