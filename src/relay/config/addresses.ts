/** Where a service takes alerts: what init, `relay service add` and the daemon show. */
import type { ServiceJson } from '../api/wire.ts';
import { formatListen } from './listen.ts';
import type { Config, Listen } from './types.ts';

/** The HTTP intake's path for a routing key. */
export const servicePath = (key: string): string => `/e/${key}`;

/**
 * A service's addresses. `key`: null when only its hash is known; then what needs it is null. `listening` says where
 * HTTP really listens when the configuration left the port open (port 0).
 */
export function serviceAddresses(
  config: Pick<Config, 'http' | 'smtp'>,
  service: string,
  key: string | null,
  listening?: Listen | null,
): ServiceJson {
  const domain = config.smtp?.domain;
  const base = httpBase(config, listening);
  return {
    name: service,
    email: domain === undefined ? null : `${service}@${domain}`,
    emailWithKey: domain === undefined || key === null ? null : `${service}-${key}@${domain}`,
    routingKey: key,
    url: base === null || key === null ? null : `${base}${servicePath(key)}`,
  };
}

/** The addresses that other pagers' tools take in place of their own, the same for all services; none without HTTP. */
export function apiAddresses(
  config: Pick<Config, 'http'>,
  listening?: Listen | null,
): Pick<ServiceJson, 'apis'> {
  const base = httpBase(config, listening);
  if (base === null) return {};
  return {
    apis: {
      pagerduty: `${base}/v2/enqueue`,
      pagerdutyV1: `${base}/generic/2010-04-15/create_event.json`,
      opsgenie: base,
      webhook: `${base}/e`,
    },
  };
}

/** `http://127.0.0.1:8080`, or the public URL; null without HTTP. A wildcard address is told as loopback. */
export function httpBase(config: Pick<Config, 'http'>, listening?: Listen | null): string | null {
  const { http } = config;
  if (http === null) return null;
  if (http.publicUrl !== null) return http.publicUrl;
  const listen = listening ?? http.listen;
  const host = { '0.0.0.0': '127.0.0.1', '::': '::1' }[listen.host] ?? listen.host;
  return `${http.tls === null ? 'http' : 'https'}://${formatListen({ host, port: listen.port })}`;
}
