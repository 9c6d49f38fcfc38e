/**
 * What other hosts hand on to this one. Both ends prove who they are; every byte inside is taken as the other HAProxy
 * says it (PROXY header, X-Forwarded-For), and all of it goes to this host's own daemon: nothing is handed on twice.
 */
import type { ProxyLayout } from './layout.ts';
import { bindLines, checkLines, localServer } from './servers.ts';
import { HTTP_TIMES } from './web.ts';
import { MAIL_DOORS } from './mail.ts';

/** Doors for peers; none where there are none. */
export function handedParts(layout: ProxyLayout): string[] {
  if (layout.others.length === 0) return [];
  return [...webDoor(layout), ...MAIL_DOORS.flatMap((door) => mailDoor(layout, door))];
}

/** A certificate of the authority is not enough: a host that was removed has one too. */
function secureBind(layout: ProxyLayout, port: number): string {
  const { tls, others } = layout;
  return `${bindLines(layout, port, ` ssl crt ${tls.host} ca-file ${tls.ca} verify required`)}
    tcp-request session reject unless { ssl_c_s_dn(cn) -m str ${others.map(({ name }) => name).join(' ')} }`;
}

function webDoor(layout: ProxyLayout): string[] {
  return [
    `
frontend handed_web
    mode http
${secureBind(layout, layout.handed.http)}
${HTTP_TIMES}
    log-format "%ci:%cp [%tr] %ft %b/%s %TR/%Tw/%Tc/%Tr/%Ta %ST %B %HM %tsc"
    error-log-format "%ci:%cp [%tr] %ft %ST %tsc %[fc_err]"
    http-request return status 404 if { path,url_dec -m beg -i /metrics }
    default_backend handed_web_here
`,
    // Whether it is ready is for the other host to ask, through here: so no check may stand in between.
    `
backend handed_web_here
    mode http
    timeout server 75s
    option http-server-close
    retries 0
    server ${layout.name} ${layout.daemon.address}:${layout.daemon.http}
`,
  ];
}

/** Where the daemon is away the connection is refused before TLS begins, so that the other host takes the next. */
function mailDoor(layout: ProxyLayout, door: (typeof MAIL_DOORS)[number]): string[] {
  const daemonPort = layout.daemon[door];
  if (daemonPort === null) return [];
  return [
    `
frontend handed_${door}
    mode tcp
    option tcplog
    tcp-request connection reject if { nbsrv(handed_${door}_here) lt 1 }
${secureBind(layout, layout.handed[door])}
    default_backend handed_${door}_here
`,
    `
backend handed_${door}_here
    mode tcp
${checkLines(layout, 'alive')}
${localServer(layout, 'alive', daemonPort)}
`,
  ];
}
