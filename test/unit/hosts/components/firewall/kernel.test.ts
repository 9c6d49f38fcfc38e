import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { firewallLayout } from '../../../../../src/relay/hosts/components/firewall/layout.ts';
import { firewallRules } from '../../../../../src/relay/hosts/components/firewall/rules.ts';
import { PEER_PORTS, WORLD_PORTS } from '../../../../../src/relay/hosts/ports.ts';
import { missingFirewall } from '../../../../network/missing.ts';
import { makeNetworkHost } from '../../../../network/namespace.ts';
import type { NetworkHost, Probe } from '../../../../network/namespace.ts';
import { contextOf, HOSTS } from '../network-hosts.ts';

const WORLD = Object.values(WORLD_PORTS);
const PEERS = Object.values(PEER_PORTS);
/** Somebody listens there too, who is none of the world's business. */
const OTHER = [111, 8_404, 9_999];
const ALL = [22, ...WORLD, ...PEERS, ...OTHER];

const HOST = { ip: '192.0.2.11', ip6: '2001:db8:a::11', inside: '10.0.0.11' };
const PEER = { near: '192.0.2.12', nearInside: '10.0.0.12', far: '198.51.100.21', six: '2001:db8:b::22' };
const ADMIN = { ip: '203.0.113.130', ip6: '2001:db8:ad::1' };
const TRUSTED = '203.0.113.193';
const STRANGER = { ip: '203.0.113.77', ip6: '2001:db8:5::1', neighbour: '10.0.0.77' };

// Without nft or root there is no kernel to ask; say-missing.ts says so at the end of the run.
describe.skipIf(missingFirewall() !== null)('who gets in', () => {
  let network: NetworkHost;
  beforeAll(async () => {
    network = await makeNetworkHost(
      Object.values(HOST),
      [...Object.values(PEER), ...Object.values(ADMIN), TRUSTED, ...Object.values(STRANGER)],
      ALL,
    );
  });
  afterAll(() => network?.close());

  const MARKER: Probe = { from: PEER.near, to: HOST.ip, port: 22 };
  const load = async (changes: Parameters<typeof contextOf>[1] = {}): Promise<void> => {
    const hosts = HOSTS.map((host) => (host.name === 'b2' ? { ...host, address: PEER.six } : host));
    const context = contextOf('a1', { hosts, admins: ['203.0.113.128/26', '2001:db8:ad::/48'], ...changes });
    const rules = firewallRules(firewallLayout(context, context.facts.listening));
    await network
      .remote(context.host, { from: MARKER, marker: MARKER })
      .run('load', 'nft -f /dev/stdin', { stdin: rules });
  };
  /** The ports that let this address in. */
  const openTo = async (from: string, to = from.includes(':') ? HOST.ip6 : HOST.ip): Promise<number[]> => {
    const probes = ALL.map((port) => ({ from, to, port }));
    const isIn = await network.probe(probes, MARKER);
    return ALL.filter((_port, index) => isIn[index]);
  };

  test('before there are rules everybody is in, so that this test can fail', async () => {
    expect(await openTo(STRANGER.ip)).toEqual(ALL);
    expect(await openTo(STRANGER.ip6)).toEqual(ALL);
  });

  test('strangers reach the doors for alerts, and nothing else', async () => {
    await load();
    expect(await openTo(STRANGER.ip)).toEqual(WORLD);
    expect(await openTo(STRANGER.ip6)).toEqual(WORLD);
  });

  test('peers reach what is for peers, by the addresses that the inventory gives them', async () => {
    await load();
    for (const from of [PEER.near, PEER.far, PEER.six])
      expect(await openTo(from), from).toEqual([22, ...WORLD, ...PEERS]);
    expect(await openTo(PEER.nearInside, HOST.inside)).toEqual([22, ...WORLD, ...PEERS]);
    expect(await openTo(STRANGER.neighbour, HOST.inside)).toEqual(WORLD);
  });

  test('admins reach ssh', async () => {
    await load();
    expect(await openTo(ADMIN.ip)).toEqual([22, ...WORLD]);
    expect(await openTo(ADMIN.ip6)).toEqual([22, ...WORLD]);
  });

  test('doors that the inventory keeps shut are shut', async () => {
    await load({ publicUrl: null, relay: {} });
    expect(await openTo(STRANGER.ip)).toEqual([25, 80, 443]);
    // Nor do peers hand on what nobody submits.
    expect(await openTo(PEER.near)).not.toContain(PEER_PORTS.handedSubmission);
  });

  test('a stranger who storms is held up; a peer, and whoever the inventory trusts, never', async () => {
    await load({ intake: { allowFrom: ['203.0.113.192/27'], newPerSecond: 1, burst: 5 } });
    const storm = async (from: string): Promise<number> => {
      const probes = Array.from({ length: 80 }, () => ({
        from,
        to: from.includes(':') ? HOST.ip6 : HOST.ip,
        port: 25,
      }));
      return (await network.probe(probes, MARKER)).filter(Boolean).length;
    };
    for (const from of [STRANGER.ip, STRANGER.ip6]) {
      const taken = await storm(from);
      expect(taken, from).toBeGreaterThanOrEqual(5);
      expect(taken, from).toBeLessThan(80);
    }
    expect(await storm(PEER.far)).toBe(80);
    expect(await storm(TRUSTED)).toBe(80);
    // One storm is nobody else's: another stranger gets in.
    expect(await openTo(ADMIN.ip)).toEqual([22, ...WORLD]);
  });

  test('without admins in the inventory ssh is open to everybody, slowly', async () => {
    await load({ admins: [] });
    expect(await openTo(STRANGER.ip)).toEqual([22, ...WORLD]);
    const probes = Array.from({ length: 100 }, () => ({ from: STRANGER.ip, to: HOST.ip, port: 22 }));
    const taken = (await network.probe(probes, MARKER)).filter(Boolean).length;
    expect(taken).toBeLessThan(100);
  });
});
