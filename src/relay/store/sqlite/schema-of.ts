/** Looks at a database file that no daemon has open, and brings it up to date: for `relay store migrate`. */
import { DatabaseSync } from 'node:sqlite';
import { openDatabase } from './database.ts';
import { errorOf, failureOf, resultCode } from './failure.ts';
import { MIGRATIONS, schemaVersion } from './migrations.ts';

const BUSY = 5;
const named = ({ number, name }: { number: number; name: string }): string => `${number} ${name}`;

/** Changes nothing. Throws StoreUnavailableError for what is no sound database. */
export function schemaOf(path: string): { applied: string[]; missing: string[] } | 'in use' {
  try {
    const db = new DatabaseSync(path, { readOnly: true });
    try {
      const version = schemaVersion(db);
      return {
        applied: MIGRATIONS.filter(({ number }) => number <= version).map(named),
        missing: MIGRATIONS.filter(({ number }) => number > version).map(named),
      };
    } finally {
      db.close();
    }
  } catch (error) {
    if (resultCode(error) === BUSY) return 'in use';
    throw errorOf(failureOf(error, path));
  }
}

/** Applies what is missing; returns the steps. Throws StoreUnavailableError, StoreFullError. */
export function migrateFile(path: string, nowMs: number): string[] {
  try {
    const { db, applied } = openDatabase(path, nowMs);
    db.close();
    return applied;
  } catch (error) {
    throw errorOf(failureOf(error, path));
  }
}
