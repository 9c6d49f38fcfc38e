/** Five hosts at three providers, as components see them. */
import { generate } from 'selfsigned';
import type {
  ClusterSecrets,
  Facts,
  HostContext,
  HostSpec,
  Inventory,
} from '../../../../src/relay/hosts/types.ts';

export const FIVE: readonly HostSpec[] = [
  hostOf('a1', 'hetzner', '192.0.2.1'),
  hostOf('a2', 'hetzner', '192.0.2.2'),
  hostOf('b1', 'netcup', '198.51.100.1'),
  hostOf('b2', 'netcup', '198.51.100.2'),
  hostOf('c1', 'ovh', '203.0.113.1'),
];

export function hostOf(
  name: string,
  provider: string,
  address: string,
  privateAddress: string | null = null,
): HostSpec {
  return {
    name,
    provider,
    datacenter: `dc-${provider}`,
    address,
    privateAddress,
    mailName: null,
    ssh: { host: address, user: 'ops', port: null, identityFile: null, configFile: null },
    network: null,
  };
}

export function inventoryOf(changes: Partial<Inventory> = {}): Inventory {
  return {
    path: '/srv/cluster/cluster.yaml',
    name: 'relay',
    domain: 'alerts.example.com',
    publicUrl: 'https://alerts.example.com',
    hosts: [...FIVE],
    admins: [],
    intake: { allowFrom: [], newPerSecond: 20, burst: 100 },
    certificate: null,
    relay: {},
    relayFiles: {},
    releases: { relay: null, cassandra: null },
    cassandra: { keyspace: 'relay', heapMb: null },
    metrics: { statsd: null, prefix: 'relay', tags: 'none', constantTags: {} },
    backup: { to: null, keep: 7 },
    timeServers: [],
    rosterFile: null,
    ...changes,
  };
}

export function factsOf(changes: Partial<Facts> = {}): Facts {
  const nothing = { present: [], current: null, previous: null };
  return {
    os: { id: 'debian', version: '12' },
    arch: 'x64',
    cores: 2,
    memoryMb: 4_096,
    diskFreeMb: 40_000,
    clockOffsetMs: 0,
    packages: {},
    users: [],
    files: {},
    units: {},
    relay: nothing,
    cassandra: nothing,
    managed: [],
    listening: [],
    firewall: null,
    ...changes,
  };
}

/** Certificates name the host and each of its addresses; `more` are addresses that only a test has. */
export async function secretsOf(
  hosts: readonly HostSpec[],
  more: readonly string[] = [],
): Promise<ClusterSecrets> {
  const authority = await generate([{ name: 'commonName', value: 'relay' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  const certificates: ClusterSecrets['certificates'] = {};
  for (const { name, address, privateAddress } of hosts) {
    const addresses = [address, ...(privateAddress === null ? [] : [privateAddress]), ...more];
    const made = await generate([{ name: 'commonName', value: name }], {
      keyType: 'ec',
      algorithm: 'sha256',
      ca: { key: authority.private, cert: authority.cert },
      extensions: [
        { name: 'basicConstraints', cA: false, critical: true },
        { name: 'keyUsage', digitalSignature: true, critical: true },
        { name: 'extKeyUsage', serverAuth: true, clientAuth: true },
        {
          name: 'subjectAltName',
          altNames: [{ type: 2, value: name }, ...addresses.map((ip) => ({ type: 7 as const, ip }))],
        },
      ],
    });
    certificates[name] = { cert: made.cert, key: made.private };
  }
  return {
    authority: { cert: authority.cert, key: authority.private },
    certificates,
    tokenKey: new Uint8Array(32).fill(7),
    apiToken: 'not-a-real-token',
    cassandraAdmin: { user: 'admin', password: 'not-the-admins' },
    cassandraRelay: { user: 'relay', password: "not-relay's" },
  };
}

/** What `host` (a name) is built from. */
export async function contextOf(
  name: string,
  inventory: Inventory = inventoryOf(),
  facts: Facts = factsOf(),
  secrets?: ClusterSecrets,
): Promise<HostContext> {
  const host = inventory.hosts.find((one) => one.name === name);
  if (host === undefined) throw new Error(`no host ${name}`);
  return { inventory, host, facts, secrets: secrets ?? (await secretsOf(inventory.hosts)), givenFiles: {} };
}

/** A desired file's text. */
export function textOf(
  files: readonly { path: string; content: string | Uint8Array }[],
  path: string,
): string {
  const found = files.find((file) => file.path === path);
  if (found === undefined) throw new Error(`nothing is wanted at ${path}`);
  return typeof found.content === 'string' ? found.content : new TextDecoder().decode(found.content);
}
