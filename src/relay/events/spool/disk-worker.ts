/** The spool's thread: owns its file, and runs all calls that wait as one transaction with one flush. */
import { closeSync, existsSync, openSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { RefusedDatabase, failureOf } from '../../store/sqlite/failure.ts';
import { SpoolBatch } from './disk-batch.ts';
import type { FromSpoolWorker, SpoolCall, SpoolWorkerData, ToSpoolWorker } from './disk-calls.ts';
import { prepareSpool } from './disk-table.ts';

/** How long to wait at the start for another process that is just letting go. */
const LOCK_WAIT_MS = 1_000;
/** Past this a transaction is closed first, so that those who waited longest have their answer. */
const MAX_CALLS = 2_048;

const port = parentPort;
if (port === null) throw new Error("the spool's worker is started by openSpool only");
const { path, maxBytes } = workerData as SpoolWorkerData;
const send = (message: FromSpoolWorker): void => port.postMessage(message);

try {
  const db = open();
  const batch = new SpoolBatch(db, { path, maxBytes });

  port.on('message', (first: ToSpoolWorker) => {
    let message: ToSpoolWorker | undefined = first;
    while (message !== undefined && message !== 'close') {
      const calls: SpoolCall[] = message;
      message = nextMessage();
      while (message !== undefined && message !== 'close' && calls.length < MAX_CALLS) {
        for (const call of message) calls.push(call);
        message = nextMessage();
      }
      send({ kind: 'results', results: batch.run(calls) });
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

function nextMessage(): ToSpoolWorker | undefined {
  return port === null ? undefined : (receiveMessageOnPort(port)?.message as ToSpoolWorker | undefined);
}
