/** Runs everything that waits inside one transaction, so that many calls share one fsync. */
import type { DatabaseSync } from 'node:sqlite';
import { failureOf } from './failure.ts';
import type { Failure } from './failure.ts';
import { READS } from './calls.ts';
import type { Call } from './calls.ts';
import type { Operations } from './operations.ts';

/** `values` has a place for each call, in order; a failed call's stays empty and its reason is in `failures`. */
export interface Answers {
  values: unknown[];
  failures: [index: number, failure: Failure][];
}

function perform(operations: Operations, call: Call): unknown {
  const [name, ...args] = call;
  return (operations[name] as (...args: unknown[]) => unknown).apply(operations, args);
}

function rollback(db: DatabaseSync): void {
  // A full disk makes SQLite roll back by itself.
  if (db.isTransaction) db.exec('ROLLBACK');
}

export function runBatch(db: DatabaseSync, operations: Operations, calls: Call[], path: string): Answers {
  const values: unknown[] = [];
  let committing = false;
  try {
    db.exec('BEGIN IMMEDIATE');
    for (const call of calls) values.push(perform(operations, call));
    operations.beforeCommit();
    committing = true;
    db.exec('COMMIT');
    return { values, failures: [] };
  } catch (error) {
    rollback(db);
    if (committing) return allFailed(operations, calls, path, error);
    return runOneByOne(db, operations, calls, path);
  }
}

/** The way that costs more: each call in its own savepoint, so that only what fails is undone. */
function runOneByOne(db: DatabaseSync, operations: Operations, calls: Call[], path: string): Answers {
  const answers: Answers = { values: calls.map(() => undefined), failures: [] };
  try {
    db.exec('BEGIN IMMEDIATE');
    for (const [index, call] of calls.entries()) {
      db.exec('SAVEPOINT one');
      try {
        answers.values[index] = perform(operations, call);
      } catch (error) {
        if (!db.isTransaction) throw error;
        db.exec('ROLLBACK TO one');
        answers.failures.push([index, failureOf(error, path)]);
      }
      db.exec('RELEASE one');
    }
    operations.beforeCommit();
    db.exec('COMMIT');
    return answers;
  } catch (error) {
    rollback(db);
    return allFailed(operations, calls, path, error);
  }
}

/** The transaction is gone: every write failed with it, while reads still have their answer. */
function allFailed(operations: Operations, calls: Call[], path: string, cause: unknown): Answers {
  const answers: Answers = { values: calls.map(() => undefined), failures: [] };
  const failure = failureOf(cause, path);
  // What the transaction's calls refused by themselves is not known any more: to the caller all of it is unavailable.
  if (failure.kind === 'refused') failure.kind = 'unavailable';
  for (const [index, call] of calls.entries()) {
    if (!READS.has(call[0])) {
      answers.failures.push([index, failure]);
      continue;
    }
    try {
      answers.values[index] = perform(operations, call);
    } catch (error) {
      answers.failures.push([index, failureOf(error, path)]);
    }
  }
  return answers;
}
