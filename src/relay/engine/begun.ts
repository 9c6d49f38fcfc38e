/** Whether a row's chain was begun: what it asks is in an aggregate's state, and not all of it has been handed over. */
import type { JournalRow, Store } from '../store/port.ts';
import { rowsBehind, type Envelope } from './envelope.ts';
import { aggregatesOf } from './targets.ts';

/** Rejects as `store.load` does. */
export async function isBegun(store: Pick<Store, 'load'>, row: JournalRow): Promise<boolean> {
  for (const key of aggregatesOf(row)) {
    const { state } = await store.load(key);
    if (state !== null && rowsBehind(state as Envelope<unknown>).has(row.id)) return true;
  }
  return false;
}
