/** Five real nodes and five real daemons on loopback, in three datacenters: for people, tests, faults and the bench. */
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../src/relay/daemon/system.ts';
import { migrateCassandra } from '../../src/relay/store/cassandra/migrate.ts';
import { type Cluster, startCluster } from '../cassandra/cluster.ts';
import { type ClusterNode, replicationOf } from '../cassandra/plan.ts';
import { makeAuthority } from './certificates.ts';
import { LocalHost } from './daemon.ts';
import { type Common, installHost, KEYSPACE } from './host-files.ts';
import { placeHosts } from './layout.ts';
import { noteRun, sweepRuns } from './leftovers.ts';
import { Standins } from './standins.ts';

export interface LocalClusterOptions {
  /** Told what is being done, a line each. */
  say?: (text: string) => void;
  /** What nodes and hosts say to each other goes through it. */
  between?: Between;
}

/** Listens at addresses in the place of those who are to be reached there. Closed by whoever made it. */
export interface Between {
  /** Called before the nodes start. */
  nodes(nodes: readonly ClusterNode[]): Promise<void>;
  /** Called before the daemons start. */
  hosts(cluster: { nodes: readonly ClusterNode[]; hosts: readonly LocalHost[] }): Promise<void>;
}

/** Resolves when all five hosts are up. Rejects with what failed; nothing is left running then. */
export async function startLocalCluster(options: LocalClusterOptions = {}): Promise<LocalCluster> {
  const { say = () => {} } = options;
  sweepRuns();
  const closing: (() => Promise<unknown>)[] = [];
  try {
    const dir = mkdtempSync(join(tmpdir(), 'relay-cluster-'));
    const remove = noteRun(dir);
    closing.push(async () => remove());
    say('starting five Cassandra nodes');
    const { between } = options;
    const nodes = await startCluster({
      nodes: 5,
      tls: true,
      auth: true,
      ...(between === undefined ? {} : { between: (all) => between.nodes(all) }),
    });
    closing.push(() => nodes.stop());
    say('migrating the schema');
    await migrate(nodes, say);
    const standins = await Standins.start();
    closing.push(() => standins.close());
    const places = await placeHosts(nodes.nodes);
    const common: Common = {
      hosts: places,
      nodes,
      authority: await makeAuthority(),
      standins,
      keys: join(dir, 'keys'),
    };
    const hosts = places.map((place) => {
      const folder = join(dir, place.name);
      return new LocalHost(place, folder, () => installHost(folder, place, common));
    });
    closing.push(() => Promise.all(hosts.map((host) => host.kill())));
    await between?.hosts({ nodes: nodes.nodes, hosts });
    say('starting five daemons');
    // The first alone: it makes the keys that all share, and compiles what all run.
    for (const host of hosts.slice(0, 1)) await host.start();
    await Promise.all(hosts.slice(1).map((host) => host.start()));
    return new LocalCluster({ dir, nodes, hosts, standins, closing });
  } catch (error) {
    for (const close of closing.toReversed()) await close();
    throw error;
  }
}

/** Makes the schema that the hosts want. */
export async function migrate(nodes: Cluster, say: (text: string) => void): Promise<void> {
  const [first] = nodes.nodes;
  const { caFile, credentials, contactPoints, cqlPort } = nodes;
  if (first === undefined || caFile === null) throw new Error('nodes without TLS');
  await migrateCassandra(
    {
      contactPoints: contactPoints.map((address) => `${address}:${cqlPort}`),
      localDatacenter: first.datacenter,
      keyspace: KEYSPACE,
      credentials,
      tls: { ca: readFileSync(caFile, 'utf8') },
      clock: systemClock,
      log: { info: () => {}, warn: (_, text) => say(text), error: (_, text) => say(text) },
    },
    { replication: replicationOf(nodes.nodes), onStep: (text) => say(`  ${text}`) },
  );
}

/** Everything that was started, to be broken and mended. */
export class LocalCluster {
  readonly dir: string;
  readonly nodes: Cluster;
  readonly hosts: readonly LocalHost[];
  readonly standins: Standins;
  readonly #closing: (() => Promise<unknown>)[];

  constructor(parts: {
    dir: string;
    nodes: Cluster;
    hosts: LocalHost[];
    standins: Standins;
    closing: (() => Promise<unknown>)[];
  }) {
    this.dir = parts.dir;
    this.nodes = parts.nodes;
    this.hosts = parts.hosts;
    this.standins = parts.standins;
    this.#closing = parts.closing;
  }

  /** The k-th host, from 1. */
  host(k: number): LocalHost {
    const host = this.hosts[k - 1];
    if (host === undefined) throw new Error(`there are ${this.hosts.length} hosts, and no host ${k}`);
    return host;
  }

  /** A host that can be asked something. Rejects when all are down or paused. */
  get anyHost(): LocalHost {
    const host = this.hosts.find(({ state }) => state === 'runs');
    if (host === undefined) throw new Error('no host runs: restart one first');
    return host;
  }

  /** Resumes what is paused, starts what is down, nodes first; resolves when all nodes agree and all hosts are up. */
  async heal(): Promise<void> {
    await this.nodes.heal();
    for (const host of this.hosts.filter(({ state }) => state === 'paused')) await host.resume();
    await Promise.all(this.hosts.filter(({ state }) => state === 'down').map((host) => host.start()));
  }

  /** Ends everything and removes all data. May be called twice. */
  async stop(): Promise<void> {
    for (const close of this.#closing.splice(0).toReversed()) await close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }
}
