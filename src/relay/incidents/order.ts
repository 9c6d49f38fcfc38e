/** Which of two acceptances came first (rule 4). */
import type { Stamp } from '../events/types.ts';

/** Between hosts, clocks are believed only beyond this. */
const TOLERANCE_MS = 2_000;

/**
 * True when `a` was surely accepted before `b`: by order within a host, and across hosts only when both clocks
 * are trusted and the difference is over 2 s. In doubt false.
 */
export function surelyBefore(a: Stamp, b: Stamp): boolean {
  if (a.host === b.host) return a.seq < b.seq;
  return clearlyBefore(a, b);
}

/** Between two moments that only clocks can tell: both are trusted, and over 2 s apart. In doubt false. */
export const clearlyBefore = (
  a: Pick<Stamp, 'atMs' | 'trusted'>,
  b: Pick<Stamp, 'atMs' | 'trusted'>,
): boolean => a.trusted && b.trusted && a.atMs < b.atMs - TOLERANCE_MS;

/**
 * The later of two resolves, or of two triggers, for what a lineage remembers. A clock that isn't trusted never hides
 * a time that is.
 */
export function later(a: Stamp | null, b: Stamp): Stamp {
  if (a === null) return b;
  if (a.host === b.host) return a.seq >= b.seq ? a : b;
  if (a.trusted !== b.trusted) return a.trusted ? a : b;
  return a.atMs >= b.atMs ? a : b;
}
