import { expect, test } from 'vitest';
import { BEATS_KEPT_MS } from '../../../src/relay/store/beats.ts';
import type { Beat } from '../../../src/relay/store/port.ts';
import { MemoryStore } from '../../sim/memory-store.ts';
import { change, dueRow, journalRow } from '../../contract/store/samples.ts';
import { temporary } from './temporary.ts';

const disk = temporary();

test('a purge keeps the retention, whatever it is asked for', async () => {
  const store = await disk.open(disk.path(), { retentionMs: 100, nowMs: () => 1_000 });
  await store.append([journalRow('old', { atMs: 899 }), journalRow('young', { atMs: 900 })]);
  const timers = [dueRow('old', 899), dueRow('young', 900)];
  await store.writeDue(timers);
  await store.commit(
    change('r:ana', null, {
      rows: [
        { kind: 'message', key: 'old', body: null, endedAtMs: 899 },
        { kind: 'message', key: 'young', body: null, endedAtMs: 900 },
      ],
    }),
  );
  await store.markDone(['j:old', 'j:young', ...timers.map(({ id }) => id)]);
  expect(await store.purge(8.64e15, 100)).toEqual({ work: 2, lineages: 0, rows: 1 });
  expect(await store.journalRow('j:old')).toBeNull();
  expect((await store.journalRow('j:young'))?.id).toBe('j:young');
  expect((await store.rows('r:ana', 'message')).map(({ key }) => key)).toEqual(['young']);
});

const beat = (life: string, count: number): Beat => ({ host: 'one', life, count, firstSeq: 1, info: null });

test.each(['SQLite', 'the store in memory'])(
  '%s: a life that has not been seen for three days is forgotten, and a beat brings it back',
  async (engine) => {
    let nowMs = 1_000;
    const clock = { nowMs: () => nowMs };
    const store = engine === 'SQLite' ? await disk.open(disk.path(), clock) : new MemoryStore(clock);
    await store.beat(beat('a', 1));
    nowMs += BEATS_KEPT_MS;
    await store.beat(beat('b', 1));
    expect(await store.beats()).toEqual([beat('a', 1), beat('b', 1)]);
    nowMs += 1;
    expect(await store.beats()).toEqual([beat('b', 1)]);
    await store.beat(beat('a', 2));
    expect(await store.beats()).toEqual([beat('a', 2), beat('b', 1)]);
  },
);
