import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { cassandra } from '../../../../src/relay/hosts/components/cassandra/component.ts';
import { CASSANDRA_FILES } from '../../../../src/relay/hosts/components/cassandra/files.ts';
import { heapMbOf } from '../../../../src/relay/hosts/components/cassandra/memory.ts';
import { copiesOf, seedsOf, tokenOf } from '../../../../src/relay/hosts/components/cassandra/nodes.ts';
import { cassandraYaml } from '../../../../src/relay/hosts/components/cassandra/yaml.ts';
import type { ClusterSecrets, HostSpec } from '../../../../src/relay/hosts/types.ts';
import { contextOf, factsOf, FIVE, hostOf, inventoryOf, secretsOf, textOf } from './five-hosts.ts';

let secrets: ClusterSecrets;
beforeAll(async () => {
  secrets = await secretsOf(FIVE);
});

/** What cassandra.yaml says on one of these hosts. */
async function said(
  name: string,
  hosts: readonly HostSpec[] = FIVE,
  own?: string[],
): Promise<Record<string, unknown>> {
  const facts = factsOf(own === undefined ? {} : { addresses: own });
  return parse(
    cassandraYaml(await contextOf(name, inventoryOf({ hosts: [...hosts] }), facts, secrets)),
  ) as Record<string, unknown>;
}

describe('where the nodes of a cluster are', () => {
  test('one seed for each provider, the first of it; as many copies as it has hosts', () => {
    expect(seedsOf(inventoryOf()).map(({ name }) => name)).toEqual(['a1', 'b1', 'c1']);
    expect(copiesOf(inventoryOf())).toEqual({ 'dc-hetzner': 2, 'dc-netcup': 2, 'dc-ovh': 1 });
  });

  test("a host's place in the ring is its own, and stays when others come and go", () => {
    const tokens = FIVE.map((host) => tokenOf(inventoryOf(), host));
    expect(new Set(tokens).size).toBe(FIVE.length);
    expect(tokenOf(inventoryOf({ hosts: FIVE.slice(3) }), { name: 'c1' })).toBe(tokens[4]);
    for (const token of tokens) expect(token).toSatisfy((at: bigint) => at > -(2n ** 63n) && at < 2n ** 63n);
  });
});

describe('cassandra.yaml', () => {
  test('with one address, it is listened at and told', async () => {
    expect(await said('a2')).toMatchObject({
      cluster_name: 'relay',
      listen_address: '192.0.2.2',
      rpc_address: '192.0.2.2',
      seed_provider: [{ parameters: [{ seeds: '192.0.2.1,198.51.100.1,203.0.113.1' }] }],
    });
    expect(await said('a2')).not.toHaveProperty('broadcast_address');
  });

  test('with a private one too, both are listened at, and the others are told the one that all can reach', async () => {
    const hosts = [hostOf('a1', 'hetzner', '192.0.2.1', '10.0.0.1'), ...FIVE.slice(1)];
    expect(await said('a1', hosts)).toMatchObject({
      listen_address: '10.0.0.1',
      broadcast_address: '192.0.2.1',
      listen_on_broadcast_address: true,
      rpc_address: '0.0.0.0',
      broadcast_rpc_address: '192.0.2.1',
    });
  });

  test('a host behind one-to-one NAT listens at the address that it has', async () => {
    const hosts = [hostOf('a1', 'hetzner', '192.0.2.1', '10.0.0.1'), ...FIVE.slice(1)];
    expect(await said('a1', hosts, ['10.0.0.1'])).toMatchObject({ listen_on_broadcast_address: false });
  });

  test('IPv6 addresses are taken as they are', async () => {
    const hosts = [hostOf('a1', 'hetzner', '2001:db8::1'), ...FIVE.slice(1)];
    expect(await said('a1', hosts)).toMatchObject({
      listen_address: '2001:db8::1',
      rpc_address: '2001:db8::1',
    });
  });

  test('a seed that joins others has them as seeds, and not itself', async () => {
    const context = await contextOf('a1', inventoryOf(), factsOf(), secrets);
    expect(cassandraYaml(context, { joining: true })).toContain('seeds: 198.51.100.1,203.0.113.1\n');
  });

  test('nothing goes unencrypted, or without a certificate', async () => {
    expect(await said('c1')).toMatchObject({
      server_encryption_options: {
        internode_encryption: 'all',
        require_client_auth: true,
        require_endpoint_verification: true,
      },
      client_encryption_options: { enabled: true, optional: false, require_client_auth: true },
    });
  });
});

