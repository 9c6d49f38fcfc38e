/** Lineages for purging, and purging until nothing goes any more. */
import { expect } from 'vitest';
import type { Purged, Store } from '../../../src/relay/store/port.ts';
import { change } from './samples.ts';

/** A lineage with one incident, one timeline row and a name for its number, which is the next to be reserved. */
export async function lineage(store: Store, number: number, open: boolean): Promise<string> {
  const key = `i:db/${number}`;
  expect(await store.reserveNumbers(1)).toBe(number);
  await store.nameIncident(number, key);
  await store.commit(
    change(key, null, {
      rows: [{ kind: 'timeline', key: '1', body: 'opened' }],
      incidents: [{ number, lineage: key, open, body: {} }],
    }),
  );
  return key;
}

/** What went in all, in portions of `limit`. */
export async function purgeAll(store: Store, beforeMs: number, limit = 100): Promise<Purged> {
  const all = { work: 0, lineages: 0, rows: 0 };
  for (let portions = 0; portions < 1_000; portions += 1) {
    const { work, lineages, rows } = await store.purge(beforeMs, limit);
    if (work + lineages + rows === 0) return all;
    all.work += work;
    all.lineages += lineages;
    all.rows += rows;
  }
  throw new Error('a purge that never ends');
}
