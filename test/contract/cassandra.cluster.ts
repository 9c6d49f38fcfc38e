/** The store over Cassandra against five real nodes in three datacenters, whole and with a datacenter gone. */
import { setImmediate as immediate } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Change, JournalRow, Store } from '../../src/relay/store/port.ts';
import { StoreUnavailableError } from '../../src/relay/store/port.ts';
import type { Cluster } from '../cassandra/cluster.ts';
import { startCluster } from '../cassandra/cluster.ts';
import { whichNodes } from '../cassandra/which.ts';
import { DISTANT, cassandraEngine } from './cassandra/engine.ts';
import { TestKeyspace } from './cassandra/keyspace.ts';
import { storeContract } from './store.ts';
import { change, everything, onlyOnceRow } from './store/samples.ts';

describe('on five real nodes', () => {
  let cluster: Cluster;
  let keyspace: TestKeyspace;
  beforeAll(async () => {
    cluster = await startCluster({ nodes: 5, tls: true, auth: true });
    const { nodes, caFile, credentials } = cluster;
    keyspace = await TestKeyspace.make({ nodes: [...nodes], caFile, credentials });
  });
  afterAll(async () => {
    await keyspace.drop();
    await cluster.stop();
  });

  storeContract('Cassandra', { open: cassandraEngine(() => keyspace), capabilities: DISTANT });

  describe('hosts beside them', () => {
    // Whatever became of the test: the next one has five nodes again.
    afterEach(() => cluster.heal());

    const key = 'i:db/disk';
    const kill = async (which: string): Promise<number[]> => {
      const lost = whichNodes(cluster.nodes, [which]).map(({ k }) => k);
      await Promise.all(lost.map((k) => cluster.kill(k)));
      return lost;
    };
    const restart = async (lost: number[]): Promise<void> => {
      for (const k of lost) await cluster.restart(k);
      await cluster.agree();
    };
    const taken = (store: Store, row: JournalRow): Promise<boolean> =>
      store.append([row]).then(
        () => true,
        () => false,
      );
    /** As the engine does: what is unknown is settled by loading, and tried again if it didn't happen. */
    const commit = async (store: Store, next: Change): Promise<void> => {
      while ((await store.commit(next)) !== 'applied') {
        const { op } = await store.load(next.key);
        if (op === next.op) return;
        expect(op).toBe(next.expect);
      }
    };

    test('accept, commit and walk while the datacenter that they stand in is gone', async () => {
      await keyspace.empty();
      const store = await keyspace.open({ k: 3 });
      const first = change(key, null);
      await commit(store, first);
      const lost = await kill('dc-b');
      const row = onlyOnceRow(1, Date.now(), 3);
      // What was under way on a connection that died is tried again, as its sender does.
      while (!(await taken(store, row))) await immediate();
      await commit(store, change(key, first.op, { state: 'without dc-b' }));
      expect((await store.load(key)).state).toBe('without dc-b');
      expect((await store.walkJournal(everything(10))).items.map(({ id }) => id)).toEqual([row.id]);
      const machines = await store.machines?.();
      expect(machines?.machines.filter(({ up }) => up).map(({ datacenter }) => datacenter)).toEqual([
        'dc-a',
        'dc-a',
        'dc-c',
      ]);
      await restart(lost);
    });

    test('go round a node that is paused, and come back to it', async () => {
      await keyspace.empty();
      const store = await keyspace.open({ k: 3 });
      await store.append([onlyOnceRow(1, Date.now(), 3)]);
      await cluster.pause(3);
      for (let seq = 2; seq < 10; seq += 1) await store.append([onlyOnceRow(seq, Date.now(), 3)]);
      const first = change('i:db/paused', null);
      await commit(store, first);
      await cluster.resume(3);
      await cluster.agree();
      expect((await store.walkJournal(everything(100))).items).toHaveLength(9);
    });

    test('say within their time limit that there is no quorum, and go on when it is back', async () => {
      await keyspace.empty();
      const store = await keyspace.open({ k: 1 });
      const first = change(key, null);
      await commit(store, first);
      const lost = [...(await kill('dc-b')), ...(await kill('dc-c'))];
      const row = onlyOnceRow(1, Date.now(), 3);
      const startedMs = performance.now();
      await expect(store.append([row])).rejects.toThrow(StoreUnavailableError);
      await expect(store.load(key)).rejects.toThrow(StoreUnavailableError);
      expect(performance.now() - startedMs).toBeLessThan(12_000);
      const second = change(key, first.op, { state: 'no quorum' });
      const result = await store.commit(second).catch((error: unknown) => error);
      if (result !== 'unknown') expect(result).toBeInstanceOf(StoreUnavailableError);
      await restart(lost);
      expect((await store.append([row])).size).toBe(0);
      const { op } = await store.load(key);
      expect([first.op, second.op]).toContain(op);
      // Proven not to have happened is not to have happened.
      if (result !== 'unknown') expect(op).toBe(first.op);
    });
  });
});
