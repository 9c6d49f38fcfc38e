/** How long a host's signs of life are kept after the last: long enough to see who has gone, over a weekend too. */
export const BEATS_KEPT_MS = 3 * 24 * 3_600_000;
