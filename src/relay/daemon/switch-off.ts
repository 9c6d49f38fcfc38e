/** A person opted out at the carrier: the contact method is switched off, and people are told. */
import type { Handover } from '../engine/effects.ts';
import type { Problems } from '../engine/ports.ts';
import { RosterError, type RosterBook } from '../oncall/book.ts';
import { disableContact } from '../oncall/edits.ts';

/** Idempotent; a contact or person that has gone meanwhile counts as done. Rejects when the roster can't be written. */
export async function switchOff(
  roster: RosterBook,
  problems: Problems,
  { person, channel, address, why }: Extract<Handover, { kind: 'disable' }>,
): Promise<void> {
  try {
    await roster.edit('relay', (present) => disableContact(present, { person, channel, address, why }));
  } catch (error) {
    if (error instanceof RosterError && error.code === 'not_found') return;
    throw error;
  }
  problems.raise(
    `optout-${address}`,
    `${person} ${why}: ${channel} to ${address} is off`,
    'ask them to send START to the number, then add the phone again',
  );
}
