import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { ALL_SHARDS } from '../../../src/relay/store/places.ts';
import { journalCells } from '../../../src/relay/store/sqlite/cells.ts';
import { MIGRATIONS, migrate, schemaVersion } from '../../../src/relay/store/sqlite/migrations.ts';
import { Operations } from '../../../src/relay/store/sqlite/operations.ts';
import { shardBits } from '../../../src/relay/store/sqlite/shards.ts';
import { dueRow, journalRow } from '../../contract/store/samples.ts';

test('the steps are numbered from 1 without gaps', () => {
  expect(MIGRATIONS.map(({ number }) => number)).toEqual(MIGRATIONS.map((_, at) => at + 1));
});

test('each step is applied once and recorded with its name and time', () => {
  const db = new DatabaseSync(':memory:');
  expect(schemaVersion(db)).toBe(0);
  expect(migrate(db, 1_000)).toHaveLength(MIGRATIONS.length);
  expect(migrate(db, 2_000)).toEqual([]);
  const recorded = db.prepare('SELECT number, name, applied_ms FROM migrations').all();
  expect(recorded).toEqual(MIGRATIONS.map(({ number, name }) => ({ number, name, applied_ms: 1_000 })));
});

test('a later step keeps what is there', () => {
  const db = new DatabaseSync(':memory:');
  migrate(db, 0);
  db.exec(`INSERT INTO counters VALUES ('incident', 42)`);
  const number = MIGRATIONS.length + 1;
  const later = { number, name: 'a later step', sql: 'CREATE TABLE later (a TEXT) STRICT;' };
  expect(migrate(db, 1, [...MIGRATIONS, later])).toEqual([`${number} a later step`]);
  expect(schemaVersion(db)).toBe(number);
  expect(db.prepare('SELECT next FROM counters').get()).toEqual({ next: 42 });
});

test('work from before there were shards is found by a walk over all of them', () => {
  const db = new DatabaseSync(':memory:');
  migrate(db, 0, MIGRATIONS.slice(0, 2));
  db.exec(
    `INSERT INTO journal (id, host, seq, at_ms, trusted, input) VALUES ('j:old', 'one', 1, 5, 1, '{}');
     INSERT INTO due (id, due_ms, aggregate, timer) VALUES ('d:old', 5, 'i:db/disk', 'escalate')`,
  );
  migrate(db, 0);
  const operations = new Operations(db);
  const timer = dueRow('new', 5);
  operations.append(journalCells(journalRow('new', { shard: 9 })));
  operations.writeDue([timer.id, 9, timer.dueAtMs, timer.aggregate, timer.timer]);
  const walked = (shards: readonly number[]): string[][] => [
    operations.walkJournal(shardBits(shards), 0, 10).items.map(([, id]) => id),
    operations.walkDue(shardBits(shards), 5, -Infinity, '', 10).items.map(([id]) => id),
  ];
  expect(walked(ALL_SHARDS)).toEqual([
    ['j:old', 'j:new'],
    [timer.id, 'd:old'],
  ]);
  expect(walked([9])).toEqual([['j:new'], [timer.id]]);
  expect(operations.append(journalCells(journalRow('old')))).toEqual(['j:old']);
});

test('a step that fails leaves the database as it was', () => {
  const db = new DatabaseSync(':memory:');
  migrate(db, 0);
  const number = MIGRATIONS.length + 1;
  const broken = {
    number,
    name: 'broken',
    sql: 'CREATE TABLE half (a TEXT); CREATE TABLE journal (a TEXT);',
  };
  expect(() => migrate(db, 1, [...MIGRATIONS, broken])).toThrow(/journal/);
  expect(db.isTransaction).toBe(false);
  expect(schemaVersion(db)).toBe(MIGRATIONS.length);
  expect(db.prepare(`SELECT 1 FROM sqlite_schema WHERE name = 'half'`).get()).toBeUndefined();
});
