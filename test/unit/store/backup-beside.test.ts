import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { backup, DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { backupBeside } from '../../../src/relay/store/sqlite/backup-beside.ts';

let folder: string;
let db: DatabaseSync;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'relay-copy-'));
  db = new DatabaseSync(join(folder, 'relay.db'));
  db.exec('PRAGMA journal_mode = WAL; PRAGMA locking_mode = EXCLUSIVE; CREATE TABLE alerts (text)');
});
afterEach(() => {
  db.close();
  rmSync(folder, { recursive: true });
});

test('a copy that begins while alerts are being written waits for them, and has them', async () => {
  db.exec("BEGIN IMMEDIATE; INSERT INTO alerts VALUES ('disk full')");
  const refused: string[] = [];
  const copy = join(folder, 'relay.db.copy');
  await backupBeside(db, copy, async (source, file, options) => {
    try {
      return await backup(source, file, options);
    } catch (error) {
      refused.push(error instanceof Error ? error.message : '');
      db.exec('COMMIT');
      throw error;
    }
  });
  expect(refused).toEqual(['not an error']);
  const copied = new DatabaseSync(copy);
  expect(copied.prepare('SELECT text FROM alerts').all()).toEqual([{ text: 'disk full' }]);
  copied.close();
});

test('what is wrong with the file is told at once', async () => {
  await expect(backupBeside(db, join(folder, 'no', 'copy'))).rejects.toThrow(/unable to open/u);
});
