/** Incident numbers and the list people see. */
import { expect, test } from 'vitest';
import type { IncidentEntry } from '../../../src/relay/store/port.ts';
import type { Open } from './opened.ts';
import { change, nameAll } from './samples.ts';

const entry = (number: number, open: boolean, lineage = 'i:db/disk'): IncidentEntry => ({
  number,
  lineage,
  open,
  body: { number, summary: `disk full ${number}` },
});

export function incidentPromises(fresh: Open): void {
  test('numbers start at 1 and blocks never overlap, also over a restart', async () => {
    const { store, reopen } = await fresh();
    expect(await store.reserveNumbers(10)).toBe(1);
    expect(await store.reserveNumbers(1)).toBe(11);
    const again = await reopen();
    expect(await again.reserveNumbers(10)).toBe(12);
  });

  test('many reservations at once get blocks of their own', async () => {
    const { store } = await fresh();
    const sizes = Array.from({ length: 50 }, (_, at) => 1 + (at % 7));
    const firsts = await Promise.all(sizes.map((size) => store.reserveNumbers(size)));
    const numbers = firsts.flatMap((first, at) =>
      Array.from({ length: sizes[at] ?? 0 }, (_, offset) => first + offset),
    );
    expect(new Set(numbers).size).toBe(numbers.length);
    expect(Math.min(...numbers)).toBe(1);
  });

  test('a number leads to its lineage, before the incident is committed and after a restart', async () => {
    const { store, reopen } = await fresh();
    await store.nameIncident(12, 'i:db/dísk full');
    await store.nameIncident(12, 'i:db/dísk full');
    expect(await store.lineageOf(12)).toBe('i:db/dísk full');
    expect(await store.lineageOf(13)).toBeNull();
    const again = await reopen();
    expect(await again.lineageOf(12)).toBe('i:db/dísk full');
  });

  test('incidents are listed highest number first, all or by what is open', async () => {
    const { store, reopen } = await fresh();
    const disk = [entry(1, false), entry(4, true)];
    const web = [entry(3, true, 'i:web/up'), entry(2, false, 'i:web/up')];
    await nameAll(store, [...disk, ...web]);
    await store.commit(change('i:db/disk', null, { incidents: disk }));
    await store.commit(change('i:web/up', null, { incidents: web }));
    const again = await reopen();
    expect(await again.incidents({ limit: 10 })).toEqual([
      entry(4, true),
      entry(3, true, 'i:web/up'),
      entry(2, false, 'i:web/up'),
      entry(1, false),
    ]);
    const numbers = async (options: Parameters<typeof store.incidents>[0]): Promise<number[]> =>
      (await again.incidents(options)).map(({ number }) => number);
    expect(await numbers({ open: true, limit: 10 })).toEqual([4, 3]);
    expect(await numbers({ open: false, limit: 10 })).toEqual([2, 1]);
    expect(await numbers({ limit: 2 })).toEqual([4, 3]);
    expect(await numbers({ before: 3, limit: 10 })).toEqual([2, 1]);
    expect(await numbers({ open: true, before: 4, limit: 1 })).toEqual([3]);
    expect(await numbers({ before: 1, limit: 10 })).toEqual([]);
  });

  test('a later commit replaces the entry: what was open is resolved', async () => {
    const { store } = await fresh();
    await nameAll(store, [entry(1, true), entry(2, true)]);
    const first = change('i:db/disk', null, { incidents: [entry(1, true)] });
    await store.commit(first);
    await store.commit(change('i:db/disk', first.op, { incidents: [entry(1, false), entry(2, true)] }));
    expect(await store.incidents({ limit: 10 })).toEqual([entry(2, true), entry(1, false)]);
    expect(await store.incidents({ open: true, limit: 10 })).toEqual([entry(2, true)]);
  });

  test('a number that was named for a commit that never came is in no list', async () => {
    const { store } = await fresh();
    await nameAll(store, [entry(1, true), entry(2, true), entry(3, true)]);
    await store.commit(change('i:db/disk', null, { incidents: [entry(1, true), entry(3, true)] }));
    expect(await store.incidents({ limit: 10 })).toEqual([entry(3, true), entry(1, true)]);
    expect(await store.incidents({ open: true, limit: 2 })).toHaveLength(2);
  });

  test('thousands of incidents are listed complete', async () => {
    const { store } = await fresh();
    const entries = Array.from({ length: 5_000 }, (_, at) => entry(at + 1, at % 2 === 0));
    await nameAll(store, entries);
    await store.commit(change('i:db/disk', null, { incidents: entries }));
    expect(await store.incidents({ limit: 10_000 })).toEqual(entries.toReversed());
    expect(await store.incidents({ open: true, limit: 2_400 })).toHaveLength(2_400);
  });
}
