/** Opens the SQLite store. */
import type { Log } from '../../engine/ports.ts';
import { refusalOf } from '../moving.ts';
import { StoreUnavailableError } from '../port.ts';
import type { Store } from '../port.ts';
import { forgetCopy } from './copying.ts';
import { WORKER_FILE, WorkerLink } from './link.ts';
import { SqliteStore } from './store.ts';

export interface SqliteOptions {
  /** The database file; created with mode 0600 if there is none. Its folder must exist. */
  path: string;
  /** Purge keeps at least this much, whatever it is asked for. Absent: it does as asked. */
  retentionMs?: number;
  log?: Log;
  /** The store's worker died and nothing can be stored any more: the daemon should end and be started again. */
  onFatal?: (error: StoreUnavailableError) => void;
  /** Wall time, noted on commits for purge. Absent: the system's. */
  nowMs?: () => number;
  /** Opened although everything in it has moved, or is on its way here: who asks for this reads the notes. */
  evenMoved?: boolean;
}

/**
 * Resolves when the database is open and locked for this process alone. Rejects with StoreUnavailableError (in use,
 * damaged, not relay's, moved, written by a newer relay, not writable) or StoreFullError; the message says what to do.
 */
export async function openSqliteStore(options: SqliteOptions): Promise<SqliteStore & Store> {
  const { path, log } = options;
  const nowMs = options.nowMs ?? Date.now;
  let full = false;
  const link = new WorkerLink(
    WORKER_FILE,
    { path, nowMs: nowMs() },
    {
      onFatal: (error) => {
        log?.error({ path, error: error.message }, 'the store is lost');
        options.onFatal?.(error);
      },
      onSpace: (isFull) => {
        if (isFull === full) return;
        full = isFull;
        if (full)
          log?.error({ path }, 'no space left for the database: alerts are refused until there is some');
        else log?.info({ path }, 'there is space for the database again');
      },
    },
  );
  const { applied, checked } = await link.ready;
  // A former life's, which ended while it made one.
  await forgetCopy(path);
  if (applied.length > 0) log?.info({ path, applied }, 'the database schema is up to date');
  if (!checked) log?.info({ path }, 'the database is too large to be checked whole at the start');
  const store = new SqliteStore(link, nowMs, options.retentionMs ?? 0);
  const refusal = options.evenMoved === true ? null : refusalOf(path, await store.moving.notes());
  if (refusal === null) return store;
  await store.close();
  throw new StoreUnavailableError(refusal);
}
