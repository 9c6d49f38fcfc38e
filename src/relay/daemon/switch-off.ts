/** What a reply does to the contact it came from: the roster says since then that it is off, or that it works. */
import type { EngineParts } from '../engine/engine-parts.ts';
import type { Handover } from '../engine/effects.ts';
import { RosterError, type RosterBook } from '../oncall/book.ts';
import { disableContact } from '../oncall/edits.ts';
import type { Roster } from '../oncall/types.ts';
import { verifyContact } from '../oncall/verified.ts';

/** What the engine asks of the roster about contacts. */
export const contactNotes = (roster: RosterBook): Required<Pick<EngineParts, 'disable' | 'verify'>> => ({
  disable: (handover) => switchOff(roster, handover),
  verify: (handover) => noteVerified(roster, handover),
});

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

/** A valid code has come back. Idempotent; of a contact that has gone meanwhile nothing is said. Rejects as above. */
export async function noteVerified(
  roster: Pick<RosterBook, 'current' | 'edit'>,
  handover: Extract<Handover, { kind: 'verify' }>,
): Promise<void> {
  const change = (present: Roster): Roster => verifyContact(present, handover);
  // What changes nothing asks the store for nothing.
  if (change(roster.current()) !== roster.current()) await roster.edit('relay', change);
}
