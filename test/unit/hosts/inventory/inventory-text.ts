/** A cluster.yaml as people write it, for tests: five hosts at three providers unless told otherwise. */
import { inventoryOf } from '../../../../src/relay/hosts/inventory/read.ts';
import type { Facts, Inventory } from '../../../../src/relay/hosts/types.ts';
import { ConfigError } from '../../../../src/relay/config/types.ts';

export const FILE = '/srv/relay/cluster.yaml';

export const FIVE = `hosts:
  - { name: a1, provider: a, address: 192.0.2.1, private: 10.1.0.1 }
  - { name: a2, provider: a, address: 192.0.2.2, private: 10.1.0.2 }
  - { name: b1, provider: b, address: 198.51.100.1 }
  - { name: b2, provider: b, address: 198.51.100.2 }
  - { name: c1, provider: c, address: 203.0.113.1 }
`;

export const read = (more = '', hosts = FIVE): Inventory =>
  inventoryOf(FILE, Buffer.from(`domain: alerts.example.com\n${hosts}${more}`));

/** The problems of one that must be refused, without the path before each. */
export function problems(more: string, hosts = FIVE): string[] {
  try {
    read(more, hosts);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems.map((one) => one.replace(`${FILE}:`, ''));
    throw error;
  }
  throw new Error('was accepted');
}

/** Hosts by provider: `a a b` is a1 and a2 at a, b1 at b. */
export function hostsAt(providers: string): string {
  const counts = new Map<string, number>();
  const lines = providers.split(' ').map((provider, index) => {
    const count = (counts.get(provider) ?? 0) + 1;
    counts.set(provider, count);
    const net = provider.codePointAt(0) ?? 0;
    return `  - { name: ${provider}${count}, provider: ${provider}, address: 198.${net}.0.${index + 1} }`;
  });
  return `hosts:\n${lines.join('\n')}\n`;
}

/** A bare Debian 12 host with everything that is wanted. */
export const BARE: Facts = {
  os: { id: 'debian', version: '12' },
  arch: 'x64',
  cores: 2,
  memoryMb: 3_900,
  diskFreeMb: 30_000,
  clockOffsetMs: 3,
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
