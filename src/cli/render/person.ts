/** How a person can be reached, on one line. */
import type { Person } from '../../relay/oncall/types.ts';

/** The contacts, each with why it is off if it is. */
export const renderContacts = (person: Person): string =>
  person.contacts
    .map(
      (one) => `${one.channel} ${one.address}${one.disabled === undefined ? '' : ` (off: ${one.disabled})`}`,
    )
    .join(', ');
