/** SQLite's own copy of a database beside the calls on it, by the connection that does them. */
import { backup as sqliteBackup } from 'node:sqlite';
import type { DatabaseSync } from 'node:sqlite';
import { setTimeout as pause } from 'node:timers/promises';
import { resultCode } from './failure.ts';

/** A call waits for so many pages of a copy at most: about a millisecond. */
const PAGES_AT_ONCE = 256;
/** Longer than any transaction of calls. */
const AGAIN_MS = 5;
const TRIES_MAX = 2_000;

/**
 * Copies the database into `file`, as it is in the instant in which this resolves: SQLite brings what is written
 * meanwhile into the copy. Rejects as node:sqlite's backup does. Its first step finds the connection in the middle of a
 * transaction now and then, and Node then rejects with result code 0, "not an error" (it looks only at the pages that
 * are left, and nobody has counted them yet): begun again, until it falls between two transactions.
 */
export async function backupBeside(
  db: DatabaseSync,
  file: string,
  backup: typeof sqliteBackup = sqliteBackup,
): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      await backup(db, file, { rate: PAGES_AT_ONCE });
      return;
    } catch (error) {
      if (resultCode(error) !== 0 || tries === TRIES_MAX) throw error;
      await pause(AGAIN_MS);
    }
  }
}
