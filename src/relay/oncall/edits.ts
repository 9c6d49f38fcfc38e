/**
 * Every change of the roster, as a pure function from one roster to the next; each refuses with a RosterError that
 * says what to do. The book gives the new roster its version.
 */
import { RosterError } from './book.ts';
import {
  checkAddress,
  checkId,
  checkName,
  checkPhone,
  findPerson,
  findPolicy,
  findService,
} from './checks.ts';
import { isZone, showDuration } from './times.ts';
import type { ContactMethod, Person, Policy, PolicyLevel, Roster, Service } from './types.ts';

export { setOncall, policiesFor, withoutExpired, type OncallEdit } from './overrides.ts';

/** A roster with nobody in it, before `relay init`. */
export function emptyRoster(): Roster {
  return { version: 0, people: [], services: [], policies: [], overrides: [], defaultService: 'default' };
}

/** Adds a person with at least one way to be reached. */
export function addPerson(
  roster: Roster,
  input: { id: string; name?: string; email?: string; phone?: string; zone?: string },
): Roster {
  checkId('person', input.id);
  refuseTaken('person', input.id, roster.people);
  const name = checkName(input.name ?? input.id);
  const contacts: ContactMethod[] = [];
  if (input.phone !== undefined) contacts.push({ channel: 'sms', address: checkPhone(input.phone) });
  if (input.email !== undefined) contacts.push({ channel: 'email', address: checkAddress(input.email) });
  if (contacts.length === 0) {
    throw new RosterError('usage', `There is no way to reach ${input.id}`, 'Give --email, --phone or both.');
  }
  for (const contact of contacts) refuseOwned(roster, contact);
  if (input.zone !== undefined && !isZone(input.zone)) {
    throw new RosterError(
      'usage',
      `"${input.zone.slice(0, 60)}" is no time zone`,
      'Write it like Europe/Berlin.',
    );
  }
  const person: Person = {
    id: input.id,
    name,
    ...(input.zone === undefined ? {} : { zone: input.zone }),
    contacts,
  };
  return { ...roster, people: [...roster.people, person] };
}

/** Adds a service; `keyHash` is the SHA-256 in hex of its routing key. Without a policy: the default service's. */
export function addService(roster: Roster, input: { id: string; policy?: string; keyHash: string }): Roster {
  checkId('service', input.id);
  refuseTaken('service', input.id, roster.services);
  checkHash(input.keyHash);
  const usual = roster.services.find((one) => one.id === roster.defaultService)?.policy ?? 'default';
  const policy = findPolicy(roster, input.policy ?? usual).id;
  const service: Service = { id: input.id, policy, keyHashes: [input.keyHash] };
  return { ...roster, services: [...roster.services, service] };
}

/** Bounds that keep a mistake from becoming a policy that never ends or never begins. */
const MOST_LEVELS = 20;
const MOST_PEOPLE = 50;
const MOST_REPEATS = 100;
const LONGEST_AFTER_MS = 7 * 86_400_000;

/** Adds a policy. Every level names people the roster has, and waits over zero, at most a week. */
export function addPolicy(
  roster: Roster,
  input: { id: string; levels: PolicyLevel[]; repeat: number },
): Roster {
  checkId('policy', input.id);
  refuseTaken('policy', input.id, roster.policies);
  if (input.levels.length === 0 || input.levels.length > MOST_LEVELS) {
    throw new RosterError(
      'usage',
      `A policy has 1 to ${MOST_LEVELS} levels`,
      'Give --level PERSON for each.',
    );
  }
  if (!Number.isInteger(input.repeat) || input.repeat < 0 || input.repeat > MOST_REPEATS) {
    throw new RosterError('usage', `A policy repeats 0 to ${MOST_REPEATS} times`, 'For example: --repeat 3.');
  }
  const policy: Policy = {
    id: input.id,
    levels: input.levels.map((level, index) => checkedLevel(roster, level, index + 1)),
    repeat: input.repeat,
  };
  return { ...roster, policies: [...roster.policies, policy] };
}

/** Another routing key; the newest before it stays valid until the next change, so that senders can follow. */
export function replaceKey(roster: Roster, service: string, keyHash: string): Roster {
  const before = findService(roster, service);
  checkHash(keyHash);
  const keyHashes = [keyHash, ...before.keyHashes.filter((one) => one !== keyHash)].slice(0, 2);
  return {
    ...roster,
    services: roster.services.map((one) => (one === before ? { ...one, keyHashes } : one)),
  };
}

/** Switches a contact off, e.g. after STOP; `why` stays with it. Already off: nothing changes. */
export function disableContact(
  roster: Roster,
  input: { person: string; channel: ContactMethod['channel']; address: string; why: string },
): Roster {
  const person = findPerson(roster, input.person);
  const matches = (one: ContactMethod): boolean =>
    one.channel === input.channel && one.address === input.address;
  const contact = person.contacts.find(matches);
  if (contact === undefined) {
    throw new RosterError(
      'not_found',
      `${input.person} has no ${input.channel} contact ${input.address}`,
      person.contacts.length === 0
        ? undefined
        : `Contacts are: ${person.contacts.map((one) => `${one.channel} ${one.address}`).join(', ')}.`,
    );
  }
  if (contact.disabled !== undefined) return roster;
  const contacts = person.contacts.map((one) => (one === contact ? { ...one, disabled: input.why } : one));
  return { ...roster, people: roster.people.map((one) => (one === person ? { ...one, contacts } : one)) };
}

function checkedLevel(roster: Roster, level: PolicyLevel, number: number): PolicyLevel {
  const people = [...new Set(level.people)];
  if (people.length === 0 || people.length > MOST_PEOPLE) {
    throw new RosterError(
      'usage',
      `Level ${number} names nobody, or over ${MOST_PEOPLE} people`,
      'Name one or more: --level ana,ben.',
    );
  }
  for (const person of people) findPerson(roster, person);
  if (!Number.isInteger(level.afterMs) || level.afterMs <= 0 || level.afterMs > LONGEST_AFTER_MS) {
    throw new RosterError(
      'usage',
      `Level ${number} must wait over 0 and at most ${showDuration(LONGEST_AFTER_MS)} before the next`,
      'For example: --after 5m.',
    );
  }
  return { people, afterMs: level.afterMs };
}

function refuseTaken(kind: string, id: string, existing: { id: string }[]): void {
  if (!existing.some((one) => one.id === id)) return;
  throw new RosterError('conflict', `There is a ${kind} ${id} already`, 'Choose another name.');
}

/** An answer from a phone or address must mean one person. */
function refuseOwned(roster: Roster, contact: ContactMethod): void {
  const address = contact.address.toLowerCase();
  const owner = roster.people.find((one) =>
    one.contacts.some((other) => other.address.toLowerCase() === address),
  );
  if (owner === undefined) return;
  throw new RosterError(
    'conflict',
    `${contact.address} belongs to ${owner.id} (${owner.name})`,
    'A phone or address belongs to one person, so that an answer from it is theirs.',
  );
}

function checkHash(keyHash: string): void {
  // Not shown: what is no hash may be the key itself.
  if (!/^[0-9a-f]{64}$/.test(keyHash)) throw new Error('a routing key is kept as its SHA-256 in hex');
}
