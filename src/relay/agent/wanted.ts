/**
 * What is worth having of what HAProxy and Cassandra export. HAProxy writes some hundred series a backend, a node with
 * all its MBeans five thousand; each costs whoever keeps them, and nobody looks at most. What isn't here isn't told.
 * Names and labels stay those of the exporter, so that its documents and others' dashboards go on being true.
 */

export interface Wanted {
  name: string;
  kind: 'counter' | 'gauge';
  /** The labels that are kept. */
  labels: readonly string[];
  /** Only series with these labels. */
  where?: Readonly<Record<string, string>>;
  /** What it tells, for HELP. */
  why: string;
}

const counter = (name: string, labels: readonly string[], why: string): Wanted => ({
  name,
  kind: 'counter',
  labels,
  why,
});
const gauge = (
  name: string,
  labels: readonly string[],
  why: string,
  where?: Readonly<Record<string, string>>,
): Wanted => ({ name, kind: 'gauge', labels, why, ...(where === undefined ? {} : { where }) });

const SERVER = ['proxy', 'server'];
/** HAProxy writes a series for each state, of which one is 1. */
const UP = { state: 'UP' };

/** Of HAProxy's built-in exporter, 2.4 and later. */
export const HAPROXY: readonly Wanted[] = [
  gauge(
    'haproxy_process_current_connections',
    [],
    'Connections that are open: near the most it takes, senders wait.',
  ),
  gauge('haproxy_process_max_connections', [], 'Connections that it takes at most.'),
  counter('haproxy_frontend_sessions_total', ['proxy'], 'Connections that senders made.'),
  gauge('haproxy_frontend_current_sessions', ['proxy'], 'Those that are open.'),
  counter('haproxy_frontend_denied_connections_total', ['proxy'], 'Connections that a limit turned away.'),
  counter(
    'haproxy_frontend_request_errors_total',
    ['proxy'],
    'Requests that were broken or came too slowly.',
  ),
  counter(
    'haproxy_frontend_http_responses_total',
    ['proxy', 'code'],
    'Answers by class: 5xx are alerts refused.',
  ),
  gauge('haproxy_backend_status', ['proxy'], 'Whether anybody is left to take what comes.', UP),
  gauge('haproxy_backend_active_servers', ['proxy'], 'Daemons of this host that take alerts.'),
  gauge('haproxy_backend_backup_servers', ['proxy'], 'Daemons of other hosts that would.'),
  gauge('haproxy_backend_current_queue', ['proxy'], 'Senders that wait for one.'),
  counter('haproxy_backend_connection_errors_total', ['proxy'], 'Connections that a daemon did not take.'),
  counter('haproxy_backend_redispatch_warnings_total', ['proxy'], 'Senders that were led to another daemon.'),
  gauge('haproxy_server_status', SERVER, 'Whether a daemon passes its checks.', UP),
  gauge('haproxy_server_current_sessions', SERVER, 'What a daemon has under way.'),
  counter(
    'haproxy_server_sessions_total',
    SERVER,
    'What each daemon was given: on a backup, the local one is away.',
  ),
  counter('haproxy_server_check_failures_total', SERVER, 'Checks that failed.'),
];

/** Of Cassandra with config/cassandra-metrics.yaml, and of the Java it runs in. */
export const CASSANDRA: readonly Wanted[] = [
  counter('cassandra_client_requests_total', ['request'], 'Requests that this node coordinated.'),
  gauge('cassandra_client_request_seconds', ['request', 'quantile'], 'How long they took.'),
  counter('cassandra_client_timeouts_total', ['request'], 'Requests that too few nodes answered in time.'),
  counter(
    'cassandra_client_unavailables_total',
    ['request'],
    'Requests refused because too few nodes were up.',
  ),
  counter('cassandra_client_failures_total', ['request'], 'Requests that nodes answered with an error.'),
  counter('cassandra_cas_contended_total', ['request'], 'Conditional writes that met another one.'),
  counter(
    'cassandra_dropped_messages_total',
    ['message'],
    'Messages thrown away because they came too late: overload.',
  ),
  gauge(
    'cassandra_compactions_pending',
    [],
    'Compactions that wait: growing for hours, the disk is too slow.',
  ),
  gauge('cassandra_pool_pending', ['pool'], 'Tasks that wait for a thread.'),
  counter('cassandra_pool_blocked_total', ['pool'], 'Tasks that found even the queue full.'),
  counter('cassandra_hints_total', [], 'Writes kept for nodes that were away.'),
  counter('cassandra_hints_failed_total', [], 'Those that could not be brought later.'),
  gauge('cassandra_load_bytes', [], 'Data on this node.'),
  counter('cassandra_exceptions_total', [], 'Errors that nobody caught.'),
  gauge('cassandra_unreachable_nodes', [], 'Nodes that this one takes for dead.'),
  gauge('cassandra_commitlog_pending', [], 'Writes that wait for the commit log: the disk is too slow.'),
  gauge('cassandra_table_repaired_percent', ['table'], 'How much of each table of relay has been repaired.'),
  gauge('jvm_memory_used_bytes', ['area'], 'Java: the heap, and what is beside it.'),
  gauge('jvm_memory_max_bytes', ['area'], 'Java: the most of it.'),
  counter(
    'jvm_gc_collection_seconds_sum',
    ['gc'],
    'Java: time in garbage collection; during it nothing else is done.',
  ),
  counter('jvm_gc_collection_seconds_count', ['gc'], 'Java: collections.'),
];
