/** Real Cassandra nodes on loopback: one, or five in three datacenters. What tests and people hold in their hands. */
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { ClientOptions } from 'cassandra-driver';
import { until } from '../e2e/harness/until.ts';
import { bornWithRolesOn, replaceDefaultRole } from './access.ts';
import { writeCertificates } from './certificates.ts';
import { clientOptions } from './connect.ts';
import { cassandraHome } from '../../release/cassandra/home.ts';
import { nodetoolArguments, type Software } from './jvm.ts';
import { killNode, launch, pauseNode, resumeNode, stopNode } from './node.ts';
import { writeNodeConfig } from './node-config.ts';
import { disown, own } from './owned.ts';
import { findPlace } from './place.ts';
import { type ClusterNode, type CommitlogSync, layOut, type Plan, readPlan, writePlan } from './plan.ts';
import { isPaused, nodePid, processOf } from './processes.ts';
import { told } from '../../release/cassandra/progress.ts';
import { agree, prepareProbe, takesClients } from './ready.ts';
import { run } from '../../release/run.ts';
import { claimNetwork, endNow, releaseNetwork, sweep } from './runs.ts';
import { software } from './software.ts';

/** What a cluster is to be. */
export interface ClusterOptions {
  nodes: 1 | 5;
  /** TLS to clients, by an authority made for this cluster. */
  tls: boolean;
  /** A login, `relay`, with a password made for this cluster. */
  auth: boolean;
  /** Where the data lie; left out, a temporary folder. A folder with a kept cluster brings that one up again, as it was. */
  dir?: string;
  /** `stop` leaves the data. */
  keep?: boolean;
  /** The nodes go on when this process ends; `openCluster` finds them again. */
  survives?: boolean;
  /** The most heap of each node: 384 unless said. */
  heapMb?: number;
  /** When writes are acknowledged: `group`, as on real hosts, unless said. */
  commitlogSync?: CommitlogSync;
  /** Nodes are reached through this only: called before they start, it listens at their addresses in their place. */
  between?: (nodes: readonly ClusterNode[]) => Promise<void>;
}

const HEAP_MB = 384;
const NOTICE_WITHIN_MS = 120_000;
const USER = 'relay';

/**
 * Starts nodes. Resolves when every one of them, as coordinator, has read from all. Rejects with what to install
 * where nodes can't be run, and with a node's last words when one dies; nothing is left running then.
 */
export async function startCluster(options: ClusterOptions): Promise<Cluster> {
  const programs = await software();
  const home = cassandraHome();
  sweep(home);
  const { keep = false, survives = false } = options;
  const dir =
    options.dir === undefined ? mkdtempSync(join(tmpdir(), 'relay-cassandra-')) : resolve(options.dir);
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const kept = readPlan(dir);
  // All of it goes when the cluster does.
  if (kept === null && readdirSync(dir).length > 0)
    throw new Error(`${dir} holds other things: name a new folder`);
  const claim = (network: string): boolean =>
    claimNetwork(home, network, { dir, keep, owner: survives ? null : processOf(process.pid) });
  const plan = kept ?? (await newPlan(dir, options, claim));
  if (kept !== null && !claim(kept.network)) {
    throw new Error(`the cluster in ${dir} runs already: take it down first`);
  }
  if (!survives) own({ home, dir, network: plan.network, keep });
  const cluster = new Cluster(plan, programs, { keep, survives });
  try {
    await options.between?.(plan.nodes);
    await told(`starting ${plan.nodes.length} node(s)`, async () => bringUp(plan, programs, survives));
    if (kept === null) {
      const [first] = plan.nodes;
      if (first !== undefined) await replaceDefaultRole(plan, first);
      await prepareProbe(plan);
    }
    await cluster.agree();
    return cluster;
  } catch (error) {
    // Half of a new cluster is of no use; kept data stay whatever happens.
    await cluster.stop({ keep: kept !== null });
    throw error;
  }
}

/** The cluster whose data lie in `dir`, started by somebody else. Rejects when there is none. */
export async function openCluster(dir: string): Promise<Cluster> {
  const plan = readPlan(dir);
  if (plan === null) throw new Error(`there is no cluster in ${dir}: bring one up first`);
  return new Cluster(plan, await software(), { keep: false, survives: true });
}

/** Nodes that were brought up. Nodes are counted from 1. */
export class Cluster {
  readonly dir: string;
  readonly nodes: readonly ClusterNode[];
  readonly contactPoints: readonly string[];
  readonly cqlPort: number;
  /** The authority's certificate; null without TLS. */
  readonly caFile: string | null;
  /** Null where anybody may come in. */
  readonly credentials: Plan['credentials'];
  readonly #plan: Plan;
  readonly #software: Software;
  readonly #life: { keep: boolean; survives: boolean };

  constructor(plan: Plan, programs: Software, life: { keep: boolean; survives: boolean }) {
    const [first] = plan.nodes;
    if (first === undefined) throw new Error('a cluster without nodes');
    this.dir = plan.dir;
    this.nodes = plan.nodes;
    this.contactPoints = plan.nodes.map(({ address }) => address);
    this.cqlPort = first.cqlPort;
    this.caFile = plan.caFile;
    this.credentials = plan.credentials;
    this.#plan = plan;
    this.#software = programs;
    this.#life = life;
  }

