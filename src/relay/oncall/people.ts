/** Edits of people and of the ways to reach them. Pure; each refuses with a RosterError that says what to do. */
import { RosterError } from './book.ts';
import { withoutCalendarsOf } from './calendar-links.ts';
import { checkAddress, checkFree, checkId, checkName, checkPhone, checkTopic, findPerson } from './checks.ts';
import { personNamedBy } from './named-by.ts';
import { checkedNotifications } from './notification-checks.ts';
import { checkZone } from './rotation-checks.ts';
import type { ContactMethod, Person, Roster } from './types.ts';
import { asKnown } from './verified.ts';

/** The ways to a person as commands say them; `push` may be several. */
export interface WaysSaid {
  email?: string;
  phone?: string;
  voice?: string;
  push?: readonly string[];
}

/** Adds a person with at least one way to be reached. */
export function addPerson(
  roster: Roster,
  input: WaysSaid & { id: string; name?: string; zone?: string },
): Roster {
  checkId('person', input.id);
  checkFree('person', input.id, roster.people);
  const name = checkName(input.name ?? input.id);
  const contacts: ContactMethod[] = [];
  if (input.phone !== undefined) contacts.push(contactAt('sms', input.phone));
  if (input.email !== undefined) contacts.push(contactAt('email', input.email));
  if (input.voice !== undefined) contacts.push(contactAt('voice', input.voice));
  contacts.push(...topics(input.push ?? []));
  const { id, zone } = input;
  return addWholePerson(roster, { id, name, ...(zone === undefined ? {} : { zone }), contacts });
}

/**
 * Adds a person as a file says them: contacts in their order, switched-off ones too. Who was in `before` may have a name
 * that has got a meaning since.
 */
export function addWholePerson(roster: Roster, input: Person, before: Roster = roster): Roster {
  if (!before.people.some((one) => one.id === input.id)) checkId('person', input.id);
  checkFree('person', input.id, roster.people);
  const name = checkName(input.name);
  if (input.contacts.length === 0) {
    throw new RosterError(
      'usage',
      `There is no way to reach ${input.id}`,
      'Give --email, --phone, --voice, --push or several.',
    );
  }
  const contacts = input.contacts.map((one): ContactMethod => ({ ...one, address: checkedContact(one) }));
  for (const contact of contacts) refuseOwned(roster, contact);
  if (input.zone !== undefined) checkZone(input.zone);
  const { rules: _rules, quiet: _quiet, ...plain } = input;
  const person: Person = { ...plain, name, contacts, ...checkedNotifications({ ...input, contacts }) };
  return { ...roster, people: [...roster.people, person] };
}

/**
 * Changes what is given and leaves the rest; the push addresses given are all there are then. An empty phone, email, voice
 * or push takes that contact away, unless no working one
 * would be left or a notification rule begins with it; an empty zone takes that away. A given contact is on, also one that had been switched off, at the same address or another.
 */
export function editPerson(
  roster: Roster,
  id: string,
  input: WaysSaid & { name?: string; zone?: string },
): Roster {
  const before = findPerson(roster, id);
  if (Object.values(input).every((one) => one === undefined)) {
    throw new RosterError(
      'usage',
      `Nothing is to be changed about ${id}`,
      'Give --name, --email, --phone, --voice, --push, --zone or --revoke-links.',
    );
  }
  const name = input.name === undefined ? before.name : checkName(input.name);
  let { contacts } = before;
  for (const [channel, address] of [
    ['sms', input.phone],
    ['email', input.email],
    ['voice', input.voice],
  ] as const) {
    if (address === undefined) continue;
    const contact = address === '' ? null : asKnown(contactAt(channel, address), before.contacts);
    if (contact !== null) refuseOwned(roster, contact, before);
    contacts = withContact(contacts, channel, contact);
  }
  if (input.push !== undefined) {
    const pushed = topics(input.push).map((one) => asKnown(one, before.contacts));
    const at = contacts.findIndex((one) => one.channel === 'push');
    const others = contacts.filter((one) => one.channel !== 'push');
    contacts = others.toSpliced(at === -1 ? others.length : at, 0, ...pushed);
  }
  const takesAway =
    [input.phone, input.email, input.voice].includes('') || input.push?.every((one) => one === '') === true;
  if (takesAway && !contacts.some((one) => one.disabled === undefined)) {
    throw new RosterError(
      'usage',
      `There would be no way left to reach ${id}`,
      'Give another --email, --phone, --voice or --push with it.',
    );
  }
  const { zone: had, ...plain } = before;
  const wanted = input.zone ?? had;
  const zone = wanted === undefined || wanted === '' ? undefined : checkZone(wanted);
  // What changes nothing makes no version.
  if (name === before.name && zone === had && sameContacts(contacts, before.contacts)) return roster;
  const person: Person = { ...plain, name, contacts, ...(zone === undefined ? {} : { zone }) };
  // A contact that goes may be what a rule begins with.
  checkedNotifications(person);
  return { ...roster, people: roster.people.map((one) => (one === before ? person : one)) };
}

