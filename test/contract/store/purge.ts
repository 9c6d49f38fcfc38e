/** Purging: what is finished and old goes, in portions, and the living never (rule 14, S15). */
import { expect, test } from 'vitest';
import type { Row, Store } from '../../../src/relay/store/port.ts';
import type { Open } from './opened.ts';
import { LATER_MS, change, dueRow, journalRow, walkedDue, walkedJournal } from './samples.ts';

/** A lineage with one incident, one timeline row and a name for its number. */
async function lineage(store: Store, number: number, open: boolean): Promise<string> {
  const key = `i:db/${number}`;
  await store.nameIncident(number, key);
  await store.commit(
    change(key, null, {
      rows: [{ kind: 'timeline', key: '1', body: 'opened' }],
      incidents: [{ number, lineage: key, open, body: {} }],
    }),
  );
  return key;
}

export function purgePromises(fresh: Open): void {
  test('done work older than asked goes, and what is younger stays', async () => {
    const { store } = await fresh();
    await store.append([
      journalRow('old', { atMs: 10 }),
      journalRow('at', { atMs: 20 }),
      journalRow('young', { atMs: 30 }),
    ]);
    await store.writeDue([dueRow('old', 10), dueRow('at', 20), dueRow('young', 30)]);
    await store.markDone(['j:old', 'j:at', 'j:young', 'd:old', 'd:at', 'd:young']);
    expect(await store.purge(20, 100)).toEqual({ work: 2, lineages: 0, rows: 0 });
    expect(await store.journalRow('j:old')).toBeNull();
    expect((await store.journalRow('j:at'))?.id).toBe('j:at');
    expect(await store.purge(20, 100)).toEqual({ work: 0, lineages: 0, rows: 0 });
    // A timer that stayed is still known as done.
    await store.writeDue([dueRow('young', 30)]);
    expect(await walkedDue(store, 100, 10)).toEqual([]);
  });

  test('undone work is never purged, however old', async () => {
    const { store, reopen } = await fresh();
    await store.append([journalRow('stuck', { atMs: 1 })]);
    await store.writeDue([dueRow('stuck', 1)]);
    expect(await store.purge(LATER_MS, 100)).toEqual({ work: 0, lineages: 0, rows: 0 });
    const again = await reopen();
    expect(await walkedJournal(again, 10)).toEqual(['j:stuck']);
    expect(await walkedDue(again, 10, 10)).toEqual(['d:stuck']);
  });

  test('a closed lineage goes with its rows, incidents and numbers; an open one stays whole', async () => {
    const { store, reopen } = await fresh();
    const closed = await lineage(store, 1, false);
    const open = await lineage(store, 2, true);
    expect(await store.purge(LATER_MS, 100)).toEqual({ work: 0, lineages: 1, rows: 1 });
    const again = await reopen();
    expect((await again.load(closed)).op).toBeNull();
    expect(await again.rows(closed, 'timeline')).toEqual([]);
    expect(await again.lineageOf(1)).toBeNull();
    expect((await again.load(open)).op).not.toBeNull();
    expect(await again.rows(open, 'timeline')).toHaveLength(1);
    expect(await again.lineageOf(2)).toBe(open);
    expect((await again.incidents({ limit: 10 })).map(({ number }) => number)).toEqual([2]);
    expect(await again.reserveNumbers(1)).toBe(1);
  });

  test('a lineage touched since stays, closed or not', async () => {
    const { store } = await fresh();
    const closed = await lineage(store, 1, false);
    expect(await store.purge(1, 100)).toEqual({ work: 0, lineages: 0, rows: 0 });
    expect((await store.load(closed)).op).not.toBeNull();
  });

  test('one open incident keeps its lineage and the older incidents of it', async () => {
    const { store } = await fresh();
    const key = 'i:db/disk';
    await store.commit(
      change(key, null, {
        incidents: [
          { number: 1, lineage: key, open: false, body: {} },
          { number: 2, lineage: key, open: true, body: {} },
        ],
      }),
    );
    expect((await store.purge(LATER_MS, 100)).lineages).toBe(0);
    expect(await store.incidents({ limit: 10 })).toHaveLength(2);
  });

  test('a closed lineage with a timer ahead of it stays until the timer is done', async () => {
    const { store } = await fresh();
    const key = await lineage(store, 1, false);
    await store.writeDue([dueRow('late', 50, key)]);
    expect((await store.purge(LATER_MS, 100)).lineages).toBe(0);
    await store.markDone(['d:late']);
    expect((await store.purge(LATER_MS, 100)).lineages).toBe(1);
  });

  test('a lineage that may remember an input not yet done stays (rule 1)', async () => {
    const { store } = await fresh();
    await store.append([journalRow('undone', { atMs: 1 })]);
    await lineage(store, 1, false);
    expect((await store.purge(LATER_MS, 100)).lineages).toBe(0);
    await store.markDone(['j:undone']);
    expect((await store.purge(LATER_MS, 100)).lineages).toBe(1);
  });

  test('responders and the roster are never purged', async () => {
    const { store } = await fresh();
    await store.commit(change('r:ana', null));
    await store.commit(change('roster', null));
    await store.commit(change('i;x', null));
    expect(await store.purge(LATER_MS, 100)).toEqual({ work: 0, lineages: 0, rows: 0 });
    expect((await store.load('r:ana')).op).not.toBeNull();
    expect((await store.load('roster')).op).not.toBeNull();
  });

  test('a number named for a commit on its way survives the purge of its lineage', async () => {
    const { store } = await fresh();
    const key = await lineage(store, 1, false);
    await store.nameIncident(2, key);
    await store.purge(LATER_MS, 100);
    expect(await store.lineageOf(2)).toBe(key);
  });

  test('a purged lineage can begin again', async () => {
    const { store } = await fresh();
    const key = await lineage(store, 1, false);
    const before = await store.load(key);
    await store.purge(LATER_MS, 100);
    expect(await store.commit(change(key, before.op))).toBe('conflict');
    expect(await store.commit(change(key, null, { state: 'anew' }))).toBe('applied');
    expect(await store.rows(key, 'timeline')).toEqual([]);
  });

  test('a purge takes no more than its portion, the oldest first, until nothing is left', async () => {
    const { store } = await fresh();
    const times = [5, 3, 1, 4, 2];
    await store.append(times.map((atMs) => journalRow(`${atMs}`, { atMs })));
    await store.writeDue(times.map((atMs) => dueRow(`${atMs}`, atMs)));
    await store.markDone(times.flatMap((atMs) => [`j:${atMs}`, `d:${atMs}`]));
    for (let number = 1; number <= 4; number += 1) await lineage(store, number, false);
    expect(await store.purge(LATER_MS, 3)).toEqual({ work: 3, lineages: 3, rows: 3 });
    expect(await store.journalRow('j:3')).toBeNull();
    expect((await store.journalRow('j:4'))?.id).toBe('j:4');
    expect(await store.purge(LATER_MS, 3)).toEqual({ work: 3, lineages: 1, rows: 1 });
    expect(await store.purge(LATER_MS, 3)).toEqual({ work: 3, lineages: 0, rows: 0 });
    expect(await store.purge(LATER_MS, 3)).toEqual({ work: 1, lineages: 0, rows: 0 });
    expect(await store.purge(LATER_MS, 3)).toEqual({ work: 0, lineages: 0, rows: 0 });
  });

  test('a row that has ended goes after that; what replaces it decides anew', async () => {
    const { store, reopen } = await fresh();
    const rows = [
      { kind: 'message', key: '1', body: 'old', endedAtMs: 10 },
      { kind: 'message', key: '2', body: 'at', endedAtMs: 20 },
      { kind: 'message', key: '3', body: 'under way' },
      { kind: 'message', key: '4', body: 'ended again', endedAtMs: 10 },
      { kind: 'message', key: '5', body: 'lives again', endedAtMs: 10 },
    ];
    const first = change('r:ana', null, { rows });
    await store.commit(first);
    const second = change('r:ana', first.op, {
      rows: [
        { kind: 'message', key: '4', body: 'answered', endedAtMs: 30 },
        { kind: 'message', key: '5', body: 'again' },
      ],
    });
    await store.commit(second);
    const again = await reopen();
    expect(await again.purge(20, 100)).toEqual({ work: 0, lineages: 0, rows: 1 });
    const left = async (): Promise<string[]> => (await again.rows('r:ana', 'message')).map(({ key }) => key);
    expect(await left()).toEqual(['2', '3', '4', '5']);
    expect(await again.purge(LATER_MS, 100)).toEqual({ work: 0, lineages: 0, rows: 2 });
    expect(await left()).toEqual(['3', '5']);
    expect((await again.load('r:ana')).op).toBe(second.op);
  });

  test('ended rows go in portions, the oldest first', async () => {
    const { store } = await fresh();
    const ended = (key: string, endedAtMs: number): Row => ({ kind: 'message', key, body: null, endedAtMs });
    await store.commit(change('r:ana', null, { rows: [ended('1', 5), ended('2', 1)] }));
    await store.commit(change('r:ben', null, { rows: [ended('1', 3), ended('2', 4)] }));
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

  test('a walk is not led astray by a purge of the rows before it', async () => {
    const { store, reopen } = await fresh();
    await store.append([journalRow('1'), journalRow('2'), journalRow('3')]);
    const { next } = await store.walkJournal(null, 2);
    await store.markDone(['j:1', 'j:2', 'j:3']);
    await store.purge(LATER_MS, 100);
    const again = await reopen();
    await again.append([journalRow('4'), journalRow('5')]);
    expect((await again.walkJournal(next, 10)).items.map(({ id }) => id)).toEqual(['j:4', 'j:5']);
  });
}
