import { expect, it } from 'vitest';
import type { Config } from '../../../src/relay/config/types.ts';
import { CommitWatch } from '../../../src/relay/daemon/commit-watch.ts';
import { Told, type ToldParts } from '../../../src/relay/daemon/told.ts';
import { noMetrics, PrometheusMetrics } from '../../../src/relay/observe/metrics.ts';
import type { Store } from '../../../src/relay/store/port.ts';
import { HandClock } from '../../contract/hand-clock.ts';
import { MemoryStore } from '../../sim/memory-store.ts';

it('while a host pages alone, people see and act on the incidents of its own', async () => {
  const store = new MemoryStore({ nowMs: () => 0 });
  const own = new MemoryStore({ nowMs: () => 0 });
  const degraded = {
    store: null as Store | null,
    whenDone: () => Promise.resolve(true),
  };
  const problems = { raise: () => undefined, clear: () => undefined };
  const parts = {
    config: () => ({ spool: '/nonexistent' }) as Config,
    store,
    engine: { whenDone: () => Promise.resolve(false) },
    around: { hosts: { degraded }, keeper: {} },
    commits: new CommitWatch(noMetrics, problems),
    metrics: new PrometheusMetrics({ version: '0.1.0', startedAtMs: 0 }),
    clock: new HandClock(),
  } as unknown as ToldParts;
  const core = new Told(parts).core();
  expect(core.store).toBe(store);
  expect(await core.whenDone('j:x', 1_000)).toBe(false);
  degraded.store = own;
  expect(core.store).toBe(own);
  expect(await core.whenDone('j:x', 1_000)).toBe(true);
  degraded.store = null;
  expect(core.store, 'the quorum is back').toBe(store);
});
