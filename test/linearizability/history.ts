/** What clients of a store did and were told, written down for the checker in checker/. */

/** What an aggregate holds: the op that wrote it, '' for one that isn't there, and a digest of its state. */
export interface Value {
  op: string;
  digest: string;
}

interface Timed {
  /** From 0; a client does one thing after the other. */
  client: number;
  key: string;
  /** Nanoseconds on one monotonic clock. */
  call: number;
  return: number;
}

export interface CommitRecord extends Timed {
  kind: 'commit';
  /** '': the aggregate should not be there. */
  expect: string;
  write: Value;
  /** `rejected`: the store promises that it didn't happen and won't. */
  outcome: 'applied' | 'conflict' | 'unknown' | 'rejected';
  /** What a conflict found instead. */
  found?: Value;
}

export interface LoadRecord extends Timed {
  kind: 'load';
  outcome: 'loaded' | 'rejected';
  found?: Value;
}

export interface TakeRecord extends Timed {
  kind: 'take';
  /** A store that can't say who has the slot may have given it to the one who asked. */
  outcome: 'taken' | 'refused' | 'unknown';
}

export interface ReserveRecord extends Timed {
  kind: 'reserve';
  outcome: 'reserved' | 'unknown';
  count: number;
  first?: number;
}

export type Operation = CommitRecord | LoadRecord | TakeRecord | ReserveRecord;

const begunAt = process.hrtime.bigint();

/** Nanoseconds since this process began, which all its clients share. */
export const nowNs = (): number => Number(process.hrtime.bigint() - begunAt);

/** One JSON line for each operation, as the checker takes them. */
export const linesOf = (history: readonly Operation[]): string =>
  history.map((one) => `${JSON.stringify(one)}\n`).join('');

/** How often each kind of operation ended how, such as `commit applied`. */
export function countsOf(history: readonly Operation[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { kind, outcome } of history) {
    const name = `${kind} ${outcome}`;
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}
