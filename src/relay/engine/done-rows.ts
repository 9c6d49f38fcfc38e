/**
 * What a lane knows of work rows that are done: which the next commit forgets, and which have been forgotten, so that
 * an input whose row may be done is looked up before it is taken (rule 1).
 */
import type { Store, WorkId } from '../store/port.ts';

/** Forgotten rows kept in memory before every row counts as unsure once. */
const FORGOTTEN = 8_192;

interface WorkItem {
  rows: WorkId[];
  /** When they were known to be undone. */
  tick: number;
}

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

  /** Rule 1: which of these are done. What may have been done before the state was read is looked up. */
  async doneAmong<T extends WorkItem>(items: T[], store: Pick<Store, 'undone'>): Promise<Set<T>> {
    const unsure = items.filter((item) => item.rows.length > 0 && !this.#surelyUndone(item));
    if (unsure.length === 0) return new Set();
    const undone = await store.undone([...new Set(unsure.flatMap((item) => item.rows))]);
    return new Set(unsure.filter((item) => !item.rows.some((row) => undone.has(row))));
  }

  #surelyUndone({ rows, tick }: WorkItem): boolean {
    const over = (row: WorkId): boolean =>
      this.#forgotten.has(row) || this.#forgetting.has(row) || this.#done.has(row);
    return tick >= this.#loadedTick && !rows.some(over);
  }
}
