/** Everything in the file, table by table, for a move; and the notes that moves leave. */
import type { DatabaseSync } from 'node:sqlite';
import { takePage } from './page.ts';
import { Query } from './query.ts';
import type { Cell } from './query.ts';

/** In this order: aggregates before what hangs on them, rows before their tries. */
export const MOVED_TABLES = [
  'hosts',
  'numbers',
  'slots',
  'names',
  'aggregates',
  'rows',
  'incidents',
  'journal',
  'due',
  'tries',
] as const;
export type MovedTable = (typeof MOVED_TABLES)[number];

interface Sql {
  /** The first `keys` cells are where the next page goes on. */
  keys: number;
  start: Cell[];
  read: string;
  put: string;
}

const BELOW_ALL = -9e15;

/** `read` takes the keys and a limit; `put` takes the cells that `read` gives, but those named `position`. */
const SQL: Record<MovedTable, Sql> = {
  hosts: {
    keys: 1,
    start: [''],
    read: 'SELECT host, last_seq FROM hosts WHERE host > ? ORDER BY host LIMIT ?',
    put: `INSERT INTO hosts (host, last_seq) VALUES (?, ?)
      ON CONFLICT (host) DO UPDATE SET last_seq = max(last_seq, excluded.last_seq)`,
  },
  numbers: {
    keys: 1,
    start: [''],
    read: "SELECT name, next FROM counters WHERE name > ? AND name = 'incident' ORDER BY name LIMIT ?",
    put: `INSERT INTO counters (name, next) VALUES (?, ?)
      ON CONFLICT (name) DO UPDATE SET next = max(next, excluded.next)`,
  },
  slots: {
    keys: 2,
    start: ['', ''],
    read: 'SELECT job, slot FROM slots WHERE (job, slot) > (?, ?) ORDER BY job, slot LIMIT ?',
    put: 'INSERT INTO slots (job, slot) VALUES (?, ?) ON CONFLICT DO NOTHING',
  },
  names: {
    keys: 1,
    start: [BELOW_ALL],
    read: 'SELECT number, lineage FROM incident_names WHERE number > ? ORDER BY number LIMIT ?',
    put: `INSERT INTO incident_names (number, lineage) VALUES (?, ?)
      ON CONFLICT (number) DO UPDATE SET lineage = excluded.lineage`,
  },
  aggregates: {
    keys: 1,
    start: [''],
    read: 'SELECT key, op, state, touched_ms FROM aggregates WHERE key > ? ORDER BY key LIMIT ?',
    put: `INSERT INTO aggregates (key, op, state, touched_ms) VALUES (?, ?, ?, ?)
      ON CONFLICT (key) DO UPDATE SET op = excluded.op, state = excluded.state, touched_ms = excluded.touched_ms`,
  },
  rows: {
    keys: 3,
    start: [BELOW_ALL, '', ''],
    read: `SELECT r.aggregate AS position, r.kind, r.key, a.key, a.op, r.body, r.ended_ms
      FROM keyed_rows r JOIN aggregates a ON a.id = r.aggregate
      WHERE (r.aggregate, r.kind, r.key) > (?, ?, ?) ORDER BY r.aggregate, r.kind, r.key LIMIT ?`,
    put: `INSERT INTO keyed_rows (kind, key, aggregate, body, ended_ms)
      SELECT ?1, ?2, id, ?5, ?6 FROM aggregates WHERE key = ?3 AND op = ?4
      ON CONFLICT DO UPDATE SET body = excluded.body, ended_ms = excluded.ended_ms`,
  },
  incidents: {
    keys: 1,
    start: [BELOW_ALL],
    read: `SELECT i.number, i.lineage, coalesce(a.op, ''), i.open, i.body
      FROM incidents i LEFT JOIN aggregates a ON a.key = i.lineage WHERE i.number > ? ORDER BY i.number LIMIT ?`,
    put: `INSERT INTO incidents (number, lineage, open, body) VALUES (?, ?, ?, ?)
      ON CONFLICT (number) DO UPDATE SET lineage = excluded.lineage, open = excluded.open, body = excluded.body`,
  },
  journal: {
    keys: 1,
    start: [BELOW_ALL],
    read: `SELECT position, id, shard, host, seq, at_ms, trusted, done, input, raw
      FROM journal WHERE position > ? ORDER BY position LIMIT ?`,
    put: `INSERT INTO journal (id, shard, host, seq, at_ms, trusted, done, input, raw) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (id) DO UPDATE SET done = excluded.done`,
  },
  due: {
    keys: 1,
    start: [''],
    read: 'SELECT id, due_ms, aggregate, timer, done FROM due WHERE id > ? ORDER BY id LIMIT ?',
    put: `INSERT INTO due (id, shard, due_ms, aggregate, timer, done) VALUES (?, ?, ?, ?, ?, ?)
      ON CONFLICT (id) DO UPDATE SET done = excluded.done`,
  },
  tries: {
    keys: 1,
    start: [''],
    read: `SELECT id, tries FROM (SELECT id, tries FROM journal WHERE tries > 0
      UNION ALL SELECT id, tries FROM due WHERE tries > 0) WHERE id > ? ORDER BY id LIMIT ?`,
    put: '',
  },
};

