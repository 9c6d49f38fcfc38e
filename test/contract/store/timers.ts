/** Due rows: earliest first, once each, and gone for good when done. */
import { expect, test } from 'vitest';
import { ALL_SHARDS, shardOf } from '../../../src/relay/store/places.ts';
import { compareText } from '../../../src/relay/store/text-order.ts';
import type { Store } from '../../../src/relay/store/port.ts';
import type { Capabilities, Open } from './opened.ts';
import { ODD_TEXTS, moment, dueRow, everything, journalRow, timerName, walkedDue } from './samples.ts';

/** The names of the timers up to `untilMs`, in the order of a walk. */
const walkedNames = async (store: Store, untilMs: number, limit: number): Promise<string[]> =>
  (await walkedDue(store, untilMs, limit)).map(timerName);

export function timerPromises(fresh: Open, { firstTimerStays }: Capabilities): void {
  test('a timer is there after a restart with all it says', async () => {
    const { store, reopen } = await fresh();
    const row = { ...dueRow('op-1', moment(1_000_123.5)), timer: 'escalate 2' };
    await store.writeDue([row]);
    const again = await reopen();
    expect(await again.walkDue({ ...everything(10), untilMs: row.dueAtMs })).toEqual({
      items: [row],
      next: null,
    });
    expect(await again.undone([row.id])).toEqual(new Set([row.id]));
  });

  test('timers come earliest first, those of one instant by id, and none that is not due', async () => {
    const { store } = await fresh();
    await store.writeDue([
      dueRow('b', moment(20)),
      dueRow('a', moment(20), 'i:db/another shard'),
      dueRow('z', moment(10)),
      dueRow('y', moment(30)),
      dueRow('x', moment(31)),
    ]);
    expect(await walkedNames(store, moment(30), 100)).toEqual(['z', 'a', 'b', 'y']);
    expect(await walkedNames(store, moment(30), 1)).toEqual(['z', 'a', 'b', 'y']);
    expect(await walkedNames(store, moment(9), 10)).toEqual([]);
  });

  test('timers hours apart come in order, up to one well ahead', async () => {
    const { store } = await fresh();
    const hours = [0, 1, 2, 5, 23, 24];
    await store.writeDue(hours.map((hour) => dueRow(`${hour}`, moment(hour * 3_600_000), `i:db/${hour}`)));
    for (const limit of [1, 4, 100])
      expect(await walkedNames(store, moment(24 * 3_600_000), limit)).toEqual(hours.map(String));
    expect(await walkedNames(store, moment(24 * 3_600_000 - 1), 100)).toEqual(hours.slice(0, -1).map(String));
  });

  test('a walk over some shards gives the timers of the aggregates there, in order', async () => {
    const { store, reopen } = await fresh();
    const rows = Array.from({ length: 60 }, (_, index) => dueRow(`${index}`, moment(index), `i:db/${index}`));
    await store.writeDue(rows);
    const again = await reopen();
    const idsIn = (shards: readonly number[]): string[] =>
      rows.filter(({ aggregate }) => shards.includes(shardOf(aggregate))).map(({ id }) => id);
    for (const shards of [[0], [15], [3, 7, 8], ALL_SHARDS.slice(1)]) {
      expect(await walkedDue(again, moment(100), 2, shards)).toEqual(idsIn(shards));
      expect(await walkedDue(again, moment(100), 100, shards)).toEqual(idsIn(shards));
    }
    expect(await walkedDue(again, moment(100), 10, [])).toEqual([]);
    expect(await walkedDue(again, moment(100), 10)).toEqual(idsIn(ALL_SHARDS));
  });

  test('a walk goes on rightly while timers are done and new ones are set', async () => {
    const { store } = await fresh();
    await store.writeDue(Array.from({ length: 10 }, (_, index) => dueRow(`${index}`, moment(index))));
    const all = { ...everything(100), untilMs: moment(100) };
    const first = await store.walkDue({ ...all, limit: 4 });
    await store.markDone(first.items.map(({ id }) => id));
    await store.writeDue([dueRow('new', moment(5.5)), dueRow('past', moment(1))]);
    const rest = await store.walkDue({ ...all, after: first.next });
    expect(rest.items.map(({ id }) => timerName(id))).toEqual(['4', '5', 'new', '6', '7', '8', '9']);
    expect(rest.next).toBeNull();
    expect(await walkedDue(store, moment(100), 3)).toEqual([
      dueRow('past', moment(1)).id,
      ...rest.items.map(({ id }) => id),
    ]);
  });

  test('a done timer never comes back, however often it is written again', async () => {
    const { store, reopen } = await fresh();
    const row = dueRow('op/escalate', moment(10));
    await store.writeDue([row]);
    await store.markDone([row.id]);
    await store.writeDue([row, row]);
    expect(await walkedDue(store, moment(1_000), 10)).toEqual([]);
    const again = await reopen();
    await again.writeDue([row]);
    expect(await walkedDue(again, moment(1_000), 10)).toEqual([]);
    expect(await again.undone([row.id])).toEqual(new Set());
  });

  test('writing a timer again leaves one', async () => {
    const { store } = await fresh();
    const row = dueRow('op', moment(10));
    await store.writeDue([row, row]);
    await store.writeDue([row]);
    expect((await store.walkDue({ ...everything(10), untilMs: moment(100) })).items).toEqual([row]);
  });

  if (firstTimerStays) {
    test('writing a timer again in other words leaves the first as it is, done or not', async () => {
      const { store } = await fresh();
      const row = dueRow('op', moment(10), 'i:db/a');
      await store.writeDue([row, { ...row, dueAtMs: moment(20), aggregate: 'i:db/b' }]);
      await store.writeDue([{ ...row, dueAtMs: moment(30), aggregate: 'i:db/c' }]);
      expect((await store.walkDue({ ...everything(10), untilMs: moment(100) })).items).toEqual([row]);
      await store.markDone([row.id]);
      await store.writeDue([{ ...row, dueAtMs: moment(99) }]);
      expect(await walkedDue(store, moment(1_000), 10)).toEqual([]);
    });
  }

  test('tries of a timer are counted over a restart', async () => {
    const { store, reopen } = await fresh();
    const row = dueRow('op', moment(10));
    await store.writeDue([row]);
    expect(await store.countTry(row.id)).toBe(1);
    const again = await reopen();
    await again.writeDue([row]);
    expect(await again.countTry(row.id)).toBe(2);
    expect(await again.countTry('d:never')).toBe(0);
    expect(await again.countTry(dueRow('another', moment(10)).id)).toBe(0);
  });

  test('journal rows and timers of the same name are two', async () => {
    const { store } = await fresh();
    const timer = dueRow('1', moment(10));
    const input = journalRow(timer.id.slice(2));
    await store.append([input]);
    await store.writeDue([timer]);
    await store.markDone([input.id]);
    expect(await store.undone([input.id, timer.id])).toEqual(new Set([timer.id]));
  });

  test('odd ids are kept to the letter and sorted by code point', async () => {
    const { store } = await fresh();
    const rows = ODD_TEXTS.map((text) => ({ ...dueRow(text, moment(1), `i:${text}`), timer: text }));
    await store.writeDue(rows);
    const found = (await store.walkDue({ ...everything(100), untilMs: moment(1) })).items;
    expect(found).toHaveLength(rows.length);
    expect(new Set(found.map((row) => JSON.stringify(row)))).toEqual(
      new Set(rows.map((row) => JSON.stringify(row))),
    );
    expect(await walkedDue(store, moment(1), 1)).toEqual(found.map(({ id }) => id));
    expect(found.map(({ id }) => id)).toEqual(rows.map(({ id }) => id).toSorted(compareText));
    await store.markDone(rows.map(({ id }) => id));
    expect(await walkedDue(store, moment(1), 100)).toEqual([]);
  });
}
