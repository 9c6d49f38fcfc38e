/** When handoffs are looked for, and what is said when that fails. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { HandoffWatch } from '../../../src/relay/daemon/handoff-watch.ts';
import { systemClock } from '../../../src/relay/daemon/system.ts';
import { silent } from '../engine/one-engine.ts';

beforeEach(() => {
  vi.useFakeTimers({ now: Date.UTC(2027, 4, 10, 8, 58, 30) });
});

afterEach(() => {
  vi.useRealTimers();
});

async function watching(look: () => Promise<null> = () => Promise.resolve(null)) {
  const looks: string[] = [];
  const standing = new Map<string, string>();
  const state = { isAlone: false, trusted: true };
  const looked = { handed: [], skipped: [], holders: { throughMs: 0, rotations: {} } };
  const watch = new HandoffWatch({
    handoffs: {
      look: () => {
        looks.push(new Date().toISOString().slice(11, 19));
        return look();
      },
      lookNow: () => {
        looks.push('asked');
        return Promise.resolve(looked);
      },
    },
    isAlone: () => state.isAlone,
    trusted: () => state.trusted,
    clock: systemClock,
    log: silent,
    problems: {
      raise: (id, text) => void standing.set(id, text),
      clear: (id) => void standing.delete(id),
    },
  });
  await watch.start();
  return { watch, looks, standing, state };
}

test('they are looked for soon after the start and at the beginning of each minute', async () => {
  const { watch, looks } = await watching();
  await vi.advanceTimersByTimeAsync(150_000);
  expect(looks).toEqual(['08:58:50', '08:59:00', '09:00:00', '09:01:00']);
  await watch.stop();
  await vi.advanceTimersByTimeAsync(150_000);
  expect(looks).toHaveLength(4);
});

test('while this host pages alone they are not', async () => {
  const { watch, looks, state } = await watching();
  state.isAlone = true;
  await vi.advanceTimersByTimeAsync(300_000);
  expect(looks).toEqual([]);
  state.isAlone = false;
  await vi.advanceTimersByTimeAsync(60_000);
  expect(looks).toHaveLength(1);
  await watch.stop();
});

test('one that takes long is not joined by another, and a stop waits for it', async () => {
  let end = (): void => undefined;
  const { watch, looks } = await watching(() => new Promise((resolve) => (end = () => resolve(null))));
  await vi.advanceTimersByTimeAsync(300_000);
  expect(looks).toHaveLength(1);
  let isStopped = false;
  const stopping = watch.stop().then(() => {
    isStopped = true;
  });
  await vi.advanceTimersByTimeAsync(10_000);
  expect(isStopped).toBe(false);
  end();
  await stopping;
});

test('one that hangs for ten minutes is a problem until it ends', async () => {
  let end = (): void => undefined;
  const { watch, standing } = await watching(() => new Promise((resolve) => (end = () => resolve(null))));
  await vi.advanceTimersByTimeAsync(9 * 60_000);
  expect(standing.size).toBe(0);
  await vi.advanceTimersByTimeAsync(2 * 60_000);
  expect(standing.get('handoffs')).toBe(
    'who comes on call and who goes is not told: a look has not ended for 11 minutes',
  );
  end();
  await vi.advanceTimersByTimeAsync(0);
  expect(standing.size).toBe(0);
  await vi.advanceTimersByTimeAsync(9 * 60_000);
  expect(standing.size, 'the next one has its own ten minutes').toBe(0);
  end();
  await watch.stop();
});

test('a minute that fails is made up for by the next; ten are a problem until one works', async () => {
  let works = false;
  const { watch, standing } = await watching(() =>
    works ? Promise.resolve(null) : Promise.reject(new Error('no quorum')),
  );
  await vi.advanceTimersByTimeAsync(8 * 60_000);
  expect([...standing.values()]).toEqual([]);
  await vi.advanceTimersByTimeAsync(2 * 60_000);
  expect(standing.get('handoffs')).toBe('who comes on call and who goes is not told: no quorum');
  works = true;
  await vi.advanceTimersByTimeAsync(60_000);
  expect(standing.size).toBe(0);
  await watch.stop();
});

test('somebody who asks is refused where the time or the store is not what the others go by', async () => {
  const { watch, looks, state } = await watching();
  await watch.lookNow();
  expect(looks).toEqual(['asked']);
  state.trusted = false;
  await expect(watch.lookNow()).rejects.toMatchObject({
    code: 'conflict',
    message: "Nothing is handed over here now: this host's clock is not known to be right.",
  });
  state.isAlone = true;
  await expect(watch.lookNow()).rejects.toThrow('this host has no quorum, or is only coming back to it');
  await watch.stop();
  await expect(watch.lookNow()).rejects.toThrow('relay stops here');
  expect(looks).toEqual(['asked']);
});
