/** The links in a person's messages. Pure. */
import { findPerson } from './checks.ts';
import type { Roster } from './types.ts';

/** Links of messages that were claimed up to then lead nowhere any more. Rejects with RosterError. */
export function revokeLinks(roster: Roster, id: string, atMs: number): Roster {
  const person = findPerson(roster, id);
  const linksRevokedAtMs = Math.max(atMs, person.linksRevokedAtMs ?? 0);
  return {
    ...roster,
    people: roster.people.map((one) => (one === person ? { ...one, linksRevokedAtMs } : one)),
  };
}
