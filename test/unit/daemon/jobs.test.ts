import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Jobs, type Job } from '../../../src/relay/daemon/jobs.ts';
import { systemClock } from '../../../src/relay/daemon/system.ts';
import { StoreUnavailableError } from '../../../src/relay/store/port.ts';
import { MemoryStore } from '../../sim/memory-store.ts';
import { silent } from '../engine/one-engine.ts';

const HOUR_MS = 60 * 60_000;
const DAY_MS = 24 * HOUR_MS;
/** By this machine's own calendar, wherever it stands. */
const local = (day: number, hour: number, minute = 0): Date => new Date(2027, 4, day, hour, minute);

beforeEach(() => {
  vi.useFakeTimers({ now: local(10, 12) });
});

afterEach(() => {
  vi.useRealTimers();
});

/** One host's jobs; several hosts share a store. */
async function host(options: { store?: MemoryStore; run?: () => Promise<void>; limitMs?: number } = {}) {
  const { store = sharedStore(), limitMs = HOUR_MS } = options;
  const ran: string[] = [];
  const standing = new Map<string, string>();
  const job: Job = {
    name: 'purge',
    at: { hour: 3, minute: 17 },
    limitMs,
    async run() {
      ran.push(new Date().toString().slice(8, 21));
      await options.run?.();
    },
  };
  const jobs = new Jobs({
    jobs: [job],
    store,
    clock: systemClock,
    log: silent,
    problems: {
      raise: (id, text) => void standing.set(id, text),
      clear: (id) => void standing.delete(id),
    },
  });
  await jobs.start();
  return { jobs, ran, standing, store };
}

const sharedStore = (): MemoryStore => new MemoryStore({ nowMs: () => Date.now() });

/** As if relay had been up the night before. */
async function afterLastNight(): Promise<MemoryStore> {
  const store = sharedStore();
  const up = await host({ store });
  await vi.advanceTimersByTimeAsync(2 * 60_000);
  await up.jobs.stop();
  return store;
}

