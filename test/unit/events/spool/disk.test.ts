/** The spool on a disk: what it keeps, in which order, and what it says when the disk takes no more. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { DatabaseSync } from 'node:sqlite';
import { Worker } from 'node:worker_threads';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { SpoolBatch } from '../../../../src/relay/events/spool/disk-batch.ts';
import type { SpoolCall } from '../../../../src/relay/events/spool/disk-calls.ts';
import { prepareSpool } from '../../../../src/relay/events/spool/disk-table.ts';
import { pagesOf } from '../../../../src/relay/events/spool/pages.ts';
import type { Spool, SpooledRow } from '../../../../src/relay/events/spool/port.ts';
import { StoreFullError, StoreUnavailableError } from '../../../../src/relay/store/port.ts';
import { journalCells } from '../../../../src/relay/store/sqlite/cells.ts';
import { HandClock } from '../../../contract/hand-clock.ts';
import { MemorySpool, emptySpoolDisk } from '../../../sim/memory-spool.ts';
import { spoolFolders } from './folders.ts';
import { accepted, idsOf } from './rows.ts';

const folders = spoolFolders();
afterEach(() => {
  vi.restoreAllMocks();
});

async function walked(spool: Spool, of: 'own' | 'others', whole = true, limit = 2): Promise<SpooledRow[]> {
  const found: SpooledRow[] = [];
  for await (const page of pagesOf(spool, { of, whole, limit })) found.push(...page);
  return found;
}

const rowIds = async (spool: Spool, of: 'own' | 'others', whole = true): Promise<string[]> =>
  idsOf((await walked(spool, of, whole)).map(({ row }) => row));

describe.each([
  { name: 'on disk', open: () => folders.open(folders.folder()) as Promise<Spool> },
  {
    name: 'in memory, as other tests use it',
    open: () => Promise.resolve<Spool>(new MemorySpool(emptySpoolDisk())),
  },
])('a spool $name', ({ open }) => {
  it('gives back whole alerts, raw mail included, in the order in which they were accepted', async () => {
    const spool = await open();
    const raw = Uint8Array.from({ length: 256 }, (_, at) => at);
    const rows = [accepted(3), accepted(1, { raw }), accepted(2, { stableId: 'mail' }), accepted(10)];
    await spool.keep(rows.slice(0, 2), null);
    await spool.keep(rows.slice(2), null);
    const found = await walked(spool, 'own');
    expect(found.map(({ row }) => row.stamp.seq)).toEqual([1, 2, 3, 10]);
    expect(found.map(({ row }) => row)).toEqual([rows[1], rows[2], rows[0], rows[3]]);
    expect(found.map(({ owner }) => owner)).toEqual([null, null, null, null]);
  });

  it("keeps what is its own apart from others' copies of the same mail", async () => {
    const spool = await open();
    const mail = accepted(1, { stableId: 'mail' });
    await spool.keep([mail], null);
    await spool.keep([mail, accepted(2, { host: 'two' })], 'two');
    await spool.keep([mail], 'three');
    expect((await walked(spool, 'others')).map(({ owner }) => owner)).toEqual(['three', 'two', 'two']);
    spool.drop([mail.id], 'two');
    expect(await spool.counts()).toMatchObject({ own: 1, others: 2 });
    spool.drop([mail.id], null);
    expect(await spool.counts()).toMatchObject({ own: 0, others: 2 });
    expect(await rowIds(spool, 'own')).toEqual([]);
  });

  it('keeps an alert once, however often it is asked', async () => {
    const spool = await open();
    await spool.keep([accepted(1), accepted(1)], null);
    await spool.keep([accepted(1)], null);
    expect(await spool.counts()).toMatchObject({ own: 1, oldestMs: 1_001 });
    spool.drop([accepted(1).id, 'j:unknown'], null);
    expect(await spool.counts()).toEqual({ own: 0, others: 0, oldestMs: null, sizeBytes: 0 });
  });

  it('leaves out, when asked to, what the journal is known to have', async () => {
    const spool = await open();
    await spool.keep([accepted(1), accepted(2), accepted(3)], null);
    spool.journalled([accepted(2).id]);
    expect(await rowIds(spool, 'own', false)).toEqual(idsOf([accepted(1), accepted(3)]));
    expect((await walked(spool, 'own')).map(({ journalled }) => journalled)).toEqual([false, true, false]);
  });

  it('knows the highest number among its own', async () => {
    const spool = await open();
    expect(await spool.lastSeq()).toBeNull();
    await spool.keep([accepted(7), accepted(5)], null);
    await spool.keep([accepted(70, { host: 'two' })], 'two');
    expect(await spool.lastSeq()).toBe(7);
  });
});

describe('on disk', () => {
  it('is for the owner alone to read, and everything is there after a restart', async () => {
    const folder = folders.folder();
    const spool = await folders.open(folder);
    await spool.keep([accepted(1), accepted(2)], null);
    await spool.keep([accepted(3, { host: 'two' })], 'two');
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(statSync(join(folder, 'spool.db')).mode & 0o777).toBe(0o600);
    expect(statSync(join(folder, 'spool.db-wal')).mode & 0o777).toBe(0o600);
    const before = await spool.counts();
    spool.drop([accepted(1).id], null);
    await spool.close();
    const again = await folders.open(folder);
    expect(await rowIds(again, 'own')).toEqual([accepted(2).id]);
    expect(await rowIds(again, 'others')).toEqual([accepted(3, { host: 'two' }).id]);
    expect(await again.counts()).toMatchObject({ own: 1, others: 1, sizeBytes: (before.sizeBytes * 2) / 3 });
    await expect(spool.keep([accepted(4)], null)).rejects.toThrow(StoreUnavailableError);
  });

  it('takes everything that comes in one turn in one message, and what is to be dropped goes along', async () => {
    const spool = await folders.open(folders.folder());
    const post = vi.spyOn(Worker.prototype, 'postMessage');
    await Promise.all(Array.from({ length: 300 }, (_, seq) => spool.keep([accepted(seq + 1)], null)));
    expect(post).toHaveBeenCalledTimes(1);
    for (let seq = 1; seq <= 100; seq += 1) spool.drop([accepted(seq).id], null);
    await spool.keep([accepted(301)], null);
    expect(post).toHaveBeenCalledTimes(2);
    expect(await spool.counts()).toMatchObject({ own: 201 });
  });

  it('flushes what it is to keep, and nothing for what it is to forget', () => {
    const db = new DatabaseSync(':memory:');
    expect(prepareSpool(db)).toBeNull();
    const batch = new SpoolBatch(db, { path: 'spool.db', maxBytes: 1_000_000 });
    const synchronous = (): unknown => db.prepare('PRAGMA synchronous').get()?.['synchronous'];
    const keep = (seq: number): SpoolCall => ({
      kind: 'keep',
      owner: '',
      rows: [journalCells(accepted(seq))],
    });
    const drop: SpoolCall = { kind: 'drop', owner: '', ids: [accepted(1).id] };
    batch.run([keep(1)]);
    expect(synchronous(), 'full').toBe(2);
    batch.run([drop, { kind: 'counts' }]);
    expect(synchronous(), 'normal').toBe(1);
    const exec = vi.spyOn(db, 'exec');
    expect(batch.run([keep(1), drop, keep(2)])).toEqual([{ value: null }, { value: null }, { value: null }]);
    expect(exec.mock.calls.map(([sql]) => sql)).toEqual([
      'PRAGMA synchronous = FULL',
      'BEGIN IMMEDIATE',
      'COMMIT',
    ]);
    db.close();
  });

  it('drops what nothing else is asked for after a moment', async () => {
    const clock = new HandClock();
    const spool = await folders.open(folders.folder(), { clock });
    await spool.keep([accepted(1)], null);
    const post = vi.spyOn(Worker.prototype, 'postMessage');
    spool.drop([accepted(1).id], null);
    expect(clock.waiting).toBe(1);
    clock.pass(200);
    expect(clock.waiting).toBe(0);
    await new Promise((resolve) => void setImmediate(resolve));
    expect(post).toHaveBeenCalledTimes(1);
    expect(await spool.counts()).toMatchObject({ own: 0 });
  });

  it('refuses with what to do when its limit is reached, and goes on when there is room', async () => {
    const spool = await folders.open(folders.folder(), { maxBytes: 100_000 });
    const raw = new Uint8Array(40_000);
    await spool.keep([accepted(1, { raw }), accepted(2, { raw })], null);
    const [refused, kept] = await Promise.allSettled([
      spool.keep([accepted(3), accepted(4, { raw })], null),
      spool.keep([accepted(5)], null),
    ]);
    expect(refused).toMatchObject({ reason: expect.any(StoreFullError) });
    expect(refused).toMatchObject({
      reason: { message: expect.stringMatching(/holds as much as it may.*bring the store back/) },
    });
    expect(kept.status).toBe('fulfilled');
    spool.drop([accepted(1).id], null);
    await spool.keep([accepted(3), accepted(4, { raw })], null);
    expect(await rowIds(spool, 'own')).toEqual(idsOf([2, 3, 4, 5].map((seq) => accepted(seq))));
  });

  it('refuses with what to do when the disk is full, keeps what it had, and goes on when there is space', async () => {
    const spool = await folders.open(folders.folder());
    const raw = new Uint8Array(20_000).fill(7);
    await spool.keep([accepted(1, { raw })], null);
    await spool.limitPages(30);
    const results = await Promise.allSettled([
      spool.keep([accepted(2)], null),
      spool.keep(
        Array.from({ length: 20 }, (_, at) => accepted(10 + at, { raw })),
        null,
      ),
      spool.counts(),
    ]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(results[1]).toMatchObject({ reason: expect.any(StoreFullError) });
    expect(results[1]).toMatchObject({
      reason: { message: expect.stringMatching(/no space left.*free space/) },
    });
    expect(await rowIds(spool, 'own')).toEqual(idsOf([accepted(1), accepted(2)]));
    expect(await spool.counts()).toMatchObject({ own: 2 });
    await spool.limitPages(null);
    await spool.keep([accepted(10, { raw })], null);
    expect(await spool.counts()).toMatchObject({ own: 3 });
  });

  it("refuses one alert that can't be kept, and keeps those asked beside it", async () => {
    const spool = await folders.open(folders.folder());
    const results = await Promise.allSettled([
      spool.keep([accepted(1)], null),
      spool.keep([accepted(2, { atMs: NaN })], null),
      spool.keep([accepted(3)], null),
    ]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(await rowIds(spool, 'own')).toEqual(idsOf([accepted(1), accepted(3)]));
  });

  it('is refused to a second relay', async () => {
    const folder = folders.folder();
    const spool = await folders.open(folder);
    await expect(folders.open(folder)).rejects.toThrow(/in use by another process/);
    await spool.keep([accepted(1)], null);
  });

  it("is not made of what is no spool: another's database, a text, a file in the folder's place", async () => {
    const other = folders.folder();
    mkdirSync(other);
    const db = new DatabaseSync(join(other, 'spool.db'));
    db.exec('CREATE TABLE recipes (name TEXT)');
    db.close();
    await expect(folders.open(other)).rejects.toThrow(/another program's database/);
    const text = folders.folder();
    mkdirSync(text);
    writeFileSync(join(text, 'spool.db'), 'Dear diary, '.repeat(1_000));
    await expect(folders.open(text)).rejects.toThrow(StoreUnavailableError);
    const file = folders.folder();
    writeFileSync(file, '');
    await expect(folders.open(file)).rejects.toThrow(StoreUnavailableError);
  });

  it('has everything that it said it keeps after a kill -9 in the middle of a storm', async () => {
    const folder = folders.folder();
    const child = spawn(process.execPath, [join(import.meta.dirname, 'children/keeping.ts'), folder], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const exited = once(child, 'exit');
    const said: number[] = [];
    for await (const seq of createInterface(child.stdout)) {
      said.push(Number(seq));
      if (said.length === 2_000) child.kill('SIGKILL');
    }
    expect(await exited).toEqual([null, 'SIGKILL']);
    const spool = await folders.open(folder);
    const kept = new Set((await walked(spool, 'own', true, 1_000)).map(({ row }) => row.stamp.seq));
    expect(said.filter((seq) => !kept.has(seq))).toEqual([]);
    expect((await spool.counts()).own).toBe(kept.size);
  });
});
