/**
 * What a lane knows of work rows that are done: which the next commit forgets, and which have been forgotten, so that
 * an input whose row may be done is looked up before it is taken (rule 1).
 */
import type { WorkId } from '../store/port.ts';

/** Forgotten rows kept in memory before every row counts as unsure once. */
const FORGOTTEN = 8_192;

export class DoneRows {
  readonly #tick: () => number;
  /** A row known undone at or after this tick was not done before the state was read. */
  #loadedTick = 0;
  /** Rows done that the next commit forgets. */
  readonly #done = new Set<WorkId>();
  /** Of these, the ones the commit under way forgets. */
  #forgetting = new Set<WorkId>();
  /** Rows done that commits since the last load have forgotten. */
  readonly #forgotten = new Set<WorkId>();

  constructor(tick: () => number) {
    this.#tick = tick;
  }

  add(rows: Iterable<WorkId>): void {
    for (const row of rows) this.#done.add(row);
  }

  /** The state was just read. */
  loaded(): void {
    this.#forgotten.clear();
    this.#loadedTick = this.#tick();
  }

  /** What the commit being made forgets; the caller may add rows it finds done. */
  forgetNow(): Set<WorkId> {
    this.#forgetting = new Set(this.#done);
    return this.#forgetting;
  }

  /** Only what this commit forgot; rows that got done meanwhile wait for the next. */
  committed(): void {
    for (const row of this.#forgetting) {
      this.#forgotten.add(row);
      this.#done.delete(row);
    }
    if (this.#forgotten.size > FORGOTTEN) this.loaded();
  }

  /** `tick`: when the rows were known to be undone. */
  surelyUndone({ rows, tick }: { rows: WorkId[]; tick: number }): boolean {
    const over = (row: WorkId): boolean =>
      this.#forgotten.has(row) || this.#forgetting.has(row) || this.#done.has(row);
    return tick >= this.#loadedTick && !rows.some(over);
  }
}
