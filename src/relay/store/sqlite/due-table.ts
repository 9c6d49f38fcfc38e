/** Due rows: the timers. */
import type { DatabaseSync } from 'node:sqlite';
import { selectCount, takePage } from './page.ts';
import { Query } from './query.ts';
import type { Cell } from './query.ts';
import { ofShards } from './shards.ts';

/** Cells of one row in `write`: id, shard, dueAtMs, aggregate, timer. */
export const DUE_WIDTH = 5;

export type DueCells = [id: string, dueAtMs: number, aggregate: string, timer: string];

export class DueTable {
  readonly #insert: Query;
  readonly #done: Query;
  readonly #isUndone: Query<[number]>;
  readonly #try: Query<[number]>;
  readonly #walk: Query<DueCells>;
  readonly #backlog: Query<[number]>;

  constructor(db: DatabaseSync) {
    // A done row stays until its retention is over, so writing it again leaves it done (rule 3).
    this.#insert = new Query(
      db,
      'INSERT INTO due (id, shard, due_ms, aggregate, timer) VALUES (?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING',
    );
    this.#done = new Query(db, 'UPDATE due SET done = 1 WHERE id = ? AND done = 0');
    this.#isUndone = new Query(db, 'SELECT 1 FROM due WHERE id = ? AND done = 0');
    this.#try = new Query(db, 'UPDATE due SET tries = tries + 1 WHERE id = ? RETURNING tries');
    this.#walk = new Query(
      db,
      `SELECT id, due_ms, aggregate, timer FROM due INDEXED BY due_undone
       WHERE done = 0 AND due_ms <= ? AND (due_ms, id) > (?, ?) AND ${ofShards} ORDER BY due_ms, id LIMIT ?`,
    );
    this.#backlog = new Query(db, 'SELECT count(*) FROM due INDEXED BY due_undone WHERE done = 0');
  }

  write(cells: Cell[]): void {
    for (let at = 0; at < cells.length; at += DUE_WIDTH) this.#insert.run(...cells.slice(at, at + DUE_WIDTH));
  }

  markDone(id: string): void {
    this.#done.run(id);
  }

  isUndone(id: string): boolean {
    return this.#isUndone.get(id) !== undefined;
  }

  /** 0 for an unknown row. */
  countTry(id: string): number {
    return this.#try.get(id)?.[0] ?? 0;
  }

  walk(
    shards: number,
    untilMs: number,
    afterMs: number,
    afterId: string,
    limit: number,
  ): { items: DueCells[]; more: boolean } {
    return takePage(this.#walk.each(untilMs, afterMs, afterId, shards, selectCount(limit)), limit);
  }

  backlog(): number {
    return this.#backlog.get()?.[0] ?? 0;
  }
}
