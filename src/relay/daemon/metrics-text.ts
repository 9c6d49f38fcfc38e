/** What /metrics answers: the counters, and what is read for the occasion. */
import type { Log } from '../engine/ports.ts';
import type { PrometheusMetrics } from '../observe/metrics.ts';
import type { ProblemBoard } from '../observe/problems.ts';
import type { Store } from '../store/port.ts';
import type { CanaryState } from './canary.ts';

/** Never rejects: the other numbers are worth having most when the store is in trouble. */
export async function metricsText(parts: {
  metrics: PrometheusMetrics;
  store: Store;
  problems: ProblemBoard;
  log: Log;
  canary: CanaryState;
  nowMs: number;
}): Promise<string> {
  const { metrics, store, problems, log, canary, nowMs } = parts;
  // Before this asks the store something itself.
  metrics.storeRoundTrips(store.roundTrips?.() ?? {});
  try {
    const { journal, due, oldestJournalMs } = await store.backlog();
    const oldestMs = oldestJournalMs === null ? 0 : Math.max(0, nowMs - oldestJournalMs);
    metrics.backlog({ journal, due, oldestMs });
  } catch (error) {
    log.warn({ err: error }, 'the backlog could not be read for /metrics');
  }
  metrics.canary(canary);
  metrics.problems(problems.list().length);
  return metrics.text();
}
