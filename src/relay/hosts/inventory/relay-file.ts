/** The relay.yaml of one host: what is the same everywhere, and what is its own. */
import { formatListen } from '../../config/listen.ts';
import { PLACES } from '../places.ts';
import { LOOPBACK_PORTS, PEER_PORTS } from '../ports.ts';
import type { HostSpec, Inventory } from '../types.ts';
import { replicationOf } from './layout.ts';

/** Where the password of `secrets.cassandraRelay` lies on a host. */
export const CASSANDRA_PASSWORD_FILE = `${PLACES.relay.secrets}/cassandra-password`;
/** Where the token of the control API lies on a host. */
export const API_TOKEN_FILE = `${PLACES.relay.secrets}/api-token`;
/** Where `certificate` lies on a host, for STARTTLS; without one the host's own certificate is shown. */
export const GIVEN_CERTIFICATE = {
  certFile: '/etc/relay/tls/given.pem',
  keyFile: '/etc/relay/tls/given.key',
} as const;

/** How `from` reaches `to`: by the private address where both are at one provider and both have one. */
export function addressBetween(from: HostSpec, to: HostSpec): string {
  const near = from.provider === to.provider && from.privateAddress !== null && to.privateAddress !== null;
  return near && to.privateAddress !== null ? to.privateAddress : to.address;
}

/** One of each provider, the host's own first: nodes to begin with. */
export function contactPointsOf(inventory: Pick<Inventory, 'hosts'>, host: HostSpec): HostSpec[] {
  const others = inventory.hosts.filter(
    ({ provider }, index, all) =>
      provider !== host.provider && all.findIndex((one) => one.provider === provider) === index,
  );
  return [host, ...others];
}

/** As `relay.yaml` has it, to be written as YAML or checked. `user` is the role that relay uses at Cassandra. */
export function relayFileOf(inventory: Inventory, host: HostSpec, user: string): Record<string, unknown> {
  const { relay, domain, publicUrl, certificate, intake, cassandra } = inventory;
  const { caFile, certFile, keyFile } = PLACES.relay;
  const tls = { caFile, certFile, keyFile };
  const loopback = (port: number): string => formatListen({ host: '127.0.0.1', port });
  const smtp = section(relay['smtp']);
  const everywhere = host.address.includes(':') ? '::' : '0.0.0.0';
  const at = (of: HostSpec, port: number): string => formatListen({ host: addressBetween(host, of), port });
  return {
    ...relay,
    host: host.name,
    store: {
      cassandra: {
        contactPoints: contactPointsOf(inventory, host).map((one) => at(one, PEER_PORTS.cassandraClients)),
        datacenter: host.datacenter,
        keyspace: cassandra.keyspace,
        user,
        passwordFile: CASSANDRA_PASSWORD_FILE,
        tls,
        replication: replicationOf(inventory.hosts),
      },
    },
    cluster: {
      listen: formatListen({ host: everywhere, port: PEER_PORTS.relay }),
      tls,
      hosts: inventory.hosts.map((one) => ({
        name: one.name,
        datacenter: one.datacenter,
        address: at(one, PEER_PORTS.relay),
      })),
      spool: PLACES.relay.spool,
    },
    keyDir: PLACES.relay.keys,
    http: {
      ...section(relay['http']),
      listen: loopback(LOOPBACK_PORTS.http),
      proxy: ['127.0.0.1'],
      ...(publicUrl === null ? {} : { publicUrl }),
    },
    smtp: {
      ...smtp,
      listen: loopback(LOOPBACK_PORTS.smtp),
      proxy: ['127.0.0.1'],
      // Whoever submits must log in, so there must be users.
      ...(smtp['usersFile'] === undefined ? {} : { submission: loopback(LOOPBACK_PORTS.submission) }),
      domain,
      allowFrom: intake.allowFrom,
      tls: certificate === null ? { certFile, keyFile } : { ...GIVEN_CERTIFICATE },
    },
    api: { socket: PLACES.relay.socket, tokenFile: API_TOKEN_FILE },
  };
}

const section = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
