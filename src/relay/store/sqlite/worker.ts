/** The worker thread: owns the database, gathers all calls that wait, answers them together after one fsync. */
import { closeSync, openSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { backupBeside } from './backup-beside.ts';
import { runBatch } from './batch.ts';
import type { Answers } from './batch.ts';
import type { Call } from './calls.ts';
import { openDatabase } from './database.ts';
import { failureOf } from './failure.ts';
import type { Failure } from './failure.ts';
import { Operations } from './operations.ts';

export interface WorkerData {
  path: string;
  nowMs: number;
}

/** What the main thread sends: calls in order, the wish for a copy of the file under that name, or the wish to end. */
export type ToWorker = Call[] | { copyTo: string } | 'close';

export type FromWorker =
  | { kind: 'ready'; applied: string[]; checked: boolean }
  | { kind: 'failed'; failure: Failure }
  | { kind: 'copied'; failure: Failure | null }
  | ({ kind: 'answers' } & Answers);

/** Past this a transaction is closed first, so that those who waited longest have their answer. */
const MAX_CALLS = 4_096;

const port = parentPort;
if (port === null) throw new Error('the store worker is started by openSqliteStore only');
const { path, nowMs } = workerData as WorkerData;
const send = (message: FromWorker): void => port.postMessage(message);

try {
  const { db, applied, checked } = openDatabase(path, nowMs);
  const operations = new Operations(db);
  port.on('message', (first: ToWorker) => {
    let message: ToWorker | undefined = first;
    while (message !== undefined && message !== 'close') {
      if ('copyTo' in message) {
        void copyTo(db, message.copyTo);
        message = nextMessage();
        continue;
      }
      const calls: Call[] = message;
      message = nextMessage();
      while (Array.isArray(message) && calls.length < MAX_CALLS) {
        for (const call of message) calls.push(call);
        message = nextMessage();
      }
      send({ kind: 'answers', ...runBatch(db, operations, calls, path) });
    }
    if (message === 'close') {
      db.close();
      port.close();
    }
  });
  send({ kind: 'ready', applied, checked });
} catch (error) {
  send({ kind: 'failed', failure: failureOf(error, path) });
  port.close();
}

/** Page by page beside the calls. */
async function copyTo(db: DatabaseSync, file: string): Promise<void> {
  let failure: Failure | null = null;
  try {
    // Made here for its mode.
    closeSync(openSync(file, 'wx', 0o600));
    await backupBeside(db, file);
  } catch (error) {
    failure = failureOf(error, file);
  }
  send({ kind: 'copied', failure });
}

function nextMessage(): ToWorker | undefined {
  return port === null ? undefined : (receiveMessageOnPort(port)?.message as ToWorker | undefined);
}
