/** The schema as one list of numbered steps. Steps are only ever added; one that has been released never changes. */
import type { DatabaseSync } from 'node:sqlite';

interface Migration {
  /** Ascending without gaps. */
  number: number;
  name: string;
  sql: string;
}

export const MIGRATIONS: readonly Migration[] = [
  {
    number: 1,
    name: 'journal, due rows, aggregates, incidents',
    sql: `
      CREATE TABLE journal (
        -- Order of acceptance. AUTOINCREMENT: a purged position is never given again, so cursors stay true.
        position INTEGER PRIMARY KEY AUTOINCREMENT,
        id TEXT NOT NULL UNIQUE,
        host TEXT NOT NULL,
        seq INTEGER NOT NULL,
        at_ms REAL NOT NULL,
        trusted INTEGER NOT NULL,
        done INTEGER NOT NULL DEFAULT 0,
        tries INTEGER NOT NULL DEFAULT 0,
        input TEXT NOT NULL,
        raw BLOB
      ) STRICT;
      CREATE INDEX journal_undone ON journal (position, at_ms) WHERE done = 0;
      CREATE INDEX journal_done ON journal (at_ms) WHERE done = 1;

      -- The highest seq of each host, so that a restart needs no search.
      CREATE TABLE hosts (host TEXT PRIMARY KEY, last_seq INTEGER NOT NULL) STRICT, WITHOUT ROWID;

      CREATE TABLE due (
        id TEXT PRIMARY KEY,
        due_ms REAL NOT NULL,
        aggregate TEXT NOT NULL,
        timer TEXT NOT NULL,
        done INTEGER NOT NULL DEFAULT 0,
        tries INTEGER NOT NULL DEFAULT 0
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX due_undone ON due (due_ms, id) WHERE done = 0;
      CREATE INDEX due_done ON due (due_ms, id) WHERE done = 1;
      CREATE INDEX due_of_aggregate ON due (aggregate) WHERE done = 0;

      CREATE TABLE aggregates (
        id INTEGER PRIMARY KEY,
        key TEXT NOT NULL UNIQUE,
        op TEXT NOT NULL,
        touched_ms REAL NOT NULL,
        state TEXT NOT NULL
      ) STRICT;
      -- Purge looks for lineages only.
      CREATE INDEX lineages_by_touch ON aggregates (touched_ms, key) WHERE key >= 'i:' AND key < 'i;';

      CREATE TABLE keyed_rows (
        aggregate INTEGER NOT NULL,
        kind TEXT NOT NULL,
        key TEXT NOT NULL,
        body TEXT NOT NULL,
        PRIMARY KEY (aggregate, kind, key)
      ) STRICT, WITHOUT ROWID;

      CREATE TABLE incidents (
        number INTEGER PRIMARY KEY,
        lineage TEXT NOT NULL,
        open INTEGER NOT NULL,
        body TEXT NOT NULL
      ) STRICT;
      CREATE INDEX incidents_open ON incidents (number) WHERE open = 1;
      CREATE INDEX incidents_of_lineage ON incidents (lineage, open);

      CREATE TABLE incident_names (number INTEGER PRIMARY KEY, lineage TEXT NOT NULL) STRICT;
      CREATE TABLE counters (name TEXT PRIMARY KEY, next INTEGER NOT NULL) STRICT, WITHOUT ROWID;
    `,
  },
  {
    number: 2,
    name: 'keyed rows that have ended',
    sql: `
      ALTER TABLE keyed_rows ADD COLUMN ended_ms REAL;
      CREATE INDEX keyed_rows_ended ON keyed_rows (ended_ms) WHERE ended_ms IS NOT NULL;
    `,
  },
  {
    number: 3,
    name: 'shards, slots, beats',
    sql: `
      -- Rows from before have no shard of their own: whoever asks for all shards finds them.
      ALTER TABLE journal ADD COLUMN shard INTEGER NOT NULL DEFAULT 0;
      ALTER TABLE due ADD COLUMN shard INTEGER NOT NULL DEFAULT 0;

      CREATE TABLE slots (
        job TEXT NOT NULL,
        slot TEXT NOT NULL,
        PRIMARY KEY (job, slot)
      ) STRICT, WITHOUT ROWID;

      CREATE TABLE beats (
        host TEXT NOT NULL,
        life TEXT NOT NULL,
        count INTEGER NOT NULL,
        first_seq INTEGER NOT NULL,
        info TEXT NOT NULL,
        seen_ms REAL NOT NULL,
        PRIMARY KEY (host, life)
      ) STRICT, WITHOUT ROWID;
    `,
  },
  {
    number: 4,
    name: 'notes of moves to another store',
    sql: `
      -- part: leaving or arriving; id: the move.
      CREATE TABLE moves (part TEXT PRIMARY KEY, id TEXT NOT NULL, note TEXT NOT NULL) STRICT, WITHOUT ROWID;
    `,
  },
];

/** "Relay" in the file's header, so that another program's database is recognised and left alone. */
export const APPLICATION_ID = 0x526c6179;

/** The highest step this database has; 0 for a new one. */
export function schemaVersion(db: DatabaseSync): number {
  const table = db.prepare(`SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'migrations'`).get();
  if (table === undefined) return 0;
  const row = db.prepare('SELECT max(number) AS number FROM migrations').get();
  return typeof row?.['number'] === 'number' ? row['number'] : 0;
}

/** Applies what is missing, each step in a transaction of its own. Returns the names of the steps applied. */
export function migrate(db: DatabaseSync, nowMs: number, steps: readonly Migration[] = MIGRATIONS): string[] {
  const applied: string[] = [];
  const from = schemaVersion(db);
  for (const step of steps.filter(({ number }) => number > from)) {
    db.exec('BEGIN EXCLUSIVE');
    try {
      db.exec(
        `CREATE TABLE IF NOT EXISTS migrations (number INTEGER PRIMARY KEY, name TEXT NOT NULL, applied_ms REAL NOT NULL) STRICT`,
      );
      db.exec(`PRAGMA application_id = ${APPLICATION_ID}`);
      db.exec(step.sql);
      db.prepare('INSERT INTO migrations (number, name, applied_ms) VALUES (?, ?, ?)').run(
        step.number,
        step.name,
        nowMs,
      );
      db.exec('COMMIT');
    } catch (error) {
      if (db.isTransaction) db.exec('ROLLBACK');
      throw error;
    }
    applied.push(`${step.number} ${step.name}`);
  }
  return applied;
}
