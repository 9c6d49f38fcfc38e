/** A keyspace of a test file's own on real nodes, and stores in it. */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Client, policies } from 'cassandra-driver';
import type { Clock, Log } from '../../../src/relay/engine/ports.ts';
import { migrateCassandra } from '../../../src/relay/store/cassandra/migrate.ts';
import { openCassandraStore } from '../../../src/relay/store/cassandra/open.ts';
import type { CassandraAccess, CassandraOptions } from '../../../src/relay/store/cassandra/options.ts';
import type { CassandraStore } from '../../../src/relay/store/cassandra/store.ts';
import type { Store } from '../../../src/relay/store/port.ts';
import { clientOptions } from '../../cassandra/connect.ts';
import type { Access } from '../../cassandra/connect.ts';

/** The real one, but for what the wall shows. */
export const clockShowing = (wallMs: () => number): Clock => ({
  wallMs,
  monoMs: () => performance.now(),
  after: (delayMs, fn) => {
    const timer = setTimeout(fn, delayMs);
    return () => clearTimeout(timer);
  },
});

/** Drivers' warnings are part of what tests with dying nodes bring about. */
export const silent: Log = { info: () => {}, warn: () => {}, error: () => {} };

/** How relay gets to nodes of the rig, as a host in the datacenter of the k-th (from 1). */
export function relayAccess(
  access: Access,
  keyspace: string,
  wallMs: () => number = Date.now,
  k: number = 1,
): CassandraAccess {
  const { nodes, caFile, credentials } = access;
  const home = nodes[k - 1];
  if (home === undefined) throw new Error(`there is no node ${k}`);
  return {
    contactPoints: nodes.map(({ address, cqlPort }) => `${address}:${cqlPort}`),
    localDatacenter: home.datacenter,
    keyspace,
    credentials,
    tls: caFile === null ? null : { ca: readFileSync(caFile, 'utf8') },
    nearest: [home.address],
    clock: clockShowing(wallMs),
    log: silent,
  };
}

/** So many copies in each datacenter as it has nodes. */
export function replicationOf({ nodes }: Access): Record<string, number> {
  const copies: Record<string, number> = {};
  for (const { datacenter } of nodes) copies[datacenter] = (copies[datacenter] ?? 0) + 1;
  return copies;
}

const DROP_TRIES = 3;

export class TestKeyspace {
  readonly name: string;
  readonly #access: Access;
  readonly #client: Client;
  /** Goes to each node, to ask what it has counted. */
  readonly #counters: Client;
  readonly #open: Store[] = [];
  #used = false;
  /** How often a node had written to a table when it was last asked. */
  readonly #writes = new Map<string, number>();

  private constructor(access: Access, name: string, client: Client, counters: Client) {
    this.#access = access;
    this.name = name;
    this.#client = client;
    this.#counters = counters;
  }

  /** Makes it, with the schema in it. */
  static async make(access: Access): Promise<TestKeyspace> {
    const name = `relay_${randomUUID().replaceAll('-', '').slice(0, 16)}`;
    await migrateCassandra(relayAccess(access, name), {
      replication: replicationOf(access),
      onStep: () => {},
    });
    const client = new Client({
      ...clientOptions(access),
      keyspace: name,
      // Schema statements take their time on a busy machine.
      socketOptions: { readTimeout: 30_000 },
    });
    await client.connect();
    const counters = new Client({
      ...clientOptions(access),
      policies: { loadBalancing: new policies.loadBalancing.RoundRobinPolicy() },
    });
    await counters.connect();
    return new TestKeyspace(access, name, client, counters);
  }

  /** A store of a host of its own beside node `k`; closed with the keyspace at the latest. */
  async open({ k = 1, wallMs, ...more }: OpenMore = {}): Promise<CassandraStore> {
    const options: CassandraOptions = {
      ...relayAccess(this.#access, this.name, wallMs, k),
      host: `host-${k}`,
      ...more,
    };
    const store = await openCassandraStore(options);
    this.#open.push(store);
    this.#used = true;
    return store;
  }

  /** Any statement, as an operator would give it. */
  async run(statement: string, params: unknown[] = []): Promise<Record<string, unknown>[]> {
    const { rows } = await this.#client.execute(statement, params, { prepare: true });
    return rows;
  }

  /** Takes out all rows that stores have written; those that are open are closed. */
  async empty(): Promise<void> {
    await this.close();
    if (!this.#used) return;
    this.#used = false;
    for (const table of await this.#written()) await this.#client.execute(`TRUNCATE ${table}`);
  }

  /**
   * The tables written to since this was last asked, by what any of the nodes counted: what a quorum has acknowledged,
   * three of five have counted. Emptying a table costs each node flushes, and most tests write to few.
   */
  async #written(): Promise<string[]> {
    const written = new Set<string>();
    for (const host of this.#counters.hosts.values()) {
      if (!host.isUp()) continue;
      const { rows } = await this.#counters.execute(
        'SELECT keyspace_name, table_name, count FROM system_views.local_write_latency',
        [],
        { host },
      );
      for (const { keyspace_name: keyspace, table_name: table, count } of rows) {
        if (keyspace !== this.name || table === 'migrations') continue;
        const place = `${host.address} ${String(table)}`;
        if (Number(count) !== (this.#writes.get(place) ?? 0)) written.add(String(table));
        this.#writes.set(place, Number(count));
      }
    }
    return [...written];
  }

  async drop(): Promise<void> {
    await this.close();
    await this.#counters.shutdown();
    for (let tries = 1; ; tries += 1) {
      try {
        await this.#client.execute(`DROP KEYSPACE IF EXISTS ${this.name}`);
        break;
      } catch (error) {
        // A node that was killed of late may fail at a table that it has just dropped: "Unknown CF".
        if (tries === DROP_TRIES) throw error;
      }
    }
    await this.#client.shutdown();
  }

  /** Closes all stores. */
  async close(): Promise<void> {
    for (const store of this.#open.splice(0)) await store.close();
  }
}

type OpenMore = Partial<CassandraOptions> & { k?: number; wallMs?: () => number };
