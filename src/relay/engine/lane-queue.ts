/** What waits for one aggregate: urgent things first, otherwise in order. */
import type { WorkId } from '../store/port.ts';
import type { Taken } from './lane-parts.ts';

/** One input on its way into an aggregate. */
export interface Queued<Input> {
  /** Taking the same id twice changes nothing. Empty: not remembered; the machine itself is indifferent to repeats. */
  id: string;
  /** A fired timer carries its id: whether it is still live is seen in the state. */
  input: Input | FiredTimer;
  /** The work rows behind it; it is remembered until they are done. */
  rows: WorkId[];
  /** The tick at which its rows were known to be undone. */
  tick: number;
  /** Not to be left to another host: that was tried, or this is the owner. */
  stays?: boolean;
}

export interface FiredTimer {
  kind: 'fired';
  timer: string;
}

/** Whether an input is a timer that fired: its name is in the state. */
export const isFired = (input: { kind: string }): input is FiredTimer => input.kind === 'fired';

export interface Waiting<Input> extends Queued<Input> {
  resolve(taken: Taken): void;
  reject(error: unknown): void;
}

export class LaneQueue<Input> {
  #urgent: Waiting<Input>[] = [];
  #normal: Waiting<Input>[] = [];

  get length(): number {
    return this.#urgent.length + this.#normal.length;
  }

  add(item: Waiting<Input>, urgent: boolean): void {
    (urgent ? this.#urgent : this.#normal).push(item);
  }

  /** Puts a batch back at the front, in its order. */
  putBack(batch: Waiting<Input>[], urgent: (item: Waiting<Input>) => boolean): void {
    this.#urgent = [...batch.filter(urgent), ...this.#urgent];
    this.#normal = [...batch.filter((item) => !urgent(item)), ...this.#normal];
  }

  /** Takes out all that may go to another host. */
  takeMovable(): Waiting<Input>[] {
    const movable = [...this.#urgent, ...this.#normal].filter((item) => item.stays !== true);
    this.#urgent = this.#urgent.filter((item) => item.stays === true);
    this.#normal = this.#normal.filter((item) => item.stays === true);
    return movable;
  }

  takeAll(): Waiting<Input>[] {
    const all = [...this.#urgent, ...this.#normal];
    this.#urgent = [];
    this.#normal = [];
    return all;
  }

  /** Takes out up to `most` items that `fits` lets through, urgent ones first; what doesn't fit keeps its place. */
  take(most: number, fits: (item: Waiting<Input>) => boolean): Waiting<Input>[] {
    const batch: Waiting<Input>[] = [];
    this.#urgent = drain(this.#urgent, batch, most, fits);
    this.#normal = drain(this.#normal, batch, most, fits);
    return batch;
  }
}

function drain<Input>(
  queue: Waiting<Input>[],
  batch: Waiting<Input>[],
  most: number,
  fits: (item: Waiting<Input>) => boolean,
): Waiting<Input>[] {
  let index = 0;
  const kept: Waiting<Input>[] = [];
  for (; index < queue.length && batch.length < most; index += 1) {
    const item = queue[index];
    if (item === undefined) continue;
    if (fits(item)) batch.push(item);
    else kept.push(item);
    // What doesn't fit now rarely fits further on: don't walk a long queue for it.
    if (kept.length >= most) {
      index += 1;
      break;
    }
  }
  return index >= queue.length && kept.length === 0 ? [] : [...kept, ...queue.slice(index)];
}
