/** Five hosts at three providers, as the components of the network see them. */
import type { Facts, HostContext, HostSpec, Inventory } from '../../../../src/relay/hosts/types.ts';
import { makeAuthority, makeHostTls } from '../../../cluster/certificates.ts';
import { factsOf, hostOf, inventoryOf as fiveHosts } from './five-hosts.ts';

export const HOSTS: HostSpec[] = [
  hostOf('a1', 'a', '192.0.2.11', '10.0.0.11'),
  hostOf('a2', 'a', '192.0.2.12', '10.0.0.12'),
  hostOf('b1', 'b', '198.51.100.21'),
  hostOf('b2', 'b', '198.51.100.22'),
  hostOf('c1', 'c', '203.0.113.31'),
];

/** With admins, networks that may mail, and logins for who submits; `changes` over that. */
export const inventoryOf = (changes: Partial<Inventory> = {}): Inventory =>
  fiveHosts({
    hosts: HOSTS,
    admins: ['203.0.113.128/25'],
    intake: { allowFrom: ['203.0.113.192/27'], newPerSecond: 10, burst: 40 },
    relay: { smtp: { usersFile: '/etc/relay/secrets/users' } },
    ...changes,
  });

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
    facts: factsOf({ listening: ['tcp 0.0.0.0:22 sshd'], ...facts }),
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
