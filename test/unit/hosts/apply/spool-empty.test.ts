import { mkdir, writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { spoolEmpty } from '../../../../src/relay/hosts/apply/spool-empty.ts';
import { hostOf } from '../components/five-hosts.ts';
import { ClusterOfFolders } from './cluster-of-folders.ts';

let cluster: ClusterOfFolders;
beforeEach(async () => {
  cluster = await ClusterOfFolders.of([hostOf('a1', 'hetzner', '192.0.2.1')]);
});
afterEach(async () => cluster[Symbol.asyncDispose]());

const leave = (said: string[] = []): Promise<void> =>
  spoolEmpty(cluster.host('a1').remote, (line) => {
    said.push(line);
    // By the time that somebody heard of it, the store has it.
    void cluster.answers('cluster status', waiting(0));
  });

const waiting = (count: number): string =>
  JSON.stringify({
    asked: 'a1',
    nodes: [],
    quorum: {},
    hosts: [{ name: 'a1', spool: { waiting: count } }],
  });

async function hasSpool(): Promise<void> {
  const spool = cluster.host('a1').at('/var/lib/relay/spool');
  await mkdir(spool, { recursive: true });
  await writeFile(`${spool}/spool.db`, 'x');
}

describe('a host that leaves with alerts that it alone accepted', () => {
  test('stays while its relay does not say that they are in the store', async () => {
    await hasSpool();
    await expect(leave()).rejects.toThrow('systemctl start relay.service there');
  });

  test('waits until they are', async () => {
    await hasSpool();
    await cluster.answers('cluster status', waiting(3));
    const said: string[] = [];
    await leave(said);
    expect(said).toEqual(['3 accepted alerts wait in its spool for the store']);
  });

  test('a host that never accepted any is let go at once', async () => {
    await leave();
    expect(await cluster.did(/cluster status/u)).toEqual([]);
  });
});
