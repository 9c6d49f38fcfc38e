/** Fires due rows in time. Running timers count on the monotonic clock; wall time only decides after a restart (rule 4). */
import type { DueRow, WorkId } from '../store/port.ts';
import type { Clock } from './ports.ts';

interface Armed {
  row: DueRow;
  fireAtMonoMs: number;
  /** Found by a walk: whoever set it may have fired it. */
  walked: boolean;
}

/** setTimeout can't wait longer. */
const LONGEST_WAIT_MS = 2_000_000_000;

export class Timers {
  readonly #clock: Clock;
  readonly #nowMs: () => number;
  readonly #fire: (row: DueRow, walked: boolean) => void;
  /** A binary heap by fireAtMonoMs. */
  readonly #heap: Armed[] = [];
  readonly #armed = new Map<WorkId, Armed>();
  #cancelWait: (() => void) | null = null;
  #waitingForMonoMs = Number.POSITIVE_INFINITY;
  #stopped = false;

  constructor(parts: { clock: Clock; nowMs: () => number; fire: (row: DueRow, walked: boolean) => void }) {
    this.#clock = parts.clock;
    this.#nowMs = parts.nowMs;
    this.#fire = parts.fire;
  }

  get size(): number {
    return this.#armed.size;
  }

  has(id: WorkId): boolean {
    return this.#armed.has(id);
  }

  /** Arms rows; one that is armed already stays as it is. `graceMs`: a walk found them; so long their setter goes first. */
  add(rows: DueRow[], graceMs?: number): void {
    for (const row of rows) {
      if (this.#armed.has(row.id)) continue;
      const armed: Armed = {
        row,
        fireAtMonoMs: this.#clock.monoMs() + Math.max(0, row.dueAtMs - this.#nowMs()) + (graceMs ?? 0),
        walked: graceMs !== undefined,
      };
      this.#armed.set(row.id, armed);
      push(this.#heap, armed);
    }
    this.#wait();
  }

  /** A timer that is no more; its place in the heap is skipped when it comes up. */
  drop(id: WorkId): void {
    this.#armed.delete(id);
  }

  stop(): void {
    this.#stopped = true;
    this.#cancelWait?.();
  }

  #wait(): void {
    if (this.#stopped) return;
    const [next] = this.#heap;
    if (next === undefined || next.fireAtMonoMs >= this.#waitingForMonoMs) return;
    this.#cancelWait?.();
    this.#waitingForMonoMs = next.fireAtMonoMs;
    const delayMs = Math.min(LONGEST_WAIT_MS, Math.max(0, next.fireAtMonoMs - this.#clock.monoMs()));
    this.#cancelWait = this.#clock.after(delayMs, () => this.#due());
  }

  #due(): void {
    this.#cancelWait = null;
    this.#waitingForMonoMs = Number.POSITIVE_INFINITY;
    const monoMs = this.#clock.monoMs();
    for (let [next] = this.#heap; next !== undefined && next.fireAtMonoMs <= monoMs; [next] = this.#heap) {
      pop(this.#heap);
      if (this.#armed.get(next.row.id) !== next) continue;
      this.#armed.delete(next.row.id);
      this.#fire(next.row, next.walked);
    }
    this.#wait();
  }
}

function push(heap: Armed[], armed: Armed): void {
  let index = heap.push(armed) - 1;
  while (index > 0) {
    const parent = (index - 1) >> 1;
    if (!swapIfEarlier(heap, index, parent)) return;
    index = parent;
  }
}

function pop(heap: Armed[]): void {
  const last = heap.pop();
  if (last === undefined || heap.length === 0) return;
  heap[0] = last;
  let index = 0;
  for (;;) {
    const left = 2 * index + 1;
    const right = left + 1;
    let least = index;
    if (earlier(heap, left, least)) least = left;
    if (earlier(heap, right, least)) least = right;
    if (least === index) return;
    swapIfEarlier(heap, least, index);
    index = least;
  }
}

function earlier(heap: Armed[], a: number, b: number): boolean {
  const one = heap[a];
  const other = heap[b];
  return one !== undefined && other !== undefined && one.fireAtMonoMs < other.fireAtMonoMs;
}

/** Swaps child and parent when the child is earlier; says whether it did. */
function swapIfEarlier(heap: Armed[], child: number, parent: number): boolean {
  const one = heap[child];
  const other = heap[parent];
  if (one === undefined || other === undefined || one.fireAtMonoMs >= other.fireAtMonoMs) return false;
  heap[child] = other;
  heap[parent] = one;
  return true;
}
