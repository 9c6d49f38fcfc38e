/** Addresses under which others subscribe to shifts; whoever has one can read, so each can be taken back. Pure. */
import { RosterError } from './book.ts';
import { clean } from './checks.ts';
import type { CalendarLink, Roster } from './types.ts';

/** Addresses of one person or rotation; somebody who needs more has lost some. */
const LINKS_MAX = 5;

/** Whose shifts a name means: a person's, or a rotation's. Rejects with RosterError; `isRotation` settles a name of both. */
export function ownerOf(roster: Roster, name: string, isRotation: boolean): CalendarLink['of'] {
  const hasPerson = roster.people.some((one) => one.id === name);
  const hasRotation = (roster.rotations ?? []).some((one) => one.id === name);
  if (hasRotation && (isRotation || !hasPerson)) return { rotation: name };
  if (hasPerson && !isRotation) return { person: name };
  const names = [
    ...(isRotation ? [] : roster.people.map((one) => one.id)),
    ...(roster.rotations ?? []).map((one) => one.id),
  ];
  throw new RosterError(
    'not_found',
    `There is no ${isRotation ? '' : 'person or '}rotation ${clean(name)}`,
    names.length === 0
      ? 'Add one with `relay rotation add`.'
      : `There are: ${names.slice(0, 20).join(', ')}${names.length > 20 ? ', …' : ''}.`,
  );
}

/** Adds an address; `tokenHash` is the SHA-256 in hex of its secret. Rejects with RosterError. */
export function addCalendarLink(
  roster: Roster,
  input: { of: CalendarLink['of']; tokenHash: string; by: string; nowMs: number },
): Roster {
  // Not shown: what is no hash may be the secret itself.
  if (!/^[0-9a-f]{64}$/.test(input.tokenHash)) throw new Error('a secret is kept as its SHA-256 in hex');
  const links = roster.calendarLinks ?? [];
  const name = nameOf(input.of);
  if (links.filter((one) => sameOwner(one.of, input.of)).length >= LINKS_MAX) {
    throw new RosterError(
      'conflict',
      `${name} has ${LINKS_MAX} calendar addresses already`,
      `Take them back with: relay oncall ics ${name} --revoke`,
    );
  }
  const taken = new Set(links.map((one) => one.id));
  let count = 1;
  while (taken.has(`${name}-${count}`)) count += 1;
  const link: CalendarLink = {
    id: `${name}-${count}`,
    of: input.of,
    tokenHash: input.tokenHash,
    by: input.by,
    madeAtMs: input.nowMs,
  };
  return { ...roster, calendarLinks: [...links, link] };
}

/** Takes back every address of a person or rotation. Rejects with RosterError when there is none. */
export function revokeCalendarLinks(roster: Roster, of: CalendarLink['of']): Roster {
  const links = roster.calendarLinks ?? [];
  const kept = links.filter((one) => !sameOwner(one.of, of));
  if (kept.length === links.length)
    throw new RosterError(
      'not_found',
      `${nameOf(of)} has no calendar address`,
      'There is nothing to take back.',
    );
  return { ...roster, calendarLinks: kept };
}

/** Without the calendars of somebody who goes: whoever has the name next gets no old address and no old absences. */
export function withoutCalendarsOf(roster: Roster, of: CalendarLink['of']): Roster {
  const { feeds, calendarLinks } = roster;
  return {
    ...roster,
    ...(feeds === undefined || !('person' in of)
      ? {}
      : { feeds: feeds.filter((one) => one.person !== of.person) }),
    ...(calendarLinks === undefined
      ? {}
      : { calendarLinks: calendarLinks.filter((one) => !sameOwner(one.of, of)) }),
  };
}

/** The address with this secret, as long as whose shifts it shows is in the roster. */
export function findCalendarLink(roster: Roster, tokenHash: string): CalendarLink | null {
  const found = roster.calendarLinks?.find((one) => one.tokenHash === tokenHash);
  if (found === undefined) return null;
  const name = nameOf(found.of);
  const owners = 'person' in found.of ? roster.people : (roster.rotations ?? []);
  return owners.some((one) => one.id === name) ? found : null;
}

/** The person's or rotation's name. */
export const nameOf = (of: CalendarLink['of']): string => ('person' in of ? of.person : of.rotation);

const sameOwner = (a: CalendarLink['of'], b: CalendarLink['of']): boolean =>
  'person' in a === 'person' in b && nameOf(a) === nameOf(b);
