/** Aggregates with their keyed rows; one commit writes all of it, conditioned on the last op. */
import type { DatabaseSync } from 'node:sqlite';
import type { IncidentTable } from './incident-table.ts';
import { selectCount, takePage } from './page.ts';
import { Query } from './query.ts';
import type { Cell } from './query.ts';

export type LoadedCells = [op: string, stateJson: string];
/** Cells of a row to be written: kind, key, body, when it ended. */
const ROW_WIDTH = 4;
export type RowCells = [key: string, bodyJson: string];

const selectRows = (order: 'ASC' | 'DESC'): string =>
  `SELECT key, body FROM keyed_rows
   WHERE aggregate = (SELECT id FROM aggregates WHERE key = ?) AND kind = ? AND key >= ? AND key < ?
   ORDER BY key ${order} LIMIT ?`;

export class AggregateTable {
  readonly #incidents: IncidentTable;
  readonly #load: Query<LoadedCells>;
  readonly #create: Query<[number]>;
  readonly #update: Query<[number]>;
  readonly #writeRow: Query;
  readonly #rowsUp: Query<RowCells>;
  readonly #rowsDown: Query<RowCells>;

  constructor(db: DatabaseSync, incidents: IncidentTable) {
    this.#incidents = incidents;
    this.#load = new Query(db, 'SELECT op, state FROM aggregates WHERE key = ?');
    this.#create = new Query(
      db,
      `INSERT INTO aggregates (key, op, state, touched_ms) VALUES (?, ?, ?, ?)
       ON CONFLICT (key) DO NOTHING RETURNING id`,
    );
    this.#update = new Query(
      db,
      'UPDATE aggregates SET op = ?, state = ?, touched_ms = ? WHERE key = ? AND op = ? RETURNING id',
    );
    this.#writeRow = new Query(
      db,
      `INSERT INTO keyed_rows (aggregate, kind, key, body, ended_ms) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET body = excluded.body, ended_ms = excluded.ended_ms`,
    );
    this.#rowsUp = new Query(db, selectRows('ASC'));
    this.#rowsDown = new Query(db, selectRows('DESC'));
  }

  load(key: string): LoadedCells | null {
    return this.#load.get(key) ?? null;
  }

  /** False: conflict, nothing written. */
  commit(
    key: string,
    expect: string | null,
    op: string,
    state: string,
    nowMs: number,
    rows: Cell[],
    incidents: Cell[],
  ): boolean {
    const written =
      expect === null
        ? this.#create.get(key, op, state, nowMs)
        : this.#update.get(op, state, nowMs, key, expect);
    if (written === undefined) return false;
    for (let at = 0; at < rows.length; at += ROW_WIDTH)
      this.#writeRow.run(written[0], ...rows.slice(at, at + ROW_WIDTH));
    this.#incidents.write(incidents);
    return true;
  }

  /** Rows with lower <= key < upper. */
  rows(
    key: string,
    kind: string,
    lower: string,
    upper: Cell,
    reverse: boolean,
    limit: number,
  ): { items: RowCells[]; more: boolean } {
    const query = reverse ? this.#rowsDown : this.#rowsUp;
    return takePage(query.each(key, kind, lower, upper, selectCount(limit)), limit);
  }
}
