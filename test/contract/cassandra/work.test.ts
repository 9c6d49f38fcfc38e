/** Work rows on a real node: one row an id through several hosts, marks that stay, walks that hide nothing. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ALL_SHARDS } from '../../../src/relay/store/places.ts';
import type { DueRow, JournalRow, Store, Walk } from '../../../src/relay/store/port.ts';
import { nodesMissing, sharedNode } from '../../cassandra/use-node.ts';
import { dueRow, journalRow, onlyOnceRow } from '../store/samples.ts';
import { TestKeyspace } from './keyspace.ts';

const FIRST_RUN_MS = 600_000;
const HOUR_MS = 3_600_000;
const DAY_S = 86_400;

const walk = (whole: boolean): Walk => ({ shards: ALL_SHARDS, after: null, limit: 1_000, whole });
const ids = (rows: { id: string }[]): string[] => rows.map(({ id }) => id);

// Needs Linux, Java 17 and Maven; the run's last lines say so where they are missing, and CI fails there.
describe.skipIf(nodesMissing() !== null)('work rows on a real node', () => {
  let keyspace: TestKeyspace;
  /** What the hosts' clocks show. */
  let nowMs = 0;
  const open = (): Promise<Store> => keyspace.open({ wallMs: () => nowMs });

  beforeAll(async () => {
    keyspace = await TestKeyspace.make(await sharedNode());
  }, FIRST_RUN_MS);
  beforeEach(async () => {
    nowMs = Date.now();
    await keyspace.empty();
  });
  afterAll(() => keyspace.drop());

  const mailOf = (name: string, host: string, seq: number): JournalRow =>
    journalRow(name, { host, seq, atMs: nowMs });

  test('the same mail through two hosts at once is one row, whoever walks', async () => {
    const [one, two] = [await open(), await open()];
    const names = Array.from({ length: 20 }, () => randomUUID());
    const known = await Promise.all(
      names.map((name) =>
        Promise.all([one.append([mailOf(name, 'one', 1)]), two.append([mailOf(name, 'two', 2)])]),
      ),
    );
    for (const pair of known) expect(pair.map((set) => set.size).toSorted((a, b) => a - b)).toEqual([0, 1]);
    const rows = (await one.walkJournal(walk(true))).items;
    expect(ids(rows).toSorted()).toEqual(names.map((name) => `j:${name}`).toSorted());
    // What was found new is what counts: its stamp is the one that stays.
    for (const [at, name] of names.entries()) {
      const winner = known[at]?.[0].size === 0 ? 'one' : 'two';
      expect((await two.journalRow(`j:${name}`))?.stamp.host).toBe(winner);
    }
    await two.markDone(ids(rows));
    for (const store of [one, two, await open()])
      expect((await store.walkJournal(walk(true))).items).toEqual([]);
  });

  test('a mail whose host died between its two writes is taken up by the walk, once', async () => {
    const store = await open();
    const row = mailOf('mail', 'one', 1);
    await store.append([row]);
    await keyspace.run('DELETE FROM seen WHERE id = ? IF EXISTS', [row.id]);
    const [one, two] = [await open(), await open()];
    const walked = await Promise.all([one.walkJournal(walk(true)), two.walkJournal(walk(true))]);
    expect(walked.map(({ items }) => ids(items))).toEqual([['j:mail'], ['j:mail']]);
    expect(await one.append([mailOf('mail', 'two', 9)])).toEqual(new Set(['j:mail']));
    expect(ids((await one.walkJournal(walk(true))).items)).toEqual(['j:mail']);
  });

  test('a mark stays though the row is written again, and though it came before the row', async () => {
    const store = await open();
    const row = onlyOnceRow(1, nowMs, 3);
    const timer = dueRow('op', nowMs + HOUR_MS);
    await store.markDone([row.id, timer.id]);
    await store.append([row]);
    await store.writeDue([timer]);
    await store.append([row]);
    expect(await store.undone([row.id, timer.id])).toEqual(new Set());
    expect((await store.walkJournal(walk(true))).items).toEqual([]);
  });

  test('hours that were closed are not looked at again, and an input of theirs that comes in later is found', async () => {
    const first = await open();
    const atMs = nowMs - 5 * HOUR_MS;
    const early = onlyOnceRow(1, atMs, 3);
    await first.append([early]);
    await first.markDone([early.id]);
    nowMs += 600_000;
    await first.walkJournal(walk(true));
    await first.close();
    const closed = await keyspace.run('SELECT closed FROM partitions WHERE kind = ? AND shard = ?', [
      'journal',
      3,
    ]);
    expect(closed).toMatchObject([{ closed: true }]);
    // From a spool, hours later: its host says that the hour is open again.
    const late = onlyOnceRow(2, atMs + 1, 3);
    await (await open()).append([late]);
    expect(ids((await (await open()).walkJournal(walk(false))).items)).toEqual([late.id]);
  });

  test('a mark of closing never hides a row from a walk over everything', async () => {
    const store = await open();
    const row = onlyOnceRow(1, nowMs - 5 * HOUR_MS, 3);
    const timer = dueRow('op', nowMs - 5 * HOUR_MS);
    await store.append([row]);
    await store.writeDue([timer]);
    // The worst there can be: both marked by mistake.
    const marks = await keyspace.run('SELECT kind, shard, bucket FROM partitions');
    expect(marks).toHaveLength(2);
    for (const { kind, shard, bucket } of marks) {
      await keyspace.run('UPDATE partitions SET closed = true WHERE kind = ? AND shard = ? AND bucket = ?', [
        kind,
        shard,
        bucket,
      ]);
    }
    const fresh = await open();
    expect((await fresh.walkJournal(walk(false))).items).toEqual([]);
    expect(ids((await fresh.walkJournal(walk(true))).items)).toEqual([row.id]);
    expect(ids((await fresh.walkDue({ ...walk(true), untilMs: nowMs })).items)).toEqual([timer.id]);
  });

  test('a walk that has seen everything done begins near its end, and still finds what a slow write brings', async () => {
    const trips: string[] = [];
    const store = await keyspace.open({ wallMs: () => nowMs, onRoundTrip: (kind) => trips.push(kind) });
    const other = await open();
    for (let hour = 0; hour < 30; hour += 1)
      await store.append([onlyOnceRow(hour, nowMs - hour * HOUR_MS, 3)]);
    await store.markDone(ids((await store.walkJournal(walk(true))).items));
    expect((await store.walkJournal(walk(true))).items).toEqual([]);
    trips.length = 0;
    expect((await store.walkJournal(walk(false))).items).toEqual([]);
    // The list of each shard, and one or two hours of the one that has any.
    expect(trips.length).toBeLessThanOrEqual(ALL_SHARDS.length + 2);
    const slow = onlyOnceRow(99, nowMs - 60_000, 3);
    await other.append([slow]);
    expect(ids((await store.walkJournal(walk(false))).items)).toEqual([slow.id]);
  });

  test('a timer lives until it is due and for the retention, and its mark longer', async () => {
    const store = await open();
    const soon = dueRow('soon', nowMs + HOUR_MS);
    const snoozed = dueRow('snoozed', nowMs + 100 * DAY_S * 1_000);
    const stale = dueRow('stale', nowMs - 60 * DAY_S * 1_000);
    await store.writeDue([soon, snoozed, stale]);
    await store.markDone([soon.id, stale.id]);
    const lives = async ({ id }: DueRow): Promise<Record<string, unknown> | undefined> => {
      const rows = await keyspace.run('SELECT id, TTL(aggregate) AS row, TTL(done) AS mark FROM due');
      return rows.find((row) => row['id'] === id);
    };
    const [first, second, third] = [await lives(soon), await lives(snoozed), await lives(stale)];
    const days = (seconds: unknown): number => Math.round(Number(seconds) / DAY_S);
    expect([days(first?.['row']), days(second?.['row']), days(third?.['row'])]).toEqual([30, 130, 2]);
    expect(days(first?.['mark'])).toBeGreaterThan(days(first?.['row']));
    expect(days(third?.['mark'])).toBeGreaterThan(days(third?.['row']));
    expect(second?.['mark']).toBeNull();
  });

  test('an alert costs one write, a mail one write and a conditional one, and many alerts of an instant few', async () => {
    const trips: string[] = [];
    const store = await keyspace.open({ wallMs: () => nowMs, onRoundTrip: (kind) => trips.push(kind) });
    await store.append([onlyOnceRow(1, nowMs, 3)]);
    trips.length = 0;
    await store.append([onlyOnceRow(2, nowMs, 3)]);
    expect(trips).toEqual(['write']);
    trips.length = 0;
    await store.append([journalRow('mail', { atMs: nowMs, shard: 3 })]);
    expect(trips).toEqual(['write', 'cas']);
    trips.length = 0;
    await store.append(Array.from({ length: 200 }, (_, at) => onlyOnceRow(10 + at, nowMs, 3)));
    expect(trips).toEqual(Array.from({ length: 4 }, () => 'write'));
  });
});
