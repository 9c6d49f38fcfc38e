/** The disk is full: PRAGMA max_page_count makes SQLite run out of pages just as it does when a disk has none left. */
import { expect, test } from 'vitest';
import type { Log } from '../../../src/relay/engine/ports.ts';
import { StoreFullError } from '../../../src/relay/store/port.ts';
import type { SqliteStore } from '../../../src/relay/store/sqlite/store.ts';
import { change, dueRow, everything, journalRow, walkedJournal } from '../../contract/store/samples.ts';
import { temporary } from './temporary.ts';

const disk = temporary();
const raw = new Uint8Array(20_000).fill(7);

/** Appends until the disk is full; the ids that were acknowledged. */
async function fill(store: SqliteStore): Promise<string[]> {
  await store.limitPages(100);
  const kept: string[] = [];
  for (let at = 0; at < 1_000; at += 1) {
    const row = journalRow(`${at}`.padStart(4, '0'), { raw, seq: at });
    try {
      await store.append([row]);
    } catch (error) {
      expect(error).toBeInstanceOf(StoreFullError);
      return kept;
    }
    kept.push(row.id);
  }
  throw new Error('the disk never became full');
}

test('a full disk refuses alerts with what to do, and everything goes on by itself when there is space', async () => {
  const path = disk.path();
  const store = await disk.open(path);
  const kept = await fill(store);
  expect(kept.length).toBeGreaterThan(5);
  await expect(store.append([journalRow('x', { raw })])).rejects.toThrow(/no space left .*: free space/);
  await expect(store.append([journalRow('x', { raw })])).rejects.toThrow(StoreFullError);

  await store.limitPages(null);
  await store.append([journalRow('after', { raw })]);
  expect(await store.commit(change('i:db/disk', null))).toBe('applied');
  expect(await walkedJournal(store, 100)).toEqual([...kept, 'j:after']);

  await store.close();
  const again = await disk.open(path);
  expect(await walkedJournal(again, 100)).toEqual([...kept, 'j:after']);
  expect(Buffer.from((await again.journalRow('j:after'))?.raw ?? []).equals(raw)).toBe(true);
});

test('what was refused left nothing behind, not even in part', async () => {
  const store = await disk.open(disk.path());
  const kept = await fill(store);
  await expect(
    store.append([journalRow('small'), journalRow('large', { raw: new Uint8Array(500_000) })]),
  ).rejects.toThrow(StoreFullError);
  const rows = Array.from({ length: 200 }, (_, at) => ({
    kind: 'timeline',
    key: `${at}`,
    body: 'x'.repeat(2_000),
  }));
  await expect(store.commit(change('i:db/disk', null, { rows }))).rejects.toThrow(StoreFullError);
  expect(await walkedJournal(store, 100)).toEqual(kept);
  expect((await store.load('i:db/disk')).op).toBeNull();
  expect(await store.journalRow('j:small')).toBeNull();
});

test('while the disk is full, reads asked together with refused writes still have their answers', async () => {
  const store = await disk.open(disk.path());
  const kept = await fill(store);
  const [refused, walk, backlog] = await Promise.allSettled([
    store.append([journalRow('x', { raw: new Uint8Array(500_000) })]),
    store.walkJournal(everything(100)),
    store.backlog(),
  ]);
  expect(refused).toMatchObject({ status: 'rejected', reason: { name: 'StoreFullError' } });
  expect(walk).toMatchObject({ status: 'fulfilled', value: { items: kept.map((id) => ({ id })) } });
  expect(backlog).toMatchObject({ status: 'fulfilled', value: { journal: kept.length } });
});

test('purging what is done makes space on a full disk', async () => {
  const store = await disk.open(disk.path());
  const kept = await fill(store);
  await store.markDone(kept);
  expect((await store.purge(8.64e15, 1_000)).work).toBe(kept.length);
  await store.append([journalRow('again', { raw })]);
  await store.writeDue([dueRow('again', 1)]);
  expect(await walkedJournal(store, 100)).toEqual(['j:again']);
});

test('the log says once that the disk is full and once that it no longer is', async () => {
  const said: string[] = [];
  const say = (level: string) => (_: Record<string, unknown>, text: string) =>
    void said.push(`${level}: ${text}`);
  const log: Log = { info: say('info'), warn: say('warn'), error: say('error') };
  const store = await disk.open(disk.path(), { log });
  said.length = 0;
  await fill(store);
  await expect(store.append([journalRow('x', { raw })])).rejects.toThrow(StoreFullError);
  await store.limitPages(null);
  await store.append([journalRow('1')]);
  await store.append([journalRow('2')]);
  expect(said).toEqual([
    'error: no space left for the database: alerts are refused until there is some',
    'info: there is space for the database again',
  ]);
});
