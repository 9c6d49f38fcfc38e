/** Purging to the letter, as an engine on one machine does it: which rows go first, and exactly how many (rule 14). */
import { expect, test } from 'vitest';
import type { Row } from '../../../src/relay/store/port.ts';
import { lineage } from './lineages.ts';
import type { Open } from './opened.ts';
import { LATER_MS, moment, change, dueRow, journalRow, walkedDue } from './samples.ts';

export function portionPromises(fresh: Open): void {
  test('done work older than asked goes, and what is younger stays', async () => {
    const { store } = await fresh();
    await store.append([
      journalRow('old', { atMs: moment(10) }),
      journalRow('at', { atMs: moment(20) }),
      journalRow('young', { atMs: moment(30) }),
    ]);
    const timers = [dueRow('old', moment(10)), dueRow('at', moment(20)), dueRow('young', moment(30))];
    await store.writeDue(timers);
    await store.markDone(['j:old', 'j:at', 'j:young', ...timers.map(({ id }) => id)]);
    expect(await store.purge(moment(20), 100)).toEqual({ work: 2, lineages: 0, rows: 0 });
    expect(await store.journalRow('j:old')).toBeNull();
    expect((await store.journalRow('j:at'))?.id).toBe('j:at');
    expect(await store.purge(moment(20), 100)).toEqual({ work: 0, lineages: 0, rows: 0 });
    // A timer that stayed is still known as done.
    await store.writeDue(timers.slice(1));
    expect(await walkedDue(store, moment(100), 10)).toEqual([]);
  });

  test('a closed lineage with a timer ahead of it stays until the timer is done', async () => {
    const { store } = await fresh();
    const key = await lineage(store, 1, false);
    const timer = dueRow('late', moment(50), key);
    await store.writeDue([timer]);
    expect((await store.purge(LATER_MS, 100)).lineages).toBe(0);
    await store.markDone([timer.id]);
    expect((await store.purge(LATER_MS, 100)).lineages).toBe(1);
  });

  test('a purge takes no more than its portion, the oldest first, until nothing is left', async () => {
    const { store } = await fresh();
    const times = [5, 3, 1, 4, 2];
    await store.append(times.map((ms) => journalRow(`${ms}`, { atMs: moment(ms) })));
    const timers = times.map((ms) => dueRow(`${ms}`, moment(ms)));
    await store.writeDue(timers);
    await store.markDone([...times.map((ms) => `j:${ms}`), ...timers.map(({ id }) => id)]);
    for (let number = 1; number <= 4; number += 1) await lineage(store, number, false);
    expect(await store.purge(LATER_MS, 3)).toEqual({ work: 3, lineages: 3, rows: 3 });
    expect(await store.journalRow('j:3')).toBeNull();
    expect((await store.journalRow('j:4'))?.id).toBe('j:4');
    expect(await store.purge(LATER_MS, 3)).toEqual({ work: 3, lineages: 1, rows: 1 });
    expect(await store.purge(LATER_MS, 3)).toEqual({ work: 3, lineages: 0, rows: 0 });
    expect(await store.purge(LATER_MS, 3)).toEqual({ work: 1, lineages: 0, rows: 0 });
    expect(await store.purge(LATER_MS, 3)).toEqual({ work: 0, lineages: 0, rows: 0 });
  });

  test('ended rows go in portions, the oldest first', async () => {
    const { store } = await fresh();
    const ended = (key: string, endedAtMs: number): Row => ({ kind: 'message', key, body: null, endedAtMs });
    await store.commit(change('r:ana', null, { rows: [ended('1', moment(5)), ended('2', moment(1))] }));
    await store.commit(change('r:ben', null, { rows: [ended('1', moment(3)), ended('2', moment(4))] }));
    expect(await store.purge(LATER_MS, 3)).toEqual({ work: 0, lineages: 0, rows: 3 });
    expect((await store.rows('r:ana', 'message')).map(({ key }) => key)).toEqual(['1']);
    expect(await store.rows('r:ben', 'message')).toEqual([]);
    expect(await store.purge(LATER_MS, 3)).toEqual({ work: 0, lineages: 0, rows: 1 });
  });

  test('a lineage with many rows goes in portions, itself with the last; until then its number is known', async () => {
    const { store } = await fresh();
    const key = await lineage(store, 1, false);
    const { op } = await store.load(key);
    const rows = Array.from({ length: 9 }, (_, at) => ({ kind: 'timeline', key: `2/${at}`, body: at }));
    await store.commit(change(key, op, { rows }));
    expect(await store.purge(LATER_MS, 4)).toEqual({ work: 0, lineages: 0, rows: 4 });
    expect((await store.rows(key, 'timeline')).map((row) => row.key)).toEqual(
      [3, 4, 5, 6, 7, 8].map((at) => `2/${at}`),
    );
    expect(await store.lineageOf(1)).toBe(key);
    expect(await store.purge(LATER_MS, 4)).toEqual({ work: 0, lineages: 0, rows: 4 });
    expect((await store.load(key)).op).not.toBeNull();
    expect(await store.purge(LATER_MS, 4)).toEqual({ work: 0, lineages: 1, rows: 2 });
    expect((await store.load(key)).op).toBeNull();
    expect(await store.lineageOf(1)).toBeNull();
    expect(await store.purge(LATER_MS, 4)).toEqual({ work: 0, lineages: 0, rows: 0 });
  });

  test('a purge that deletes one lineage counts it and its rows', async () => {
    const { store } = await fresh();
    await lineage(store, 1, false);
    await lineage(store, 2, true);
    expect(await store.purge(LATER_MS, 100)).toEqual({ work: 0, lineages: 1, rows: 1 });
    expect(await store.purge(LATER_MS, 100)).toEqual({ work: 0, lineages: 0, rows: 0 });
  });
}
