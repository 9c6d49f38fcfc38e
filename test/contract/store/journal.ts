/** The journal: durable before it is acknowledged, once each, in order of acceptance. */
import { expect, test } from 'vitest';
import { StoreUnavailableError } from '../../../src/relay/store/port.ts';
import type { Open } from './opened.ts';
import { ODD_TEXTS, alert, journalRow, walkedJournal } from './samples.ts';

export function journalPromises(fresh: Open): void {
  test('an accepted alert is there after a restart, with its raw bytes and its stamp', async () => {
    const { store, reopen } = await fresh();
    const row = {
      id: 'j:one.1',
      stamp: { host: 'one', seq: 7, atMs: 1_769_000_000_123, trusted: false },
      input: alert('disk full'),
      raw: new TextEncoder().encode('Subject: disk full\r\n\r\nbody'),
    };
    await store.append([row]);
    const again = await reopen();
    expect(await again.journalRow('j:one.1')).toEqual(row);
    expect((await again.walkJournal(null, 10)).items).toEqual([row]);
  });

  test('raw bytes survive exactly, be they no text at all, empty, or part of a larger buffer', async () => {
    const { store, reopen } = await fresh();
    const every = Uint8Array.from({ length: 1_024 }, (_, at) => at % 256);
    const large = Uint8Array.from({ length: 3_000_000 }, (_, at) => (at * 31) % 251);
    await store.append([
      journalRow('every', { raw: every }),
      journalRow('part', { raw: every.subarray(10, 20) }),
      journalRow('buffer', { raw: Buffer.from('part of the pool') }),
      journalRow('empty', { raw: new Uint8Array(0) }),
      journalRow('large', { raw: large }),
      journalRow('none'),
    ]);
    const again = await reopen();
    const raw = async (id: string): Promise<Buffer | null | undefined> => {
      const row = await again.journalRow(`j:${id}`);
      return row?.raw ? Buffer.from(row.raw) : row?.raw === null ? null : undefined;
    };
    expect(Buffer.compare((await raw('every')) ?? Buffer.of(), every)).toBe(0);
    expect(await raw('part')).toEqual(Buffer.from(every.subarray(10, 20)));
    expect((await raw('buffer'))?.toString()).toBe('part of the pool');
    expect(await raw('empty')).toEqual(Buffer.of());
    expect(Buffer.compare((await raw('large')) ?? Buffer.of(), large)).toBe(0);
    expect(await raw('none')).toBeNull();
  });

  test('the same id again succeeds and leaves the first row as it is, done or not', async () => {
    const { store } = await fresh();
    const first = journalRow('mail', { atMs: 1 });
    const second = { ...journalRow('mail', { atMs: 2 }), input: alert('another') };
    await store.append([first, second]);
    await store.append([second]);
    expect(await store.journalRow('j:mail')).toEqual(first);
    expect(await walkedJournal(store, 10)).toEqual(['j:mail']);
    await store.markDone(['j:mail']);
    await store.append([first]);
    expect(await walkedJournal(store, 10)).toEqual([]);
    expect(await store.journalRow('j:mail')).toEqual(first);
  });

  test('undone rows are walked in order of acceptance, whatever their ids and clocks say', async () => {
    const { store, reopen } = await fresh();
    await store.append([journalRow('z', { atMs: 9 }), journalRow('a', { atMs: 1 })]);
    await Promise.all([
      store.append([journalRow('m', { atMs: 5 })]),
      store.append([journalRow('b', { atMs: 3 })]),
    ]);
    expect(await walkedJournal(store, 3)).toEqual(['j:z', 'j:a', 'j:m', 'j:b']);
    const again = await reopen();
    await again.append([journalRow('0', { atMs: 0 })]);
    expect(await walkedJournal(again, 2)).toEqual(['j:z', 'j:a', 'j:m', 'j:b', 'j:0']);
  });

  test('a walk goes on rightly while what it gave is marked done and more comes in', async () => {
    const { store } = await fresh();
    const ids = Array.from({ length: 25 }, (_, at) => `${at}`.padStart(2, '0'));
    await store.append(ids.map((id) => journalRow(id)));
    const seen: string[] = [];
    let after: number | null = null;
    do {
      const page: Awaited<ReturnType<typeof store.walkJournal>> = await store.walkJournal(after, 10);
      seen.push(...page.items.map(({ id }) => id));
      await store.markDone(page.items.map(({ id }) => id));
      if (seen.length === 10) await store.append([journalRow('late')]);
      after = page.next;
    } while (after !== null);
    expect(seen).toEqual([...ids, 'late'].map((id) => `j:${id}`));
    expect(await store.walkJournal(null, 10)).toEqual({ items: [], next: null });
  });

  test('a page that ends exactly at the end says so, and a large row never hides the ones behind it', async () => {
    const { store } = await fresh();
    await store.append([journalRow('1'), journalRow('2')]);
    expect((await store.walkJournal(null, 2)).next).toBeNull();
    expect((await store.walkJournal(null, 1)).next).not.toBeNull();
    const raw = new Uint8Array(3_000_000);
    await store.append([journalRow('3', { raw }), journalRow('4', { raw }), journalRow('5', { raw })]);
    expect(await walkedJournal(store, 100)).toEqual(['j:1', 'j:2', 'j:3', 'j:4', 'j:5']);
  });

  test('done rows stay readable, and unknown ids are ignored', async () => {
    const { store, reopen } = await fresh();
    await store.append([journalRow('1'), journalRow('2')]);
    await store.markDone(['j:1', 'j:never', 'd:never']);
    const again = await reopen();
    expect(await again.undone(['j:1', 'j:2', 'j:never', 'd:never'])).toEqual(new Set(['j:2']));
    expect((await again.journalRow('j:1'))?.id).toBe('j:1');
    expect(await again.journalRow('j:never')).toBeNull();
    expect(await again.undone([])).toEqual(new Set());
  });

  test('failed tries are counted over a restart; an unknown row has none', async () => {
    const { store, reopen } = await fresh();
    await store.append([journalRow('poison')]);
    expect(await store.countTry('j:poison')).toBe(1);
    expect(await store.countTry('j:poison')).toBe(2);
    const again = await reopen();
    expect(await again.countTry('j:poison')).toBe(3);
    expect(await again.countTry('j:never')).toBe(0);
  });

  test("the highest seq of each host is known over a restart, also when its row wasn't new", async () => {
    const { store, reopen } = await fresh();
    expect(await store.lastSeq('one')).toBeNull();
    await store.append([
      journalRow('a', { seq: 5 }),
      journalRow('b', { seq: 4 }),
      journalRow('c', { seq: 9, host: 'two' }),
    ]);
    expect(await store.lastSeq('one')).toBe(5);
    await store.append([journalRow('a', { seq: 6 })]);
    await store.markDone(['j:a', 'j:b']);
    const again = await reopen();
    expect(await again.lastSeq('one')).toBe(6);
    expect(await again.lastSeq('two')).toBe(9);
    expect(await again.lastSeq('three')).toBeNull();
  });

  test('the backlog counts what is undone and knows the oldest', async () => {
    const { store } = await fresh();
    expect(await store.backlog()).toEqual({ journal: 0, oldestJournalMs: null, due: 0 });
    await store.append([
      journalRow('1', { atMs: 50 }),
      journalRow('2', { atMs: 20 }),
      journalRow('3', { atMs: 70 }),
    ]);
    await store.writeDue([{ id: 'd:1', dueAtMs: 5, aggregate: 'i:db/a', timer: 't' }]);
    expect(await store.backlog()).toEqual({ journal: 3, oldestJournalMs: 20, due: 1 });
    await store.markDone(['j:2', 'd:1']);
    expect(await store.backlog()).toEqual({ journal: 2, oldestJournalMs: 50, due: 0 });
  });

  test('odd ids are kept to the letter', async () => {
    const { store, reopen } = await fresh();
    const rows = ODD_TEXTS.map((text) => ({ ...journalRow(text), input: alert(text) }));
    await store.append(rows);
    const again = await reopen();
    for (const row of rows) expect(await again.journalRow(row.id)).toEqual(row);
    const [kept, ...done] = rows.map(({ id }) => id);
    await again.markDone(done);
    expect(await walkedJournal(again, 10)).toEqual([kept]);
  });

  test('a closed store says so', async () => {
    const { store } = await fresh();
    await store.append([journalRow('1')]);
    await store.close();
    await expect(store.append([journalRow('2')])).rejects.toThrow(StoreUnavailableError);
    await expect(store.load('roster')).rejects.toThrow(StoreUnavailableError);
    await store.close();
  });

  test('a page of no rows is a mistake of the caller', async () => {
    const { store } = await fresh();
    await expect(store.walkJournal(null, 0)).rejects.toThrow(RangeError);
    await expect(store.walkDue(1, null, -1)).rejects.toThrow(RangeError);
    await expect(store.incidents({ limit: 0.5 })).rejects.toThrow(RangeError);
    await expect(store.rows('roster', 'version', { limit: 0 })).rejects.toThrow(RangeError);
    await expect(store.purge(1, 0)).rejects.toThrow(RangeError);
    await expect(store.reserveNumbers(0)).rejects.toThrow(RangeError);
  });
}
