/** What haproxy.cfg is made of: where each door is, and who stands behind it. Tests give other addresses and ports. */
import { LOOPBACK_PORTS, PEER_PORTS, WORLD_PORTS } from '../../ports.ts';
import { PLACES } from '../../places.ts';
import type { HostContext, HostSpec } from '../../types.ts';

export interface ProxyLayout {
  /** This host's name, as in its certificate. */
  name: string;
  /** Addresses that doors for others are opened on: `*` for IPv4, `::` for IPv6. */
  open: string[];
  /** Ports for the world; null: that door stays shut. */
  world: { smtp: number; submission: number | null; http: number; https: number };
  /** Ports of this host for its peers. */
  handed: HandedPorts;
  /** Where the local daemon listens. */
  daemon: { address: string; smtp: number; submission: number | null; http: number };
  /** In the order in which they are asked when the local daemon can't. */
  others: OtherHost[];
  stats: { address: string; port: number };
  /** Where people get by GET who come without TLS, e.g. https://alerts.example.com; null: nowhere. */
  secureUrl: string | null;
  /** PEM files: the authority's certificate, this host's certificate with its key, and what the world is shown. */
  tls: { ca: string; host: string; site: string };
  /** Begins the names of abstract sockets, of which a machine has one set. */
  prefix: string;
  /** How long an answer that a host is ready may take: as long as a hung one may keep others waiting, half at a time. */
  readyWithinMs: number;
  /** How many good answers in a row bring a host back that was out. */
  backAfter: number;
  /** Connections at once. */
  maxConnections: number;
  /** Null: as whoever starts it, with no socket for orders and no log (tests). */
  system: { user: string; group: string; chroot: string; adminSocket: string; log: string } | null;
}

export interface HandedPorts {
  smtp: number;
  submission: number;
  http: number;
}

export interface OtherHost {
  name: string;
  address: string;
  ports: HandedPorts;
}

/** The files that haproxy.cfg names. */
export const PROXY_FILES = {
  ca: `${PLACES.proxy.tls}/ca.pem`,
  host: `${PLACES.proxy.tls}/host.pem`,
  site: `${PLACES.proxy.tls}/site.pem`,
} as const;

/** As a host of the cluster has it. */
export function proxyLayout({ inventory, host, facts }: HostContext): ProxyLayout {
  const handed: HandedPorts = {
    smtp: PEER_PORTS.handedMail,
    submission: PEER_PORTS.handedSubmission,
    http: PEER_PORTS.handedHttp,
  };
  const submits = takesSubmissions(inventory.relay);
  const isSecure = inventory.publicUrl?.startsWith('https:') === true;
  return {
    name: host.name,
    open: hasIpv6(host, facts.listening) ? ['*', '::'] : ['*'],
    world: {
      smtp: WORLD_PORTS.smtp,
      submission: submits ? WORLD_PORTS.submission : null,
      http: WORLD_PORTS.http,
      https: WORLD_PORTS.https,
    },
    handed,
    daemon: {
      address: '127.0.0.1',
      smtp: LOOPBACK_PORTS.smtp,
      submission: submits ? LOOPBACK_PORTS.submission : null,
      http: LOOPBACK_PORTS.http,
    },
    others: othersInOrder(host, inventory.hosts).map((other) => ({
      name: other.name,
      address: addressFor(host, other),
      ports: handed,
    })),
    stats: { address: '127.0.0.1', port: LOOPBACK_PORTS.proxyMetrics },
    secureUrl: isSecure && inventory.publicUrl !== null ? new URL(inventory.publicUrl).origin : null,
    tls: PROXY_FILES,
    prefix: 'relay',
    readyWithinMs: 500,
    backAfter: 20,
    // Half of them busy with 64 KiB buffers on both sides is a sixteenth of the memory.
    maxConnections: Math.min(4_000, Math.max(500, Math.floor(facts.memoryMb / 2))),
    system: {
      user: 'haproxy',
      group: 'haproxy',
      chroot: '/var/lib/haproxy',
      adminSocket: '/run/haproxy/admin.sock',
      log: '/dev/log',
    },
  };
}

/** Whether mail can be submitted with a password, which relay offers where it has users. */
export function takesSubmissions(relay: Record<string, unknown>): boolean {
  const smtp = relay['smtp'];
  return typeof smtp === 'object' && smtp !== null && 'usersFile' in smtp && smtp.usersFile !== null;
}

/** How one host reaches another: by the private address within a provider that has such. */
export function addressFor(from: HostSpec, to: HostSpec): string {
  return from.provider === to.provider ? (to.privateAddress ?? to.address) : to.address;
}

/** Own provider first, since the way there is short and free; then as the inventory has them. */
export function othersInOrder(host: HostSpec, hosts: readonly HostSpec[]): HostSpec[] {
  const others = hosts.filter(({ name }) => name !== host.name);
  const isNear = ({ provider }: HostSpec): boolean => provider === host.provider;
  return [...others.filter(isNear), ...others.filter((other) => !isNear(other))];
}

/** Where the kernel was told to have no IPv6, a door on `::` would keep HAProxy from starting. */
function hasIpv6(host: HostSpec, listening: readonly string[]): boolean {
  const own = [host.address, host.privateAddress ?? ''];
  return own.some((address) => address.includes(':')) || listening.some((line) => line.includes(' ['));
}
