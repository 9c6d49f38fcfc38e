/** The spool's only table: one row for each id and owner. */
import type { DatabaseSync } from 'node:sqlite';
import { selectCount, takePage } from '../../store/sqlite/page.ts';
import { Query } from '../../store/sqlite/query.ts';
import type { Cell } from '../../store/sqlite/query.ts';
import type { JournalCells } from '../../store/sqlite/journal-table.ts';

/** A cell can't be a key and null; no host's name is empty. */
export const OWN = '';
/** Behind every host's name. */
const LAST = '\u{10ffff}';

export type SpoolCells = [owner: string, journalled: number, ...JournalCells];
export type Position = [owner: string, seq: number, id: string];
export type CountCells = [own: number, others: number, oldestMs: number | null, sizeBytes: number];

/** In the file's header, so that another program's database, or the store's own, is recognised and left alone. */
export const SPOOL_ID = 0x526c7953;
const VERSION = 1;

/** What a row takes in the table and its indexes beside what it holds, roughly. */
const ROW_BYTES = 300;

const SCHEMA = `
  CREATE TABLE spooled (
    position INTEGER PRIMARY KEY,
    owner TEXT NOT NULL,
    journalled INTEGER NOT NULL DEFAULT 0,
    id TEXT NOT NULL,
    shard INTEGER NOT NULL,
    host TEXT NOT NULL,
    seq INTEGER NOT NULL,
    at_ms REAL NOT NULL,
    trusted INTEGER NOT NULL,
    input TEXT NOT NULL,
    raw BLOB,
    size_bytes INTEGER NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX spooled_by_id ON spooled (owner, id);
  -- Holds all that the counts need, so that opening a large spool reads no mails.
  CREATE INDEX spooled_in_order ON spooled (owner, seq, id, journalled, size_bytes);
  CREATE INDEX spooled_by_age ON spooled (at_ms);
`;

/** Makes the table in a new file. Returns what is wrong with the file otherwise; null: it is a spool. */
export function prepareSpool(db: DatabaseSync): string | null {
  const id = db.prepare('PRAGMA application_id').get()?.['application_id'];
  const version = db.prepare('PRAGMA user_version').get()?.['user_version'];
  const tables = db.prepare('SELECT count(*) AS tables FROM sqlite_schema').get()?.['tables'];
  if (id === 0 && tables === 0) {
    db.exec(`BEGIN EXCLUSIVE; ${SCHEMA}`);
    db.exec(`PRAGMA application_id = ${SPOOL_ID}; PRAGMA user_version = ${VERSION}; COMMIT`);
    return null;
  }
  if (id !== SPOOL_ID)
    return "is another program's database, not relay's spool: give the spool another folder";
  if (version !== VERSION) {
    return `was written by another version of relay (spool ${String(version)}, this one knows ${VERSION}): start that version until the spool is empty`;
  }
  return null;
}

/** Reads and writes it, and counts what is in it. To be used inside a transaction. */
export class SpoolTable {
  readonly #insert: Query;
  readonly #delete: Query<[number]>;
  readonly #mark: Query;
  readonly #walk: Query<SpoolCells>;
  readonly #lastSeq: Query<[number | null]>;
  readonly #oldest: Query<[number | null]>;
  readonly #sums: Query<[number, number, number]>;
  #own = 0;
  #others = 0;
  #sizeBytes = 0;

  constructor(db: DatabaseSync) {
    this.#insert = new Query(
      db,
      `INSERT INTO spooled (owner, id, shard, host, seq, at_ms, trusted, input, raw, size_bytes)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (owner, id) DO NOTHING`,
    );
    this.#delete = new Query(db, 'DELETE FROM spooled WHERE owner = ? AND id = ? RETURNING size_bytes');
    this.#mark = new Query(
      db,
      'UPDATE spooled SET journalled = 1 WHERE owner = ? AND id = ? AND journalled = 0',
    );
    this.#walk = new Query(
      db,
      `SELECT owner, journalled, id, shard, host, seq, at_ms, trusted, input, raw
       FROM spooled INDEXED BY spooled_in_order
       WHERE (owner, seq, id) > (?, ?, ?) AND owner <= ? AND journalled <= ?
       ORDER BY owner, seq, id LIMIT ?`,
    );
    this.#lastSeq = new Query(db, `SELECT max(seq) FROM spooled WHERE owner = ''`);
    this.#oldest = new Query(db, 'SELECT min(at_ms) FROM spooled');
    this.#sums = new Query(
      db,
      `SELECT owner = '', count(*), sum(size_bytes) FROM spooled INDEXED BY spooled_in_order GROUP BY 1`,
    );
    this.count();
  }

  /** Counts anew: after a transaction that was undone, what was counted on the way isn't so. */
  count(): void {
    this.#own = this.#others = this.#sizeBytes = 0;
    for (const [isOwn, rows, sizeBytes] of this.#sums.all()) {
      if (isOwn === 1) this.#own = rows;
      else this.#others = rows;
      this.#sizeBytes += sizeBytes;
    }
  }

  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  keep(owner: string, rows: readonly JournalCells[]): void {
    for (const row of rows) {
      const sizeBytes = sizeOf(row);
      if (this.#insert.run(owner, ...row, sizeBytes) > 0) this.#add(owner, 1, sizeBytes);
    }
  }

  drop(owner: string, ids: readonly string[]): void {
    for (const id of ids) {
      const gone = this.#delete.get(owner, id);
      if (gone !== undefined) this.#add(owner, -1, -gone[0]);
    }
  }

  mark(owner: string, ids: readonly string[]): void {
    for (const id of ids) this.#mark.run(owner, id);
  }

  walk(
    of: 'own' | 'others',
    whole: boolean,
    after: Position | null,
    limit: number,
  ): { items: SpoolCells[]; more: boolean } {
    // Others' rows lie behind all own ones in this order.
    const from: Cell[] = after ?? [OWN, of === 'own' ? -1 : Number.MAX_SAFE_INTEGER, ''];
    return takePage(
      this.#walk.each(...from, of === 'own' ? OWN : LAST, whole ? 1 : 0, selectCount(limit)),
      limit,
    );
  }

  lastSeq(): number | null {
    return this.#lastSeq.get()?.[0] ?? null;
  }

  counts(): CountCells {
    return [this.#own, this.#others, this.#oldest.get()?.[0] ?? null, this.#sizeBytes];
  }

  #add(owner: string, rows: number, sizeBytes: number): void {
    if (owner === OWN) this.#own += rows;
    else this.#others += rows;
    this.#sizeBytes += sizeBytes;
  }
}

/** What a row counts against the spool's limit. */
export function sizeOf([id, , , , , , inputJson, raw]: JournalCells): number {
  return ROW_BYTES + 2 * id.length + inputJson.length + (raw?.byteLength ?? 0);
}
