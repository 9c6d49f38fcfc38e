/** Addresses that nothing reaches, and numbers that only one provider knows. */
import type { Roster } from '../../src/relay/oncall/types.ts';
import type { Prng } from './prng.ts';
import type { Profile } from './profile.ts';

export interface Addresses {
  dead: Set<string>;
  deadLines: Set<string>;
  unknownToFirst: Set<string>;
}

/** Draws which of the roster's addresses they are. */
export function befallAddresses(
  { faults, roster, second }: Pick<Profile, 'faults' | 'roster' | 'second'>,
  draw: Prng,
  unknown: Prng,
  { dead, deadLines, unknownToFirst }: Addresses,
): void {
  for (const { contacts } of roster.people)
    for (const { channel, address } of contacts)
      if (draw.chance(faults.deadAddress)) (channel === 'voice' ? deadLines : dead).add(address);
  for (const { contacts } of roster.people)
    for (const { address } of contacts)
      if (second !== null && unknown.chance(second.unknownToFirst)) unknownToFirst.add(address);
}

/** Whether anybody could be reached at all. */
export const anyReachable = ({ people }: Roster, { dead, deadLines }: Addresses): boolean =>
  people.some((person) =>
    person.contacts.some(
      ({ channel, address, disabled }) =>
        disabled === undefined && !(channel === 'voice' ? deadLines : dead).has(address),
    ),
  );
