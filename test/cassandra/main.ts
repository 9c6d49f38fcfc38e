/**
 * `npm run cluster:nodes -- up 5` and so on: real Cassandra nodes by hand. The nodes go on when `up` returns; every
 * other command may come from any terminal.
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Cluster, openCluster, startCluster } from './cluster.ts';
import { cassandraHome } from '../../release/cassandra/home.ts';
import { type ClusterNode, readPlan } from './plan.ts';
import { isPaused, nodePid, residentMb } from './processes.ts';
import { software } from './software.ts';
import { whichNodes } from './which.ts';

const HELP = `Real Cassandra nodes on loopback: n1, n2 in dc-a, n3, n4 in dc-b, n5 in dc-c.

  up 1|5            bring them up; data that were kept come up again as they were
  status            what runs, where, and how to get in
  kill WHICH...     SIGKILL, as when a host loses its power
  pause WHICH...    SIGSTOP: connections stay, nothing answers
  resume WHICH...   SIGCONT
  restart WHICH...  start again on the same data
  nodetool WHICH WORDS...
  fetch             only fetch what nodes are run with; up does so by itself
  down              end all and remove the data; with --keep, leave them

WHICH is a node (3, n3), an address, or a datacenter: kill dc-b kills both of its nodes.

  --tls, --auth     with up: TLS to clients; a login
  --heap-mb N       with up: the most heap of a node (384)
  --sync WHEN       with up: group (as on real hosts), batch or periodic
  --keep            with down: leave the data
  --dir DIR         another cluster than the usual one
  --help            this

Needs Linux, Java 17 and Maven. The first time it fetches 70 MB; five nodes take 2 GB of memory.`;

const say = (text: string): void => void process.stdout.write(`${text}\n`);

interface Options {
  tls?: boolean;
  auth?: boolean;
  keep?: boolean;
  help?: boolean;
  'heap-mb'?: string;
  sync?: string;
  dir?: string;
}

async function up(dir: string, words: readonly string[], options: Options): Promise<void> {
  const [count] = words;
  if (count !== '1' && count !== '5') throw new Error('say how many nodes: up 1 or up 5');
  const sync = options.sync ?? 'group';
  if (sync !== 'group' && sync !== 'batch' && sync !== 'periodic') {
    throw new Error('--sync is group, batch or periodic');
  }
  const heapMb = Number(options['heap-mb'] ?? 384);
  if (!Number.isSafeInteger(heapMb) || heapMb < 128) throw new Error('--heap-mb is a number from 128 on');
  const there = readPlan(dir);
  if (there !== null && there.nodes.length !== Number(count)) {
    throw new Error(`${dir} holds a cluster of ${there.nodes.length}: take it down without --keep first`);
  }
  const beganMs = performance.now();
  const { tls = false, auth = false } = options;
  const nodes = count === '1' ? 1 : 5;
  const cluster = await startCluster({
    nodes,
    tls,
    auth,
    dir,
    keep: true,
    survives: true,
    heapMb,
    commitlogSync: sync,
  });
  const tookS = ((performance.now() - beganMs) / 1_000).toFixed(1);
  say(`${there === null ? 'Up' : 'Up again as it was'} after ${tookS} s; every node reads from all.`);
  status(cluster);
}

function status({ nodes, caFile, credentials, dir }: Cluster): void {
  for (const node of nodes) {
    const { name, datacenter, address, cqlPort } = node;
    say(`${name}  ${datacenter}  ${`${address}:${cqlPort}`.padEnd(20)}  ${stateOf(node)}`);
  }
  if (caFile !== null) say(`TLS: check the nodes against ${caFile}`);
  if (credentials !== null)
    say(`Login: ${credentials.username}; its password stands in ${join(dir, 'cluster.json')}`);
}

function stateOf({ dir }: ClusterNode): string {
  const pid = nodePid(dir);
  if (pid === null) return 'down';
  return `${isPaused(pid) ? 'paused' : 'runs'}, pid ${pid}, ${residentMb(pid)} MiB`;
}

/** What is done to one node after the other: a node may need the seed before it. */
const EACH = new Map<string, { done: string; to: (cluster: Cluster, k: number) => Promise<void> }>([
  ['kill', { done: 'killed', to: async (cluster, k) => cluster.kill(k) }],
  ['pause', { done: 'paused', to: async (cluster, k) => cluster.pause(k) }],
  ['resume', { done: 'goes on', to: async (cluster, k) => cluster.resume(k) }],
  ['restart', { done: 'takes clients again', to: async (cluster, k) => cluster.restart(k) }],
]);

async function main(words: readonly string[]): Promise<void> {
  // What comes behind `nodetool` is nodetool's, flags too.
  const at = words.indexOf('nodetool');
  const ours = at === -1 ? words : words.slice(0, at + 2);
  const theirs = at === -1 ? [] : words.slice(at + 2);
  const { values, positionals } = parseArgs({
    args: [...ours],
    allowPositionals: true,
    options: {
      tls: { type: 'boolean' },
      auth: { type: 'boolean' },
      keep: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
      'heap-mb': { type: 'string' },
      sync: { type: 'string' },
      dir: { type: 'string' },
    },
  });
  const [command, ...rest] = positionals;
  if (values.help === true || command === undefined) {
    say(HELP);
    return;
  }
  const dir = values.dir ?? join(cassandraHome(), 'cluster');
  if (command === 'fetch') {
    const { jars, java } = await software();
    say(`${jars.length} jars, and a Java ${java.version}`);
    return;
  }
  if (command === 'up') {
    await up(dir, rest, values);
    return;
  }
  const each = EACH.get(command);
  if (each === undefined && !['status', 'nodetool', 'down'].includes(command)) {
    throw new Error(`there is no command ${command}: see --help`);
  }
  const cluster = await openCluster(dir);
  if (command === 'status') status(cluster);
  if (command === 'down') {
    const { keep = false } = values;
    await cluster.stop({ keep });
    say(keep ? `Down; the data stay in ${dir}.` : 'Down, and the data removed.');
  }
  if (command === 'nodetool') {
    for (const { k } of oneOrMore(cluster, rest)) say((await cluster.nodetool(k, ...theirs)).trimEnd());
  }
  if (each === undefined) return;
  for (const { k, name } of oneOrMore(cluster, rest)) {
    await each.to(cluster, k);
    say(`${name} ${each.done}`);
  }
}

function oneOrMore({ nodes }: Cluster, words: readonly string[]): ClusterNode[] {
  if (words.length === 0) throw new Error('say which node, or which datacenter');
  return whichNodes(nodes, words);
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
