/** Incidents as people list them, and their numbers. */
import type { DatabaseSync } from 'node:sqlite';
import { selectCount, takePage } from './page.ts';
import { Query } from './query.ts';
import type { Cell } from './query.ts';

export type IncidentCells = [number: number, lineage: string, open: number, bodyJson: string];
const WIDTH = 4;

const select = (where: string): string =>
  `SELECT number, lineage, open, body FROM incidents WHERE number < ? ${where} ORDER BY number DESC LIMIT ?`;

export class IncidentTable {
  readonly #write: Query;
  readonly #reserve: Query<[number]>;
  readonly #name: Query;
  readonly #lineageOf: Query<[string]>;
  readonly #all: Query<IncidentCells>;
  readonly #open: Query<IncidentCells>;
  readonly #closed: Query<IncidentCells>;

  constructor(db: DatabaseSync) {
    this.#write = new Query(
      db,
      `INSERT INTO incidents (number, lineage, open, body) VALUES (?, ?, ?, ?)
       ON CONFLICT (number) DO UPDATE SET lineage = excluded.lineage, open = excluded.open, body = excluded.body`,
    );
    this.#reserve = new Query(
      db,
      `INSERT INTO counters (name, next) VALUES ('incident', 1 + ?)
       ON CONFLICT (name) DO UPDATE SET next = next + excluded.next - 1 RETURNING next`,
    );
    this.#name = new Query(
      db,
      `INSERT INTO incident_names (number, lineage) VALUES (?, ?)
       ON CONFLICT (number) DO UPDATE SET lineage = excluded.lineage`,
    );
    this.#lineageOf = new Query(db, 'SELECT lineage FROM incident_names WHERE number = ?');
    this.#all = new Query(db, select(''));
    this.#open = new Query(db, select('AND open = 1'));
    this.#closed = new Query(db, select('AND open = 0'));
  }

  /** Part of a commit. */
  write(cells: Cell[]): void {
    for (let at = 0; at < cells.length; at += WIDTH) this.#write.run(...cells.slice(at, at + WIDTH));
  }

  /** The first of `count` numbers that nobody else will get; the very first is 1. */
  reserve(count: number): number {
    const next = this.#reserve.get(count)?.[0];
    if (next === undefined) throw new Error('the counter of incident numbers gave no answer');
    return next - count;
  }

  name(number: number, lineage: string): void {
    this.#name.run(number, lineage);
  }

  lineageOf(number: number): string | null {
    return this.#lineageOf.get(number)?.[0] ?? null;
  }

  list(open: boolean | null, before: number, limit: number): { items: IncidentCells[]; more: boolean } {
    const query = open === null ? this.#all : open ? this.#open : this.#closed;
    return takePage(query.each(before, selectCount(limit)), limit);
  }
}
