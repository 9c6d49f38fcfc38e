/** Runs all calls that wait as one transaction, which is flushed once, and only when it keeps something. */
import type { DatabaseSync } from 'node:sqlite';
import { failureOf } from '../../store/sqlite/failure.ts';
import type { Failure } from '../../store/sqlite/failure.ts';
import type { SpoolCall, SpoolResult, SpoolWorkerData } from './disk-calls.ts';
import { OWN, SpoolTable, sizeOf } from './disk-table.ts';

const DONE = { value: null };

export class SpoolBatch {
  readonly #db: DatabaseSync;
  readonly #table: SpoolTable;
  readonly #path: string;
  readonly #maxBytes: number;
  /** What SQLite was last told to do at the end of a transaction. */
  #flushing: boolean | null = null;

  constructor(db: DatabaseSync, { path, maxBytes }: SpoolWorkerData) {
    this.#db = db;
    this.#table = new SpoolTable(db);
    this.#path = path;
    this.#maxBytes = maxBytes;
  }

  /** When something fails, each call gets a transaction of its own, so that only what fails is refused. */
  run(calls: SpoolCall[]): SpoolResult[] {
    try {
      return this.#together(calls);
    } catch (error) {
      // A full disk makes SQLite roll back by itself.
      if (this.#db.isTransaction) this.#db.exec('ROLLBACK');
      this.#table.count();
      if (calls.length > 1) return calls.flatMap((call) => this.run([call]));
      return [{ failure: failureOf(error, this.#path) }];
    }
  }

  #together(calls: SpoolCall[]): SpoolResult[] {
    // What is dropped or noted may be lost: it is found out again. What is kept may not.
    const flush = calls.some(({ kind }) => kind === 'keep');
    if (flush !== this.#flushing) this.#db.exec(`PRAGMA synchronous = ${flush ? 'FULL' : 'NORMAL'}`);
    this.#flushing = flush;
    this.#db.exec('BEGIN IMMEDIATE');
    const results = calls.map((call) => this.#perform(call));
    this.#db.exec('COMMIT');
    return results;
  }

  #perform(call: SpoolCall): SpoolResult {
    const table = this.#table;
    switch (call.kind) {
      case 'keep': {
        const sizeBytes = call.rows.reduce((sum, row) => sum + sizeOf(row), 0);
        if (table.sizeBytes + sizeBytes > this.#maxBytes) return { failure: this.#limitReached() };
        table.keep(call.owner, call.rows);
        return DONE;
      }
      case 'drop':
        table.drop(call.owner, call.ids);
        return DONE;
      case 'mark':
        table.mark(OWN, call.ids);
        return DONE;
      case 'walk':
        return { value: table.walk(call.of, call.whole, call.after, call.limit) };
      case 'counts':
        return { value: table.counts() };
      case 'lastSeq':
        return { value: table.lastSeq() };
      case 'limitPages':
        this.#db.exec(`PRAGMA max_page_count = ${call.pages ?? 4_294_967_294}`);
        return DONE;
    }
  }

  #limitReached(): Failure {
    const limit = `${Math.round(this.#maxBytes / 1024 ** 2)} MiB`;
    return {
      kind: 'full',
      message: `${this.#path} holds as much as it may (${limit}): bring the store back; relay empties it by itself then`,
    };
  }
}
