/** What the copies of everything allow: whether there can be a quorum, and what may still be lost. Pure. */
import type { Machines } from '../store/port.ts';

export interface CopiesLeft {
  /** Copies of each row. */
  all: number;
  /** Those that are surely on nodes that are up, whichever row it is. */
  up: number;
  needed: number;
  survivesNode: boolean;
  survivesDatacenter: boolean;
}

/** Null when nobody knows where copies lie. */
export function copiesLeft({ machines, copies }: Machines): CopiesLeft | null {
  if (copies === null) return null;
  const left = Object.entries(copies).map(([datacenter, held]) => {
    const down = machines.filter((one) => one.datacenter === datacenter && !one.up).length;
    const there = machines.filter((one) => one.datacenter === datacenter).length;
    // A datacenter that has more nodes than copies may have lost several copies of one row, and none of another.
    return Math.min(Math.max(0, held - down), there);
  });
  const all = Object.values(copies).reduce((sum, held) => sum + held, 0);
  const up = left.reduce((sum, held) => sum + held, 0);
  const needed = Math.floor(all / 2) + 1;
  return {
    all,
    up,
    needed,
    survivesNode: up - 1 >= needed,
    survivesDatacenter: up - Math.max(0, ...left) >= needed,
  };
}
