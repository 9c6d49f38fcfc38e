/** How much a lane takes into one commit: what its aggregate may remember, and how little while a culprit is sought. */
import type { WorkId } from '../store/port.ts';
import { CommitRefused } from './lane-parts.ts';
import type { Clock } from './ports.ts';

/** Work rows an aggregate remembers at most; past that, work on it waits (rule 1). */
const REMEMBERED = 256;
/** Where that makes two aggregates wait for each other, it gives way, so often, up to here. */
const REMEMBERED_AT_MOST = 4 * REMEMBERED;
const GIVE_WAY_MS = 2_000;

export class LaneRoom {
  readonly #clock: Clock;
  #remembers = REMEMBERED;
  /** So many items are still to be committed each alone. */
  #alone = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Items that one commit takes at most. */
  get most(): number {
    return this.#alone > 0 ? 1 : REMEMBERED;
  }

  /** So many remembered rows that some of them should be looked up. */
  isShort(remembered: number): boolean {
    return remembered >= REMEMBERED;
  }

  /** Says of each item's rows whether there is room for them beside what is remembered and was let in before. */
  beside(behind: Set<WorkId>): (rows: WorkId[]) => boolean {
    if (behind.size < REMEMBERED / 2) this.#remembers = REMEMBERED;
    return (rows) => {
      const added = rows.filter((row) => !behind.has(row));
      if (behind.size + added.length > this.#remembers) return false;
      for (const row of added) behind.add(row);
      return true;
    };
  }

  /** The bound on what is remembered gives way slowly: chains of two aggregates may be waiting for each other's room. */
  letMoreInLater(wake: () => void): void {
    if (this.#remembers >= REMEMBERED_AT_MOST) return;
    this.#clock.after(GIVE_WAY_MS, () => {
      this.#remembers = Math.min(REMEMBERED_AT_MOST, this.#remembers + REMEMBERED / 4);
      wake();
    });
  }

  /** A commit has landed. */
  committed(): void {
    this.#alone = Math.max(0, this.#alone - 1);
  }

  /**
   * Whether the one item of a failed commit is at fault. After a refused commit of several, each is committed alone
   * until the one at fault is found (rule 15).
   */
  isCulprit(error: unknown, items: number): boolean {
    if (!(error instanceof CommitRefused)) return false;
    this.#alone = items === 1 ? Math.max(0, this.#alone - 1) : items;
    return items === 1;
  }
}
