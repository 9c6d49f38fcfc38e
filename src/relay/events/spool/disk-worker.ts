/** The spool's thread: owns its file, and runs all calls that wait as one transaction with one flush. */
import { closeSync, existsSync, openSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { RefusedDatabase, failureOf } from '../../store/sqlite/failure.ts';
import type { Failure } from '../../store/sqlite/failure.ts';
import type {
  FromSpoolWorker,
  SpoolCall,
  SpoolResult,
  SpoolWorkerData,
  ToSpoolWorker,
} from './disk-calls.ts';
import { OWN, SpoolTable, prepareSpool, sizeOf } from './disk-table.ts';

/** How long to wait at the start for another process that is just letting go. */
const LOCK_WAIT_MS = 1_000;
/** Past this a transaction is closed first, so that those who waited longest have their answer. */
const MAX_CALLS = 2_048;

const port = parentPort;
if (port === null) throw new Error("the spool's worker is started by openSpool only");
const { path, maxBytes } = workerData as SpoolWorkerData;
const done = { value: null };
const send = (message: FromSpoolWorker): void => port.postMessage(message);

try {
  const db = open();
  const table = new SpoolTable(db);
  /** What SQLite was last told to do at the end of a transaction. */
  let flushing = true;

  const perform = (call: SpoolCall): SpoolResult => {
    switch (call.kind) {
      case 'keep': {
        const sizeBytes = call.rows.reduce((sum, row) => sum + sizeOf(row), 0);
        if (table.sizeBytes + sizeBytes > maxBytes) return { failure: limitReached() };
        table.keep(call.owner, call.rows);
        return done;
      }
      case 'drop':
        table.drop(call.owner, call.ids);
        return done;
      case 'mark':
        table.mark(OWN, call.ids);
        return done;
      case 'walk':
        return { value: table.walk(call.of, call.whole, call.after, call.limit) };
      case 'counts':
        return { value: table.counts() };
      case 'lastSeq':
        return { value: table.lastSeq() };
      case 'limitPages':
        db.exec(`PRAGMA max_page_count = ${call.pages ?? 4_294_967_294}`);
        return done;
    }
  };

  const together = (calls: SpoolCall[]): SpoolResult[] => {
    // What is dropped or noted may be lost: it is found out again. What is kept may not.
    const flush = calls.some(({ kind }) => kind === 'keep');
    if (flush !== flushing) db.exec(`PRAGMA synchronous = ${flush ? 'FULL' : 'NORMAL'}`);
    flushing = flush;
    db.exec('BEGIN IMMEDIATE');
    const results = calls.map(perform);
    db.exec('COMMIT');
    return results;
  };

  /** When something fails, each call gets a transaction of its own, so that only what fails is refused. */
  const run = (calls: SpoolCall[]): SpoolResult[] => {
    try {
      return together(calls);
    } catch (error) {
      // A full disk makes SQLite roll back by itself.
      if (db.isTransaction) db.exec('ROLLBACK');
      table.count();
      return calls.length > 1 ? calls.flatMap((call) => run([call])) : [{ failure: failureOf(error, path) }];
    }
  };

  port.on('message', (first: ToSpoolWorker) => {
    let message: ToSpoolWorker | undefined = first;
    while (message !== undefined && message !== 'close') {
      const calls: SpoolCall[] = message;
      message = nextMessage();
      while (message !== undefined && message !== 'close' && calls.length < MAX_CALLS) {
        for (const call of message) calls.push(call);
        message = nextMessage();
      }
      send({ kind: 'results', results: run(calls) });
    }
    if (message === 'close') {
      db.close();
      port.close();
    }
  });
  send({ kind: 'ready' });
} catch (error) {
  send({ kind: 'failed', failure: failureOf(error, path) });
  port.close();
}

/** Throws SQLite's, the system's or a RefusedDatabase error: `failureOf` reads them all. */
function open(): DatabaseSync {
  // Created here for its mode, which SQLite copies to the -wal.
  if (!existsSync(path)) closeSync(openSync(path, 'ax', 0o600));
  const db = new DatabaseSync(path, { timeout: LOCK_WAIT_MS });
  try {
    db.exec('PRAGMA locking_mode = EXCLUSIVE');
    const wrong = prepareSpool(db);
    if (wrong !== null) throw new RefusedDatabase(`${path} ${wrong}`);
    db.exec('PRAGMA journal_mode = WAL');
    db.exec('PRAGMA synchronous = FULL');
    db.exec('PRAGMA cache_size = -4096');
    db.exec('PRAGMA trusted_schema = OFF');
    db.exec(`PRAGMA journal_size_limit = ${16 * 1024 ** 2}`);
    // Takes the lock now, not with the first row.
    db.exec('BEGIN EXCLUSIVE');
    db.exec('COMMIT');
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

function limitReached(): Failure {
  return {
    kind: 'full',
    message: `${path} holds as much as it may (${Math.round(maxBytes / 1024 ** 2)} MiB): bring the store back; relay empties it by itself then`,
  };
}

function nextMessage(): ToSpoolWorker | undefined {
  return port === null ? undefined : (receiveMessageOnPort(port)?.message as ToSpoolWorker | undefined);
}
