/** The faults: what is done to the cluster while alerts come in, and how it is mended. */
import { setTimeout as delay } from 'node:timers/promises';
import type { LocalCluster } from '../cluster.ts';
import { whichTargets } from '../which.ts';

export interface Scenario {
  name: string;
  /** The row of the table. */
  title: string;
  /** How long alerts come in, unless said otherwise; the fault begins after `BEFORE_MS` of it. */
  seconds: number;
  /** Breaks the cluster, and mends what it mends itself while alerts go on coming in. */
  strike(cluster: LocalCluster): Promise<void>;
  /** The most that an accepted alert may wait for its first provider call; null: it can't be paged before the mending. */
  longestMs: number | null;
}

export const BEFORE_MS = 5_000;

const HEALTHY_P99_MS = 1_000;
const DATACENTER_LOST_MS = 45_000;

export const SCENARIOS: readonly Scenario[] = [
  {
    name: 'healthy',
    title: 'nothing',
    seconds: 25,
    longestMs: HEALTHY_P99_MS,
    strike: () => Promise.resolve(),
  },
  {
    name: 'kill-node',
    title: 'kill -9 one node',
    seconds: 35,
    longestMs: DATACENTER_LOST_MS,
    strike: ({ nodes }) => nodes.kill(2),
  },
  {
    name: 'kill-datacenter',
    title: 'kill -9 both nodes and both daemons of dc-b',
    seconds: 45,
    longestMs: DATACENTER_LOST_MS,
    strike: async (cluster) => {
      const { nodes, hosts } = whichTargets(cluster.nodes.nodes, cluster.hosts, ['dc-b']);
      await Promise.all([
        ...nodes.map(({ k }) => cluster.nodes.kill(k)),
        ...hosts.map((host) => host.kill()),
      ]);
    },
  },
  {
    name: 'pause-node',
    title: 'pause a node for 30 s',
    seconds: 45,
    longestMs: DATACENTER_LOST_MS,
    strike: async ({ nodes }) => {
      await nodes.pause(3);
      await delay(30_000);
      await nodes.resume(3);
    },
  },
  {
    name: 'pause-daemon',
    title: 'pause a daemon for 60 s',
    seconds: 75,
    // What it had accepted just before waits until others take it over, or it goes on.
    longestMs: null,
    strike: async (cluster) => {
      await cluster.host(4).pause();
      await delay(60_000);
      await cluster.host(4).resume();
    },
  },
  {
    name: 'kill-daemons',
    title: 'kill -9 all daemons, restart them',
    seconds: 30,
    longestMs: null,
    strike: async ({ hosts }) => {
      await Promise.all(hosts.map((host) => host.kill()));
      await Promise.all(hosts.map((host) => host.start()));
    },
  },
  {
    name: 'no-quorum',
    title: 'kill -9 three nodes for 60 s (no quorum)',
    seconds: 80,
    longestMs: null,
    strike: async ({ nodes }) => {
      await Promise.all([3, 4, 5].map((k) => nodes.kill(k)));
      await delay(60_000);
      await Promise.all([3, 4, 5].map((k) => nodes.restart(k)));
    },
  },
  {
    name: 'lose-disk',
    title: "destroy a host's disk with its daemon",
    seconds: 25,
    longestMs: DATACENTER_LOST_MS,
    strike: (cluster) => cluster.host(5).destroyDisk(),
  },
];
