/** Nodes and hosts as people name them: h3, `node 4`, n4, or a whole datacenter with all that stands in it. */
import type { ClusterNode } from '../cassandra/plan.ts';
import type { LocalHost } from './daemon.ts';

/** What a command is for. */
export interface Targets {
  nodes: ClusterNode[];
  hosts: LocalHost[];
}

/**
 * What is meant by `words`, each once, in order. `hosts` and `nodes` are all of them, `all` is everything. Throws, with
 * what there is, for a word that means nothing.
 */
export function whichTargets(
  nodes: readonly ClusterNode[],
  hosts: readonly LocalHost[],
  words: readonly string[],
): Targets {
  if (words.length === 0) throw new Error(`say which: ${choices(nodes, hosts)}`);
  const meant = new Set<ClusterNode | LocalHost>();
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? '';
    const number = words[at + 1] ?? '';
    // `node 4` and `host 3` are how people say n4 and h3.
    const spoken = (word === 'node' || word === 'host') && /^\d+$/.test(number);
    const name = spoken ? `${word.slice(0, 1)}${number}` : word;
    if (spoken) at += 1;
    const found = [
      ...nodes.filter((node) => ['all', 'nodes', node.name, node.datacenter].includes(name)),
      ...hosts.filter((host) => ['all', 'hosts', host.name, host.place.datacenter].includes(name)),
    ];
    if (found.length === 0) throw new Error(`there is no ${name}: say one of ${choices(nodes, hosts)}`);
    for (const one of found) meant.add(one);
  }
  return { nodes: nodes.filter((one) => meant.has(one)), hosts: hosts.filter((one) => meant.has(one)) };
}

function choices(nodes: readonly ClusterNode[], hosts: readonly LocalHost[]): string {
  const names = [...hosts, ...nodes].map(({ name }) => name);
  const datacenters = new Set(nodes.map(({ datacenter }) => datacenter));
  return [...names, ...datacenters, 'hosts', 'nodes', 'all'].join(', ');
}
