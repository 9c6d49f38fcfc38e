/** In which order other hosts are asked to keep a copy: another datacenter's disk first, since a whole one may go. */
import type { ClusterHost } from '../config/types.ts';

/** The other hosts' names; each host begins with another one, so that nobody is everybody's first. Pure. */
export function peerOrder(hosts: readonly ClusterHost[], self: string): string[] {
  const own = hosts.find(({ name }) => name === self)?.datacenter;
  const at = hosts.findIndex(({ name }) => name === self);
  const after = [...hosts.slice(at + 1), ...hosts.slice(0, Math.max(0, at))];
  const away = after.filter(({ datacenter }) => datacenter !== own);
  const near = after.filter(({ datacenter }) => datacenter === own);
  return [...away, ...near].map(({ name }) => name);
}
