/** What /metrics answers and StatsD is sent: the counters, and what is read for the occasion. */
import type { Log } from '../engine/ports.ts';
import type { PrometheusMetrics } from '../observe/metrics.ts';
import type { ProblemBoard } from '../observe/problems.ts';
import type { Store } from '../store/port.ts';
import type { CanaryState } from './canary.ts';
import type { HeartbeatCounts } from './heartbeat-counts.ts';

export interface NumberSources {
  metrics: PrometheusMetrics;
  store: Store;
  problems: ProblemBoard;
  log: Log;
  canary: CanaryState;
  /** Of certificates, by use, in milliseconds since the epoch. */
  expiries: ReadonlyMap<string, number>;
  /** Bytes left, by folder. */
  diskFreeBytes: ReadonlyMap<string, number>;
  /** How far this host's clock is ahead of the others' middle; null: nobody knows. */
  clockOffMs: number | null;
  nowMs: number;
  /** Null: there are none. Rejects as the store does. */
  heartbeats?(): Promise<HeartbeatCounts | null>;
}

/**
 * Brings up to date what isn't counted as it happens: all but the backlog before it returns. Never rejects: the other
 * numbers are worth having most when the store is in trouble.
 */
export async function refreshNumbers(parts: NumberSources): Promise<void> {
  const { metrics, store, problems, log, canary, expiries, diskFreeBytes, clockOffMs, nowMs } = parts;
  metrics.canary(canary);
  metrics.problems(problems.list().length);
  metrics.certificates(expiries);
  metrics.disks(diskFreeBytes);
  metrics.clockOff(clockOffMs);
  metrics.lookAtProcess();
  // Before this asks the store something itself.
  metrics.storeRoundTrips(store.roundTrips?.() ?? {});
  try {
    const { journal, due, oldestJournalMs } = await store.backlog();
    const oldestMs = oldestJournalMs === null ? 0 : Math.max(0, nowMs - oldestJournalMs);
    metrics.backlog({ journal, due, oldestMs });
    metrics.heartbeats((await parts.heartbeats?.())?.states ?? {});
  } catch (error) {
    log.warn({ err: error }, 'the backlog or the heartbeats could not be read for the metrics');
  }
}

/** Never rejects. */
export async function metricsText(parts: NumberSources): Promise<string> {
  await refreshNumbers(parts);
  return parts.metrics.text();
}
