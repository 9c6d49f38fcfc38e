/** How a person can be reached, on one line. */
import type { ContactMethod, Person } from '../../relay/oncall/types.ts';

/** The contacts, each with why it is off if it is, or that no answer has come from it yet. */
export const renderContacts = (person: Pick<Person, 'contacts'>): string =>
  person.contacts.map((one) => `${one.channel} ${one.address}${stateOf(one)}`).join(', ');

function stateOf({ disabled, verifiedAtMs }: ContactMethod): string {
  if (disabled !== undefined) return ` (off: ${disabled})`;
  return verifiedAtMs === undefined ? ' (unverified)' : '';
}
