/** A cluster as data: which nodes, where they lie, and what opens them. Written beside the data, for other terminals. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** How a write becomes durable on one node: see node-config.ts. */
export type CommitlogSync = 'group' | 'batch' | 'periodic';

/** One node: its number from 1, its own loopback address, its folder. */
export interface ClusterNode {
  k: number;
  name: string;
  datacenter: string;
  seed: boolean;
  /** Where clients and the other nodes look for it. */
  address: string;
  /** Where it listens, if what is said to its address goes through something else. */
  listensAt?: string;
  cqlPort: number;
  storagePort: number;
  /** On 127.0.0.1, whatever the node's address: the JVM offers it there only. */
  jmxPort: number;
  dir: string;
}

/** Everything about a cluster that lasts as long as its data. */
export interface Plan {
  dir: string;
  /** The first three numbers of its addresses. */
  network: string;
  nodes: ClusterNode[];
  heapMb: number;
  commitlogSync: CommitlogSync;
  /** The authority's certificate, which clients check the nodes' against; null without TLS. */
  caFile: string | null;
  /** Null where anybody may come in. */
  credentials: { username: string; password: string } | null;
}

/** The five hosts of the design, {2,2,1}; one node alone is the first of them. One seed for each datacenter. */
const LAYOUT = [
  { datacenter: 'dc-a', seed: true },
  { datacenter: 'dc-a', seed: false },
  { datacenter: 'dc-b', seed: true },
  { datacenter: 'dc-b', seed: false },
  { datacenter: 'dc-c', seed: true },
] as const;

/** From an address to the one that a node listens at instead. */
const HIDDEN = 100;

/** The nodes of a cluster of `count`, at addresses .1 to .5 of `network`; `hidden`: they listen at .101 to .105. */
export function layOut(
  dir: string,
  count: 1 | 5,
  place: { network: string; cqlPort: number; storagePort: number; jmxPorts: number[] },
  hidden = false,
): ClusterNode[] {
  return LAYOUT.slice(0, count).map(({ datacenter, seed }, index) => {
    const name = `n${index + 1}`;
    const jmxPort = place.jmxPorts[index];
    if (jmxPort === undefined) throw new Error(`no JMX port for ${name}`);
    const { network, cqlPort, storagePort } = place;
    const address = `${network}.${index + 1}`;
    return {
      k: index + 1,
      name,
      datacenter,
      seed,
      address,
      ...(hidden ? { listensAt: `${network}.${index + 1 + HIDDEN}` } : {}),
      cqlPort,
      storagePort,
      jmxPort,
      dir: join(dir, name),
    };
  });
}

/** Datacenter to number of copies, so that each node holds everything: {2,2,1}, or one. */
export function replicationOf(nodes: readonly ClusterNode[]): Record<string, number> {
  const copies: Record<string, number> = {};
  for (const { datacenter } of nodes) copies[datacenter] = (copies[datacenter] ?? 0) + 1;
  return copies;
}

/** The plan that was kept in `dir`, or null. */
export function readPlan(dir: string): Plan | null {
  const file = join(dir, 'cluster.json');
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Plan) : null;
}

/** Keeps the plan; it holds the password, so only the owner may read it. */
export function writePlan(plan: Plan): void {
  mkdirSync(plan.dir, { recursive: true, mode: 0o700 });
  writeFileSync(join(plan.dir, 'cluster.json'), JSON.stringify(plan, null, 2), { mode: 0o600 });
}
