/**
 * How long rows live. Work rows go by themselves (rule 14), and nothing may outlive what says that it is done: a done
 * mark that went first would bring its row back, and page somebody a month late.
 */

const DAY_S = 86_400;
/** Cassandra 5.0 takes no expiry after January 2038; longer timers are written again from the state (rule 3). */
const LONGEST_S = 5 * 365 * DAY_S;
/** A row that comes in older than the retention (a host's spool after a month) can still be worked on for this long. */
const SHORTEST_S = 2 * DAY_S;
/** By how much a done mark outlives any row: more than SHORTEST_S and clocks that are off by a day. */
const MARK_MARGIN_S = 8 * DAY_S;
/** The list of partitions outlives what lies in them, and marks. */
const LIST_MARGIN_S = 10 * DAY_S;

export const SLOT_S = 40 * DAY_S;

export class Lifetimes {
  readonly #retentionS: number;

  constructor(retentionDays: number) {
    this.#retentionS = Math.ceil(retentionDays * DAY_S);
  }

  /** For a row of that time (accepted, or due), in seconds from now. */
  rowS(atMs: number, nowMs: number): number {
    const leftS = Math.ceil((atMs - nowMs) / 1_000) + this.#retentionS;
    return Math.min(Math.max(leftS, SHORTEST_S), LONGEST_S);
  }

  /** For the mark that it is done. */
  markS(atMs: number, nowMs: number): number {
    return this.rowS(atMs, nowMs) + MARK_MARGIN_S;
  }

  /** For the place of a stable id, and for counts of tries: from now on, longer than its row and its mark. */
  get placeS(): number {
    return this.#retentionS + LIST_MARGIN_S;
  }

  /** For the list entry of a partition that ends then. */
  listS(endMs: number, nowMs: number): number {
    return this.rowS(endMs, nowMs) + LIST_MARGIN_S;
  }
}
