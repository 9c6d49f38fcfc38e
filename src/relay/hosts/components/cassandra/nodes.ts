/** Which nodes there are, as Cassandra's configuration names them. */
import { createHash } from 'node:crypto';
import type { HostSpec, Inventory } from '../../types.ts';

/** The first host of each datacenter, in the inventory's order: whoever starts asks these for the others. */
export function seedsOf({ hosts }: Pick<Inventory, 'hosts'>): HostSpec[] {
  const seen = new Set<string>();
  return hosts.filter(({ datacenter }) => !seen.has(datacenter) && seen.add(datacenter));
}

/** Datacenter to number of copies, so that each node holds everything: {2,2,1}. */
export function copiesOf({ hosts }: Pick<Inventory, 'hosts'>): Record<string, number> {
  const copies: Record<string, number> = {};
  for (const { datacenter } of hosts) copies[datacenter] = (copies[datacenter] ?? 0) + 1;
  return copies;
}

/**
 * A host's place in the ring. Each node holds everything, so tokens only need to differ. Made of the names, it stays
 * what it is when other hosts come and go, and a host that comes back on new hardware has it again.
 */
export function tokenOf({ name }: Pick<Inventory, 'name'>, host: Pick<HostSpec, 'name'>): bigint {
  const digest = createHash('sha256').update(`${name}/${host.name}`).digest();
  const token = digest.readBigInt64BE(0);
  // The smallest is no token but the ring's beginning.
  return token === -(2n ** 63n) ? 0n : token;
}
