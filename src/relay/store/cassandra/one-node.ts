/** A client with one node as its only coordinator: what it says is what that node says. */
import { Client, policies, types } from 'cassandra-driver';
import type { CassandraAccess } from './options.ts';
import { SCHEMA_PATIENCE_S } from './policies.ts';

/** Nobody waits for a page here: a busy host gets its time. */
const CONNECT_TIMEOUT_MS = 10_000;
const ANSWER_WITHIN_MS = 15_000;

/** Who comes in. */
export interface Credentials {
  username: string;
  password: string;
}

/** Does `work` at the node of one contact point. Rejects with what the driver says. */
export async function atNode<T>(
  { tls }: Pick<CassandraAccess, 'tls'>,
  contactPoint: string,
  credentials: Credentials,
  work: (client: Client) => Promise<T>,
): Promise<T> {
  const client = new Client({
    contactPoints: [contactPoint],
    credentials,
    // Without `ca` and rejectUnauthorized this would be TLS that checks nothing.
    ...(tls === null ? {} : { sslOptions: { ...tls, rejectUnauthorized: true } }),
    policies: {
      // The driver names nodes by address and port, without brackets.
      loadBalancing: new policies.loadBalancing.AllowListPolicy(
        new policies.loadBalancing.RoundRobinPolicy(),
        [contactPoint.replace(/^\[(.*)\]/u, '$1')],
      ),
      retry: new policies.retry.FallthroughRetryPolicy(),
    },
    pooling: {
      coreConnectionsPerHost: {
        [types.distance.local]: 1,
        [types.distance.remote]: 0,
        [types.distance.ignored]: 0,
      },
    },
    queryOptions: { consistency: types.consistencies.quorum, captureStackTrace: false },
    socketOptions: { readTimeout: ANSWER_WITHIN_MS, connectTimeout: CONNECT_TIMEOUT_MS },
    protocolOptions: { maxSchemaAgreementWaitSeconds: SCHEMA_PATIENCE_S },
    isMetadataSyncEnabled: false,
  });
  try {
    await client.connect();
    return await work(client);
  } finally {
    await client.shutdown();
  }
}
