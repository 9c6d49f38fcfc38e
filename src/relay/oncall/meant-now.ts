/** The people that names mean at an instant: `ana`, `rotation:ops`, `group:dba`. Pure. */
import { RosterError } from './book.ts';
import { findGroup, findPerson, findRotation } from './checks.ts';
import { peopleAt } from './level.ts';
import { toldBy } from './policy-change.ts';
import type { Roster } from './types.ts';

/**
 * Each once, in the order of people, rotations, groups. Rejects with RosterError for a name that nobody has, that more
 * than one kind has, or that means nobody now.
 */
export function meantNow(roster: Roster, names: readonly string[], atMs: number): string[] {
  const told = toldBy(roster, names);
  for (const id of told.people) findPerson(roster, id);
  for (const id of told.rotations) findRotation(roster, id);
  for (const id of told.groups) findGroup(roster, id);
  const level = { ...told, afterMs: 0 };
  const people = peopleAt(roster, { id: '', levels: [level], repeat: 0 }, 1, atMs);
  if (people.length > 0) return people;
  throw new RosterError(
    'conflict',
    `${names.join(', ')}: nobody is on call in it now`,
    'Name a person, or see who is on call: relay oncall.',
  );
}
