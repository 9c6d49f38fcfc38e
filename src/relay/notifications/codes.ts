/**
 * Which codes a message may have (rule 5): ascending per person. Hosts that page without a quorum can't ask each other,
 * so each has a range of its own, beyond those that are given out together (rule 13).
 */

import { DEGRADED_FROM } from './rows.ts';

export { DEGRADED_FROM };
const PER_HOST = 10_000;
const MOST_HOSTS = 9;

/**
 * The codes, and incident numbers, that the host with this index gives out on its own. `hostIndex` counts from 1.
 * Throws a RangeError beyond 9: there is no range for it.
 */
export function degradedCodes(hostIndex: number): { first: number; last: number } {
  if (!Number.isInteger(hostIndex) || hostIndex < 1 || hostIndex > MOST_HOSTS) {
    throw new RangeError(
      `a host without a quorum needs an index from 1 to ${MOST_HOSTS}, not ${hostIndex}: configure at most ${MOST_HOSTS} hosts`,
    );
  }
  const before = DEGRADED_FROM + hostIndex * PER_HOST;
  return { first: before + 1, last: before + PER_HOST - 1 };
}

/** The index of the host that gave this code out on its own; null for one that was given out with a quorum. */
export function hostIndexOfCode(code: number): number | null {
  const hostIndex = Math.floor((code - DEGRADED_FROM) / PER_HOST);
  if (hostIndex < 1 || hostIndex > MOST_HOSTS) return null;
  return code === DEGRADED_FROM + hostIndex * PER_HOST ? null : hostIndex;
}

/** The code after this one: at the end of its range it begins again, where long ago messages were. */
export function codeAfter(code: number): number {
  const hostIndex = hostIndexOfCode(code);
  if (hostIndex === null) return code + 1 >= DEGRADED_FROM ? 1 : code + 1;
  const { first, last } = degradedCodes(hostIndex);
  return code === last ? first : code + 1;
}

/** The code so many after this one, of those that are given out with a quorum; another host's own range stays as it is. */
export function codeLater(code: number, by: number): number {
  if (hostIndexOfCode(code) !== null) return code;
  return ((code - 1 + by) % (DEGRADED_FROM - 1)) + 1;
}
