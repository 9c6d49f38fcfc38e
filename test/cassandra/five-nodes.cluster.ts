/** Five real nodes in three datacenters: a whole datacenter dies, and a quorum goes on. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Client, types } from 'cassandra-driver';
import { type Cluster, startCluster } from './cluster.ts';
import { withClient } from './connect.ts';
import { replicationText } from './ready.ts';
import { whichNodes } from './which.ts';

const { all, quorum, serial } = types.consistencies;
const read = 'SELECT word FROM kept.words WHERE k = ?';
const write = 'INSERT INTO kept.words (k, word) VALUES (?, ?)';
const prepare = true;

/**
 * Written at QUORUM, at the first try or a later one: a node that was started or resumed a moment ago makes its
 * connections when it first needs them, which on a busy machine takes longer than a write may.
 */
async function written(client: Client, values: unknown[]): Promise<void> {
  const tried = (): Promise<boolean> =>
    client.execute(write, values, { prepare, consistency: quorum }).then(
      () => true,
      () => false,
    );
  while (!(await tried()));
}

describe('five real nodes in three datacenters', () => {
  let cluster: Cluster;
  let client: Client;

  beforeAll(async () => {
    cluster = await startCluster({ nodes: 5, tls: true, auth: true });
    client = new Client(cluster.clientOptions());
    await client.connect();
    await client.execute(`CREATE KEYSPACE kept WITH replication = ${replicationText(cluster.nodes)}`);
    await client.execute('CREATE TABLE kept.words (k int PRIMARY KEY, word text)');
    await client.execute(write, [1, 'before'], { prepare, consistency: quorum });
  });
  afterAll(async () => {
    await client.shutdown();
    await cluster.stop();
  });

  afterEach(async () => cluster.heal());

  it('stand as the design says', () => {
    expect(cluster.nodes.map(({ datacenter }) => datacenter)).toEqual([
      'dc-a',
      'dc-a',
      'dc-b',
      'dc-b',
      'dc-c',
    ]);
    expect(new Set(cluster.contactPoints).size).toBe(5);
  });

  it('read and write at QUORUM while dc-b is gone, but not at ALL, and are five again after it', async () => {
    const lost = whichNodes(cluster.nodes, ['dc-b']);
    expect(lost.map(({ name }) => name)).toEqual(['n3', 'n4']);
    await Promise.all(lost.map(async ({ k }) => cluster.kill(k)));

    await client.execute(write, [2, 'meanwhile'], { prepare, consistency: quorum });
    const decided = await client.execute(read, [1], { prepare, consistency: serial });
    expect(decided.first()?.['word']).toBe('before');

    await cluster.noticed();
    const seen = await client.execute(read, [2], { prepare, consistency: quorum });
    expect(seen.first()?.['word']).toBe('meanwhile');
    await expect(client.execute(read, [1], { prepare, consistency: all })).rejects.toThrow();

    for (const { k } of lost) await cluster.restart(k);
    await cluster.agree();
    const again = await client.execute(read, [2], { prepare, consistency: all });
    expect(again.first()?.['word']).toBe('meanwhile');
  });

  it('go on at QUORUM with two nodes paused, and a third pause stops them', async () => {
    await cluster.pause(4);
    await cluster.pause(5);
    await written(client, [3, 'two paused']);
    await cluster.pause(3);
    await expect(
      client.execute(write, [3, 'three paused'], { prepare, consistency: quorum }),
    ).rejects.toThrow();
    for (const k of [3, 4, 5]) await cluster.resume(k);
    await cluster.agree();

    const coordinator = cluster.clientOptions(5);
    await withClient(coordinator, async (fifth) => {
      await written(fifth, [3, 'all back']);
    });
    const seen = await client.execute(read, [3], { prepare, consistency: quorum });
    expect(seen.first()?.['word']).toBe('all back');
  });
});
