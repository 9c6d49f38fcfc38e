/** Walks over what is undone: in order, in pages, by shard. */
import { expect, test } from 'vitest';
import { ALL_SHARDS } from '../../../src/relay/store/places.ts';
import type { Capabilities, Open } from './opened.ts';
import { moment, everything, journalRow, nowMs, onlyOnceRow, walkedJournal } from './samples.ts';

export function journalWalkPromises(fresh: Open, { exactOrder }: Capabilities): void {
  if (exactOrder) {
    test('undone rows are walked in order of acceptance, whatever their ids and clocks say', async () => {
      const { store, reopen } = await fresh();
      await store.append([journalRow('z', { atMs: moment(9) }), journalRow('a', { atMs: moment(1) })]);
      await Promise.all([
        store.append([journalRow('m', { atMs: moment(5) })]),
        store.append([journalRow('b', { atMs: moment(3) })]),
      ]);
      expect(await walkedJournal(store, 3)).toEqual(['j:z', 'j:a', 'j:m', 'j:b']);
      const again = await reopen();
      await again.append([journalRow('0', { atMs: moment(0) })]);
      expect(await walkedJournal(again, 2)).toEqual(['j:z', 'j:a', 'j:m', 'j:b', 'j:0']);
    });
  }

  test('undone rows are walked in order of acceptance while the clocks agree, over hours and whatever their ids', async () => {
    const { store, reopen } = await fresh();
    const times = [0, 1, 2, 59_999, 60_000, 599_999, 600_000, 3_599_999.5, 3_600_000, 10_000_000];
    const rows = times.map((ms, seq) =>
      seq % 2 === 0
        ? journalRow(`${99 - seq}`, { seq, atMs: moment(ms), host: seq % 3 === 0 ? 'two' : 'one' })
        : onlyOnceRow(seq, moment(ms), (seq * 7) % 16),
    );
    for (const row of rows) await store.append([row]);
    const again = await reopen();
    for (const limit of [1, 3, 100])
      expect(await walkedJournal(again, limit)).toEqual(rows.map(({ id }) => id));
  });

  test('a walk goes on rightly while what it gave is marked done and more comes in', async () => {
    const { store } = await fresh();
    const ids = Array.from({ length: 25 }, (_, index) => `${index}`.padStart(2, '0'));
    await store.append(ids.map((id, index) => journalRow(id, { atMs: moment(index) })));
    const seen: string[] = [];
    let after: string | null = null;
    do {
      const page: Awaited<ReturnType<typeof store.walkJournal>> = await store.walkJournal({
        ...everything(10),
        after,
      });
      seen.push(...page.items.map(({ id }) => id));
      await store.markDone(page.items.map(({ id }) => id));
      if (seen.length === 10) await store.append([journalRow('late', { atMs: moment(25) })]);
      after = page.next;
    } while (after !== null);
    expect(seen).toEqual([...ids, 'late'].map((id) => `j:${id}`));
    expect(await store.walkJournal(everything(10))).toEqual({ items: [], next: null });
  });

  test('a page that ends exactly at the end says so, and a large row never hides the ones behind it', async () => {
    const { store } = await fresh();
    await store.append([journalRow('1', { atMs: moment(1) }), journalRow('2', { atMs: moment(2) })]);
    expect((await store.walkJournal(everything(2))).next).toBeNull();
    expect((await store.walkJournal(everything(1))).next).not.toBeNull();
    const raw = new Uint8Array(3_000_000);
    await store.append(['3', '4', '5'].map((id) => journalRow(id, { atMs: moment(Number(id)), raw })));
    expect(await walkedJournal(store, 100)).toEqual(['j:1', 'j:2', 'j:3', 'j:4', 'j:5']);
  });

  test('a walk over some shards gives what lies there and nothing else, in order', async () => {
    const { store, reopen } = await fresh();
    const rows = Array.from({ length: 48 }, (_, seq) => onlyOnceRow(seq, moment(seq), (seq * 5) % 16));
    await store.append(rows);
    const again = await reopen();
    const idsIn = (shards: readonly number[]): string[] =>
      rows.filter(({ shard }) => shards.includes(shard)).map(({ id }) => id);
    for (const shards of [[0], [15], [3, 7, 8], ALL_SHARDS.slice(1)]) {
      expect(await walkedJournal(again, 2, shards)).toEqual(idsIn(shards));
      expect(await walkedJournal(again, 100, shards)).toEqual(idsIn(shards));
    }
    expect(await walkedJournal(again, 10, [])).toEqual([]);
    expect(await walkedJournal(again, 10)).toEqual(idsIn(ALL_SHARDS));
  });

  test('a walk that need not be whole still gives what was never done, and what comes after it', async () => {
    const { store } = await fresh();
    const some = { ...everything(10), whole: false };
    await store.append([journalRow('1', { atMs: moment(1) }), journalRow('2', { atMs: moment(700_000) })]);
    const idsOf = async (): Promise<string[]> => (await store.walkJournal(some)).items.map(({ id }) => id);
    expect(await idsOf()).toEqual(['j:1', 'j:2']);
    await store.markDone(['j:1']);
    expect(await idsOf()).toEqual(['j:2']);
    await store.markDone(['j:2']);
    expect(await idsOf()).toEqual([]);
    await store.append([journalRow('3', { atMs: nowMs() })]);
    expect(await idsOf()).toEqual(['j:3']);
    await store.append([journalRow('late', { atMs: moment(10) })]);
    expect(await walkedJournal(store, 10), 'a whole walk finds what came late').toContain('j:late');
  });
}
