/** Who may come in where, on one host. */
import ipaddr from 'ipaddr.js';
import { PEER_PORTS, SSH_PORT, WORLD_PORTS } from '../../ports.ts';
import type { HostContext, HostSpec, Inventory } from '../../types.ts';
import { takesSubmissions } from '../proxy/layout.ts';

export interface FirewallLayout {
  /** The host that it is for. */
  name: string;
  sshPorts: number[];
  /** Networks that may come in by ssh besides peers; empty: everybody, slowly. */
  admins: string[];
  peers: { name: string; provider: string; addresses: string[] }[];
  /** Ports for peers only. */
  peerPorts: number[];
  intake: {
    /** Ports for the world. */
    ports: number[];
    /** Networks whose storms are not dropped. */
    unlimited: string[];
    newPerSecond: number;
    burst: number;
  };
}

/** `listening` null: nothing is known of the host but the inventory. */
export function firewallLayout(
  { inventory, host }: Pick<HostContext, 'inventory' | 'host'>,
  listening: readonly string[] | null,
): FirewallLayout {
  return {
    name: host.name,
    sshPorts: sshPorts(host, listening ?? []),
    admins: inventory.admins,
    peers: inventory.hosts
      .filter(({ name }) => name !== host.name)
      .map((peer) => ({ name: peer.name, provider: peer.provider, addresses: addressesOf(peer, host) })),
    peerPorts: peerPorts(inventory),
    intake: {
      ports: worldPorts(inventory),
      unlimited: inventory.intake.allowFrom,
      newPerSecond: inventory.intake.newPerSecond,
      burst: inventory.intake.burst,
    },
  };
}

/**
 * Where sshd is found to listen: an ssh_config that gives the port is not read here, and a wrong guess locks out. What
 * the inventory says counts too, unless a jump or a redirection on the way makes it another one than the host's own. On
 * loopback are the ports that somebody who is logged in has it carry (ssh -R).
 */
function sshPorts(host: HostSpec, listening: readonly string[]): number[] {
  const found = listening.flatMap((line) => {
    const port = /^tcp (?!127\.|\[::1\])\S*:(?<port>\d+) .*\bsshd?\b/u.exec(line)?.groups?.['port'];
    return port === undefined ? [] : [Number(port)];
  });
  const ports = found.length > 0 ? found : [host.ssh.port ?? SSH_PORT];
  return [...new Set(ports)].toSorted((one, other) => one - other);
}

/** A private address means something within its provider only: elsewhere somebody else may have the same. */
function addressesOf(peer: HostSpec, host: HostSpec): string[] {
  const inside = peer.provider === host.provider ? peer.privateAddress : null;
  return inside === null ? [peer.address] : [peer.address, inside];
}

/** A door that nobody stands behind is not opened. */
const peerPorts = ({ relay }: Inventory): number[] =>
  Object.values(PEER_PORTS).filter((port) => port !== PEER_PORTS.handedSubmission || takesSubmissions(relay));

function worldPorts({ relay }: Inventory): number[] {
  const { smtp, submission, http, https } = WORLD_PORTS;
  return [smtp, ...(takesSubmissions(relay) ? [submission] : []), http, https];
}

/** Addresses and networks as nft takes them into one set each; what lies within another is left out, as it refuses overlaps. */
export function byFamily(networks: readonly string[]): { ip: string[]; ip6: string[] } {
  const parsed = networks.map((text) => {
    const [address, bits] = text.includes('/') ? ipaddr.parseCIDR(text) : [ipaddr.parse(text), null];
    return { address, bits: bits ?? (address.kind() === 'ipv4' ? 32 : 128) };
  });
  const outer = parsed.filter(
    (one, index) =>
      !parsed.some(
        (other, place) =>
          place !== index &&
          other.address.kind() === one.address.kind() &&
          (other.bits < one.bits || (other.bits === one.bits && place < index)) &&
          one.address.match(other.address, other.bits),
      ),
  );
  const texts = (kind: 'ipv4' | 'ipv6'): string[] =>
    outer
      .filter(({ address }) => address.kind() === kind)
      .map(({ address, bits }) => networkText(address, bits));
  return { ip: texts('ipv4'), ip6: texts('ipv6') };
}

type Address = ReturnType<typeof ipaddr.parse>;

/** Without the bits of a host in a network, which nft would cut off and then list otherwise. */
function networkText(address: Address, bits: number): string {
  const full = address.kind() === 'ipv4' ? 32 : 128;
  if (bits === full) return address.toString();
  const text = `${address.toString()}/${bits}`;
  const network =
    address.kind() === 'ipv4'
      ? ipaddr.IPv4.networkAddressFromCIDR(text)
      : ipaddr.IPv6.networkAddressFromCIDR(text);
  return `${network.toString()}/${bits}`;
}
