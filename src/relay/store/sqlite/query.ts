/** Prepared statements whose rows come as arrays of known cells: cheap to make, and cheap to send between threads. */
import type { DatabaseSync, StatementSync } from 'node:sqlite';

export type Cell = string | number | null | Uint8Array;

/** One statement, prepared once. `R` is the row its columns make. */
export class Query<R extends Cell[] = never> {
  readonly #statement: StatementSync;

  constructor(db: DatabaseSync, sql: string) {
    this.#statement = db.prepare(sql);
    this.#statement.setReturnArrays(true);
  }

  /** Returns how many rows it changed. */
  run(...cells: Cell[]): number {
    return Number(this.#statement.run(...cells).changes);
  }

  get(...cells: Cell[]): R | undefined {
    return this.#statement.get(...cells) as unknown as R | undefined;
  }

  all(...cells: Cell[]): R[] {
    return this.#statement.all(...cells) as unknown as R[];
  }

  /** Rows one by one; leaving the loop early is fine. */
  each(...cells: Cell[]): IterableIterator<R> {
    return this.#statement.iterate(...cells) as unknown as IterableIterator<R>;
  }
}
