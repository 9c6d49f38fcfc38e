/** What several hosts need of one store: slots of jobs, signs of life, clocks. */
import { expect, test } from 'vitest';
import type { Beat } from '../../../src/relay/store/port.ts';
import type { Open } from './opened.ts';
import { ODD_TEXTS } from './samples.ts';

const beat = (host: string, life: string, count: number, more: Partial<Beat> = {}): Beat => ({
  host,
  life,
  count,
  firstSeq: 1,
  info: { version: '0.2.0' },
  ...more,
});

const sorted = (beats: Beat[]): Beat[] =>
  beats.toSorted((a, b) => (`${a.host} ${a.life}` < `${b.host} ${b.life}` ? -1 : 1));

export function clusterPromises(fresh: Open): void {
  test('of many who take a slot at once exactly one gets it, and after a restart nobody does', async () => {
    const { store, reopen } = await fresh();
    const takers = Array.from({ length: 20 }, () => store.takeSlot('purge', '2026-11-21'));
    expect((await Promise.all(takers)).filter((taken) => taken)).toHaveLength(1);
    expect(await store.takeSlot('purge', '2026-11-21')).toBe(false);
    const again = await reopen();
    expect(await again.takeSlot('purge', '2026-11-21')).toBe(false);
  });

  test('each slot of each job is one of its own', async () => {
    const { store } = await fresh();
    expect(await store.takeSlot('purge', '1')).toBe(true);
    expect(await store.takeSlot('purge', '2')).toBe(true);
    expect(await store.takeSlot('handoff', '1')).toBe(true);
    for (const text of ODD_TEXTS) expect(await store.takeSlot(text, text), text).toBe(true);
    for (const text of ODD_TEXTS) expect(await store.takeSlot(text, text), text).toBe(false);
  });

  test('a host that has never beaten is not there', async () => {
    const { store } = await fresh();
    expect(await store.beats()).toEqual([]);
  });

  test('of each life the last beat is seen, with all it says, also after a restart', async () => {
    const { store, reopen } = await fresh();
    const last = beat('one', 'a', 3, {
      firstSeq: 4_294_967_296,
      info: { version: '0.2.0', open: [1, null, 'ü😀'] },
    });
    await store.beat(beat('one', 'a', 1));
    await store.beat(beat('one', 'a', 2));
    await store.beat(last);
    await store.beat(beat('two', 'a', 9, { info: null }));
    const again = await reopen();
    expect(sorted(await again.beats())).toEqual([last, beat('two', 'a', 9, { info: null })]);
  });

  test("a beat of an older life never hides a newer life's, though it counts higher and comes later", async () => {
    const { store } = await fresh();
    await store.beat(beat('one', 'old', 500));
    await store.beat(beat('one', 'new', 1, { firstSeq: 501 }));
    await store.beat(beat('one', 'old', 501));
    expect(sorted(await store.beats())).toEqual([
      beat('one', 'new', 1, { firstSeq: 501 }),
      beat('one', 'old', 501),
    ]);
  });

  test('a beat that was overtaken by a later one of its life changes nothing', async () => {
    const { store } = await fresh();
    await store.beat(beat('one', 'a', 3));
    await store.beat(beat('one', 'a', 2));
    expect(await store.beats()).toEqual([beat('one', 'a', 3)]);
  });

  test("the clocks of the store's machines are read, each once; a store on this machine has none", async () => {
    const { store } = await fresh();
    const readings = await store.clocks();
    if (!store.distant) expect(readings).toEqual([]);
    expect(new Set(readings.map(({ machine }) => machine)).size).toBe(readings.length);
    for (const { offsetMs, errorMs } of readings) {
      expect(Number.isFinite(offsetMs)).toBe(true);
      expect(errorMs).toBeGreaterThanOrEqual(0);
    }
  });
}
