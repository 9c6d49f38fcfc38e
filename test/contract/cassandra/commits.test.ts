/** What a commit really answers, on a real node: applied, what is there instead, or that nobody knows. */
import { randomUUID } from 'node:crypto';
import { setImmediate as immediate } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Change, Store } from '../../../src/relay/store/port.ts';
import { StoreUnavailableError } from '../../../src/relay/store/port.ts';
import type { Access } from '../../cassandra/connect.ts';
import { nodesMissing, sharedNode } from '../../cassandra/use-node.ts';
import { change } from '../store/samples.ts';
import { CutLine } from './cut-line.ts';
import { TestKeyspace } from './keyspace.ts';

const FIRST_RUN_MS = 600_000;
const anyKey = (): string => `i:db/${randomUUID()}`;

// Needs Linux, Java 17 and Maven; the run's last lines say so where they are missing, and CI fails there.
describe.skipIf(nodesMissing() !== null)('a commit on a real node', () => {
  let node: Access;
  let keyspace: TestKeyspace;
  let store: Store;
  let line: CutLine;
  /** Speaks over the line. */
  let far: Store;

  beforeAll(async () => {
    node = await sharedNode();
    keyspace = await TestKeyspace.make(node);
    store = await keyspace.open();
    const [home] = node.nodes;
    if (home === undefined) throw new Error('no node');
    line = await CutLine.to(home.address, home.cqlPort);
    far = await keyspace.open({ contactPoints: [`${home.address}:${line.port}`] });
    // Its statements are known to the node from now on: nothing but commits and loads goes over the line.
    const any = change(anyKey(), null, { rows: [{ kind: 'timeline', key: '1', body: 1 }] });
    await far.commit(any);
    await far.load(any.key);
  }, FIRST_RUN_MS);
  afterAll(async () => {
    await keyspace.drop();
    await line.close();
  });

  /** Until it is there for others. */
  const seen = async (one: Change): Promise<void> => {
    while ((await store.load(one.key)).op !== one.op);
  };
  /** The driver connects again by itself; until it has, a refusal means that nothing was asked. */
  const again = async <T>(ask: () => Promise<T>): Promise<T> => {
    for (;;) {
      try {
        return await ask();
      } catch (error) {
        if (!(error instanceof StoreUnavailableError)) throw error;
      }
      // A refusal without a connection is immediate; connecting needs its turn.
      await immediate();
    }
  };

  test('whose answer was lost is unknown; the op says that it happened, and once more it is a conflict with itself', async () => {
    const first = change(anyKey(), null, { rows: [{ kind: 'timeline', key: '1', body: 'opened' }] });
    const lost = line.lose('answers');
    const answer = far.commit(first);
    await lost;
    await seen(first);
    line.cut();
    expect(await answer).toBe('unknown');
    const loaded = { key: first.key, op: first.op, state: first.state };
    expect(await again(() => far.load(first.key))).toEqual(loaded);
    expect(await again(() => far.commit(first))).toEqual({ conflict: loaded });
    expect(await again(() => far.rows(first.key, 'timeline'))).toEqual(first.rows);
  });

  test('that never arrived is unknown too; the op says that it did not happen, and it may be tried again', async () => {
    const first = change(anyKey(), null);
    const lost = line.lose('questions');
    const answer = far.commit(first);
    await lost;
    line.cut();
    expect(await answer).toBe('unknown');
    expect((await again(() => far.load(first.key))).op).toBeNull();
    expect(await again(() => far.commit(first))).toBe('applied');
  });

  test('that comes late, when another has been there, changes nothing and brings what is there', async () => {
    const first = change(anyKey(), null);
    const second = change(first.key, first.op, { state: { status: 'acked' } });
    const late = change(first.key, first.op, {
      rows: [{ kind: 'timeline', key: '9', body: 'late' }],
      incidents: [{ number: 9, lineage: first.key, open: true, body: {} }],
    });
    expect(await store.commit(first)).toBe('applied');
    expect(await far.commit(second)).toBe('applied');
    const loaded = { key: first.key, op: second.op, state: second.state };
    expect(await store.commit(late)).toEqual({ conflict: loaded });
    expect(await store.load(first.key)).toEqual(loaded);
    expect(await store.rows(first.key, 'timeline')).toEqual([]);
  });

  test('on an aggregate that is not there brings that, and so does one that expects nothing where there is something', async () => {
    const key = anyKey();
    expect(await store.commit(change(key, 'never'))).toEqual({ conflict: { key, op: null, state: null } });
    const first = change(key, null, { rows: [{ kind: 'timeline', key: '1', body: 1 }] });
    await store.commit(first);
    expect(await store.commit(change(key, null))).toEqual({
      conflict: { key, op: first.op, state: first.state },
    });
  });

  test('of two stores that race is never applied twice on one op, and what is unknown is settled by loading', async () => {
    const key = anyKey();
    let op: string | null = null;
    for (let round = 0; round < 10; round += 1) {
      const rivals: [Change, Change] = [
        change(key, op, { state: 'ours' }),
        change(key, op, { state: 'theirs' }),
      ];
      const results = await Promise.all([store.commit(rivals[0]), far.commit(rivals[1])]);
      const loaded = await store.load(key);
      expect(rivals.map((rival) => rival.op)).toContain(loaded.op);
      for (const [at, rival] of rivals.entries()) {
        const result = results[at];
        if (result === 'applied') expect(loaded.op).toBe(rival.op);
        else if (result !== 'unknown') expect(result).toEqual({ conflict: loaded });
      }
      op = loaded.op;
    }
  });

  test('costs one conditional write, and a load one linearizable read', async () => {
    const trips: string[] = [];
    const counted = await keyspace.open({ onRoundTrip: (kind) => trips.push(kind) });
    const first = change(anyKey(), null, { rows: [{ kind: 'timeline', key: '1', body: 1 }] });
    await counted.commit(first);
    trips.length = 0;
    await counted.commit(change(first.key, first.op));
    expect(trips).toEqual(['cas']);
    trips.length = 0;
    await counted.load(first.key);
    expect(trips).toEqual(['serial-read']);
  });
});
