import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { MIGRATIONS, migrate, schemaVersion } from '../../../src/relay/store/sqlite/migrations.ts';

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
