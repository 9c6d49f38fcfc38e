/** Purging: what is finished and old goes, and the living never (rule 14, S15). */
import { expect, test } from 'vitest';
import type { JournalRow, Row } from '../../../src/relay/store/port.ts';
import { lineage, purgeAll } from './lineages.ts';
import type { Open } from './opened.ts';
import { outcomeOf } from './outcome.ts';
import {
  LATER_MS,
  moment,
  change,
  dueRow,
  everything,
  journalRow,
  nameAll,
  walkedDue,
  walkedJournal,
} from './samples.ts';

export function purgePromises(fresh: Open): void {
  test('undone work is never purged, however old', async () => {
    const { store, reopen } = await fresh();
    const timer = dueRow('stuck', moment(1));
    await store.append([journalRow('stuck', { atMs: moment(1) })]);
    await store.writeDue([timer]);
    expect(await purgeAll(store, LATER_MS)).toEqual({ work: 0, lineages: 0, rows: 0 });
    const again = await reopen();
    expect(await walkedJournal(again, 10)).toEqual(['j:stuck']);
    expect(await walkedDue(again, moment(10), 10)).toEqual([timer.id]);
  });

  test('a closed lineage goes with its rows, incidents and numbers; an open one stays whole', async () => {
    const { store, reopen } = await fresh();
    const closed = await lineage(store, 1, false);
    const open = await lineage(store, 2, true);
    expect((await purgeAll(store, LATER_MS)).lineages).toBe(1);
    const again = await reopen();
    expect((await again.load(closed)).op).toBeNull();
    expect(await again.rows(closed, 'timeline')).toEqual([]);
    expect(await again.lineageOf(1)).toBeNull();
    expect((await again.load(open)).op).not.toBeNull();
    expect(await again.rows(open, 'timeline')).toHaveLength(1);
    expect(await again.lineageOf(2)).toBe(open);
    expect((await again.incidents({ limit: 10 })).map(({ number }) => number)).toEqual([2]);
    expect(await again.reserveNumbers(1), 'a number is never given again').toBe(3);
  });

  test('a lineage touched since stays, closed or not', async () => {
    const { store } = await fresh();
    const closed = await lineage(store, 1, false);
    expect(await purgeAll(store, moment(1))).toEqual({ work: 0, lineages: 0, rows: 0 });
    expect((await store.load(closed)).op).not.toBeNull();
  });

  test('one open incident keeps its lineage and the older incidents of it', async () => {
    const { store } = await fresh();
    const key = 'i:db/disk';
    const incidents = [
      { number: 1, lineage: key, open: false, body: {} },
      { number: 2, lineage: key, open: true, body: {} },
    ];
    await nameAll(store, incidents);
    await store.commit(change(key, null, { incidents }));
    expect((await purgeAll(store, LATER_MS)).lineages).toBe(0);
    expect(await store.incidents({ limit: 10 })).toHaveLength(2);
  });

  test('a lineage that may remember an input not yet done stays (rule 1)', async () => {
    const { store } = await fresh();
    await store.append([journalRow('undone', { atMs: moment(1) })]);
    await lineage(store, 1, false);
    expect((await purgeAll(store, LATER_MS)).lineages).toBe(0);
    await store.markDone(['j:undone']);
    expect((await purgeAll(store, LATER_MS)).lineages).toBe(1);
  });

  test('responders and the roster are never purged', async () => {
    const { store } = await fresh();
    await store.commit(change('r:ana', null));
    await store.commit(change('roster', null));
    await store.commit(change('i;x', null));
    expect(await purgeAll(store, LATER_MS)).toEqual({ work: 0, lineages: 0, rows: 0 });
    expect((await store.load('r:ana')).op).not.toBeNull();
    expect((await store.load('roster')).op).not.toBeNull();
  });

  test('a number named for a commit on its way survives the purge of its lineage', async () => {
    const { store } = await fresh();
    const key = await lineage(store, 1, false);
    const number = await store.reserveNumbers(1);
    await store.nameIncident(number, key);
    await purgeAll(store, LATER_MS);
    expect(await store.lineageOf(number)).toBe(key);
  });

  test('a purged lineage can begin again', async () => {
    const { store } = await fresh();
    const key = await lineage(store, 1, false);
    const before = await store.load(key);
    await purgeAll(store, LATER_MS);
    expect(await outcomeOf(store, change(key, before.op))).toBe('conflict');
    expect(await outcomeOf(store, change(key, null, { state: 'anew' }))).toBe('applied');
    expect(await store.rows(key, 'timeline')).toEqual([]);
  });

  test('a walk is not led astray by a purge of the rows before it', async () => {
    const { store, reopen } = await fresh();
    const input = (id: number): JournalRow => journalRow(`${id}`, { atMs: moment(id) });
    await store.append([input(1), input(2), input(3)]);
    const { next } = await store.walkJournal(everything(2));
    await store.markDone(['j:1', 'j:2', 'j:3']);
    await purgeAll(store, LATER_MS);
    const again = await reopen();
    await again.append([input(4), input(5)]);
    const rest = await again.walkJournal({ ...everything(10), after: next });
    expect(rest.items.map(({ id }) => id)).toEqual(['j:4', 'j:5']);
  });

  test('a row that has ended goes after that; what replaces it decides anew', async () => {
    const { store, reopen } = await fresh();
    const ended = (key: string, endedAtMs: number): Row => ({
      kind: 'message',
      key,
      body: 'sent',
      endedAtMs,
    });
    const rows = [
      ended('1', moment(10)),
      ended('2', moment(20)),
      { kind: 'message', key: '3', body: 'under way' },
      ended('4', moment(10)),
      ended('5', moment(10)),
    ];
    const first = change('r:ana', null, { rows });
    await store.commit(first);
    const again = await reopen();
    const second = change('r:ana', first.op, {
      rows: [ended('4', moment(30)), { kind: 'message', key: '5', body: 'again' }],
    });
    await again.commit(second);
    const left = async (): Promise<string[]> => (await again.rows('r:ana', 'message')).map(({ key }) => key);
    expect(await purgeAll(again, moment(20))).toEqual({ work: 0, lineages: 0, rows: 1 });
    expect(await left()).toEqual(['2', '3', '4', '5']);
    expect(await purgeAll(again, LATER_MS)).toEqual({ work: 0, lineages: 0, rows: 2 });
    expect(await left()).toEqual(['3', '5']);
    expect((await again.load('r:ana')).op).toBe(second.op);
    expect(await outcomeOf(again, change('r:ana', second.op))).toBe('applied');
  });

  test('a lineage with more rows than a portion goes whole in the end, and begins again without them', async () => {
    const { store } = await fresh();
    const key = await lineage(store, 1, false);
    const { op } = await store.load(key);
    const rows = Array.from({ length: 30 }, (_, index) => ({
      kind: 'timeline',
      key: `2/${index}`,
      body: index,
    }));
    await store.commit(change(key, op, { rows }));
    expect((await purgeAll(store, LATER_MS, 4)).lineages).toBe(1);
    expect((await store.load(key)).op).toBeNull();
    expect(await store.lineageOf(1)).toBeNull();
    expect(await outcomeOf(store, change(key, null))).toBe('applied');
    expect(await store.rows(key, 'timeline')).toEqual([]);
  });
}
