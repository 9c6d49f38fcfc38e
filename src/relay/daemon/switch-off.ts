/** A person opted out at the carrier: the contact is switched off in the roster, from where optouts.ts tells of it. */
import type { Handover } from '../engine/effects.ts';
import { RosterError, type RosterBook } from '../oncall/book.ts';
import { disableContact } from '../oncall/edits.ts';

/** Idempotent; a contact or person that has gone meanwhile counts as done. Rejects when the roster can't be written. */
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
