/** Measures the store's writes, and knows whether it can be written to. */
import type { Clock, Problems } from '../engine/ports.ts';
import type { Metrics } from '../observe/metrics.ts';
import { StoreFullError, type Store } from '../store/port.ts';

/** Why the store can't take anything at present; null when it can. */
export interface StoreWatch {
  trouble(): string | null;
}

/** Puts itself before `append` and `commit` of this store. */
export function watchStore(
  store: Store,
  parts: { clock: Clock; metrics: Metrics; problems: Problems },
): StoreWatch {
  const { clock, metrics, problems } = parts;
  let trouble: string | null = null;
  const watched = async <T>(write: () => Promise<T>, measure: (durationMs: number) => void): Promise<T> => {
    const startMs = clock.monoMs();
    try {
      const result = await write();
      measure(clock.monoMs() - startMs);
      if (trouble !== null) {
        trouble = null;
        problems.clear('store');
      }
      return result;
    } catch (error) {
      trouble = error instanceof Error ? error.message : String(error);
      const full = error instanceof StoreFullError;
      metrics.refused(full ? 'full' : 'unavailable');
      problems.raise('store', trouble, full ? 'free space on its disk' : 'see the log');
      throw error;
    }
  };
  const append = store.append.bind(store);
  const commit = store.commit.bind(store);
  store.append = (rows) =>
    watched(
      () => append(rows),
      (durationMs) => metrics.acceptToDurable(durationMs),
    );
  store.commit = (change) =>
    watched(
      () => commit(change),
      (durationMs) => metrics.storeCommit(durationMs),
    );
  return { trouble: () => trouble };
}
