/** Whose answer it is. A stranger's gets none: these give null. Pure. */
import type { Person, Roster } from '../oncall/types.ts';
import { readToken } from './token.ts';

/**
 * The person whose phone it is, also when the contact is switched off: who opted out may still answer. `phone` is
 * E.164, as Twilio gives it.
 */
export function personByPhone(roster: Roster, phone: string): Person | null {
  const isTheirs = (person: Person): boolean =>
    person.contacts.some((one) => one.channel !== 'email' && one.address === phone.trim());
  return roster.people.find(isTheirs) ?? null;
}

/**
 * The person and the message that a reply address names; null for a forged token or one of somebody who has left.
 * The token is the proof; who the mail says it is from isn't asked.
 */
export function personByToken(
  roster: Roster,
  key: Uint8Array,
  token: string,
): { person: Person; code: number } | null {
  const named = readToken(key, token);
  const person = named === null ? undefined : roster.people.find((one) => one.id === named.person);
  return named === null || person === undefined ? null : { person, code: named.code };
}
