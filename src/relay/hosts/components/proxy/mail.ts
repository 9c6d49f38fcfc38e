/**
 * Mail, on 25 and 587: the local daemon first, else the way out to the other hosts.
 *
 * The way out is a hop of its own: HAProxy's PROXY header would go before TLS begins, readable and alterable on the way.
 * Said into a socket of this machine, whose other end encrypts what it hears, it goes inside.
 */
import type { ProxyLayout } from './layout.ts';
import { bindLines, checkLines, chooseLines, localServer, STANDINGS, trackingServer } from './servers.ts';
import type { Standing } from './servers.ts';
import { WEB } from './web.ts';

/** The two kinds of mail doors. */
export const MAIL_DOORS = ['smtp', 'submission'] as const;
export type MailDoor = (typeof MAIL_DOORS)[number];

/** Frontends and backends of each door that is open. */
export function mailParts(layout: ProxyLayout): string[] {
  return MAIL_DOORS.flatMap((door) => {
    const port = layout.world[door];
    const daemonPort = layout.daemon[door];
    if (port === null || daemonPort === null) return [];
    return [
      worldDoor(layout, door, port),
      ...STANDINGS.map((standing) => backend(layout, door, daemonPort, standing)),
      ...wayOut(layout, door),
    ];
  });
}

/** Senders may be silent for 5 minutes (RFC 5321, section 4.5.3.2.7); relay itself says goodbye earlier. */
function worldDoor(layout: ProxyLayout, door: MailDoor, port: number): string {
  return `
frontend ${door}
    mode tcp
    option tcplog
${bindLines(layout, port)}
    maxconn ${Math.floor(layout.maxConnections * (door === 'smtp' ? 0.3 : 0.1))}
${chooseLines(door, WEB)}
`;
}

function backend(layout: ProxyLayout, door: MailDoor, daemonPort: number, standing: Standing): string {
  const out = `    server others ${socketOf(layout, door)} send-proxy ${standing === 'anyhow' ? 'weight 1' : 'backup'}`;
  return `
backend ${door}_${standing}
    mode tcp
${checkLines(layout, standing)}
${localServer(layout, standing, daemonPort, ' send-proxy')}
${layout.others.length === 0 ? '' : out}
`;
}

const socketOf = ({ prefix }: ProxyLayout, door: MailDoor): string => `abns@${prefix}-${door}-out`;

function wayOut(layout: ProxyLayout, door: MailDoor): string[] {
  if (layout.others.length === 0) return [];
  return [
    `
frontend ${door}_out
    mode tcp
    bind ${socketOf(layout, door)}
${chooseLines(`${door}_out`, `${door}_out`)}
`,
    ...STANDINGS.map((standing) => wayOutBackend(layout, door, standing)),
  ];
}

function wayOutBackend(layout: ProxyLayout, door: MailDoor, standing: Standing): string {
  const tracked = standing === 'anyhow' ? null : `${WEB}_${standing}`;
  const servers = layout.others.map((other) => trackingServer(layout, other, other.ports[door], tracked));
  return `
backend ${door}_out_${standing}
    mode tcp
    balance roundrobin
${servers.join('\n')}
`;
}
