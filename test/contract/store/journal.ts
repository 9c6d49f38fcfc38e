/** The journal: durable before it is acknowledged, once each, in order of acceptance. */
import { expect, test } from 'vitest';
import { StoreUnavailableError } from '../../../src/relay/store/port.ts';
import type { Capabilities, Open } from './opened.ts';
import {
  ODD_TEXTS,
  alert,
  moment,
  dueRow,
  everything,
  journalRow,
  onlyOnceRow,
  walkedDue,
  walkedJournal,
} from './samples.ts';

export function journalPromises(fresh: Open, { exactBacklog, exactLastSeq }: Capabilities): void {
  test('an accepted alert is there after a restart, with its raw bytes and its stamp', async () => {
    const { store, reopen } = await fresh();
    const row = onlyOnceRow(7, moment(123), 5);
    row.stamp.trusted = false;
    row.raw = new TextEncoder().encode('Subject: disk full\r\n\r\nbody');
    await store.append([row]);
    const again = await reopen();
    expect(await again.journalRow(row.id)).toEqual(row);
    expect((await again.walkJournal(everything(10))).items).toEqual([row]);
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
    const first = journalRow('mail', { atMs: moment(1) });
    const second = { ...journalRow('mail', { atMs: moment(2), shard: 3 }), input: alert('another') };
    await store.append([first, second]);
    await store.append([second]);
    expect(await store.journalRow('j:mail')).toEqual(first);
    expect(await walkedJournal(store, 10)).toEqual(['j:mail']);
    await store.markDone(['j:mail']);
    await store.append([first]);
    expect(await walkedJournal(store, 10)).toEqual([]);
    expect(await store.journalRow('j:mail')).toEqual(first);
  });

  test('an append says which ids had been there before, done or not', async () => {
    const { store, reopen } = await fresh();
    const [one, two, three] = [journalRow('1'), journalRow('2'), journalRow('3')];
    expect(await store.append([])).toEqual(new Set());
    expect(await store.append([one, two])).toEqual(new Set());
    expect(await store.append([two, three])).toEqual(new Set(['j:2']));
    await store.markDone(['j:1']);
    const again = await reopen();
    expect(await again.append([journalRow('4'), one, three])).toEqual(new Set(['j:1', 'j:3']));
    expect(await again.append([journalRow('5'), journalRow('5')])).toEqual(new Set());
  });

  test('of many appends of one id at once exactly one finds it new, and its row is the one there', async () => {
    const { store } = await fresh();
    const rows = Array.from({ length: 10 }, (_, seq) =>
      journalRow('mail', { seq, atMs: moment(seq * 700_000), shard: seq }),
    );
    const known = await Promise.all(rows.map((row) => store.append([row])));
    const winners = rows.filter((_, index) => known[index]?.size === 0);
    expect(winners).toHaveLength(1);
    expect(await store.journalRow('j:mail')).toEqual(winners[0]);
    expect((await store.walkJournal(everything(20))).items).toEqual(winners);
  });

  test('an input that is never accepted again is kept once, however often its append is repeated', async () => {
    const { store, reopen } = await fresh();
    const rows = [
      onlyOnceRow(1, moment(10), 4),
      onlyOnceRow(2, moment(20.5), 4),
      onlyOnceRow(3, moment(30), 11),
    ];
    await store.append(rows);
    const again = await reopen();
    await again.append(rows.slice(1));
    expect((await again.walkJournal(everything(10))).items).toEqual(rows);
    await again.markDone(rows.slice(0, 2).map(({ id }) => id));
    await again.append(rows);
    expect(await walkedJournal(again, 10)).toEqual([rows[2]?.id]);
    expect(await again.undone(rows.map(({ id }) => id))).toEqual(new Set([rows[2]?.id]));
  });

  test('marking what was never written brings nothing to life', async () => {
    const { store } = await fresh();
    const { id } = onlyOnceRow(1, moment(10), 4);
    const timer = dueRow('op', moment(10));
    await store.markDone([id, timer.id, 'j:never']);
    expect(await walkedJournal(store, 10)).toEqual([]);
    expect(await walkedDue(store, moment(100), 10)).toEqual([]);
    expect(await store.journalRow(id)).toBeNull();
    expect(await store.undone([id, timer.id, 'j:never'])).toEqual(new Set());
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

  if (exactLastSeq) {
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
  }

  test('each life of a host learns a seq that none before it went beyond', async () => {
    const opened = await fresh();
    let { store } = opened;
    const highest = { one: 0, two: 0 };
    for (const life of ['a', 'b', 'c']) {
      for (const host of ['one', 'two'] as const) {
        const last = await store.lastSeq(host);
        if (life === 'a') expect(last).toBeNull();
        else expect(last).toBeGreaterThanOrEqual(highest[host]);
        highest[host] = (last ?? 0) + 3;
        await store.append([journalRow(`${host}-${life}`, { host, seq: highest[host] })]);
      }
      store = await opened.reopen();
    }
  });

  test('the backlog counts what is undone and knows the oldest', async () => {
    const { store } = await fresh();
    const count = (exactly: number): unknown =>
      exactBacklog ? exactly : expect.toSatisfy((found: number) => found > 0 === exactly > 0);
    expect(await store.backlog()).toEqual({ journal: 0, oldestJournalMs: null, due: 0 });
    await store.append([
      journalRow('1', { atMs: moment(50) }),
      journalRow('2', { atMs: moment(20) }),
      journalRow('3', { atMs: moment(70) }),
    ]);
    const timer = dueRow('1', moment(5));
    await store.writeDue([timer]);
    expect(await store.backlog()).toEqual({ journal: count(3), oldestJournalMs: moment(20), due: count(1) });
    await store.markDone(['j:2', timer.id]);
    expect(await store.backlog()).toEqual({ journal: count(2), oldestJournalMs: moment(50), due: 0 });
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
    expect(await again.append(rows)).toEqual(new Set(rows.map(({ id }) => id)));
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
    await expect(store.walkJournal(everything(0))).rejects.toThrow(RangeError);
    await expect(store.walkDue({ ...everything(-1), untilMs: moment(1) })).rejects.toThrow(RangeError);
    await expect(store.incidents({ limit: 0.5 })).rejects.toThrow(RangeError);
    await expect(store.rows('roster', 'version', { limit: 0 })).rejects.toThrow(RangeError);
    await expect(store.purge(1, 0)).rejects.toThrow(RangeError);
    await expect(store.reserveNumbers(0)).rejects.toThrow(RangeError);
  });
}
