/** Five hosts and nodes in three datacenters as facts, for the tests of what is said of them. */
import type { ClusterFacts, HostFacts } from '../../../src/relay/cluster/facts.ts';
import { infoOf } from '../../../src/relay/cluster/info.ts';

/** Sat 21 Nov 2026, 02:14 UTC. */
export const NOW_MS = Date.UTC(2026, 10, 21, 2, 14);
const NAMES = ['a1', 'a2', 'b1', 'b2', 'c1'];
const COPIES = { 'dc-a': 2, 'dc-b': 2, 'dc-c': 1 };

/** What a host that is well says of itself; `change` replaces parts of it. */
export const says = (change: Record<string, unknown> = {}): HostFacts['info'] =>
  infoOf(
    {
      version: '0.1.0',
      life: 'f00d',
      since: new Date(NOW_MS - 86_400_000).toISOString(),
      mode: 'together',
      trusted: true,
      offMs: -2.6,
      clocks: [{ errorMs: 0.4 }, { errorMs: 21 }, { errorMs: 30 }],
      spool: { waiting: 0, oneDisk: 0, oldestMs: null, own: 3, copies: 1, full: false },
      rosterVersion: 12,
      canary: { ageMs: 21_000 },
      ...change,
    },
    NOW_MS,
  );

export const spooled = (waiting: number, oneDisk = 0): Record<string, unknown> => ({
  spool: { waiting, oneDisk, oldestMs: NOW_MS - 90_000, own: waiting, copies: 0, full: false },
});

export interface FiveChange {
  hosts?: Record<string, Partial<HostFacts>>;
  /** Hosts whose nodes are down. */
  down?: string[];
  facts?: Partial<ClusterFacts>;
}

/** All is well but for what is said; a1 was asked. */
export function five({ hosts = {}, down = [], facts = {} }: FiveChange = {}): ClusterFacts {
  return {
    asked: 'a1',
    nowMs: NOW_MS,
    hosts: NAMES.map((name) => ({
      name,
      datacenter: `dc-${name[0]}`,
      configured: true,
      beats: true,
      beatAgoMs: 1_200,
      trouble: '',
      info: says(),
      shards: name === 'a1' ? 4 : 3,
      ...hosts[name],
    })),
    machines: {
      machines: NAMES.map((name, index) => ({
        address: `192.0.2.${index + 1}:9042`,
        datacenter: `dc-${name[0]}`,
        up: !down.includes(name),
      })),
      copies: COPIES,
      loginCopies: COPIES,
    },
    noQuorumForMs: null,
    lag: { journal: 2, due: 40, oldestSeconds: 0.4 },
    ...facts,
  };
}

export const dead: Partial<HostFacts> = {
  beats: false,
  beatAgoMs: 200_000,
  trouble: 'no connection: connect ECONNREFUSED',
  shards: 0,
};

export const silent: Partial<HostFacts> = { ...dead, beats: null, trouble: 'it does not answer' };
