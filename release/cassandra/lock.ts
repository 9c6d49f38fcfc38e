/**
 * Lets one process at a time at what several share. The lock is SQLite's on a file of its own: the system itself
 * gives it back when the holder dies, so there is no stale lock to be recognised, and no race in doing so.
 */
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as pause } from 'node:timers/promises';

const LOOK_AGAIN_MS = 50;
const SQLITE_BUSY = 5;

/** Does `work` while nobody else holds `path`; waits for as long as somebody does. */
export async function withLock<T>(path: string, work: () => Promise<T>): Promise<T> {
  const file = new DatabaseSync(path, { timeout: 0 });
  try {
    while (!taken(file)) await pause(LOOK_AGAIN_MS);
    return await work();
  } finally {
    file.close();
  }
}

function taken(file: DatabaseSync): boolean {
  try {
    file.exec('BEGIN EXCLUSIVE');
    return true;
  } catch (error) {
    if (error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY) return false;
    throw error;
  }
}
