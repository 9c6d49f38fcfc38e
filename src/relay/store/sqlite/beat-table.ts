/** Signs of life: one row a life of a host, its last beat. */
import type { DatabaseSync } from 'node:sqlite';
import { Query } from './query.ts';

export type BeatCells = [host: string, life: string, count: number, firstSeq: number, infoJson: string];

export class BeatTable {
  readonly #write: Query;
  readonly #forget: Query;
  readonly #since: Query<BeatCells>;

  constructor(db: DatabaseSync) {
    this.#write = new Query(
      db,
      `INSERT INTO beats (host, life, count, first_seq, info, seen_ms) VALUES (?, ?, ?, ?, ?, ?)
       ON CONFLICT (host, life) DO UPDATE SET
         count = excluded.count, first_seq = excluded.first_seq, info = excluded.info, seen_ms = excluded.seen_ms
       WHERE excluded.count > count`,
    );
    this.#forget = new Query(db, 'DELETE FROM beats WHERE seen_ms < ?');
    this.#since = new Query(
      db,
      'SELECT host, life, count, first_seq, info FROM beats WHERE seen_ms >= ? ORDER BY host, life',
    );
  }

  /** A beat that comes after a later one of its life changes nothing. */
  write(cells: BeatCells, seenMs: number, forgetBeforeMs: number): void {
    this.#write.run(...cells, seenMs);
    this.#forget.run(forgetBeforeMs);
  }

  since(seenSinceMs: number): BeatCells[] {
    return this.#since.all(seenSinceMs);
  }
}
