/** HTTP: the world's doors and the hosts behind them. */
import type { ProxyLayout } from './layout.ts';
import { bindLines, checkLines, chooseLines, localServer, remoteServer, STANDINGS } from './servers.ts';
import type { Standing } from './servers.ts';

/** Begins the names of the backends; mail goes by what is found here of who is ready and who alive. */
export const WEB = 'web';

/** The world's door, and the hosts behind it. */
export function webParts(layout: ProxyLayout): string[] {
  return [...worldDoor(layout), ...STANDINGS.map((standing) => backend(layout, standing))];
}

/**
 * No path, query or header is ever logged: paths hold routing keys and the secrets of answer pages. What a sender says
 * of whom it speaks for is thrown away.
 */
function worldDoor(layout: ProxyLayout): string[] {
  const { world, tls, secureUrl, maxConnections } = layout;
  const binds = [
    bindLines(layout, world.http),
    bindLines(layout, world.https, ` ssl crt ${tls.site} alpn h2,http/1.1`),
  ];
  return [
    `
frontend ${WEB}
    mode http
${binds.join('\n')}
    maxconn ${Math.floor(maxConnections * 0.45)}
${HTTP_TIMES}
    log-format "%ci:%cp [%tr] %ft %b/%s %TR/%Tw/%Tc/%Tr/%Ta %ST %B %HM %tsc %ac/%fc/%bc/%sc/%rc %sq/%bq"
    error-log-format "%ci:%cp [%tr] %ft %ST %tsc %[fc_err]"
    # Decoded, as relay's router reads it.
    http-request set-var(txn.path) path,url_dec
    http-request return status 404 content-type text/plain string "there is nothing at this address\\n" if { var(txn.path) -m beg -i /metrics }
    # Whoever asks from outside learns whether this door works, and nothing of why not.
    acl asks_health var(txn.path) -m str /readyz /healthz
    http-request return status 200 content-type application/json string "{\\"status\\":\\"ok\\"}" if asks_health { nbsrv(${WEB}_ready) gt 0 }
    http-request return status 503 content-type application/json string "{\\"status\\":\\"unavailable\\"}" if asks_health
${secureUrl === null ? '' : redirect(secureUrl)}    http-request set-header X-Forwarded-For %[src]
    http-request set-header X-Forwarded-Proto https if { ssl_fc }
    http-request set-header X-Forwarded-Proto http if !{ ssl_fc }
    http-request del-header X-Forwarded-Host
    http-request del-header Forwarded
${chooseLines(WEB, WEB)}
`,
  ];
}

/** Programs that send alerts seldom follow redirects; those who open pages do. */
const redirect = (url: string): string =>
  `    http-request redirect prefix ${url} code 302 if !{ ssl_fc } METH_GET !{ var(txn.path) -m beg /e/ /ping/ /v2/alerts /v2/heartbeats/ }\n`;

/** Relay itself gives a request 30 s to come in. */
export const HTTP_TIMES = `    timeout client 75s
    timeout http-request 30s
    timeout http-keep-alive 60s`;

/**
 * A request is read first and sent then, so that it can be sent again to the next when the first died over it or
 * said that it takes nothing at present (503). Each has a connection of its own: a kept one might just be closing.
 */
function backend(layout: ProxyLayout, standing: Standing): string {
  const servers = [
    localServer(layout, standing, layout.daemon.http),
    ...layout.others.map((other) => remoteServer(layout, standing, other)),
  ];
  return `
backend ${WEB}_${standing}
    mode http
${checkLines(layout, standing)}
    timeout server 75s
    option http-server-close
    option http-buffer-request
    retry-on conn-failure empty-response 503
${servers.join('\n')}
`;
}
