/**
 * Virtual time: events in a heap, one at a time. Between two events everything that promises set off runs to its end,
 * so a life is the same on every machine, however fast.
 */

interface Event {
  atMs: number;
  /** Ties go in the order they were scheduled. */
  order: number;
  run: (() => void) | null;
}

export class VirtualTime {
  /** Milliseconds since the life began. */
  nowMs = 0;
  readonly #heap: Event[] = [];
  #scheduled = 0;
  #halted = false;

  /** Runs `run` after `delayMs`; returns a function that cancels it. */
  schedule(delayMs: number, run: () => void): () => void {
    this.#scheduled += 1;
    const event: Event = { atMs: this.nowMs + Math.max(0, delayMs), order: this.#scheduled, run };
    push(this.#heap, event);
    return () => {
      event.run = null;
    };
  }

  /** Ends the life: `run` resolves after the present event. */
  halt(): void {
    this.#halted = true;
  }

  get halted(): boolean {
    return this.#halted;
  }

  /** Events until `untilMs`, earlier when `enough` says so (asked after each event) or the life is halted. */
  run(untilMs: number, enough: () => boolean = () => false): Promise<void> {
    return new Promise((resolve, reject) => {
      const turn = (): void => {
        try {
          const next = this.#next();
          if (this.#halted || enough()) {
            resolve();
            return;
          }
          if (next === undefined || next.atMs > untilMs) {
            this.nowMs = Math.max(this.nowMs, untilMs);
            resolve();
            return;
          }
          pop(this.#heap);
          this.nowMs = next.atMs;
          next.run?.();
        } catch (error) {
          reject(error instanceof Error ? error : new Error(String(error)));
          return;
        }
        afterMicrotasks(turn);
      };
      afterMicrotasks(turn);
    });
  }

  #next(): Event | undefined {
    for (;;) {
      const [next] = this.#heap;
      if (next === undefined || next.run !== null) return next;
      pop(this.#heap);
    }
  }
}

/**
 * Node runs a tick only when no microtask is left, also none that a microtask queued. Registered from a microtask, the
 * tick comes after them all; much cheaper than setImmediate.
 */
function afterMicrotasks(run: () => void): void {
  queueMicrotask(() => process.nextTick(run));
}

const earlier = (one: Event, other: Event): boolean =>
  one.atMs < other.atMs || (one.atMs === other.atMs && one.order < other.order);

function push(heap: Event[], event: Event): void {
  let index = heap.push(event) - 1;
  while (index > 0) {
    const parent = (index - 1) >> 1;
    const above = heap[parent];
    if (above === undefined || !earlier(event, above)) break;
    heap[index] = above;
    index = parent;
  }
  heap[index] = event;
}

function pop(heap: Event[]): void {
  const last = heap.pop();
  if (last === undefined || heap.length === 0) return;
  let index = 0;
  for (;;) {
    let child = 2 * index + 1;
    const left = heap[child];
    if (left === undefined) break;
    const right = heap[child + 1];
    let least = left;
    if (right !== undefined && earlier(right, left)) {
      child += 1;
      least = right;
    }
    if (!earlier(least, last)) break;
    heap[index] = least;
    index = child;
  }
  heap[index] = last;
}
