import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { errandOf } from '../../../../src/cli/hand-in/errand.ts';
import { byPeers } from '../../../../src/cli/hand-in/peer-way.ts';
import type { Config } from '../../../../src/relay/config/types.ts';
import { ClusterOfHosts } from '../../peers/cluster-of-hosts.ts';

let hosts: ClusterOfHosts;
let dir: string;
beforeEach(async () => {
  hosts = await ClusterOfHosts.make();
  dir = await mkdtemp(join(tmpdir(), 'relay-peer-way-'));
});
afterEach(async () => {
  await hosts.close();
  await rm(dir, { recursive: true });
});

/** This host is a1, in dc1 like a2; b1 is in dc2. */
async function config(addresses: Record<string, string>): Promise<Pick<Config, 'cluster' | 'host'>> {
  const tls = await hosts.tls('a1');
  const files = { caFile: join(dir, 'ca'), certFile: join(dir, 'cert'), keyFile: join(dir, 'key') };
  await Promise.all([
    writeFile(files.caFile, tls.ca),
    writeFile(files.certFile, tls.cert),
    writeFile(files.keyFile, tls.key),
  ]);
  const others = Object.entries(addresses).map(([name, address]) => ({
    name,
    datacenter: name.startsWith('a') ? 'dc1' : 'dc2',
    address,
  }));
  return {
    host: 'a1',
    cluster: {
      listen: { host: '127.0.0.1', port: 0 },
      tls: files,
      hosts: [{ name: 'a1', datacenter: 'dc1', address: '127.0.0.1:1' }, ...others],
    },
  };
}

test('the host of the same datacenter takes it first, and its answer comes back', async () => {
  const heard: unknown[] = [];
  const take = (host: string) => async (request: unknown, from: string) => {
    heard.push([host, request, from]);
    return { number: 12 };
  };
  const a2 = await hosts.serve('a2', { handIn: take('a2') });
  const b1 = await hosts.serve('b1', { handIn: take('b1') });
  const errand = errandOf('/v1/send', { text: 'disk full on db1' });
  const taken = await byPeers(await config({ b1: b1.address, a2: a2.address }), errand);
  expect(taken).toEqual({ host: 'a2', answer: { number: 12 } });
  expect(heard).toEqual([['a2', errand, 'a1']]);
});

test('one that is gone or refuses is passed over; when all do, each says why', async () => {
  const refuse = () => Promise.reject(new Error('no quorum and no disk'));
  const a2 = await hosts.serve('a2', { handIn: refuse });
  const b1 = await hosts.serve('b1', { handIn: async () => ({ number: 7 }) });
  const errand = errandOf('/v1/send', { text: 'disk full on db1' });
  const all = await config({ a2: a2.address, b1: b1.address });
  expect(await byPeers(all, errand)).toEqual({ host: 'b1', answer: { number: 7 } });
  await b1.close();
  await expect(byPeers(all, errand)).rejects.toThrow(/a2: .*no quorum and no disk.*; b1: /);
});