describe("Cassandra's memory", () => {
  const heap = (memoryMb: number): number => heapMbOf(inventoryOf(), { memoryMb });

  test('is a gigabyte on a host of four, and has a floor and a ceiling', () => {
    expect([1_024, 2_048, 3_900, 4_096, 8_192, 65_536].map(heap)).toEqual([
      384, 512, 960, 1_024, 2_048, 4_096,
    ]);
  });

  test('is what the inventory says, if it does', () => {
    expect(heapMbOf({ cassandra: { keyspace: 'relay', heapMb: 700 } }, { memoryMb: 4_096 })).toBe(700);
  });

  test('shows in jvm.options, with IPv6 left out only where no host has it', async () => {
    const options = async (hosts: readonly HostSpec[]): Promise<string> =>
      textOf(
        cassandra.files(await contextOf('a1', inventoryOf({ hosts: [...hosts] }), factsOf(), secrets)),
        CASSANDRA_FILES.jvm,
      );
    expect(await options(FIVE)).toMatch(/^-Xmx1024m$/mu);
    expect(await options(FIVE)).toContain('preferIPv4Stack=true');
    expect(await options([...FIVE, hostOf('c2', 'ovh', '2001:db8::2')])).not.toContain('preferIPv4Stack');
  });
});

describe('what a host gets', () => {
  test("its own key, which Cassandra may read and nobody else, and the authority's certificate without its key", async () => {
    const files = cassandra.files(await contextOf('b2', inventoryOf(), factsOf(), secrets));
    const pair = files.find(({ path }) => path === CASSANDRA_FILES.pair);
    expect(pair).toMatchObject({ mode: 0o640, owner: 'root', group: 'relay-cassandra', secret: true });
    expect(pair?.content).toContain(secrets.certificates['b2']?.key.trim());
    const all = files.map(({ content }) => String(content)).join('\n');
    expect(all).not.toContain(secrets.authority.key.trim());
    const open = files.filter(({ secret }) => !secret).map(({ content }) => String(content));
    expect(open.join('\n')).not.toContain('PRIVATE KEY');
  });

  test('a host without a certificate is named', async () => {
    const context = await contextOf('c1', inventoryOf(), factsOf(), { ...secrets, certificates: {} });
    expect(() => cassandra.files(context)).toThrow('no certificate for c1');
  });

  test('every file that a unit looks at is one of them', async () => {
    const context = await contextOf('a1', inventoryOf(), factsOf(), secrets);
    const paths = [...cassandra.files(context).map(({ path }) => path), '/opt/relay-cassandra/current'];
    const looked = cassandra
      .units(context)
      .flatMap(({ restartsOn, reloadsOn }) => [...restartsOn, ...reloadsOn]);
    expect(looked.filter((path) => !paths.includes(path))).toEqual([]);
  });
});

describe('the units', () => {
  let dir: string;
  const analyze = existsSync('/usr/bin/systemd-analyze');
  beforeAll(() => {
    dir = mkdtempSync(join(tmpdir(), 'relay-units-'));
  });
  afterAll(() => rmSync(dir, { recursive: true, force: true }));

  // Needs systemd's own tool.
  test.runIf(analyze)(
    'hold no setting that systemd does not know, and leave the node little to break',
    async () => {
      const context = await contextOf('a1', inventoryOf(), factsOf(), secrets);
      const units = cassandra.files(context).filter(({ path }) => path.startsWith('/etc/systemd/system/'));
      expect(units).toHaveLength(7);
      const paths = units.map(({ path, content }) => {
        const file = join(dir, basename(path));
        writeFileSync(file, content);
        return file;
      });
      const { stdout, stderr } = spawnSync('systemd-analyze', ['verify', '--man=no', ...paths], {
        encoding: 'utf8',
      });
      expect(`${stdout}${stderr}`).not.toMatch(/unknown|invalid|ignoring|failed to parse/iu);
      const node = join(dir, 'relay-cassandra.service');
      const told = execFileSync('systemd-analyze', ['security', '--offline=true', '--no-pager', node], {
        encoding: 'utf8',
      });
      expect(
        Number(/exposure level for .*?: (?<level>[\d.]+)/u.exec(told)?.groups?.['level']),
      ).toBeLessThanOrEqual(2);
    },
  );
});
