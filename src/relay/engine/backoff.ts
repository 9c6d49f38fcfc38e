/** Waiting between tries: doubling, with jitter, up to five seconds. */
import type { Clock, Ids } from './ports.ts';

const FIRST_MS = 20;
const MOST_MS = 5_000;

export class Backoff {
  readonly #clock: Clock;
  readonly #ids: Ids;
  #delayMs = FIRST_MS;

  constructor(clock: Clock, ids: Ids) {
    this.#clock = clock;
    this.#ids = ids;
  }

  async wait(): Promise<void> {
    const delayMs = this.#delayMs * (0.5 + this.#ids.chance());
    this.#delayMs = Math.min(MOST_MS, this.#delayMs * 2);
    await pause(this.#clock, delayMs);
  }

  reset(): void {
    this.#delayMs = FIRST_MS;
  }
}

/** Resolves after `delayMs` on the port's clock. */
export function pause(clock: Clock, delayMs: number): Promise<void> {
  return new Promise((resolve) => {
    clock.after(delayMs, resolve);
  });
}
