/** Due rows: earliest first, once each, and gone for good when done. */
import { expect, test } from 'vitest';
import type { Open } from './opened.ts';
import { ODD_TEXTS, dueRow, walkedDue } from './samples.ts';

export function timerPromises(fresh: Open): void {
  test('a timer is there after a restart with all it says', async () => {
    const { store, reopen } = await fresh();
    const row = {
      id: 'd:op-1/escalate',
      dueAtMs: 1_769_000_000_123.5,
      aggregate: 'i:db/disk',
      timer: 'escalate 2',
    };
    await store.writeDue([row]);
    const again = await reopen();
    expect(await again.walkDue(row.dueAtMs, null, 10)).toEqual({ items: [row], next: null });
    expect(await again.undone([row.id])).toEqual(new Set([row.id]));
  });

  test('timers come earliest first, those of one instant by id, and none that is not due', async () => {
    const { store } = await fresh();
    await store.writeDue([
      dueRow('b', 20),
      dueRow('a', 20),
      dueRow('z', 10),
      dueRow('y', 30),
      dueRow('x', 31),
    ]);
    expect(await walkedDue(store, 30, 100)).toEqual(['d:z', 'd:a', 'd:b', 'd:y']);
    expect(await walkedDue(store, 30, 1)).toEqual(['d:z', 'd:a', 'd:b', 'd:y']);
    expect(await walkedDue(store, 9, 10)).toEqual([]);
  });

  test('a walk goes on rightly while timers are done and new ones are set', async () => {
    const { store } = await fresh();
    await store.writeDue(Array.from({ length: 10 }, (_, at) => dueRow(`${at}`, at)));
    const first = await store.walkDue(100, null, 4);
    await store.markDone(first.items.map(({ id }) => id));
    await store.writeDue([dueRow('new', 5.5), dueRow('past', 1)]);
    const rest = await store.walkDue(100, first.next, 100);
    expect(rest.items.map(({ id }) => id)).toEqual(['d:4', 'd:5', 'd:new', 'd:6', 'd:7', 'd:8', 'd:9']);
    expect(rest.next).toBeNull();
    expect(await walkedDue(store, 100, 3)).toEqual(['d:past', ...rest.items.map(({ id }) => id)]);
  });

  test('a done timer never comes back, however often it is written again', async () => {
    const { store, reopen } = await fresh();
    const row = dueRow('op/escalate', 10);
    await store.writeDue([row]);
    await store.markDone([row.id]);
    await store.writeDue([row, { ...row, dueAtMs: 99 }]);
    expect(await walkedDue(store, 1_000, 10)).toEqual([]);
    const again = await reopen();
    await again.writeDue([row]);
    expect(await walkedDue(again, 1_000, 10)).toEqual([]);
    expect(await again.undone([row.id])).toEqual(new Set());
  });

  test('writing a timer again leaves the first as it is', async () => {
    const { store } = await fresh();
    await store.writeDue([dueRow('op', 10, 'i:db/a'), dueRow('op', 20, 'i:db/b')]);
    await store.writeDue([dueRow('op', 30, 'i:db/c')]);
    expect((await store.walkDue(100, null, 10)).items).toEqual([dueRow('op', 10, 'i:db/a')]);
  });

  test('tries of a timer are counted over a restart', async () => {
    const { store, reopen } = await fresh();
    await store.writeDue([dueRow('op', 10)]);
    expect(await store.countTry('d:op')).toBe(1);
    const again = await reopen();
    await again.writeDue([dueRow('op', 10)]);
    expect(await again.countTry('d:op')).toBe(2);
    expect(await again.countTry('d:never')).toBe(0);
  });

  test('journal rows and timers of the same name are two', async () => {
    const { store } = await fresh();
    await store.append([
      {
        id: 'j:1',
        stamp: { host: 'one', seq: 1, atMs: 1, trusted: true },
        input: { kind: 'alert', events: [] },
        raw: null,
      },
    ]);
    await store.writeDue([dueRow('1', 10)]);
    await store.markDone(['j:1']);
    expect(await store.undone(['j:1', 'd:1'])).toEqual(new Set(['d:1']));
  });

  test('odd ids are kept to the letter and sorted by code point', async () => {
    const { store } = await fresh();
    const rows = ODD_TEXTS.map((text) => ({
      id: `d:${text}`,
      dueAtMs: 1,
      aggregate: `i:${text}`,
      timer: text,
    }));
    await store.writeDue(rows);
    const found = (await store.walkDue(1, null, 100)).items;
    expect(found).toHaveLength(rows.length);
    expect(new Set(found.map((row) => JSON.stringify(row)))).toEqual(
      new Set(rows.map((row) => JSON.stringify(row))),
    );
    expect(await walkedDue(store, 1, 1)).toEqual(found.map(({ id }) => id));
    await store.markDone(rows.map(({ id }) => id));
    expect(await walkedDue(store, 1, 100)).toEqual([]);
  });
}
