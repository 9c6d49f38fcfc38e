import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { lookAtFirewalls, applyFirewalls } from '../../../../src/relay/hosts/firewall/over-hosts.ts';
import type { HostApplied, Reach } from '../../../../src/relay/hosts/firewall/over-hosts.ts';
import { HostError } from '../../../../src/relay/hosts/ssh/port.ts';
import { missingFirewall } from '../../../network/missing.ts';
import { KEEPER, makeNetworkHost } from '../../../network/namespace.ts';
import type { NetworkHost, Probe } from '../../../network/namespace.ts';
import { contextOf } from '../components/network-hosts.ts';

const ADMIN = '203.0.113.130';
const { inventory } = contextOf('a1');

// Without nft or root there is no kernel to filter by; say-missing.ts says so at the end of the run.
describe.skipIf(missingFirewall() !== null)('several hosts at once', () => {
  let network: NetworkHost;
  beforeAll(async () => {
    network = await makeNetworkHost(['192.0.2.11'], [ADMIN, '192.0.2.12'], [22]);
  });
  afterAll(() => network?.close());

  /** a1 is there; the others can't be reached. */
  const reach: Reach = (host) => {
    const login: Probe = { from: ADMIN, to: '192.0.2.11', port: 22 };
    if (host.name === 'a1')
      return network.remote(host, { from: login, marker: { ...login, from: '192.0.2.12' } });
    return { host, run: (what) => Promise.reject(new HostError(host.name, what, 255, 'no route to host')) };
  };
  const two = inventory.hosts.slice(0, 2);

  test('each says what it has; one that is out of reach is named and keeps nobody waiting', async () => {
    const found = await lookAtFirewalls(inventory, two, reach);
    expect(found).toMatchObject([
      { host: 'a1', state: 'differs', boots: false },
      { host: 'a2', state: 'failed', why: expect.stringContaining('no route to host') },
    ]);
  });

  test('each gets its rules; one that is out of reach is named', async () => {
    const told: HostApplied[] = [];
    const done = await applyFirewalls(inventory, two, reach, (one) => told.push(one), KEEPER);
    expect(done.map(({ host, state }) => [host, state])).toEqual([
      ['a1', 'applied'],
      ['a2', 'failed'],
    ]);
    expect(told).toHaveLength(2);
    expect(await lookAtFirewalls(inventory, two.slice(0, 1), reach)).toEqual([{ host: 'a1', state: 'same' }]);
  });
});
