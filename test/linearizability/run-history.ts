/** A whole run on five real nodes: five clients work while nodes are broken; then all is healed and looked at. */
import type { Store } from '../../src/relay/store/port.ts';
import type { Cluster } from '../cassandra/cluster.ts';
import { TestKeyspace } from '../contract/cassandra/keyspace.ts';
import { Prng } from '../sim/prng.ts';
import { chainFaults, type Link } from './chain.ts';
import { Client, LINK } from './client.ts';
import { breakNodes, type Broken } from './nemesis.ts';
import type { CommitRecord, Operation } from './history.ts';

export interface RunOptions {
  /** How long nodes are broken at least; it goes on until each fault has come once. */
  seconds: number;
  /** What is drawn: faults and operations. Real nodes take their own time, so that no two runs are the same. */
  seed: number;
  say: (text: string) => void;
}

export interface RunResult {
  history: Operation[];
  /** What is wrong with what stays of the aggregates; see chain.ts. */
  faults: string[];
  broken: Broken;
  /** How long the clients worked. */
  seconds: number;
  aggregates: number;
}

/** So that one of them is always waiting while another works. */
const CLIENTS_BESIDE_A_NODE = 2;

/** Rejects with any error that the port doesn't allow, and when the nodes can't be healed. */
export async function runHistory(cluster: Cluster, { seconds, seed, say }: RunOptions): Promise<RunResult> {
  const { nodes, caFile, credentials } = cluster;
  const keyspace = await TestKeyspace.make({ nodes: [...nodes], caFile, credentials });
  try {
    const stores: Store[] = [];
    for (const { k } of nodes) stores.push(await keyspace.open({ k }));
    const chance = new Prng(String(seed));
    const history: Operation[] = [];
    const clients = stores.flatMap((store, at) =>
      Array.from({ length: CLIENTS_BESIDE_A_NODE }, (_, beside) => {
        const number = at * CLIENTS_BESIDE_A_NODE + beside;
        return new Client(number, store, chance.fork(`client ${number}`), history);
      }),
    );
    const beganMs = performance.now();
    let over = false;
    const breaking = breakNodes(cluster, seconds * 1_000, chance.fork('nemesis'), say).finally(() => {
      over = true;
    });
    const working = Promise.all(clients.map((client) => client.work(() => !over)));
    // Nothing is taken down while nodes are still being broken.
    await Promise.allSettled([breaking, working]);
    await working;
    const broken = await breaking;
    const tookS = (performance.now() - beganMs) / 1_000;
    say('all have stopped, and every aggregate is looked at');
    await cluster.heal();
    const commits = Map.groupBy(
      history.filter((one) => one.kind === 'commit'),
      ({ key }) => key,
    );
    const faults: string[] = [];
    for (const [key, sent] of commits) faults.push(...(await lookAtEnd(key, sent, stores, clients)));
    return { history, faults, broken, seconds: tookS, aggregates: commits.size };
  } finally {
    await keyspace.drop();
  }
}

/** Each client loads the aggregate, and its rows are read between two loads that found the same. */
async function lookAtEnd(
  key: string,
  sent: CommitRecord[],
  stores: readonly Store[],
  clients: readonly Client[],
): Promise<string[]> {
  const [store] = stores;
  const [first, ...others] = clients;
  if (store === undefined || first === undefined) throw new Error('a run without clients');
  await Promise.all(others.map((client) => client.load(key)));
  for (;;) {
    const before = await first.load(key);
    const rows = await store.rows(key, LINK);
    // What had been unknown may still happen.
    if ((await first.load(key)).op !== before.op) continue;
    const links = rows.map((row): Link => ({ op: row.key, on: String(row.body) }));
    return chainFaults(key, before.op, links, sent);
  }
}