describe('a nightly job', () => {
  it('runs each night at its time, once over all hosts', async () => {
    const store = await afterLastNight();
    const hosts = [await host({ store }), await host({ store }), await host({ store })];
    await vi.advanceTimersByTimeAsync(3 * DAY_MS);
    const nights = hosts.flatMap(({ ran }) => ran).sort();
    expect(nights.map((at) => at.slice(0, 13))).toEqual(['11 2027 03:17', '12 2027 03:17', '13 2027 03:17']);
    for (const { jobs } of hosts) await jobs.stop();
  });

  it('that was missed while relay was down runs soon after the start, once and not for each night', async () => {
    const { jobs, ran } = await host();
    expect(ran).toEqual([]);
    await vi.advanceTimersByTimeAsync(2 * 60_000);
    expect(ran).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(12 * HOUR_MS);
    expect(ran, 'not again before its time').toHaveLength(1);
    await jobs.stop();
    const later = await host();
    await vi.advanceTimersByTimeAsync(2 * 60_000);
    expect(later.ran, 'another store, another relay').toHaveLength(1);
    await later.jobs.stop();
  });

  it('that was run late by one host is not run by one that comes up after', async () => {
    const first = await host();
    await vi.advanceTimersByTimeAsync(2 * 60_000);
    const second = await host({ store: first.store });
    await vi.advanceTimersByTimeAsync(2 * HOUR_MS);
    expect([first.ran.length, second.ran.length]).toEqual([1, 0]);
    await first.jobs.stop();
    await second.jobs.stop();
  });

  it('is not begun by anybody while the store cannot say whose it is, and then late, once', async () => {
    const store = await afterLastNight();
    const take = store.takeSlot.bind(store);
    let isAway = true;
    store.takeSlot = (job, slot) =>
      isAway ? Promise.reject(new StoreUnavailableError('out of reach')) : take(job, slot);
    const hosts = [await host({ store }), await host({ store })];
    await vi.advanceTimersByTimeAsync(18 * HOUR_MS);
    expect(hosts.flatMap(({ ran }) => ran)).toEqual([]);
    isAway = false;
    await vi.advanceTimersByTimeAsync(2 * HOUR_MS);
    expect(hosts.flatMap(({ ran }) => ran)).toHaveLength(1);
    for (const { jobs } of hosts) await jobs.stop();
  });

  it('whose host dies in the middle is run by another once its time is up, and by no third', async () => {
    const store = sharedStore();
    const dead = await host({ store, run: () => new Promise(() => {}) });
    await vi.advanceTimersByTimeAsync(2 * 60_000);
    expect(dead.ran).toHaveLength(1);
    // Its process is gone; only what it wrote stays.
    const [second, third] = [await host({ store }), await host({ store })];
    await vi.advanceTimersByTimeAsync(30 * 60_000);
    expect([second.ran.length, third.ran.length], 'it may still be at it').toEqual([0, 0]);
    await vi.advanceTimersByTimeAsync(3 * HOUR_MS);
    expect(second.ran.length + third.ran.length).toBe(1);
    await vi.advanceTimersByTimeAsync(8 * HOUR_MS);
    expect(second.ran.length + third.ran.length).toBe(1);
    await Promise.all([second.jobs.stop(), third.jobs.stop()]);
  });

  it('that a lone host had begun when it was killed is run again by its next life', async () => {
    const store = sharedStore();
    await host({ store, run: () => new Promise(() => {}) });
    await vi.advanceTimersByTimeAsync(2 * 60_000);
    const next = await host({ store });
    await vi.advanceTimersByTimeAsync(3 * HOUR_MS);
    expect(next.ran).toHaveLength(1);
    await next.jobs.stop();
  });

  it('that fails is a problem until it works, and is tried again every hour by who took it', async () => {
    let failures = 2;
    const { jobs, ran, standing } = await host({
      run: () => {
        failures -= 1;
        return failures >= 0 ? Promise.reject(new Error('disk I/O error')) : Promise.resolve();
      },
    });
    await vi.advanceTimersByTimeAsync(2 * 60_000);
    expect(standing.get('job-purge')).toMatch(/failed: disk I\/O error/);
    await vi.advanceTimersByTimeAsync(HOUR_MS);
    expect([ran.length, standing.size]).toEqual([2, 1]);
    await vi.advanceTimersByTimeAsync(HOUR_MS);
    expect([ran.length, standing.size]).toEqual([3, 0]);
    await vi.advanceTimersByTimeAsync(3 * HOUR_MS);
    expect(ran).toHaveLength(3);
    await jobs.stop();
  });

  it('that hangs is a problem, and is not begun a second time beside itself', async () => {
    const hanging = Promise.withResolvers<void>();
    const { jobs, ran, standing } = await host({ run: () => hanging.promise, limitMs: 10 * 60_000 });
    await vi.advanceTimersByTimeAsync(5 * 60_000);
    expect([ran.length, standing.size]).toEqual([1, 0]);
    await vi.advanceTimersByTimeAsync(10 * 60_000);
    expect(standing.get('job-purge')).toMatch(/has run for over 10 min/);
    await vi.advanceTimersByTimeAsync(2 * DAY_MS);
    expect(ran).toHaveLength(1);
    hanging.resolve();
    await vi.advanceTimersByTimeAsync(0);
    expect(standing.size).toBe(0);
    await jobs.stop();
  });

  it('is waited for at the end, and no other begins', async () => {
    const running = Promise.withResolvers<void>();
    const { jobs, ran } = await host({ run: () => running.promise });
    await vi.advanceTimersByTimeAsync(2 * 60_000);
    let hasStopped = false;
    const stopping = jobs.stop().then(() => {
      hasStopped = true;
    });
    await vi.advanceTimersByTimeAsync(1_000);
    expect(hasStopped).toBe(false);
    running.resolve();
    await stopping;
    await vi.advanceTimersByTimeAsync(3 * DAY_MS);
    expect(ran).toHaveLength(1);
    expect(vi.getTimerCount()).toBe(0);
  });
});
