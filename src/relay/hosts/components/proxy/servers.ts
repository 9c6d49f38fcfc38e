/** Server lines: who stands behind a door, and how it is seen that somebody doesn't. */
import type { OtherHost, ProxyLayout } from './layout.ts';

/**
 * What is known of a host, from best to worst; a door takes the first for which there is one. `ready`: it says that it
 * can do all of its work. `alive`: it answers at all, and accepts onto its own disk if need be: when the quorum is lost
 * nobody is ready. `anyhow`: nobody answers in time, as when a storm keeps all of them busy; asked all the same.
 */
export const STANDINGS = ['ready', 'alive', 'anyhow'] as const;
export type Standing = (typeof STANDINGS)[number];

interface Check {
  path: string;
  local: string;
  remote: string;
}

/**
 * A ready host that refuses is out at once, a silent one after two checks, 0.75 to 1.75 s. Another host's check goes the
 * way that the work goes, and less often, as each is a TLS handshake. One that was out comes
 * back slowly, after 5 s (another host: 8 s) of good answers: HAProxy asks at `fastinter` as soon as there is one. No
 * slowstart: of an order of preference the first takes all, however slowly it starts.
 */
const CHECKS: Record<'ready' | 'alive', Check> = {
  ready: {
    path: '/readyz',
    local: 'inter 500ms fastinter 250ms downinter 1s',
    remote: 'inter 1s fastinter 300ms downinter 2s',
  },
  alive: {
    path: '/healthz',
    local: 'inter 1s fastinter 250ms downinter 1s',
    remote: 'inter 2s fastinter 500ms downinter 2s',
  },
};

/** How long whoever is busy may take to show that it lives. */
const ALIVE_WITHIN_MS = 5_000;

/** Lines that a backend begins with. */
export function checkLines({ readyWithinMs }: ProxyLayout, standing: Standing): string {
  if (standing === 'anyhow') return '    balance roundrobin';
  return `    balance roundrobin
    option httpchk
    http-check send meth GET uri ${CHECKS[standing].path} ver HTTP/1.1 hdr Host relay
    http-check expect status 200
    timeout check ${standing === 'ready' ? readyWithinMs : Math.max(readyWithinMs, ALIVE_WITHIN_MS)}ms`;
}

/** The local daemon's line. `port`: its door; `options`: e.g. send-proxy. */
export function localServer(
  { name, daemon, backAfter }: ProxyLayout,
  standing: Standing,
  port: number,
  options = '',
): string {
  const line = `    server ${name} ${at(daemon.address, port)}${options}`;
  // Taken by turns, nearly all turns are its own; whoever can't be connected to is passed over.
  if (standing === 'anyhow') return `${line} weight 256`;
  const asks = port === daemon.http ? '' : ` port ${daemon.http}`;
  return `${line} check${asks} ${CHECKS[standing].local} fall 2 rise ${backAfter} observe layer4 error-limit 1 on-error mark-down`;
}

/** Another host's HAProxy. When that answers that its daemon is away, it is as if it had refused. */
export function remoteServer(layout: ProxyLayout, standing: Standing, other: OtherHost): string {
  const line = secureServer(layout, other, other.ports.http);
  if (standing === 'anyhow') return `${line} weight 1`;
  return `${line} check ${CHECKS[standing].remote} fall 2 rise ${layout.backAfter} observe layer7 error-limit 1 on-error mark-down backup`;
}

/** Another host, in or out as the backend `tracked` finds it (null: always in); the first of them in turn. */
export function trackingServer(
  layout: ProxyLayout,
  other: OtherHost,
  port: number,
  tracked: string | null,
): string {
  const line = secureServer(layout, other, port);
  if (tracked === null) return line;
  return `${line} track ${tracked}/${other.name}${other === layout.others[0] ? '' : ' backup'}`;
}

/** The lines of a door that choose among its three backends. `door`: their name up to the standing. */
export const chooseLines = (door: string, counted: string): string =>
  `    use_backend ${door}_ready if { nbsrv(${counted}_ready) gt 0 }
    use_backend ${door}_alive if { nbsrv(${counted}_alive) gt 0 }
    default_backend ${door}_anyhow`;

function secureServer({ tls }: ProxyLayout, { name, address }: OtherHost, port: number): string {
  const proof = `ssl verify required ca-file ${tls.ca} verifyhost ${name} crt ${tls.host}`;
  return `    server ${name} ${at(address, port)} ${proof}`;
}

/** As HAProxy reads it: it takes what follows the last colon for the port. */
export const at = (address: string, port: number): string =>
  address.includes(':') ? `ipv6@${address}:${port}` : `${address}:${port}`;

/** One bind line for each address that doors are opened on. */
export const bindLines = ({ open }: ProxyLayout, port: number, options = ''): string =>
  open
    .map((address) => `    bind ${address}:${port}${address === '::' ? ' v6only' : ''}${options}`)
    .join('\n');
