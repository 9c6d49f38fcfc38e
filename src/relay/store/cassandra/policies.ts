/** How the driver is set up; its defaults would wait 12 s, ask one node, and repeat what may not be repeated. */
import { policies, types } from 'cassandra-driver';
import type { ClientOptions } from 'cassandra-driver';
import { NearestFirst } from './nearest.ts';
import type { CassandraAccess } from './options.ts';

/** Longer than every time limit of the nodes, so that a node's own answer comes first. */
export const READ_TIMEOUT_MS = 4_500;
const CONNECT_TIMEOUT_MS = 4_000;
const RECONNECT_MS = 2_000;
/** A node that was down learns of a new table when it is back; one that disagrees for longer needs a person. */
export const SCHEMA_PATIENCE_S = 60;
/**
 * After so long a plain read or write is sent to a second node too: a paused coordinator then costs this and not the
 * whole time limit. Ten times what such a call takes between datacenters.
 */
const SECOND_NODE_AFTER_MS = 700;

/**
 * Never repeats a conditional write or anything that may have been done by now. The driver asks `onRequestError` only
 * about what is marked as idempotent (plain writes and reads); of that, what a closed socket swallowed goes to the next
 * node once.
 */
class RepeatNothingElse extends policies.retry.FallthroughRetryPolicy {
  override onRequestError(
    info: policies.retry.OperationInfo,
    consistency: types.consistencies,
    error: Error,
  ): policies.retry.DecisionInfo {
    const closed = 'isSocketError' in error && error.isSocketError === true;
    return closed && info.nbRetry === 0 ? this.retryResult(consistency, false) : this.rethrowResult();
  }
}

/** The driver's options, and the policy that says which node is asked. `keyspace`: null while it may not exist yet. */
export function driverOptions(
  access: CassandraAccess,
  keyspace: string | null,
): { options: ClientOptions; nearest: NearestFirst } {
  const { credentials, tls } = access;
  const nearest = new NearestFirst(access.localDatacenter, access.nearest ?? []);
  const options: ClientOptions = {
    contactPoints: [...access.contactPoints],
    localDataCenter: access.localDatacenter,
    ...(keyspace === null ? {} : { keyspace }),
    ...(credentials === null ? {} : { credentials }),
    // Without `ca` and rejectUnauthorized this would be TLS that checks nothing.
    ...(tls === null ? {} : { sslOptions: { ...tls, rejectUnauthorized: true } }),
    policies: {
      loadBalancing: nearest,
      retry: new RepeatNothingElse(),
      reconnection: new policies.reconnection.ConstantReconnectionPolicy(RECONNECT_MS),
      speculativeExecution: new policies.speculativeExecution.ConstantSpeculativeExecutionPolicy(
        SECOND_NODE_AFTER_MS,
        1,
      ),
    },
    queryOptions: {
      prepare: true,
      consistency: types.consistencies.quorum,
      serialConsistency: types.consistencies.serial,
      captureStackTrace: false,
    },
    socketOptions: { readTimeout: READ_TIMEOUT_MS, connectTimeout: CONNECT_TIMEOUT_MS },
    protocolOptions: { maxSchemaAgreementWaitSeconds: SCHEMA_PATIENCE_S },
    // Nothing here looks at tables' descriptions, and every connection would read them all.
    isMetadataSyncEnabled: false,
  };
  return { options, nearest };
}
