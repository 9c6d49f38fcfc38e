import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  openSync,
  closeSync,
  readFileSync,
  renameSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { StoreUnavailableError } from '../../../src/relay/store/port.ts';
import { openDatabase } from '../../../src/relay/store/sqlite/database.ts';
import { journalRow, walkedJournal } from '../../contract/store/samples.ts';
import { temporary } from './temporary.ts';

const disk = temporary();

async function refusal(path: string): Promise<string> {
  const error: unknown = await disk.open(path).then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(StoreUnavailableError);
  return (error as Error).message;
}

/** A sound database with enough rows to fill many pages, closed. */
async function filled(path: string): Promise<void> {
  const store = await disk.open(path);
  const raw = new Uint8Array(3_000).fill(65);
  await store.append(Array.from({ length: 100 }, (_, at) => journalRow(`${at}`, { raw })));
  await store.close();
}

test('the database and its write-ahead log are readable by their owner alone', async () => {
  const path = disk.path();
  const store = await disk.open(path);
  await store.append([journalRow('1')]);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(statSync(`${path}-wal`).mode & 0o777).toBe(0o600);
});

test('a commit is on the disk when it returns: a write-ahead log, synced on each commit', () => {
  const { db } = openDatabase(disk.path(), 0);
  expect(db.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'wal' });
  expect(db.prepare('PRAGMA synchronous').get()).toEqual({ synchronous: 2 });
  db.close();
});

test('a second daemon on the same database is refused, and told why', async () => {
  const path = disk.path();
  await using holder = await holding(path);
  expect(await refusal(path)).toMatch(/relay\.db is in use by another process.*stop that one/);
  await holder.end();
  const store = await disk.open(path);
  expect(await walkedJournal(store, 10)).toEqual(['j:held']);
});

test('a second store in the same process is refused too, and the first goes on', async () => {
  const path = disk.path();
  const store = await disk.open(path);
  expect(await refusal(path)).toMatch(/in use/);
  await store.append([journalRow('1')]);
  expect(await walkedJournal(store, 10)).toEqual(['j:1']);
});

test('a file that is no database is refused and left as it is', async () => {
  const path = disk.path();
  const text = 'Dear diary, '.repeat(1_000);
  writeFileSync(path, text);
  expect(await refusal(path)).toMatch(/is not a relay database/);
  expect(readFileSync(path, 'utf8')).toBe(text);
});

test("another program's database is refused and left as it is", async () => {
  const path = disk.path();
  const other = new DatabaseSync(path);
  other.exec('CREATE TABLE recipes (name TEXT)');
  other.close();
  const before = readFileSync(path);
  expect(await refusal(path)).toMatch(/another program's database.*nothing in it was changed/);
  expect(readFileSync(path).equals(before)).toBe(true);
});

test('a database with a damaged page is refused, with the way back', async () => {
  const path = disk.path();
  await filled(path);
  const file = openSync(path, 'r+');
  writeSync(file, Buffer.alloc(4_096, 0xa5), 0, 4_096, 20 * 4_096);
  closeSync(file);
  expect(await refusal(path)).toMatch(/is damaged.*move it away and keep it.*relay restore FILE/s);
});

test('a database cut short is refused', async () => {
  const path = disk.path();
  await filled(path);
  truncateSync(path, 10 * 4_096);
  expect(await refusal(path)).toMatch(/is damaged/);
});

test('a database of a newer relay is refused, with both versions', async () => {
  const path = disk.path();
  await filled(path);
  const db = new DatabaseSync(path);
  db.exec(`INSERT INTO migrations VALUES (9999, 'from the future', 0)`);
  db.close();
  expect(await refusal(path)).toMatch(/written by a newer relay \(schema 9999, this one knows \d+\)/);
});

test('a missing folder, and a folder in the place of the file, are named', async () => {
  const path = disk.path();
  expect(await refusal(join(dirname(path), 'missing', 'relay.db'))).toMatch(
    /folder .*missing .*doesn't exist.*relay init/,
  );
  expect(await refusal(dirname(path))).toMatch(/can't be opened for writing/);
});

test('an empty file becomes a database', async () => {
  const path = disk.path();
  writeFileSync(path, '');
  const store = await disk.open(path);
  await store.append([journalRow('1')]);
  expect(await walkedJournal(store, 10)).toEqual(['j:1']);
});

test.each([
  ['gone', (path: string) => renameSync(path, `${path}.old`)],
  ['an empty file by now', (path: string) => truncateSync(path)],
])(
  'a crashed daemon’s newest part, beside a database that is %s, is kept and told of, with the way back',
  async (_how, lose) => {
    const path = disk.path();
    await using holder = await holding(path);
    await holder.kill();
    const [whole, newest] = [readFileSync(path), readFileSync(`${path}-wal`)];
    expect(newest.byteLength).toBeGreaterThan(0);
    lose(path);
    expect(await refusal(path)).toMatch(
      /relay\.db is not there, but .*relay\.db-wal is.*accepted last.*put .* back.*move/u,
    );
    expect(readFileSync(`${path}-wal`).equals(newest)).toBe(true);
    writeFileSync(path, whole);
    expect(await walkedJournal(await disk.open(path), 10)).toEqual(['j:held']);
  },
);

test('closing leaves one file, complete', async () => {
  const path = disk.path();
  await filled(path);
  expect(existsSync(`${path}-wal`)).toBe(false);
  const db = new DatabaseSync(path, { readOnly: true });
  expect(db.prepare('SELECT count(*) AS rows FROM journal').get()).toEqual({ rows: 100 });
  db.close();
});

/** Another process with the store open and one row appended, until `end`. */
async function holding(
  path: string,
): Promise<{ end: () => Promise<void>; kill: () => Promise<void> } & AsyncDisposable> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'children/holding.ts'), path], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  const [line] = (await Promise.race([
    once(createInterface(child.stdout), 'line'),
    exited.then(() => ['ended early']),
  ])) as [string];
  expect(line).toBe('held');
  const end = async (): Promise<void> => {
    child.stdin.end();
    await exited;
  };
  const kill = async (): Promise<void> => {
    child.kill('SIGKILL');
    await exited;
  };
  return { end, kill, [Symbol.asyncDispose]: end };
}
