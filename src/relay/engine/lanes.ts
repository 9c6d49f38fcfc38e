/** All lanes of one kind of aggregate; idle ones are let go, their state is in the store. */
import type { WorkId } from '../store/port.ts';
import type { LaneParts, Taken } from './lane-parts.ts';
import { Lane } from './lane.ts';
import type { Queued } from './lane-queue.ts';
import type { Machine } from './machine-port.ts';

/** Lanes kept in memory; beyond, idle ones go, the longest unused first. */
const KEPT = 4_000;

export class Lanes<State, Input extends { kind: string }, Context> {
  readonly #machine: Machine<State, Input, Context>;
  readonly #parts: LaneParts;
  readonly #lanes = new Map<string, Lane<State, Input, Context>>();
  #letGoPast = KEPT;

  constructor(machine: Machine<State, Input, Context>, parts: LaneParts) {
    this.#machine = machine;
    this.#parts = parts;
  }

  submit(key: string, item: Queued<Input>): Promise<Taken> {
    return this.#lane(key).submit(item);
  }

  rowDone(key: string, row: WorkId): void {
    this.#lanes.get(key)?.rowsDone([row]);
  }

  /** The aggregate whose work has stood still for longer than `limitMs`; null when none's has. */
  stuck(limitMs: number): string | null {
    for (const [key, lane] of this.#lanes) if (lane.stuckMs > limitMs) return key;
    return null;
  }

  /** Resolves when no lane is in the middle of a commit. */
  async settled(): Promise<void> {
    for (const lane of this.#lanes.values()) await lane.paused();
  }

  #lane(key: string): Lane<State, Input, Context> {
    const known = this.#lanes.get(key);
    if (known !== undefined) {
      // Map order is the order of use.
      this.#lanes.delete(key);
      this.#lanes.set(key, known);
      return known;
    }
    const lane = new Lane(key, this.#machine, this.#parts);
    this.#lanes.set(key, lane);
    if (this.#lanes.size > this.#letGoPast) this.#letGo();
    return lane;
  }

  #letGo(): void {
    for (const [key, lane] of this.#lanes) {
      if (this.#lanes.size <= KEPT * 0.9) break;
      if (lane.idle) this.#lanes.delete(key);
    }
    // In a storm most are at work: looking through all of them for every new one would cost more than the work.
    this.#letGoPast = Math.max(KEPT, this.#lanes.size * 1.1);
  }
}
