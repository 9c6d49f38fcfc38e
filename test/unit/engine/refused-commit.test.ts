import { describe, expect, it } from 'vitest';
import { StoreUnavailableError, type JournalRow } from '../../../src/relay/store/port.ts';
import { oneEngine } from './one-engine.ts';
import { alertRow } from './rows.ts';

/** An alert that brings something into the state which the store won't take. */
function indigestible(seq: number): JournalRow {
  const row = alertRow(seq);
  if (row.input.kind === 'alert') for (const event of row.input.events) event.severity = 'critical';
  return row;
}

describe('a commit that the store refuses', () => {
  it('costs only the input at fault, which is poison after three tries; the others go on', async () => {
    const { engine, store, poisoned, incident, pass } = oneEngine();
    const commit = store.commit.bind(store);
    store.commit = (change) =>
      JSON.stringify(change).includes('critical')
        ? Promise.reject(new Error("the store can't do this: too big"))
        : commit(change);
    await engine.start();
    const rows = [alertRow(1), alertRow(2), indigestible(3), alertRow(4)];
    await store.append(rows);
    engine.accepted(rows);
    await pass(3_000);
    expect(poisoned).toEqual([rows[2]?.id]);
    expect(await store.undone(rows.map((row) => row.id))).toEqual(new Set());
    expect(await incident()).toMatchObject({ status: 'triggered', events: 3 });
  });

  it('is no fault of an input while the store is out of reach', async () => {
    const { engine, store, poisoned, incident, pass } = oneEngine();
    const commit = store.commit.bind(store);
    let failures = 5;
    store.commit = (change) => {
      failures -= 1;
      return failures >= 0 ? Promise.reject(new StoreUnavailableError('out of reach')) : commit(change);
    };
    await engine.start();
    const row = alertRow(1);
    await store.append([row]);
    engine.accepted([row]);
    await pass(5_000);
    expect(poisoned).toEqual([]);
    expect((await incident())?.status).toBe('triggered');
  });
});
