/** Waits until nodes do their work: a port that listens says little. */
import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { type Client, types } from 'cassandra-driver';
import { type Access, clientOptions, withClient } from './connect.ts';
import { lastWords } from './node.ts';
import { type ClusterNode, replicationOf } from './plan.ts';
import { nodePid } from './processes.ts';

const LOOK_AGAIN_MS = 50;
/** Far more than a start takes, for machines that do much else. */
const WITHIN_MS = 180_000;
const KEYSPACE = 'relay_rig';

/** Resolves when the node takes clients. Rejects with the node's last words when it dies meanwhile. */
export async function takesClients(node: ClusterNode): Promise<void> {
  await patiently(`${node.name} takes clients`, [node], async () => {
    await new Promise<void>((resolve, reject) => {
      const socket = connect({ host: node.listensAt ?? node.address, port: node.cqlPort }, () => {
        socket.destroy();
        resolve();
      });
      socket.once('error', reject);
    });
  });
}

/**
 * Does `work` with a client whose coordinator is `node` (or what that gives for each try), again until it goes well. Rejects when one of the cluster's
 * nodes dies, and after 3 minutes with the last error.
 */
export async function withPatience(
  what: string,
  access: Access,
  node: ClusterNode | (() => ClusterNode),
  work: (client: Client) => Promise<void>,
): Promise<void> {
  await patiently(what, access.nodes, async () => {
    const coordinator = typeof node === 'function' ? node() : node;
    await withClient({ ...clientOptions(access, coordinator), pooling: ONE_CONNECTION }, work);
  });
}

/** `CREATE` or `ALTER` text for replication on every node. */
export function replicationText(nodes: readonly ClusterNode[]): string {
  const copies = Object.entries(replicationOf(nodes)).map(([name, count]) => `'${name}': ${count}`);
  return `{'class': 'NetworkTopologyStrategy', ${copies.join(', ')}}`;
}

/** Makes the table that `agree` reads; the first node has to know all others by then, and waits for them. */
export async function prepareProbe(access: Access): Promise<void> {
  const [first] = access.nodes;
  if (first === undefined) return;
  await withPatience('all nodes are known', access, first, async (client) => {
    const known = await client.execute('SELECT peer FROM system.peers_v2');
    if (known.rowLength !== access.nodes.length - 1)
      throw new Error(`only ${known.rowLength} others are known`);
    const replication = replicationText(access.nodes);
    await client.execute(`CREATE KEYSPACE IF NOT EXISTS ${KEYSPACE} WITH replication = ${replication}`);
    await client.execute(`CREATE TABLE IF NOT EXISTS ${KEYSPACE}.probe (k int PRIMARY KEY)`);
  });
}

/** Resolves when every node, asked as coordinator, has the answer of every other one: consistency ALL. */
export async function agree(access: Access): Promise<void> {
  await Promise.all(
    access.nodes.map(async (node) =>
      withPatience(`${node.name} reads from all nodes`, access, node, async (client) => {
        await client.execute(`SELECT k FROM ${KEYSPACE}.probe WHERE k = 1`, [], {
          consistency: types.consistencies.all,
        });
      }),
    ),
  );
}

const ONE_CONNECTION = {
  coreConnectionsPerHost: {
    [types.distance.local]: 1,
    [types.distance.remote]: 1,
    [types.distance.ignored]: 0,
  },
};

async function patiently(
  what: string,
  nodes: readonly ClusterNode[],
  attempt: () => Promise<void>,
): Promise<void> {
  const deadlineMs = performance.now() + WITHIN_MS;
  for (;;) {
    try {
      await attempt();
      return;
    } catch (error) {
      const dead = nodes.find(({ dir }) => nodePid(dir) === null);
      if (dead !== undefined) throw new Error(`${dead.name} died:\n${lastWords(dead)}`, { cause: error });
      if (performance.now() > deadlineMs) {
        throw new Error(`${what}: not within ${WITHIN_MS / 1_000} s`, { cause: error });
      }
    }
    await pause(LOOK_AGAIN_MS);
  }
}
