/** One transaction for all that waits, and one failure that stays alone. */
import { array, assert, asyncProperty } from 'fast-check';
import { DatabaseSync } from 'node:sqlite';
import { Worker } from 'node:worker_threads';
import { afterEach, expect, test, vi } from 'vitest';
import { ALL_SHARDS } from '../../../src/relay/store/places.ts';
import { runBatch } from '../../../src/relay/store/sqlite/batch.ts';
import type { Call } from '../../../src/relay/store/sqlite/calls.ts';
import { journalCells } from '../../../src/relay/store/sqlite/cells.ts';
import { migrate } from '../../../src/relay/store/sqlite/migrations.ts';
import { shardBits } from '../../../src/relay/store/sqlite/shards.ts';
import { Operations } from '../../../src/relay/store/sqlite/operations.ts';
import { oneCallStep } from '../../contract/store/steps.ts';
import { journalRow, nowMs, walkedJournal } from '../../contract/store/samples.ts';
import { MemoryStore } from '../../sim/memory-store.ts';
import { temporary } from './temporary.ts';

const disk = temporary();
afterEach(() => {
  vi.restoreAllMocks();
});

function inMemory(): { db: DatabaseSync; operations: Operations } {
  const db = new DatabaseSync(':memory:');
  migrate(db, 0);
  return { db, operations: new Operations(db) };
}

const append = (id: string, atMs = 1): Call => ['append', journalCells(journalRow(id, { atMs }))];

/** SQLite's error as node:sqlite throws it. */
const sqliteError = (errcode: number, message: string): Error =>
  Object.assign(new Error(message), { errcode });

/** From now on COMMIT fails, and nothing of the transaction is kept. */
function failCommits(db: DatabaseSync, error: Error): void {
  const exec = db.exec.bind(db);
  vi.spyOn(db, 'exec').mockImplementation((sql) => {
    if (sql === 'COMMIT') throw error;
    exec(sql);
  });
}

test('a thousand alerts that wait share one transaction', () => {
  const { db, operations } = inMemory();
  const exec = vi.spyOn(db, 'exec');
  const calls = Array.from({ length: 1_000 }, (_, at) => append(`${at}`));
  expect(runBatch(db, operations, calls, 'relay.db').failures).toEqual([]);
  expect(exec.mock.calls.map(([sql]) => sql)).toEqual(['BEGIN IMMEDIATE', 'COMMIT']);
  expect(operations.backlog()[0]).toBe(1_000);
});

test('everything asked in one turn of the event loop goes to the worker in one message', async () => {
  const store = await disk.open(disk.path());
  const post = vi.spyOn(Worker.prototype, 'postMessage');
  await Promise.all(Array.from({ length: 300 }, (_, at) => store.append([journalRow(`${at}`)])));
  expect(post).toHaveBeenCalledTimes(1);
  expect(await walkedJournal(store, 1_000)).toHaveLength(300);
});

test('a call that fails by itself is undone alone; those around it are kept', () => {
  const { db, operations } = inMemory();
  const broken: Call = [
    'append',
    [...journalCells(journalRow('half')), ...journalCells(journalRow('bad', { atMs: NaN }))],
  ];
  const { values, failures } = runBatch(
    db,
    operations,
    [append('1'), broken, ['backlog'], append('2')],
    'relay.db',
  );
  expect(failures).toEqual([[1, { kind: 'refused', message: expect.stringContaining('at_ms') }]]);
  expect(values).toEqual([[], undefined, [1, 1, 0], []]);
  expect(operations.walkJournal(shardBits(ALL_SHARDS), 0, 10).items.map(([, id]) => id)).toEqual([
    'j:1',
    'j:2',
  ]);
  expect(db.isTransaction).toBe(false);
});

test("through the whole store: a row that can't be kept is refused, and those asked beside it are kept", async () => {
  const store = await disk.open(disk.path());
  const results = await Promise.allSettled([
    store.append([journalRow('1')]),
    store.append([journalRow('bad', { atMs: NaN })]),
    store.append([journalRow('2')]),
    store.countTry('j:1'),
  ]);
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled']);
  expect(results[3]).toMatchObject({ value: 1 });
  expect(await walkedJournal(store, 10)).toEqual(['j:1', 'j:2']);
});

test.each([
  [13, 'full'],
  [11, 'unavailable'],
  [5, 'unavailable'],
  [1, 'unavailable'],
])('a COMMIT that fails with code %i fails every write as %s, and reads are answered', (code, kind) => {
  const { db, operations } = inMemory();
  runBatch(db, operations, [append('before')], 'relay.db');
  failCommits(db, sqliteError(code, 'it failed'));
  const { values, failures } = runBatch(db, operations, [append('1'), ['backlog'], append('2')], 'relay.db');
  expect(failures.map(([index, failure]) => [index, failure.kind])).toEqual([
    [0, kind],
    [2, kind],
  ]);
  expect(values[1]).toEqual([1, 1, 0]);
  vi.restoreAllMocks();
  expect(operations.walkJournal(shardBits(ALL_SHARDS), 0, 10).items.map(([, id]) => id)).toEqual([
    'j:before',
  ]);
  expect(runBatch(db, operations, [append('3')], 'relay.db').failures).toEqual([]);
});

test('calls asked without waiting for one another are answered in order, as the model does', async () => {
  await assert(
    asyncProperty(array(oneCallStep, { maxLength: 120, size: 'max' }), async (program) => {
      const store = await disk.open(disk.path(), { nowMs });
      const model = new MemoryStore({ nowMs });
      const answers = await Promise.all(program.map((step) => step.run(store)));
      for (const [at, step] of program.entries())
        expect(answers[at], step.says).toEqual(await step.run(model));
      await store.close();
    }),
    { numRuns: 30, seed: 1 },
  );
});
