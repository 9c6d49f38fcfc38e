/** What a reply does to the contact it came from: the roster says since then that it is off, on again, or that it works. */
import type { Handover } from '../engine/effects.ts';
import { RosterError, type RosterBook } from '../oncall/book.ts';
import { disableContact, enableContact } from '../oncall/edits.ts';
import type { Roster } from '../oncall/types.ts';
import { verifyContact } from '../oncall/verified.ts';

/** How `disabled` begins where the person did it, by a word to us or at the carrier; notifications/optout.ts writes it. */
const BY_THEMSELVES = 'opted out ';

/** The person opted out at the carrier; optouts.ts tells of it. Idempotent; a contact or person that has gone meanwhile counts as done. Rejects when the roster can't be written. */
export async function switchOff(
  roster: RosterBook,
  { person, channel, address, why }: Extract<Handover, { kind: 'disable' }>,
): Promise<void> {
  try {
    await roster.edit('relay', (present) => disableContact(present, { person, channel, address, why }));
  } catch (error) {
    if (error instanceof RosterError && error.code === 'not_found') return;
    throw error;
  }
}

/** The person opted in again. Idempotent; what is off for another reason stays off. Rejects as above. */
export async function switchOn(
  roster: Pick<RosterBook, 'current' | 'edit'>,
  { person, channel, address }: Extract<Handover, { kind: 'enable' }>,
): Promise<void> {
  const change = (present: Roster): Roster =>
    enableContact(present, { person, channel, address, why: BY_THEMSELVES });
  if (change(roster.current()) !== roster.current()) await roster.edit('relay', change);
}

/** A valid code has come back. Idempotent; of a contact that has gone meanwhile nothing is said. Rejects as above. */
export async function noteVerified(
  roster: Pick<RosterBook, 'current' | 'edit'>,
  handover: Extract<Handover, { kind: 'verify' }>,
): Promise<void> {
  const change = (present: Roster): Roster => verifyContact(present, handover);
  // What changes nothing asks the store for nothing.
  if (change(roster.current()) !== roster.current()) await roster.edit('relay', change);
}
