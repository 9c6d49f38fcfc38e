/** The files a node is started from. What tests judge by is as on real hosts; what only costs memory is made small. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ClusterNode, CommitlogSync, Plan } from './plan.ts';

/**
 * When a write is acknowledged. `group`, as on real hosts: after an fsync that gathers what came within the window.
 * `batch`: after an fsync at once. `periodic`: before any, so a power cut forgets what was promised; killing the
 * process doesn't, since the system keeps what was written. On two cores a QUORUM insert, one at a time, took 5, 2 and
 * 0.4 ms on one node, 12, 7 and 4 ms on five: what real hosts do is affordable here, so it is the default.
 */
const COMMITLOG_SYNC: Record<CommitlogSync, string> = {
  group: 'commitlog_sync: group\ncommitlog_sync_group_window: 5ms',
  batch: 'commitlog_sync: batch',
  periodic: 'commitlog_sync: periodic\ncommitlog_sync_period: 1s',
};

/** Writes a node's configuration into its folder. */
export function writeNodeConfig(plan: Plan, node: ClusterNode): void {
  mkdirSync(node.dir, { recursive: true });
  const write = (name: string, text: string): void => writeFileSync(join(node.dir, name), text);
  write('cassandra.yaml', yaml(plan, node));
  write('rackdc.properties', `dc=${node.datacenter}\nrack=r1\n`);
  write('logback.xml', logback('FileAppender', `<file>${join(node.dir, 'system.log')}</file>`, 'INFO'));
  write('logback-tools.xml', logback('ConsoleAppender', '<target>System.err</target>', 'WARN'));
}

function yaml(plan: Plan, node: ClusterNode): string {
  const folder = (name: string): string => JSON.stringify(join(node.dir, name));
  const seeds = plan.nodes.filter(({ seed }) => seed).map(({ address }) => address);
  return `
cluster_name: relay
partitioner: org.apache.cassandra.dht.Murmur3Partitioner
endpoint_snitch: GossipingPropertyFileSnitch
# Each holds everything, so tokens only need to differ; given ones spare the start a search.
num_tokens: 1
initial_token: "${-(2n ** 63n) + (BigInt(node.k) * 2n ** 64n) / 6n}"
auto_bootstrap: false
seed_provider:
  - class_name: org.apache.cassandra.locator.SimpleSeedProvider
    parameters: [{ seeds: "${seeds.join(',')}" }]
${addresses(node)}
storage_port: ${node.storagePort}
native_transport_port: ${node.cqlPort}
data_file_directories: [${folder('data')}]
commitlog_directory: ${folder('commitlog')}
hints_directory: ${folder('hints')}
saved_caches_directory: ${folder('caches')}
cdc_raw_directory: ${folder('cdc')}
cdc_enabled: false

# As on real hosts.
${COMMITLOG_SYNC[plan.commitlogSync]}
paxos_variant: v2
paxos_state_purging: repaired
cas_contention_timeout: 3s
read_request_timeout: 5s
write_request_timeout: 2s
phi_convict_threshold: 8
hinted_handoff_enabled: true
disk_failure_policy: die
commit_failure_policy: die
materialized_views_enabled: false
user_defined_functions_enabled: false
${access(plan)}${encryption(plan, node)}
# Small: five of these share one machine with what is tested.
commitlog_segment_size: 8MiB
commitlog_total_space: 64MiB
memtable_heap_space: 48MiB
memtable_offheap_space: 16MiB
memtable_flush_writers: 1
key_cache_size: 4MiB
counter_cache_size: 0MiB
file_cache_size: 16MiB
networking_cache_size: 16MiB
prepared_statements_cache_size: 4MiB
concurrent_reads: 16
concurrent_writes: 16
concurrent_counter_writes: 2
concurrent_compactors: 1
auto_snapshot: false
`;
}

function addresses({ address, listensAt }: ClusterNode): string {
  if (listensAt === undefined) return `listen_address: ${address}\nrpc_address: ${address}`;
  return `listen_address: ${listensAt}
broadcast_address: ${address}
rpc_address: ${listensAt}
broadcast_rpc_address: ${address}`;
}

/**
 * Who may come in. Roles are read from one copy, and each node has one. The role is looked up again every 2 s for plain
 * queries too, so at QUORUM (or LOCAL_QUORUM, the default: both nodes of a datacenter of two) whatever a client asked
 * would fail for some 20 s after two nodes died, until the others have noticed.
 */
function access({ credentials }: Plan): string {
  if (credentials === null) return 'authenticator: { class_name: AllowAllAuthenticator }\n';
  return `authenticator: { class_name: PasswordAuthenticator }
authorizer: { class_name: AllowAllAuthorizer }
role_manager: { class_name: CassandraRoleManager }
auth_read_consistency_level: ONE
auth_write_consistency_level: QUORUM
`;
}

/** TLS to clients. Between the nodes there is none: all of it is one machine's loopback. */
function encryption({ caFile }: Plan, { dir }: ClusterNode): string {
  if (caFile === null) return '';
  return `client_encryption_options:
  enabled: true
  optional: false
  require_client_auth: false
  ssl_context_factory:
    class_name: org.apache.cassandra.security.PEMBasedSslContextFactory
  keystore: ${JSON.stringify(join(dir, 'node.pem'))}
  truststore: ${JSON.stringify(join(dir, 'trust.pem'))}
`;
}

function logback(appender: string, target: string, level: string): string {
  return `<configuration scan="false">
  <appender name="it" class="ch.qos.logback.core.${appender}">${target}
    <encoder><pattern>%-5level [%thread] %date{HH:mm:ss.SSS} %F:%L - %msg%n</pattern></encoder>
  </appender>
  <root level="${level}"><appender-ref ref="it"/></root>
</configuration>
`;
}
