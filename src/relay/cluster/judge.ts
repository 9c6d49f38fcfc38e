/** The verdict on several hosts: what `relay cluster status` says, from what is known of them. Pure. */
import { copiesLeft, type CopiesLeft } from './copies.ts';
import type { ClusterFacts } from './facts.ts';
import { hostsOf } from './hosts.ts';
import { notesOn } from './notes.ts';
import { problemsOf } from './problems.ts';
import { verdictOf } from './verdict.ts';
import type { ClusterHostJson, ClusterJson, DatacenterJson, QuorumJson, SpoolJson } from './wire.ts';

const NOTHING: SpoolJson = { waiting: 0, oneDisk: 0, own: 0, copies: 0, oldestSeconds: null, full: false };

/** Several hosts. */
export function judge(facts: ClusterFacts): ClusterJson {
  const hosts = hostsOf(facts.hosts, facts.nowMs);
  const left = facts.machines === null ? null : copiesLeft(facts.machines);
  const quorum = quorumOf(facts, left);
  const found = {
    asked: facts.asked,
    hosts,
    nodes: facts.machines?.machines ?? null,
    datacenters: datacentersOf(facts, hosts),
    quorum,
    lag: facts.lag,
    spool: spoolOf(hosts),
    skewMs: skewOf(hosts),
  };
  const problems = problemsOf(found, facts);
  return { ...verdictOf(found, problems), ...found, problems, notes: notesOn(found, facts) };
}

/** One machine: there is nothing to judge but its spool. */
export function oneMachine(
  asked: string | null,
  said: SpoolJson | null,
  lag: ClusterJson['lag'],
  store: string,
): ClusterJson {
  const spool = said ?? NOTHING;
  const waits =
    spool.waiting > 0 ? `${spool.waiting} inputs wait in the spool` : 'nothing waits in the spool';
  return {
    verdict: 'one-machine',
    text: `One machine, no cluster: everything is in ${store}${said === null ? '' : `; ${waits}`}.`,
    asked,
    hosts: [],
    nodes: null,
    datacenters: [],
    quorum: quorumOf({ noQuorumForMs: undefined }, null),
    lag,
    spool,
    skewMs: null,
    problems: [],
    notes: [],
  };
}

function quorumOf(
  { noQuorumForMs }: Pick<ClusterFacts, 'noQuorumForMs'>,
  left: CopiesLeft | null,
): QuorumJson {
  const possible = left === null ? null : left.up >= left.needed;
  return {
    // What a host has met itself counts before what nodes let one reckon.
    has: noQuorumForMs === undefined ? possible : noQuorumForMs === null,
    lostForMs: noQuorumForMs ?? null,
    copies: left?.all ?? null,
    copiesUp: left?.up ?? null,
    needed: left?.needed ?? null,
    survivesNode: left?.survivesNode ?? null,
    survivesDatacenter: left?.survivesDatacenter ?? null,
  };
}

function datacentersOf({ machines }: ClusterFacts, hosts: readonly ClusterHostJson[]): DatacenterJson[] {
  const nodes = machines?.machines ?? [];
  const copies = machines?.copies ?? null;
  const names = new Set([
    ...hosts.map((one) => one.datacenter),
    ...nodes.map((one) => one.datacenter),
    ...Object.keys(copies ?? {}),
  ]);
  names.delete('');
  return [...names].sort().map((name) => {
    const here = hosts.filter((one) => one.datacenter === name);
    const nodesHere = nodes.filter((one) => one.datacenter === name);
    return {
      name,
      hosts: here.length,
      liveHosts: here.filter(isLive).length,
      nodes: nodesHere.length,
      upNodes: nodesHere.filter((one) => one.up).length,
      copies: copies === null ? null : (copies[name] ?? 0),
    };
  });
}

const isLive = ({ state }: ClusterHostJson): boolean => state === 'live' || state === 'cut-off';

/** What dead hosts have on their disks is unknown: what they said last is counted. */
function spoolOf(hosts: readonly ClusterHostJson[]): SpoolJson {
  const spools = hosts.flatMap(({ spool }) => (spool === null ? [] : [spool]));
  const sum = (key: 'waiting' | 'oneDisk' | 'own' | 'copies'): number =>
    spools.reduce((total, one) => total + one[key], 0);
  const ages = spools.flatMap(({ oldestSeconds }) => oldestSeconds ?? []);
  return {
    waiting: sum('waiting'),
    oneDisk: sum('oneDisk'),
    own: sum('own'),
    copies: sum('copies'),
    oldestSeconds: ages.length === 0 ? null : Math.max(...ages),
    full: spools.some(({ full }) => full),
  };
}

function skewOf(hosts: readonly ClusterHostJson[]): number | null {
  const offs = hosts.flatMap(({ clock }) => (clock === null ? [] : [Math.abs(clock.offMs)]));
  return offs.length === 0 ? null : Math.round(Math.max(...offs));
}
