/** Nodes as people name them: 3, n3, an address, or a whole datacenter. */
import type { ClusterNode } from './plan.ts';

/** The nodes meant by `words`, each once, in order. Throws, with what there is, for a word that means none. */
export function whichNodes(nodes: readonly ClusterNode[], words: readonly string[]): ClusterNode[] {
  const meant = new Set<ClusterNode>();
  for (const word of words) {
    const found = nodes.filter(({ k, name, address, datacenter }) =>
      [String(k), name, address, datacenter].includes(word),
    );
    if (found.length === 0) {
      const all = [...nodes.map(({ name }) => name), ...new Set(nodes.map(({ datacenter }) => datacenter))];
      throw new Error(`there is no node ${word}: say one of ${all.join(', ')}`);
    }
    for (const node of found) meant.add(node);
  }
  return nodes.filter((node) => meant.has(node));
}