/**
 * Removes a person with their absences and calendars. Refused while anything names them, which says where: nobody is
 * taken off call without somebody else being put there. `catchAll`: whom the configuration names to be told when all
 * else fails.
 */
export function removePerson(
  roster: Roster,
  id: string,
  nowMs: number,
  catchAll: readonly string[] = [],
): Roster {
  const person = findPerson(roster, id);
  const where = placesOf(roster, id, nowMs);
  if (catchAll.includes(id)) {
    throw new RosterError(
      'conflict',
      [`${id} is told when all else fails: catchAll in relay.yaml names them`, ...where].join('; '),
      'Take them out of it on every host and reload relay there, then remove them.',
    );
  }
  if (where.length > 0) {
    throw new RosterError(
      'conflict',
      `${id} is named by ${where.join('; ')}`,
      'Put somebody else there first.',
    );
  }
  if (roster.people.length === 1) {
    throw new RosterError('conflict', 'Nobody would be left to be told', 'Add somebody else first.');
  }
  const { absences } = roster;
  return {
    ...withoutCalendarsOf(roster, { person: id }),
    people: roster.people.filter((one) => one !== person),
    ...(absences === undefined ? {} : { absences: absences.filter((one) => one.person !== id) }),
  };
}

/** Everything that names a person and would page them, or did so for somebody. */
const placesOf = (roster: Roster, id: string, nowMs: number): string[] => [
  ...personNamedBy(roster, id),
  ...roster.overrides
    .filter((one) => one.person === id && (one.untilMs === null || one.untilMs > nowMs))
    .map((one) => `override ${one.id}`),
];

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

/** Switches on again what was switched off with a reason that begins so; anything else stays as it is. */
export function enableContact(
  roster: Roster,
  input: { person: string; channel: ContactMethod['channel']; address: string; why: string },
): Roster {
  const person = roster.people.find((one) => one.id === input.person);
  const contact = person?.contacts.find(
    (one) => one.channel === input.channel && one.address === input.address,
  );
  if (person === undefined || contact?.disabled?.startsWith(input.why) !== true) return roster;
  const { disabled: _off, ...on } = contact;
  const contacts = person.contacts.map((one) => (one === contact ? on : one));
  return { ...roster, people: roster.people.map((one) => (one === person ? { ...one, contacts } : one)) };
}

function contactAt(channel: 'sms' | 'email' | 'voice', address: string): ContactMethod {
  return { channel, address: checkedContact({ channel, address }) };
}

function checkedContact({ channel, address }: ContactMethod): string {
  if (channel === 'push') return checkTopic(address);
  return channel === 'email' ? checkAddress(address) : checkPhone(address);
}

/** Each once; an empty one alone means none. */
const topics = (said: readonly string[]): ContactMethod[] =>
  [...new Set(said.filter((one) => one !== '').map(checkTopic))].map((address) => ({
    channel: 'push',
    address,
  }));

/** With this as the only contact of its channel, in the place of the one before; null: with none. */
function withContact(
  contacts: ContactMethod[],
  channel: ContactMethod['channel'],
  contact: ContactMethod | null,
): ContactMethod[] {
  const at = contacts.findIndex((one) => one.channel === channel);
  const others = contacts.filter((one) => one.channel !== channel);
  if (contact === null) return others;
  return at === -1 ? [...others, contact] : others.toSpliced(at, 0, contact);
}

function sameContacts(some: ContactMethod[], others: ContactMethod[]): boolean {
  return (
    some.length === others.length &&
    some.every((one, index) => {
      const other = others[index];
      return (
        one.channel === other?.channel && one.address === other.address && one.disabled === other.disabled
      );
    })
  );
}

/** An answer from a phone or address must mean one person; `but`: whose own it may be. Push has no answers. */
function refuseOwned(roster: Roster, contact: ContactMethod, but?: Person): void {
  if (contact.channel === 'push') return;
  const address = contact.address.toLowerCase();
  const owner = roster.people.find(
    (one) =>
      one !== but &&
      one.contacts.some((other) => other.channel !== 'push' && other.address.toLowerCase() === address),
  );
  if (owner === undefined) return;
  throw new RosterError(
    'conflict',
    `${contact.address} belongs to ${owner.id} (${owner.name})`,
    'A phone or address belongs to one person, so that an answer from it is theirs.',
  );
}
