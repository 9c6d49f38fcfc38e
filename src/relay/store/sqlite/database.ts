/** Opens the database file for one daemon alone, and refuses what isn't a sound relay database of a known version. */
import { closeSync, existsSync, openSync, statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { RefusedDatabase } from './failure.ts';
import { logAloneText, movedAwayBy } from './files.ts';
import { APPLICATION_ID, MIGRATIONS, migrate, schemaVersion } from './migrations.ts';

/** How long to wait at the start for another process that is just letting go. */
const LOCK_WAIT_MS = 1_000;
/** Checking reads the whole file, about half a second a GiB from memory; past this it is left to SQLite's own checks. */
const CHECK_UP_TO_BYTES = 1024 ** 3;

export interface Opened {
  db: DatabaseSync;
  /** Schema steps applied just now. */
  applied: string[];
  /** False when the file was too large to be checked. */
  checked: boolean;
}

/** Throws SQLite's, the system's or a RefusedDatabase error: `failureOf` reads them all. */
export function openDatabase(path: string, nowMs: number): Opened {
  const refusal = logAloneText(path);
  if (refusal !== null) throw new RefusedDatabase(refusal);
  // Created here for its mode, which SQLite copies to the -wal. An existing file is never opened but by SQLite: closing
  // a second descriptor would drop this process's locks on it.
  if (!existsSync(path)) closeSync(openSync(path, 'ax', 0o600));
  const db = new DatabaseSync(path, { timeout: LOCK_WAIT_MS });
  try {
    // Before the first read, so that the lock is taken by it and no shared-memory file is needed.
    db.exec('PRAGMA locking_mode = EXCLUSIVE');
    refuseForeign(db, path);
    const checked = statSync(path).size <= CHECK_UP_TO_BYTES;
    if (checked) refuseDamaged(db, path);
    db.exec('PRAGMA journal_mode = WAL');
    // FULL: a commit is on the disk when it returns.
    db.exec('PRAGMA synchronous = FULL');
    db.exec('PRAGMA cache_size = -8192');
    db.exec('PRAGMA temp_store = MEMORY');
    db.exec('PRAGMA trusted_schema = OFF');
    db.exec('PRAGMA wal_autocheckpoint = 2000');
    db.exec(`PRAGMA journal_size_limit = ${64 * 1024 ** 2}`);
    // Takes the lock even if there is nothing to migrate.
    db.exec('BEGIN EXCLUSIVE');
    db.exec('COMMIT');
    return { db, applied: migrate(db, nowMs), checked };
  } catch (error) {
    db.close();
    throw error;
  }
}

function refuseForeign(db: DatabaseSync, path: string): void {
  const id = db.prepare('PRAGMA application_id').get()?.['application_id'];
  const tables = db.prepare('SELECT count(*) AS tables FROM sqlite_schema').get()?.['tables'];
  if (id === 0 && tables === 0) return;
  if (id !== APPLICATION_ID) {
    throw new RefusedDatabase(
      `${path} is another program's database, not relay's: check the configuration's store path; nothing in it was changed`,
    );
  }
  const version = schemaVersion(db);
  const known = MIGRATIONS.at(-1)?.number ?? 0;
  if (version > known) {
    throw new RefusedDatabase(
      `${path} was written by a newer relay (schema ${version}, this one knows ${known}): start that version or a later one, or restore the backup taken before the upgrade`,
    );
  }
}

function refuseDamaged(db: DatabaseSync, path: string): void {
  const found = db.prepare('PRAGMA quick_check(1)').get()?.['quick_check'];
  if (found === 'ok') return;
  throw new RefusedDatabase(
    `${path} is damaged (${String(found).replace(/\s+/gu, ' ')}): move it away and keep it (${movedAwayBy(path)}), then put a backup in (relay restore FILE), or try \`sqlite3 ${path} .recover\` into a new file`,
  );
}
