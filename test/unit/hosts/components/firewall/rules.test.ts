import { expect, test } from 'vitest';
import { firewall, wantedRules } from '../../../../../src/relay/hosts/components/firewall/component.ts';
import { byFamily, firewallLayout } from '../../../../../src/relay/hosts/components/firewall/layout.ts';
import { firewallDrift } from '../../../../../src/relay/hosts/firewall/drift.ts';
import { contextOf, HOSTS } from '../network-hosts.ts';

const sshPortsOf = (listening: string[], port: number | null = null): number[] => {
  const hosts = HOSTS.map((host) => ({ ...host, ssh: { ...host.ssh, port } }));
  return firewallLayout(contextOf('a1', { hosts }), listening).sshPorts;
};

test('ssh is let in where sshd listens, whatever the inventory or a guess says', () => {
  expect(sshPortsOf(['tcp 0.0.0.0:2222 sshd', 'tcp [::]:2222 sshd', 'tcp 0.0.0.0:25 exim4'], 22)).toEqual([
    2_222,
  ]);
  // What somebody's ssh -R brought to loopback is no door.
  expect(sshPortsOf(['tcp 127.0.0.1:18080 sshd', 'tcp [::1]:18080 sshd', 'tcp [::]:22 sshd'])).toEqual([22]);
  expect(sshPortsOf([], 2_200)).toEqual([2_200]);
  expect(sshPortsOf([])).toEqual([22]);
});

test('a private address counts within its provider only', () => {
  const peersOf = (name: string): Record<string, string[]> =>
    Object.fromEntries(
      firewallLayout(contextOf(name), null).peers.map((peer) => [peer.name, peer.addresses]),
    );
  expect(peersOf('a1')['a2']).toEqual(['192.0.2.12', '10.0.0.12']);
  expect(peersOf('b1')['a2']).toEqual(['192.0.2.12']);
  expect(Object.keys(peersOf('c1'))).toEqual(['a1', 'a2', 'b1', 'b2']);
});

test('networks within networks are named once, and by their network', () => {
  expect(
    byFamily(['192.0.2.0/24', '192.0.2.7', '192.0.2.0/24', '198.51.100.9/24', '2001:db8::5/32']),
  ).toEqual({
    ip: ['192.0.2.0/24', '198.51.100.0/24'],
    ip6: ['2001:db8::/32'],
  });
  expect(byFamily(['0.0.0.0/0', '::/0', '192.0.2.1'])).toEqual({ ip: ['0.0.0.0/0'], ip6: ['::/0'] });
});

test('the table is made anew in one step, and no other is named', () => {
  const rules = wantedRules(contextOf('a1'), null);
  expect(rules.replaceAll(/^#.*\n/gm, '')).toMatch(
    /^table inet relay\ndelete table inet relay\n\ntable inet relay \{/,
  );
  expect(rules.match(/^(?:table|delete|flush).*/gm)).toHaveLength(3);
});

test("the unit loads it before there is a network, and again when Debian's own service threw it away", () => {
  const [rules, unit] = firewall.files(contextOf('a1'));
  expect(rules?.check).toBe('nft -c -f "$FILE"');
  const text = String(unit?.content);
  for (const line of [
    'Before=network-pre.target shutdown.target',
    'PartOf=nftables.service',
    'WantedBy=sysinit.target',
  ])
    expect(text.split('\n')).toContain(line);
  expect(text).toContain(`ExecStart=/usr/sbin/nft -f ${rules?.path}`);
});

test('what a host says of itself shows what was changed by hand', () => {
  const { facts } = contextOf('a1');
  const made = 'table inet relay {\n\tchain input {\n\t\tcounter drop\n\t}\n}\n';
  expect(firewallDrift(facts)).toBeNull();
  expect(firewallDrift({ ...facts, firewall: made, firewallMade: made })).toBeNull();
  expect(firewallDrift({ ...facts, firewall: null, firewallMade: made })).toContain('+\t\tcounter drop');
  expect(firewallDrift({ ...facts, firewall: made.replace('drop', 'accept'), firewallMade: made })).toContain(
    '-\t\tcounter accept\n+\t\tcounter drop',
  );
});
