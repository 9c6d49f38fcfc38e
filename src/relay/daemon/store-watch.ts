/** Measures the store's writes, and knows whether it can be written to. */
import type { Clock, Problems } from '../engine/ports.ts';
import type { Metrics } from '../observe/metrics.ts';
import { onlyOnceId } from '../store/places.ts';
import { StoreFullError, StoreUnavailableError, type JournalRow, type Store } from '../store/port.ts';

/** Without paths: it is shown to everybody who asks /readyz. The problem board says more. */
export type StoreTrouble = 'store full' | 'store unavailable';

export interface StoreWatch {
  /** Why the store can't take anything at present; null when it can. */
  trouble(): StoreTrouble | null;
  /** No trial write begins any more: the store is about to be closed. */
  stop(): void;
}

/** While in trouble, whether it is over is tried so often: senders may have gone elsewhere because of it. */
const TRY_EVERY_MS = 5_000;
/** As much as a mail: a full disk may still have room for less. */
const TRIAL_BYTES = 16_384;
/** It concerns no aggregate, so any shard will do. */
const TRIAL_SHARD = 0;

/** Puts itself before `append` and `commit` of this store. */
export function watchStore(
  store: Store,
  parts: { clock: Clock; metrics: Metrics; problems: Problems },
): StoreWatch {
  const { clock, metrics, problems } = parts;
  const append = store.append.bind(store);
  const commit = store.commit.bind(store);
  let trouble: StoreTrouble | null = null;
  let cancelTrial: (() => void) | null = null;
  let stopped = false;

  const well = (): void => {
    if (trouble === null) return;
    trouble = null;
    cancelTrial?.();
    cancelTrial = null;
    problems.clear('store');
  };

  /** False for what is no trouble of the store: it can't do just this. */
  const ill = (error: unknown): boolean => {
    const full = error instanceof StoreFullError;
    if (!full && !(error instanceof StoreUnavailableError)) return false;
    trouble = full ? 'store full' : 'store unavailable';
    problems.raise('store', error.message, full ? 'free space on its disk' : 'see the log');
    if (cancelTrial === null && !stopped) cancelTrial = clock.after(TRY_EVERY_MS, () => void attempt());
    return true;
  };

  const attempt = async (): Promise<void> => {
    const row = trialRow(clock.wallMs());
    try {
      await append([row]);
      await store.markDone([row.id]);
      well();
    } catch (error) {
      cancelTrial = null;
      // Anything it says but these two means that it can be written to.
      if (!ill(error)) well();
    }
  };

  const watched = async <T>(write: () => Promise<T>, measure: (durationMs: number) => void): Promise<T> => {
    const startMs = clock.monoMs();
    try {
      const result = await write();
      measure(clock.monoMs() - startMs);
      well();
      return result;
    } catch (error) {
      if (ill(error)) metrics.refused(trouble === 'store full' ? 'full' : 'unavailable');
      throw error;
    }
  };

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
  return {
    trouble: () => trouble,
    stop: () => {
      stopped = true;
      cancelTrial?.();
      cancelTrial = null;
    },
  };
}

/** An input that asks for nothing. Written as inputs are, so that what it proves is what senders need. */
function trialRow(atMs: number): JournalRow {
  // Lower than any input's: it takes no place in their order.
  const stamp = { host: 'trial', seq: 0, atMs, trusted: true };
  return {
    id: onlyOnceId(stamp, 'trial', TRIAL_SHARD),
    shard: TRIAL_SHARD,
    stamp,
    input: { kind: 'alert', events: [] },
    raw: new Uint8Array(TRIAL_BYTES),
  };
}
