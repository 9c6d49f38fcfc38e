/** Whether an incident is put off, which its entry in the list doesn't say. */
import type { Envelope } from '../engine/envelope.ts';
import type { LineageState } from '../incidents/types.ts';
import type { Store } from '../store/port.ts';
import type { Found } from './incident.ts';

/** Whether somebody has put it off: to acknowledge it then is no repetition. */
export async function isSnoozed(store: Store, { lineage, incident }: Found): Promise<boolean> {
  const { state } = await store.load(lineage);
  const held = (state as Envelope<LineageState> | null | undefined)?.domain.incident;
  return held?.number === incident.number && held.snoozedUntilMs !== undefined;
}
