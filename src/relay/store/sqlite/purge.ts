/** Deletes what is finished and old, a bounded portion at a time, and never the living (rule 14, S15). */
import type { DatabaseSync } from 'node:sqlite';
import { Query } from './query.ts';

export type PurgedCells = [work: number, lineages: number, rows: number];

export class Purge {
  readonly #journal: Query;
  readonly #due: Query;
  readonly #oldestUndone: Query<[number | null]>;
  readonly #dead: Query<[id: number, key: string]>;
  readonly #ended: Query;
  readonly #rows: Query;
  readonly #hasRows: Query<[number]>;
  readonly #names: Query;
  readonly #incidents: Query;
  readonly #lineage: Query;

  constructor(db: DatabaseSync) {
    this.#journal = new Query(
      db,
      `DELETE FROM journal WHERE position IN (
         SELECT position FROM journal INDEXED BY journal_done
         WHERE done = 1 AND at_ms < ? ORDER BY at_ms, position LIMIT ?)`,
    );
    this.#due = new Query(
      db,
      `DELETE FROM due WHERE id IN (
         SELECT id FROM due INDEXED BY due_done WHERE done = 1 AND due_ms < ? ORDER BY due_ms, id LIMIT ?)`,
    );
    this.#oldestUndone = new Query(
      db,
      'SELECT min(at_ms) FROM journal INDEXED BY journal_undone WHERE done = 0',
    );
    this.#dead = new Query(
      db,
      `SELECT id, key FROM aggregates INDEXED BY lineages_by_touch
       WHERE key >= 'i:' AND key < 'i;' AND touched_ms < ?
         AND NOT EXISTS (SELECT 1 FROM incidents WHERE lineage = aggregates.key AND open = 1)
         AND NOT EXISTS (SELECT 1 FROM due WHERE aggregate = aggregates.key AND done = 0)
       ORDER BY touched_ms, key LIMIT ?`,
    );
    this.#ended = new Query(
      db,
      `DELETE FROM keyed_rows WHERE (aggregate, kind, key) IN (
         SELECT rows.aggregate, rows.kind, rows.key
         FROM keyed_rows AS rows INDEXED BY keyed_rows_ended JOIN aggregates ON aggregates.id = rows.aggregate
         WHERE rows.ended_ms < ? ORDER BY rows.ended_ms, aggregates.key, rows.kind, rows.key LIMIT ?)`,
    );
    this.#rows = new Query(
      db,
      `DELETE FROM keyed_rows WHERE aggregate = ?1 AND (kind, key) IN (
         SELECT kind, key FROM keyed_rows WHERE aggregate = ?1 ORDER BY kind, key LIMIT ?2)`,
    );
    this.#hasRows = new Query(db, 'SELECT 1 FROM keyed_rows WHERE aggregate = ? LIMIT 1');
    // Only names of incidents that were committed: a number named just now, for a commit on its way, stays.
    this.#names = new Query(
      db,
      'DELETE FROM incident_names WHERE number IN (SELECT number FROM incidents WHERE lineage = ?)',
    );
    this.#incidents = new Query(db, 'DELETE FROM incidents WHERE lineage = ?');
    this.#lineage = new Query(db, 'DELETE FROM aggregates WHERE id = ?');
  }

  /** At most `limit` work rows, ended rows, lineages and rows of those, the oldest first; returns how many went. */
  run(beforeMs: number, limit: number): PurgedCells {
    const journal = this.#journal.run(beforeMs, limit);
    const due = journal < limit ? this.#due.run(beforeMs, limit - journal) : 0;
    const ended = this.#ended.run(beforeMs, limit);
    const [lineages, rows] = this.#lineages(beforeMs, limit);
    return [journal + due, lineages, ended + rows];
  }

  #lineages(beforeMs: number, limit: number): [lineages: number, rows: number] {
    // A lineage may still remember an input that isn't done (rule 1): nothing touched since the oldest of those goes.
    const oldestUndoneMs = this.#oldestUndone.get()?.[0] ?? Infinity;
    let lineages = 0;
    let rows = 0;
    for (const [id, key] of this.#dead.all(Math.min(beforeMs, oldestUndoneMs), limit)) {
      // One that alerted every second for a month would hold up every alert while it is deleted at once.
      if (rows < limit) rows += this.#rows.run(id, limit - rows);
      if (this.#hasRows.get(id) !== undefined) break;
      this.#names.run(key);
      this.#incidents.run(key);
      this.#lineage.run(id);
      lineages += 1;
    }
    return [lineages, rows];
  }
}
