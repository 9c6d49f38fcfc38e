/** How a client of cassandra-driver gets to a cluster of the rig, and only as it should: checked and named. */
import { readFileSync } from 'node:fs';
import { Client, type ClientOptions, policies } from 'cassandra-driver';
import type { ClusterNode, Plan } from './plan.ts';

const CONNECT_TIMEOUT_MS = 5_000;
const READ_TIMEOUT_MS = 6_000;

/** What a client needs to know of a cluster. */
export type Access = Pick<Plan, 'nodes' | 'caFile' | 'credentials'>;

/**
 * Options for a client: `only` makes that node its one coordinator, or else the first datacenter's nodes are. The
 * nodes' certificates are checked against the cluster's own authority.
 */
export function clientOptions({ nodes, caFile, credentials }: Access, only?: ClusterNode): ClientOptions {
  const home = only ?? nodes[0];
  if (home === undefined) throw new Error('a cluster without nodes');
  const near = new policies.loadBalancing.DCAwareRoundRobinPolicy(home.datacenter);
  const atOnly = only === undefined ? [] : [`${only.address}:${only.cqlPort}`];
  return {
    contactPoints: only === undefined ? nodes.map(({ address }) => address) : [only.address],
    localDataCenter: home.datacenter,
    protocolOptions: { port: home.cqlPort },
    ...(only === undefined
      ? {}
      : { policies: { loadBalancing: new policies.loadBalancing.WhiteListPolicy(near, atOnly) } }),
    ...(credentials === null ? {} : { credentials }),
    // An empty object here would be TLS that checks nothing.
    ...(caFile === null ? {} : { sslOptions: { ca: readFileSync(caFile), rejectUnauthorized: true } }),
    socketOptions: { connectTimeout: CONNECT_TIMEOUT_MS, readTimeout: READ_TIMEOUT_MS },
  };
}

/** Does `work` with a client of its own. Rejects with what lies behind "no host available", which says nothing. */
export async function withClient<T>(
  options: ClientOptions,
  work: (client: Client) => Promise<T>,
): Promise<T> {
  const client = new Client(options);
  try {
    await client.connect();
    return await work(client);
  } catch (error) {
    throw reasonOf(error);
  } finally {
    await client.shutdown();
  }
}

/** The first error that a host gave, instead of the driver's summary. */
export function reasonOf(error: unknown): Error {
  if (error instanceof Error && 'innerErrors' in error) {
    const inner = Object.values(error.innerErrors as Record<string, Error>)[0];
    if (inner !== undefined) return inner;
  }
  return error instanceof Error ? error : new Error(String(error));
}
