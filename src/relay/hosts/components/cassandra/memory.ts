/** How much of a host's memory Cassandra takes. Relay, HAProxy and the system's cache of files live on it too. */
import type { Facts, Inventory } from '../../types.ts';

/** 1 GB on a host of 4 GB. */
const SHARE = 4;
/** With less it does nothing but collect garbage. */
const LEAST_MB = 384;
/** A pager's data fits into far less; a larger heap only makes pauses longer. */
const MOST_MB = 4_096;
const STEP_MB = 64;

/** The heap in MB: what the inventory says, or a quarter of the host's memory, within 384 and 4096. */
export function heapMbOf(
  { cassandra }: Pick<Inventory, 'cassandra'>,
  { memoryMb }: Pick<Facts, 'memoryMb'>,
): number {
  if (cassandra.heapMb !== null) return cassandra.heapMb;
  const share = Math.round(memoryMb / SHARE / STEP_MB) * STEP_MB;
  return Math.min(Math.max(share, LEAST_MB), MOST_MB);
}
