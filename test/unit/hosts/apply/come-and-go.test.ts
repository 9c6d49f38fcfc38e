import { readFile, rm, writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { removeNode } from '../../../../src/relay/hosts/apply/remove-node.ts';
import { readTokens, replaceNode } from '../../../../src/relay/hosts/apply/replace-node.ts';
import type { HostWork } from '../../../../src/relay/hosts/apply/work.ts';
import { hostOf } from '../components/five-hosts.ts';
import { ClusterOfFolders } from './cluster-of-folders.ts';

const NODE = 'relay-cassandra.service';
const HOSTS = [
  hostOf('a1', 'hetzner', '192.0.2.1'),
  hostOf('b1', 'netcup', '198.51.100.1'),
  hostOf('c1', 'ovh', '203.0.113.1'),
];

let cluster: ClusterOfFolders;
let shared: string;
beforeEach(async () => {
  cluster = await ClusterOfFolders.of(HOSTS);
  shared = `${cluster.host('a1').folder}/shared`;
  for (const { name } of HOSTS) await cluster.runs(name, NODE);
});
afterEach(async () => cluster[Symbol.asyncDispose]());

/** The dead host is known to the others, and its new hardware is empty. */
async function diesAndIsEmpty(name: string): Promise<void> {
  await cluster.dies(name, NODE);
  await writeFile(`${shared}/known ${name}`, '');
  await rm(cluster.host(name).at('/var/lib/relay-cassandra/data'), { recursive: true });
  await cluster.configured(name);
}

async function split(name: string, wish: 'start' | null): Promise<{ one: HostWork; others: HostWork[] }> {
  const { hosts } = await cluster.work(wish === null ? {} : { [name]: { [NODE]: wish } });
  const one = hosts.find(({ host }) => host.name === name);
  if (one === undefined) throw new Error(`no ${name}`);
  return { one, others: hosts.filter((other) => other !== one) };
}

describe('a dead host that comes back', () => {
  test('takes the place of the dead one, named for its first start only', async () => {
    await diesAndIsEmpty('c1');
    const { one, others } = await split('c1', 'start');
    const said: string[] = [];
    await replaceNode(one, '203.0.113.1', others, (_, line) => said.push(line));
    const once = await readFile(`${shared}/c1 once`, 'utf8');
    expect(once).toContain('-Dcassandra.replace_address_first_boot=203.0.113.1');
    expect(once).toMatch(/^CASSANDRA_CONF=.*joining$/mu);
    await expect(readFile(cluster.host('c1').at('/var/lib/relay-host/cassandra-once.env'))).rejects.toThrow(
      'ENOENT',
    );
    expect(said.at(-1)).toContain("the dead one's place");
    await cluster.forget();
    await replaceNode((await split('c1', null)).one, '203.0.113.1', others, () => {});
    expect(await cluster.did(/ start /u)).toEqual([]);
  });

  test('does not replace one that is up', async () => {
    const { one, others } = await split('c1', 'start');
    await expect(replaceNode(one, '198.51.100.1', others, () => {})).rejects.toThrow('is not down');
    expect(await cluster.did(/ start /u)).toEqual([]);
  });

  test('whose place changes all the same is not let go on', async () => {
    await diesAndIsEmpty('c1');
    await writeFile(`${shared}/moves`, '');
    const { one, others } = await split('c1', 'start');
    await expect(replaceNode(one, '203.0.113.1', others, () => {})).rejects.toThrow(
      "don't start relay there",
    );
  });

  test('its place is read from what nodetool prints', () => {
    const text = `
Datacenter: dc-ovh
==========
Address        Rack        Status State   Load            Owns                Token
203.0.113.1    r1          Up     Normal  101.42 KiB      100.00%             -5604415437193437217
198.51.100.1   r1          Down   Normal  ?               100.00%             7
`;
    expect(readTokens(text, '203.0.113.1')).toEqual(['-5604415437193437217']);
    expect(readTokens(text, '198.51.100.1')).toEqual(['7']);
  });
});

describe('a host that goes for good', () => {
  test('leaves by itself while it lives', async () => {
    const { one, others } = await split('c1', null);
    await removeNode({ leaving: one, address: '203.0.113.1', others }, () => {});
    expect(await cluster.did(/nodetool/u)).toEqual(['c1 nodetool decommission --force']);
  });

  test('is let go by the others when it is dead, and that once', async () => {
    await diesAndIsEmpty('c1');
    const { others } = await split('c1', null);
    await removeNode({ leaving: null, address: '203.0.113.1', others }, () => {});
    expect(await cluster.did(/nodetool/u)).toEqual([
      'a1 nodetool removenode 00000000-0000-4000-8000-000000000003',
    ]);
    await removeNode({ leaving: null, address: '203.0.113.1', others }, () => {});
    expect(await cluster.did(/nodetool/u)).toHaveLength(1);
  });

  test('stays while one of those that stay is down', async () => {
    await cluster.dies('b1', NODE);
    await writeFile(`${shared}/known b1`, '');
    const { one, others } = await split('c1', null);
    await expect(removeNode({ leaving: one, address: '203.0.113.1', others }, () => {})).rejects.toThrow(
      '198.51.100.1 down',
    );
    expect(await cluster.did(/nodetool/u)).toEqual([]);
  });
});
