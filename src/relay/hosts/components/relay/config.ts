/** relay.yaml of a host. config/relay.yaml and config/relay-cluster.yaml explain every key. */
import { createHash } from 'node:crypto';
import { isIPv6 } from 'node:net';
import { stringify } from 'yaml';
import { formatListen } from '../../../config/listen.ts';
import { replicationProblem } from '../../../config/replication.ts';
import { PLACES } from '../../places.ts';
import { LOOPBACK_PORTS, PEER_PORTS } from '../../ports.ts';
import type { HostContext, HostSpec, Inventory } from '../../types.ts';
import { copiesOf } from '../cassandra/nodes.ts';
import { RELAY_FILES } from './files.ts';

/** HAProxy asks twice a second whether relay is well, and believes the second no. */
const DRAIN_SECONDS = 3;
/** HAProxy on the same machine, whose word for who comes is believed. */
const PROXY = ['127.0.0.1', '::1'];
/** What a reload doesn't bring into use: `systemctl reload relay` says that these wait for a restart. */
const BY_RESTART = ['store', 'cluster', 'host', 'keyDir', 'api', 'watch'] as const;

type Section = Record<string, unknown>;

/** The file's text: what the inventory says for all hosts, and below it what is this host's own. */
export function relayYaml(context: HostContext): string {
  return `# Written by relay cluster apply: what is changed here is changed back.\n${stringify(configOf(context), { lineWidth: 0 })}`;
}

/** A digest of what takes a restart, so that everything else is taken up by a reload. */
export function restartsWith(context: HostContext): string {
  const config = configOf(context);
  const parts = BY_RESTART.map((key) => config[key] ?? null);
  return `${createHash('sha256').update(JSON.stringify(parts)).digest('hex')}\n`;
}

const configOf = ({ inventory, host, secrets }: HostContext): Section =>
  relayConfig(inventory, host, secrets.cassandraRelay.user);

/** The file as data. `user` is the role that relay uses at Cassandra. */
export function relayConfig(inventory: Inventory, host: HostSpec, user: string): Section {
  const { relay } = inventory;
  return {
    drainSeconds: DRAIN_SECONDS,
    ...relay,
    host: host.name,
    store: { cassandra: storeOf(inventory, host, user) },
    cluster: {
      listen: formatListen({ host: anyAddress(inventory), port: PEER_PORTS.relay }),
      tls: OWN_TLS,
      hosts: inventory.hosts.map(({ name, datacenter, address }) => ({
        name,
        datacenter,
        address: formatListen({ host: address, port: PEER_PORTS.relay }),
      })),
      spool: PLACES.relay.spool,
    },
    http: {
      ...sectionOf(relay, 'http'),
      listen: loopback(LOOPBACK_PORTS.http),
      proxy: PROXY,
      ...(inventory.publicUrl === null ? {} : { publicUrl: inventory.publicUrl }),
    },
    smtp: smtpOf(inventory),
    api: { ...sectionOf(relay, 'api'), socket: PLACES.relay.socket, tokenFile: RELAY_FILES.apiToken },
    // Cassandra stands still when its disk is full: somebody hears of it before.
    watch: { disks: [PLACES.cassandra.state], ...sectionOf(relay, 'watch') },
    ...metricsOf(inventory),
    keyDir: PLACES.relay.keys,
  };
}

const OWN_TLS = {
  caFile: PLACES.relay.caFile,
  certFile: PLACES.relay.certFile,
  keyFile: PLACES.relay.keyFile,
};

/** The own node first, then those nearby; any will do to find the others. */
function storeOf({ hosts, cassandra }: Inventory, host: HostSpec, user: string): Section {
  const copies = copiesOf({ hosts });
  const near = (other: HostSpec): number =>
    other.name === host.name ? 0 : other.datacenter === host.datacenter ? 1 : 2;
  return {
    contactPoints: hosts
      .toSorted((one, other) => near(one) - near(other))
      .map(({ address }) => formatListen({ host: address, port: PEER_PORTS.cassandraClients })),
    datacenter: host.datacenter,
    keyspace: cassandra.keyspace,
    user,
    passwordFile: RELAY_FILES.cassandraPassword,
    tls: OWN_TLS,
    // Where a host has left, the keyspace keeps its layout for the one to come: relay refuses one that needs a datacenter.
    ...(replicationProblem(copies) === null ? { replication: copies } : {}),
  };
}

/** Relay itself speaks TLS to those who mail: HAProxy hands their bytes on as they are. */
function smtpOf({ relay, domain, intake, certificate }: Inventory): Section {
  const given = sectionOf(relay, 'smtp');
  return {
    ...given,
    listen: loopback(LOOPBACK_PORTS.smtp),
    proxy: PROXY,
    // Whoever submits logs in, so there must be logins.
    ...(given['usersFile'] === undefined ? {} : { submission: loopback(LOOPBACK_PORTS.submission) }),
    domain,
    allowFrom: intake.allowFrom,
    tls:
      certificate === null
        ? { certFile: OWN_TLS.certFile, keyFile: OWN_TLS.keyFile }
        : { certFile: RELAY_FILES.publicCert, keyFile: RELAY_FILES.publicKey },
  };
}

function metricsOf({ metrics: { statsd, constantTags, ...how } }: Inventory): Section {
  if (statsd === null) return {};
  const some = Object.keys(constantTags).length > 0;
  return { metrics: { statsd, ...how, ...(some ? { constantTags } : {}) } };
}

function sectionOf(relay: Section, key: string): Section {
  const section = relay[key];
  return typeof section === 'object' && section !== null ? { ...section } : {};
}

const loopback = (port: number): string => formatListen({ host: '127.0.0.1', port });

const anyAddress = ({ hosts }: Inventory): string =>
  hosts.some(({ address }) => isIPv6(address)) ? '::' : '0.0.0.0';
