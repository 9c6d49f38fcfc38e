/** Contacts that are switched off stand among the problems for as long as the roster says so, also after a restart. */
import type { Problems } from '../engine/ports.ts';
import type { ContactMethod, Person, Roster } from '../oncall/types.ts';

/**
 * Gives what is to be called with every new version of the roster: it raises a problem for each contact that is off,
 * and clears those of contacts that are on again, have another address, or are gone.
 */
export function watchOptOuts(problems: Problems): (roster: Roster) => void {
  let standing = new Set<string>();
  return (roster) => {
    const off = roster.people.flatMap((person) =>
      person.contacts
        .filter((contact) => contact.disabled !== undefined)
        .map((contact) => ({ id: `optout-${contact.channel}-${contact.address}`, person, contact })),
    );
    const now = new Set(off.map(({ id }) => id));
    for (const id of standing) if (!now.has(id)) problems.clear(id);
    for (const { id, person, contact } of off)
      problems.raise(id, textOf(person, contact), cureOf(person, contact));
    standing = now;
  };
}

function textOf(person: Person, { channel, address, disabled }: ContactMethod): string {
  return `${person.id} ${disabled}: ${channel} to ${address} is off`;
}

function cureOf(person: Person, { channel, address }: ContactMethod): string {
  return channel === 'email'
    ? `once they want mails again: relay person edit ${person.id} --email ${address}`
    : `ask them to send START to the number that pages come from; if that came otherwise: relay person edit ${person.id} --phone ${address}`;
}