  /** Options for a client of cassandra-driver; with `k`, one that has that node as its only coordinator. */
  clientOptions(k?: number): ClientOptions {
    return clientOptions(this.#plan, k === undefined ? undefined : this.node(k));
  }

  /** Node `k`, from 1. */
  node(k: number): ClusterNode {
    const node = this.nodes[k - 1];
    if (node === undefined) throw new Error(`there are ${this.nodes.length} nodes, and no node ${k}`);
    return node;
  }

  /** SIGKILL, as if the host lost its power; resolves when the process is gone. */
  async kill(k: number): Promise<void> {
    await killNode(this.node(k));
  }

  /** SIGSTOP: its connections stay and it says nothing. */
  async pause(k: number): Promise<void> {
    await pauseNode(this.node(k));
  }

  /** SIGCONT. */
  async resume(k: number): Promise<void> {
    await resumeNode(this.node(k));
  }

  /** Starts a node on its data, stopping it first if it runs. Resolves when it takes clients; `agree` waits for all. */
  async restart(k: number): Promise<void> {
    const node = this.node(k);
    await stopNode(node);
    writeNodeConfig(this.#plan, node);
    launch(this.#software, node, { heapMb: this.#plan.heapMb, survives: this.#life.survives });
    await takesClients(node);
  }

  /** Resumes what is paused, starts what is dead, and resolves when all agree: a test's end, whatever it did. */
  async heal(): Promise<void> {
    for (const node of this.nodes) {
      if (nodePid(node.dir) === null) await this.restart(node.k);
      else await resumeNode(node);
    }
    await this.agree();
  }

  /**
   * Resolves when the others know which nodes are dead or paused: some 20 s after it happened. Until then a plain read
   * at QUORUM may ask just these and time out (it asks three, and at most one more); writes and SERIAL reads ask all.
   */
  async noticed(): Promise<void> {
    const silent = this.nodes.filter(({ dir }) => isSilent(dir));
    for (const { k, name } of this.nodes.filter(({ dir }) => !isSilent(dir))) {
      await until(
        `${name} notices`,
        async () => {
          const status = await this.nodetool(k, 'status');
          return silent.every(({ address }) => status.includes(`DN  ${address} `));
        },
        { withinMs: NOTICE_WITHIN_MS },
      );
    }
  }

  /** Resolves when each node, as coordinator, reads from all. All must run. */
  async agree(): Promise<void> {
    await agree(this.#plan);
  }

  /** What nodetool printed, run against node `k`. Takes some seconds. Rejects with what it said when it fails. */
  async nodetool(k: number, ...words: string[]): Promise<string> {
    const { program } = this.#software.java;
    return run(program, nodetoolArguments(this.#software, this.node(k), words));
  }

  /** Ends all nodes and removes the data, unless they are kept. May be called twice. */
  async stop({ keep = this.#life.keep }: { keep?: boolean } = {}): Promise<void> {
    // What is kept is written out in order; what goes anyway needn't be.
    await Promise.all(this.nodes.map(keep ? async (node) => stopNode(node) : killNode));
    endNow(this.dir, keep);
    releaseNetwork(cassandraHome(), this.#plan.network);
    disown(this.#plan.network);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }
}

async function newPlan(
  dir: string,
  options: ClusterOptions,
  claim: (network: string) => boolean,
): Promise<Plan> {
  const { nodes: count, tls, auth, heapMb = HEAP_MB, commitlogSync = 'group' } = options;
  const place = await findPlace(count, claim);
  const nodes = layOut(dir, count, place, options.between !== undefined);
  for (const node of nodes) if (!existsSync(node.dir)) mkdirSync(node.dir);
  const caFile = tls ? await writeCertificates(dir, nodes) : null;
  const credentials = auth ? { username: USER, password: randomBytes(24).toString('hex') } : null;
  return { dir, network: place.network, nodes, heapMb, commitlogSync, caFile, credentials };
}

function isSilent(dir: string): boolean {
  const pid = nodePid(dir);
  return pid === null || isPaused(pid);
}

/** Seeds first: a node that finds no seed that answers within seconds gives up and dies. */
async function bringUp(plan: Plan, programs: Software, survives: boolean): Promise<void> {
  // From now on the plan is there for other terminals, and for a start on kept data.
  writePlan(plan);
  const up = plan.nodes.map((node) => ({
    node,
    start: () => launch(programs, node, { heapMb: plan.heapMb, survives, extra: bornWithRolesOn(plan) }),
  }));
  for (const { node } of up) {
    if (nodePid(node.dir) !== null) throw new Error(`${node.name} in ${plan.dir} runs already`);
    // What an interrupted life left in the folder's log would be taken for this one's last words.
    rmSync(join(node.dir, 'output.log'), { force: true });
    writeNodeConfig(plan, node);
  }
  const begin = (some: typeof up): Promise<void>[] =>
    some.map(async ({ node, start }) => {
      start();
      await takesClients(node);
    });
  const seeds = begin(up.filter(({ node }) => node.seed));
  await Promise.any(seeds);
  await Promise.all([...seeds, ...begin(up.filter(({ node }) => !node.seed))]);
}
