/** The journal: every accepted input, in order of acceptance. */
import type { DatabaseSync } from 'node:sqlite';
import { selectCount, takePage } from './page.ts';
import { Query } from './query.ts';
import type { Cell } from './query.ts';
import { ofShards } from './shards.ts';

/** Cells of one row in `append`: id, shard, host, seq, atMs, trusted, input as JSON, raw. */
export const JOURNAL_WIDTH = 8;

export type JournalCells = [
  id: string,
  shard: number,
  host: string,
  seq: number,
  atMs: number,
  trusted: number,
  inputJson: string,
  raw: Uint8Array | null,
];
export type JournalFound = [position: number, ...JournalCells];

const COLUMNS = 'id, shard, host, seq, at_ms, trusted, input, raw';

export class JournalTable {
  readonly #insert: Query;
  readonly #seq: Query;
  readonly #done: Query;
  readonly #isUndone: Query<[number]>;
  readonly #try: Query<[number]>;
  readonly #walk: Query<JournalFound>;
  readonly #row: Query<JournalCells>;
  readonly #backlog: Query<[number, number | null]>;
  readonly #lastSeq: Query<[number]>;
  /** Hosts' highest seq since the last flush; written once a transaction instead of once a row. */
  readonly #seqs = new Map<string, number>();

  constructor(db: DatabaseSync) {
    this.#insert = new Query(
      db,
      `INSERT INTO journal (${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING`,
    );
    this.#seq = new Query(
      db,
      `INSERT INTO hosts (host, last_seq) VALUES (?, ?)
       ON CONFLICT (host) DO UPDATE SET last_seq = max(last_seq, excluded.last_seq)`,
    );
    this.#done = new Query(db, 'UPDATE journal SET done = 1 WHERE id = ? AND done = 0');
    this.#isUndone = new Query(db, 'SELECT 1 FROM journal WHERE id = ? AND done = 0');
    this.#try = new Query(db, 'UPDATE journal SET tries = tries + 1 WHERE id = ? RETURNING tries');
    this.#walk = new Query(
      db,
      `SELECT position, ${COLUMNS} FROM journal INDEXED BY journal_undone
       WHERE done = 0 AND position > ? AND ${ofShards} ORDER BY position LIMIT ?`,
    );
    this.#row = new Query(db, `SELECT ${COLUMNS} FROM journal WHERE id = ?`);
    this.#backlog = new Query(
      db,
      'SELECT count(*), min(at_ms) FROM journal INDEXED BY journal_undone WHERE done = 0',
    );
    this.#lastSeq = new Query(db, 'SELECT last_seq FROM hosts WHERE host = ?');
  }

  /** The ids that had been there before this call. */
  append(cells: Cell[]): string[] {
    const known: string[] = [];
    const added = new Set<string>();
    for (let at = 0; at < cells.length; at += JOURNAL_WIDTH) {
      const row = cells.slice(at, at + JOURNAL_WIDTH);
      const isNew = this.#insert.run(...row) > 0;
      const [id, , host, seq] = row;
      if (typeof id !== 'string' || typeof host !== 'string' || typeof seq !== 'number') continue;
      // Kept as SQLite keeps text, so that the same id twice in one call is seen as such.
      if (isNew) added.add(id.toWellFormed());
      else if (!added.has(id.toWellFormed())) known.push(id);
      if (seq > (this.#seqs.get(host) ?? -Infinity)) this.#seqs.set(host, seq);
    }
    return known;
  }

  /** To be called inside the transaction that holds the rows. */
  flushHosts(): void {
    for (const [host, seq] of this.#seqs) this.#seq.run(host, seq);
    this.#seqs.clear();
  }

  lastSeq(host: string): number | null {
    const kept = this.#lastSeq.get(host)?.[0];
    const waiting = this.#seqs.get(host);
    return kept === undefined || waiting === undefined ? (kept ?? waiting ?? null) : Math.max(kept, waiting);
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

  walk(shards: number, after: number, limit: number): { items: JournalFound[]; more: boolean } {
    return takePage(this.#walk.each(after, shards, selectCount(limit)), limit);
  }

  row(id: string): JournalCells | null {
    return this.#row.get(id) ?? null;
  }

  backlog(): [undone: number, oldestMs: number | null] {
    return this.#backlog.get() ?? [0, null];
  }
}
