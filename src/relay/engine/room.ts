/** How many work rows an aggregate may remember: bounded, and giving way where two would wait for each other (rule 1). */

/** Work rows an aggregate remembers at most; past that, work on it waits. */
export const REMEMBERED = 256;
/** How long it waits before the bound gives way: chains of two aggregates may be waiting for each other's room. */
export const GIVE_WAY_MS = 2_000;
/** Up to here. */
const AT_MOST = 2 * REMEMBERED;

/** Rows whose end nobody told of are looked for so often at most while others wait for their room. */
const LOOK_EVERY_MS = 1_000;

export class Room {
  #bound = REMEMBERED;
  #lookedMonoMs = Number.NEGATIVE_INFINITY;

  /** Whether to look up which of the remembered rows are done, with so many inputs waiting: they take the others' room. */
  wantsLook(rows: number, waiting: number, nowMonoMs: number): boolean {
    const crowded = rows + waiting > REMEMBERED && nowMonoMs - this.#lookedMonoMs >= LOOK_EVERY_MS;
    if (rows < REMEMBERED && !crowded) return false;
    this.#lookedMonoMs = nowMonoMs;
    return true;
  }

  /** Whether so many rows may be remembered now. */
  has(rows: number): boolean {
    return rows <= this.#bound;
  }

  get givesWay(): boolean {
    return this.#bound < AT_MOST;
  }

  giveWay(): void {
    this.#bound = Math.min(AT_MOST, this.#bound + REMEMBERED / 4);
  }

  /** So many rows are remembered at present: with few, the usual bound holds again. */
  isHolding(rows: number): void {
    if (rows < REMEMBERED / 2) this.#bound = REMEMBERED;
  }
}
