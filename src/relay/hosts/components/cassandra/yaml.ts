/** cassandra.yaml of a host. docs/operations.md says what differs from Cassandra's own defaults, and why. */
import { isIPv6 } from 'node:net';
import { stringify } from 'yaml';
import { PLACES } from '../../places.ts';
import { PEER_PORTS } from '../../ports.ts';
import type { HostContext, HostSpec } from '../../types.ts';
import { CASSANDRA_FILES } from './files.ts';
import { heapMbOf } from './memory.ts';
import { seedsOf, tokenOf } from './nodes.ts';

/** Cassandra's name for a way to read keys and certificates from PEM files. */
const PEM = { class_name: 'org.apache.cassandra.security.PEMBasedSslContextFactory' };
const TLS_VERSIONS = ['TLSv1.3', 'TLSv1.2'];
/** Below this a host has little to do at once. */
const SMALL_HEAP_MB = 1_024;

/** A node that joins others must not be its own seed: it would take its place without the data. */
export interface Joining {
  joining: boolean;
}

/** The file's text. `joining` is for the first start of a node among others that have data already. */
export function cassandraYaml(context: HostContext, { joining }: Joining = { joining: false }): string {
  const { inventory, host, facts } = context;
  const seeds = seedsOf(inventory)
    .map(({ address }) => address)
    .filter((address) => !joining || address !== host.address);
  const { state } = PLACES.cassandra;
  const values = {
    cluster_name: inventory.name,
    partitioner: 'org.apache.cassandra.dht.Murmur3Partitioner',
    endpoint_snitch: 'GossipingPropertyFileSnitch',
    num_tokens: 1,
    initial_token: String(tokenOf(inventory, host)),
    seed_provider: [
      {
        class_name: 'org.apache.cassandra.locator.SimpleSeedProvider',
        parameters: [{ seeds: seeds.join(',') }],
      },
    ],
    ...addresses(host, facts.addresses),
    storage_port: PEER_PORTS.cassandraNodes,
    native_transport_port: PEER_PORTS.cassandraClients,
    data_file_directories: [CASSANDRA_FILES.data],
    commitlog_directory: `${state}/commitlog`,
    hints_directory: `${state}/hints`,
    saved_caches_directory: `${state}/saved_caches`,
    cdc_raw_directory: `${state}/cdc_raw`,
    cdc_enabled: false,
    ...durability,
    ...patience,
    ...logins,
    ...encryption(),
    ...absent,
    ...sizes(heapMbOf(inventory, facts)),
  };
  return `# Written by relay cluster apply: what is changed here is changed back.\n${stringify(values, { lineWidth: 0 })}`;
}

/** What was acknowledged is on disk: with `periodic`, nodes that lose power together forget what they promised. */
const durability = {
  commitlog_sync: 'group',
  commitlog_sync_group_window: '5ms',
  disk_failure_policy: 'die',
  commit_failure_policy: 'die',
  hinted_handoff_enabled: true,
  paxos_variant: 'v2',
  // Needs the repairs that the timers do.
  paxos_state_purging: 'repaired',
};

/** A node's own answer comes before relay stops waiting for one. */
const patience = {
  read_request_timeout: '5s',
  write_request_timeout: '2s',
  cas_contention_timeout: '3s',
  phi_convict_threshold: 8,
};

/**
 * A node looks logins up every few seconds, for queries too: one copy must be enough for it, and each node has one.
 * With the default level for writes no password could be changed while a datacenter is down.
 */
const logins = {
  authenticator: { class_name: 'PasswordAuthenticator' },
  authorizer: { class_name: 'CassandraAuthorizer' },
  role_manager: { class_name: 'CassandraRoleManager' },
  auth_read_consistency_level: 'ONE',
  auth_write_consistency_level: 'QUORUM',
};

/** What relay doesn't use, and others shouldn't. */
const absent = {
  materialized_views_enabled: false,
  user_defined_functions_enabled: false,
  sasi_indexes_enabled: false,
  transient_replication_enabled: false,
  auto_snapshot: true,
  // Of a table that was dropped.
  auto_snapshot_ttl: '30d',
};

/**
 * Where it listens and what it tells others. Hosts of the same provider use private addresses where both have one
 * (prefer_local in cassandra-rackdc.properties); everybody else uses `address`, so the node listens at both. Behind
 * one-to-one NAT a host doesn't have its public address itself, and can't listen at it.
 */
function addresses({ address, privateAddress }: HostSpec, own: readonly string[] | undefined): object {
  if (privateAddress === null) return { listen_address: address, rpc_address: address };
  return {
    listen_address: privateAddress,
    broadcast_address: address,
    listen_on_broadcast_address: own === undefined || own.includes(address),
    rpc_address: isIPv6(address) || isIPv6(privateAddress) ? '::' : '0.0.0.0',
    broadcast_rpc_address: address,
  };
}

/** All of it is encrypted, and nobody gets in without a certificate of the cluster's own authority. */
function encryption(): object {
  const both = {
    ssl_context_factory: PEM,
    keystore: CASSANDRA_FILES.pair,
    truststore: CASSANDRA_FILES.authority,
    accepted_protocols: TLS_VERSIONS,
    require_client_auth: true,
  };
  return {
    server_encryption_options: {
      internode_encryption: 'all',
      legacy_ssl_storage_port_enabled: false,
      ...both,
      outbound_keystore: CASSANDRA_FILES.pair,
      // A node's certificate must name the address that it calls from, or is called at.
      require_endpoint_verification: true,
    },
    client_encryption_options: { enabled: true, optional: false, ...both },
  };
}

function sizes(heapMb: number): object {
  const small = heapMb < SMALL_HEAP_MB;
  return {
    commitlog_segment_size: small ? '16MiB' : '32MiB',
    commitlog_total_space: small ? '512MiB' : '1GiB',
    concurrent_reads: small ? 16 : 32,
    concurrent_writes: small ? 16 : 32,
    concurrent_counter_writes: 2,
    concurrent_compactors: small ? 1 : 2,
    // Half of a small disk's bandwidth at most, and plenty for what a pager writes.
    compaction_throughput: '32MiB/s',
    memtable_flush_writers: 1,
    file_cache_size: small ? '32MiB' : '128MiB',
    networking_cache_size: small ? '32MiB' : '64MiB',
    counter_cache_size: '0MiB',
  };
}