const PAGE_ROWS = 500;
const CLEARED = [
  'journal',
  'hosts',
  'due',
  'keyed_rows',
  'aggregates',
  'incidents',
  'incident_names',
  'counters',
  'slots',
];
export class MoveTable {
  readonly #db: DatabaseSync;
  readonly #queries = new Map<string, Query<Cell[]>>();

  constructor(db: DatabaseSync) {
    this.#db = db;
  }

  /** The rows of one table beyond `after`; null: from its start. */
  read(table: MovedTable, after: Cell[] | null): { items: Cell[][]; more: boolean } {
    const { read, start } = SQL[table];
    return takePage(this.#query(read).each(...(after ?? start), PAGE_ROWS + 1), PAGE_ROWS);
  }

  put(table: MovedTable, rows: Cell[][]): void {
    if (table === 'tries') {
      for (const [id, count] of rows as [string, number][]) {
        const of = id.startsWith('d:') ? 'due' : 'journal';
        this.#query(`UPDATE ${of} SET tries = ? WHERE id = ?`).run(count, id);
      }
      return;
    }
    for (const cells of rows) this.#query(SQL[table].put).run(...cells);
  }

  isEmpty(): boolean {
    const found = this.#query(
      'SELECT EXISTS (SELECT 1 FROM aggregates) OR EXISTS (SELECT 1 FROM journal) OR EXISTS (SELECT 1 FROM due)',
    ).get();
    return found?.[0] === 0;
  }

  clear(): void {
    for (const table of CLEARED) this.#query(`DELETE FROM ${table}`).run();
  }

  notes(): [part: string, note: string][] {
    return this.#query('SELECT part, note FROM moves').all() as [string, string][];
  }

  /** False: another move's note stands there. `own`: this move's must stand there already. */
  note(part: string, id: string, noteJson: string, own: boolean): boolean {
    if (own)
      return this.#query('UPDATE moves SET note = ? WHERE part = ? AND id = ?').run(noteJson, part, id) > 0;
    const written = this.#query(
      `INSERT INTO moves (part, id, note) VALUES (?, ?, ?)
       ON CONFLICT (part) DO UPDATE SET note = excluded.note WHERE id = excluded.id`,
    ).run(part, id, noteJson);
    return written > 0;
  }

  forget(part: string, id: string): void {
    this.#query('DELETE FROM moves WHERE part = ? AND id = ?').run(part, id);
  }

  /** Prepared when first needed: hardly any process moves. */
  #query(sql: string): Query<Cell[]> {
    const query = this.#queries.get(sql) ?? new Query<Cell[]>(this.#db, sql);
    this.#queries.set(sql, query);
    return query;
  }
}

/** The cells that say where the next page goes on. */
export const cursorOf = (table: MovedTable, last: Cell[]): Cell[] => last.slice(0, SQL[table].keys);
