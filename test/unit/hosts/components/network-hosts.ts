/** Five hosts at three providers, as the components of the network see them. */
import type { Facts, HostContext, HostSpec, Inventory } from '../../../../src/relay/hosts/types.ts';
import { makeAuthority, makeHostTls } from '../../../cluster/certificates.ts';

const host = (name: string, provider: string, address: string, privateAddress: string | null): HostSpec => ({
  name,
  provider,
  datacenter: `dc-${provider}`,
  address,
  privateAddress,
  mailName: null,
  ssh: { host: address, user: 'ops', port: null, identityFile: null, configFile: null },
  network: null,
});

export const HOSTS: HostSpec[] = [
  host('a1', 'a', '192.0.2.11', '10.0.0.11'),
  host('a2', 'a', '192.0.2.12', '10.0.0.12'),
  host('b1', 'b', '198.51.100.21', null),
  host('b2', 'b', '198.51.100.22', null),
  host('c1', 'c', '203.0.113.31', null),
];

/** A checked cluster.yaml; `changes` over the defaults. */
export const inventoryOf = (changes: Partial<Inventory> = {}): Inventory => ({
  path: '/srv/relay/cluster.yaml',
  name: 'relay',
  domain: 'alerts.example.com',
  publicUrl: 'https://alerts.example.com',
  hosts: HOSTS,
  admins: ['203.0.113.128/25'],
  intake: { allowFrom: ['203.0.113.192/27'], newPerSecond: 10, burst: 40 },
  certificate: null,
  relay: { smtp: { usersFile: '/etc/relay/secrets/users' } },
  relayFiles: {},
  releases: { relay: null, cassandra: null },
  cassandra: { keyspace: 'relay', heapMb: null },
  metrics: { statsd: null, prefix: 'relay', tags: 'none', constantTags: {} },
  backup: { to: null, keep: 7 },
  timeServers: [],
  rosterFile: null,
  ...changes,
});

const FACTS: Facts = {
  os: { id: 'debian', version: '12' },
  arch: 'x64',
  cores: 2,
  memoryMb: 4_096,
  diskFreeMb: 50_000,
  clockOffsetMs: 0,
  packages: {},
  users: [],
  files: {},
  units: {},
  relay: { present: [], current: null, previous: null },
  cassandra: { present: [], current: null, previous: null },
  managed: [],
  listening: ['tcp 0.0.0.0:22 sshd'],
  firewall: null,
};

interface Pair {
  cert: string;
  key: string;
}

/** An authority and a certificate of it for each name. */
export async function certificatesFor(
  names: readonly string[],
): Promise<{ authority: Pair; certificates: Record<string, Pair> }> {
  const authority = await makeAuthority();
  const certificates: Record<string, Pair> = {};
  for (const name of names) certificates[name] = await makeHostTls(authority, name);
  return { authority, certificates };
}

const NO_PAIR: Pair = { cert: 'CERTIFICATE', key: 'KEY' };

/** What a component is told about one of the five. The certificates are words, unless given. */
export function contextOf(
  name: string,
  changes: Partial<Inventory> = {},
  facts: Partial<Facts> = {},
): HostContext {
  const inventory = inventoryOf(changes);
  const found = inventory.hosts.find((one) => one.name === name);
  if (found === undefined) throw new Error(`there is no host ${name}`);
  return {
    inventory,
    host: found,
    facts: { ...FACTS, ...facts },
    secrets: {
      authority: NO_PAIR,
      certificates: Object.fromEntries(inventory.hosts.map((one) => [one.name, NO_PAIR])),
      tokenKey: new Uint8Array(32),
      apiToken: 'token',
      cassandraAdmin: { user: 'admin', password: 'admin password' },
      cassandraRelay: { user: 'relay', password: 'relay password' },
    },
    givenFiles: {},
  };
}
