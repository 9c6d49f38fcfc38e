/** Wall time is real; timers run only when the test lets their time pass, so that no deadline depends on a busy machine. */
import type { Clock } from '../../src/relay/engine/ports.ts';

export class HandClock implements Clock {
  readonly #waiting = new Set<{ atMs: number; fn: () => void }>();
  #monoMs = 0;

  wallMs(): number {
    return Date.now();
  }

  monoMs(): number {
    return this.#monoMs;
  }

  after(delayMs: number, fn: () => void): () => void {
    const timer = { atMs: this.#monoMs + delayMs, fn };
    this.#waiting.add(timer);
    return () => void this.#waiting.delete(timer);
  }

  /** Lets time pass: what was to happen by then happens now, in order. */
  pass(delayMs: number): void {
    this.#monoMs += delayMs;
    const due = [...this.#waiting]
      .filter((timer) => timer.atMs <= this.#monoMs)
      .sort((a, b) => a.atMs - b.atMs);
    for (const timer of due) if (this.#waiting.delete(timer)) timer.fn();
  }

  /** How many timers wait. */
  get waiting(): number {
    return this.#waiting.size;
  }
}
