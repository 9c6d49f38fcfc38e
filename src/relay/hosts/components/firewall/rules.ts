/** The ruleset of one host as a file for `nft -f`, for nftables 1.0 and newer. Pure. */
import { byFamily } from './layout.ts';
import type { FirewallLayout } from './layout.ts';

/** Addresses remembered at once by each limit: some 10 MB of the kernel's memory at most. */
const REMEMBERED = 65_535;

/**
 * The table alone, made anew in one step: between the old rules and the new ones there is no moment without any. Named
 * sets are the memory of limits only, so that a listing without their contents (`nft -t`) says all of what was meant.
 */
export function firewallRules(layout: FirewallLayout): string {
  const { intake, admins } = layout;
  return `# Made by relay from cluster.yaml for ${layout.name}: "relay firewall apply" loads it, with a way back.
# It holds the table inet relay and nothing else: tables of others (Docker's, fail2ban's) stay as they are.
table inet relay
delete table inet relay

table inet relay {
${limitSets('senders')}${admins.length === 0 ? limitSets('logins') : ''}
    chain input {
        type filter hook input priority filter; policy drop;

        # Answers to what this host asked: DNS, NTP, providers, DHCP.
        ct state established,related accept
        ct state invalid counter drop
        iif "lo" accept

        # What IP itself needs: the size of packets on a way, who is next door, which router.
        icmp type { destination-unreachable, time-exceeded, parameter-problem } accept
        icmpv6 type { destination-unreachable, packet-too-big, time-exceeded, parameter-problem } accept
        icmpv6 type { nd-router-solicit, nd-router-advert, nd-neighbor-solicit, nd-neighbor-advert, nd-redirect } ip6 hoplimit 255 accept
        icmpv6 type { mld-listener-query, mld-listener-report, mld-listener-done, mld2-listener-report } ip6 saddr fe80::/10 accept
        icmp type echo-request limit rate 50/second burst 100 packets accept
        icmpv6 type echo-request limit rate 50/second burst 100 packets accept
        # DHCP answers that were asked for by broadcast, which the kernel takes for no answer.
        udp sport 67 udp dport 68 accept
        ip6 saddr fe80::/10 udp sport 547 udp dport 546 accept

${peerRules(layout)}${sshRules(layout)}
        # Alerts, from anywhere: one address may make ${intake.newPerSecond} connections a second, ${intake.burst} at once. More are dropped:
        # their sender tries again, later. Whoever the inventory trusts may storm.
${[
  ...accept(intake.unlimited, intake.ports, 'intake.allowFrom'),
  ...limited('senders', intake.ports, `${intake.newPerSecond}/second`, intake.burst),
].join('\n')}

        # All else is counted and dropped; a little of it is logged, and of noise to everybody nothing.
        meta pkttype { broadcast, multicast } counter drop
        limit rate 10/minute burst 20 packets log prefix "relay-firewall: " level info
        counter drop
    }

    # No chain for output: whatever this host's own programs send is meant to go, and relay's providers have many addresses.
    # None for forward: this host routes for nobody, unless another program makes it, whose rules then decide.
}
`;
}

/** IPv6 by networks of 64 bits, of which everybody has at least one. */
const SOURCES = [
  { family: 'ip', type: 'ipv4_addr', suffix: '4', key: 'ip saddr' },
  { family: 'ip6', type: 'ipv6_addr', suffix: '6', key: 'ip6 saddr & ffff:ffff:ffff:ffff::' },
] as const;

const limitSets = (name: string): string =>
  SOURCES.map(
    ({ type, suffix }) => `    set ${name}${suffix} {
        type ${type}
        size ${REMEMBERED}
        flags dynamic,timeout
        timeout 1m
    }
`,
  ).join('');

/** Where an address can't be remembered any more it is let in: a flood from everywhere must not shut alerts out. */
const limited = (name: string, ports: readonly number[], rate: string, burst: number): string[] => [
  ...SOURCES.map(
    ({ suffix, key, family }) =>
      `        meta nfproto ${family === 'ip' ? 'ipv4' : 'ipv6'} tcp dport ${some(ports)} add @${name}${suffix} { ${key} limit rate over ${rate} burst ${burst} packets } counter drop`,
  ),
  `        tcp dport ${some(ports)} accept`,
];

function peerRules({ peers, peerPorts, sshPorts, intake }: FirewallLayout): string {
  if (peers.length === 0) return '';
  const ports = [...peerPorts, ...sshPorts, ...intake.ports];
  const rules = peers.flatMap(({ name, provider, addresses }) =>
    accept(addresses, ports, `${name}, provider ${provider}`),
  );
  return `        # The other hosts: Cassandra, relay, what HAProxies hand on, ssh, and alerts without a limit.\n${rules.join('\n')}\n\n`;
}

function sshRules({ admins, sshPorts }: FirewallLayout): string {
  if (admins.length > 0)
    return `        # ssh, from the networks of admins.\n${accept(admins, sshPorts, 'admins').join('\n')}\n`;
  return `        # ssh, from anywhere: the inventory names no networks of admins. Who guesses passwords does so slowly.
${limited('logins', sshPorts, '30/minute', 30).join('\n')}
`;
}

/** One rule for each family that has addresses among these. */
function accept(networks: readonly string[], ports: readonly number[], comment: string): string[] {
  const { ip, ip6 } = byFamily(networks);
  const rule = (family: string, addresses: string[]): string[] =>
    addresses.length === 0
      ? []
      : [`        ${family} saddr ${some(addresses)} tcp dport ${some(ports)} accept comment "${comment}"`];
  return [...rule('ip', ip), ...rule('ip6', ip6)];
}

const some = (all: readonly (string | number)[]): string =>
  all.length === 1 ? `${all[0]}` : `{ ${all.join(', ')} }`;
