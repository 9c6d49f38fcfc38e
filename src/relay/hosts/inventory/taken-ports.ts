/** Ports that another program holds already, with the line that helps. Pure. */
import { PLACES } from '../places.ts';
import { LOOPBACK_PORTS, PEER_PORTS, WORLD_PORTS } from '../ports.ts';
import type { Facts } from '../types.ts';
import type { Finding } from './finding.ts';

/** Who holds which port once apply is through: the unit that must be running for a holder to count as ours. */
const OWNERS: ReadonlyMap<number, { unit: string; programs: readonly string[]; near: boolean }> = new Map([
  ...[
    ...Object.values(WORLD_PORTS),
    PEER_PORTS.handedMail,
    PEER_PORTS.handedSubmission,
    PEER_PORTS.handedHttp,
  ].map((port) => owner(port, PLACES.proxy.unit, ['haproxy'], false)),
  owner(LOOPBACK_PORTS.proxyMetrics, PLACES.proxy.unit, ['haproxy'], true),
  owner(PEER_PORTS.relay, PLACES.relay.unit, ['node', 'relay', 'MainThread'], false),
  ...[LOOPBACK_PORTS.smtp, LOOPBACK_PORTS.submission, LOOPBACK_PORTS.http].map((port) =>
    owner(port, PLACES.relay.unit, ['node', 'relay', 'MainThread'], true),
  ),
  owner(PEER_PORTS.cassandraNodes, PLACES.cassandra.unit, ['java'], false),
  owner(PEER_PORTS.cassandraClients, PLACES.cassandra.unit, ['java'], false),
  owner(LOOPBACK_PORTS.jmx, PLACES.cassandra.unit, ['java'], true),
  owner(LOOPBACK_PORTS.cassandraMetrics, PLACES.cassandra.unit, ['java'], true),
]);

function owner(
  port: number,
  unit: string,
  programs: readonly string[],
  near: boolean,
): [number, { unit: string; programs: readonly string[]; near: boolean }] {
  return [port, { unit, programs, near }];
}

const NEAR = /^(?:127\.[\d.]+|\[?::1\]?|0\.0\.0\.0|\*|\[?::\]?)$/u;

/** One finding for each port that a stranger holds. */
export function takenPorts(host: string, facts: Facts): Finding[] {
  const seen = new Set<string>();
  return facts.listening.flatMap((line): Finding[] => {
    const { address, port, program } = listenerOf(line) ?? { address: '', port: 0, program: '' };
    const ours = OWNERS.get(port);
    if (ours === undefined || (ours.near && !NEAR.test(address))) return [];
    const isOurs = ours.programs.includes(program) && facts.units[ours.unit]?.active === true;
    const once = `${program} ${port}`;
    if (isOurs || seen.has(once)) return [];
    seen.add(once);
    const what = `port ${port} is held by ${program === '' ? 'another program' : program}`;
    return [{ host, level: 'refuse', what, cure: cureFor(program, port) }];
  });
}

/** `tcp 0.0.0.0:25 exim4`; the program may be unknown. Null for others than TCP. */
export function listenerOf(line: string): { address: string; port: number; program: string } | null {
  const match = /^tcp6? (?<address>\S+):(?<port>\d+)(?: (?<program>\S+))?$/u.exec(line);
  const { address = '', port = '', program = '' } = match?.groups ?? {};
  return match === null ? null : { address, port: Number(port), program };
}

function cureFor(program: string, port: number): string {
  if (program.startsWith('exim')) {
    return (
      'systemctl disable --now exim4. Mail of programs on this host still goes out, to relay, with ' +
      "dc_eximconfig_configtype='satellite' and dc_smarthost='127.0.0.1' in /etc/exim4/update-exim4.conf.conf and update-exim4.conf run"
    );
  }
  if (program === 'master' || program.startsWith('postfix') || program === 'smtpd') {
    return (
      "postconf -M# smtp/inet && postconf -e 'relayhost = [127.0.0.1]:25' && systemctl restart postfix: it gives the " +
      'port up and hands what programs on this host mail to relay'
    );
  }
  if (/^(?:nginx|apache2|lighttpd|caddy)$/u.test(program))
    return `systemctl disable --now ${program}, or let it listen on another port than ${port}`;
  if (program === 'haproxy')
    return 'relay brings its own haproxy.cfg: put this HAProxy elsewhere, then systemctl stop haproxy';
  if (program === '') return `find it with ss -ltnp 'sport = :${port}' as root, and stop it`;
  return `stop ${program}, or move it to another port (ss -ltnp 'sport = :${port}' shows it)`;
}
