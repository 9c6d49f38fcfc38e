/** The carrier blocks us from now on: the contact is switched off in the roster, with the reason. */
import type { Channel } from '../events/types.ts';
import type { Draft } from './draft.ts';

/** `id`: of the reply that said so, or of the message that met it; by each it is handed over once. */
export function optOut(
  d: Draft,
  one: { id: string; channel: Channel; address: string; why: string; atMs?: number },
): void {
  d.effects.handovers.push({
    kind: 'disable',
    ...one,
    id: `${one.id}/optout`,
    person: d.state.person,
  });
  d.reasons.push(`${one.address} ${one.why}`);
}

/** Why, when no reply says so but the carrier. */
export const AT_THE_CARRIER = 'opted out at the carrier';
