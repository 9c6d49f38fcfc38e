/**
 * Which contacts have proven that answers come back from them. One that hasn't is used all the same, and shown as such
 * wherever it is shown. Pure.
 */
import type { ContactMethod, Person, Roster } from './types.ts';

/** A contact of a person, by what it is. */
export interface ContactOf {
  person: string;
  channel: ContactMethod['channel'];
  address: string;
}

/** A valid code has come back. The roster itself for a contact that is gone, or was verified before. */
export function verifyContact(roster: Roster, wish: ContactOf & { atMs: number }): Roster {
  const { atMs } = wish;
  const person = roster.people.find((one) => one.id === wish.person);
  const contact = person?.contacts.find((one) => isSameWay(one, wish));
  if (person === undefined || contact === undefined || contact.verifiedAtMs !== undefined) return roster;
  const contacts = person.contacts.map((one) => (one === contact ? { ...one, verifiedAtMs: atMs } : one));
  return { ...roster, people: roster.people.map((one) => (one === person ? { ...one, contacts } : one)) };
}

/**
 * `to` with what is known in `from` of the same people and their contacts: files and old versions don't say it, and
 * what has been revoked stays so.
 */
export function keepVerified(from: Roster, to: Roster): Roster {
  const people = to.people.map((person): Person => {
    const was = from.people.find((one) => one.id === person.id);
    const contacts = person.contacts.map((one) => asKnown(one, was?.contacts ?? []));
    const linksRevokedAtMs = was?.linksRevokedAtMs ?? person.linksRevokedAtMs;
    return { ...person, contacts, ...(linksRevokedAtMs === undefined ? {} : { linksRevokedAtMs }) };
  });
  return { ...to, people };
}

/** A contact as it was, if it was there: at another address it is unverified again. */
export function asKnown(contact: ContactMethod, known: readonly ContactMethod[]): ContactMethod {
  const { verifiedAtMs: _unknown, ...plain } = contact;
  const verifiedAtMs = known.find((one) => isSameWay(one, plain))?.verifiedAtMs;
  return verifiedAtMs === undefined ? plain : { ...plain, verifiedAtMs };
}

/** Contacts in use from which nothing has come back yet, though it could: push has no answers. */
export const unverifiedOf = (person: Pick<Person, 'contacts'>): ContactMethod[] =>
  person.contacts.filter(
    (one) => one.disabled === undefined && one.verifiedAtMs === undefined && one.channel !== 'push',
  );

const isSameWay = (a: Omit<ContactMethod, 'disabled'>, b: Omit<ContactMethod, 'disabled'>): boolean =>
  a.channel === b.channel && a.address === b.address;
