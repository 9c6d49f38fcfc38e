import { describe, expect, it } from 'vitest';
import { watchStore } from '../../../src/relay/daemon/store-watch.ts';
import { noMetrics } from '../../../src/relay/observe/metrics.ts';
import { StoreFullError } from '../../../src/relay/store/port.ts';
import { MemoryStore } from '../../sim/memory-store.ts';
import { alertRow } from '../engine/rows.ts';
import { calm } from '../engine/calm.ts';
import { HandClock } from '../observe/hand-clock.ts';
import { temporary } from '../store/temporary.ts';

const disk = temporary();

function watching<S extends MemoryStore | Awaited<ReturnType<typeof disk.open>>>(store: S) {
  const clock = new HandClock(1_000_000);
  const standing = new Map<string, string>();
  const refused: string[] = [];
  const watch = watchStore(store, {
    clock,
    metrics: { ...noMetrics, refused: (reason) => void refused.push(reason) },
    problems: {
      raise: (id, text) => void standing.set(id, text),
      clear: (id) => void standing.delete(id),
    },
  });
  return { store, clock, watch, standing, refused };
}

describe('a store in trouble', () => {
  it('is known to be well again soon after there is space, though nobody writes', async () => {
    const path = disk.path();
    const { store, clock, watch, standing } = watching(await disk.open(path));
    const kept = new Set<string>();
    await store.limitPages(100);
    const fill = async (): Promise<void> => {
      for (let seq = 1; ; seq += 1) {
        const row = { ...alertRow(seq), raw: new Uint8Array(4_000) };
        await store.append([row]);
        kept.add(row.id);
      }
    };
    await expect(fill()).rejects.toThrow(StoreFullError);
    expect(watch.trouble()).toBe('store full');
    expect(standing.get('store')).toContain(path);
    clock.advance(20_000);
    await store.backlog();
    expect(watch.trouble(), 'while it lasts').toBe('store full');
    await store.limitPages(null);
    clock.advance(5_000);
    // The worker answers in turn: what was written before this is answered before.
    for (let turns = 0; turns < 3; turns += 1) await store.backlog();
    expect(watch.trouble()).toBeNull();
    expect(standing.size).toBe(0);
    expect((await store.backlog()).journal, 'the trial is no work').toBe(kept.size);
    expect(clock.waiting).toBe(0);
  });

  it('is tried without counting that as an input turned away, and no more once relay stops', async () => {
    const store = new MemoryStore({ nowMs: () => 0 });
    let tries = 0;
    store.append = () => {
      tries += 1;
      return Promise.reject(new StoreFullError('/var/lib/relay is full'));
    };
    const { clock, watch, refused } = watching(store);
    await expect(store.append([alertRow(1)])).rejects.toThrow('full');
    clock.advance(5_000);
    await calm();
    clock.advance(5_000);
    await calm();
    expect(tries).toBe(3);
    expect(refused).toEqual(['full']);
    watch.stop();
    clock.advance(60_000);
    await calm();
    expect(tries).toBe(3);
  });

  it('is none when it only refuses what one writer asks of it', async () => {
    const store = new MemoryStore({ nowMs: () => 0 });
    store.append = () => Promise.reject(new Error('a row without an id'));
    const { watch, standing } = watching(store);
    await expect(store.append([alertRow(1)])).rejects.toThrow('without an id');
    expect(watch.trouble()).toBeNull();
    expect(standing.size).toBe(0);
  });
});
