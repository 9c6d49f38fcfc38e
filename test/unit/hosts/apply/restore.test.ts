import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { restorePhases, type RestoredJson } from '../../../../src/relay/hosts/apply/restore.ts';
import { runPhases } from '../../../../src/relay/hosts/apply/run-phases.ts';
import { hostOf } from '../components/five-hosts.ts';
import { ClusterOfFolders } from './cluster-of-folders.ts';
import { silent } from './one-host.ts';

const RELAY = 'relay.service';
const HOSTS = [
  hostOf('a1', 'hetzner', '192.0.2.1'),
  hostOf('b1', 'netcup', '198.51.100.1'),
  hostOf('c1', 'ovh', '203.0.113.1'),
];
const TEXT = 'what relay backup made';
const SUM = createHash('sha256').update(TEXT).digest('hex');

let cluster: ClusterOfFolders;
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'relay-restore-'));
  cluster = await ClusterOfFolders.of(HOSTS);
  for (const { name } of HOSTS) {
    await cluster.runs(name, RELAY);
    const spool = cluster.host(name).at('/var/lib/relay/spool');
    await mkdir(spool, { recursive: true });
    await writeFile(join(spool, 'last-seen.json'), '{}');
  }
  await writeFile(join(folder, 'one.backup'), TEXT);
});
afterEach(async () => {
  await cluster[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

const restored = async (sha256 = SUM): Promise<RestoredJson[]> => {
  const said: RestoredJson[] = [];
  const phases = restorePhases({ path: join(folder, 'one.backup'), sha256 }, (what) => said.push(what));
  await runPhases(phases, await cluster.work({}), silent, () => 0);
  return said;
};

test('relay is stopped on all hosts before the backup goes in, and is tried before that', async () => {
  await cluster.answers('restore', '{"from":"a1","at":"then","pieces":3,"openIncidents":1}');
  expect(await restored()).toEqual([{ from: 'a1', at: 'then', pieces: 3, openIncidents: 1 }]);
  const did = await cluster.did(/restore|disable/u);
  expect(did.at(0)).toBe('a1 relay restore --dry-run');
  expect(did.slice(1, -1).toSorted()).toEqual(HOSTS.map(({ name }) => `${name} disable ${RELAY}`));
  expect(did.at(-1)).toBe('a1 relay restore');
  for (const { name } of HOSTS)
    expect(existsSync(cluster.host(name).at('/var/lib/relay/spool/last-seen.json'))).toBe(false);
  expect(existsSync(cluster.host('a1').at('/var/lib/relay-host/restore.backup'))).toBe(false);
});

test('a store with something in it is left alone, and relay goes on', async () => {
  await cluster.answers('restore fails', 'relay: cassandra: keyspace relay is not empty, and so on');
  await expect(restored()).rejects.toMatchObject({
    failures: [{ stderr: expect.stringContaining('cassandra.keyspace') as string }],
  });
  expect(await cluster.did(/disable/u)).toEqual([]);
});

test('one that arrives damaged is not tried', async () => {
  await expect(restored('0'.repeat(64))).rejects.toMatchObject({
    failures: [{ stderr: expect.stringContaining('another sum') as string }],
  });
  expect(await cluster.did(/restore|disable/u)).toEqual([]);
});
