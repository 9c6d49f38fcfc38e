/** Rotations and groups come, change and go. Pure; each refuses with a RosterError that says what to do. */
import { RosterError } from './book.ts';
import { withoutCalendarsOf } from './calendar-links.ts';
import { checkFree, checkId, findGroup, findPerson, findRotation } from './checks.ts';
import { groupNamedBy, rotationNamedBy } from './named-by.ts';
import { checkLayers, checkZone } from './rotation-checks.ts';
import type { Layer, Roster, Rotation } from './types.ts';

export { addMember, removeMember, type MemberEdit } from './membership.ts';
export { ROTATION_LIMITS } from './rotation-checks.ts';

/** The most people in a group. */
export const GROUP_PEOPLE_MAX = 50;

/** Adds a rotation. */
export function addRotation(roster: Roster, input: Rotation): Roster {
  checkId('rotation', input.id);
  const rotations = roster.rotations ?? [];
  checkFree('rotation', input.id, rotations);
  const zone = checkZone(input.zone);
  const rotation: Rotation = { id: input.id, zone, layers: checkLayers(roster, input.layers) };
  return { ...roster, rotations: [...rotations, rotation] };
}

/**
 * Gives a rotation another zone, other layers, or both. Who is on call now may change: to add or remove somebody while
 * the others keep their turns, use `addMember` and `removeMember`.
 */
export function editRotation(roster: Roster, id: string, input: { zone?: string; layers?: Layer[] }): Roster {
  const before = findRotation(roster, id);
  if (input.zone === undefined && input.layers === undefined) {
    throw new RosterError(
      'usage',
      `Nothing is to be changed about rotation ${id}`,
      'Give a time zone or layers.',
    );
  }
  const zone = input.zone === undefined ? before.zone : checkZone(input.zone);
  const layers = input.layers === undefined ? before.layers : checkLayers(roster, input.layers);
  return withRotation(roster, { id, zone, layers });
}

/** Removes a rotation with its overrides. Refused while a policy names it: a level would have nobody. */
export function removeRotation(roster: Roster, id: string): Roster {
  findRotation(roster, id);
  refuseNamed(`Rotation ${id}`, rotationNamedBy(roster, id));
  return {
    ...withoutCalendarsOf(roster, { rotation: id }),
    rotations: (roster.rotations ?? []).filter((one) => one.id !== id),
    overrides: roster.overrides.filter((one) => one.rotation !== id),
  };
}

/** The roster with this rotation in the place of the one of its name. */
export function withRotation(roster: Roster, rotation: Rotation): Roster {
  const rotations = (roster.rotations ?? []).map((one) => (one.id === rotation.id ? rotation : one));
  return { ...roster, rotations };
}

/** Adds a group of people who are told together. */
export function addGroup(roster: Roster, input: { id: string; people: string[] }): Roster {
  checkId('group', input.id);
  const groups = roster.groups ?? [];
  checkFree('group', input.id, groups);
  return { ...roster, groups: [...groups, { id: input.id, people: groupPeople(roster, input.people) }] };
}

/** Gives a group other people. */
export function editGroup(roster: Roster, id: string, input: { people: string[] }): Roster {
  const before = findGroup(roster, id);
  const people = groupPeople(roster, input.people);
  const groups = (roster.groups ?? []).map((one) => (one === before ? { id, people } : one));
  return { ...roster, groups };
}

/** Removes a group. Refused while a policy names it. */
export function removeGroup(roster: Roster, id: string): Roster {
  findGroup(roster, id);
  refuseNamed(`Group ${id}`, groupNamedBy(roster, id));
  return { ...roster, groups: (roster.groups ?? []).filter((one) => one.id !== id) };
}

function groupPeople(roster: Roster, wanted: string[]): string[] {
  const people = [...new Set(wanted)];
  if (people.length === 0 || people.length > GROUP_PEOPLE_MAX) {
    throw new RosterError('usage', `A group has 1 to ${GROUP_PEOPLE_MAX} people`, 'Name them: ana,ben.');
  }
  for (const person of people) findPerson(roster, person);
  return people;
}

/** `where`: the levels that name it. */
function refuseNamed(what: string, where: string[]): void {
  if (where.length === 0) return;
  throw new RosterError('conflict', `${what} is named by ${where.join('; ')}`, 'Change these levels first.');
}
