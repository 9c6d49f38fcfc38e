/**
 * The time between being asked to end and refusing (`drainSeconds`): alerts are taken as ever, while whoever asks /readyz
 * sends new ones elsewhere and the other hosts take this one's share of the work. So nobody meets a closed door.
 */
import type { Clock, Log } from '../engine/ports.ts';
import type { Readiness } from '../observe/readiness.ts';

interface DrainParts {
  clock: Clock;
  log: Log;
  readiness: Pick<Readiness, 'draining'>;
  /** Tells the other hosts at once. */
  announce(): void;
}

export class Drain {
  readonly #parts: DrainParts;
  #over: Promise<void> | null = null;

  constructor(parts: DrainParts) {
    this.#parts = parts;
  }

  /** From its beginning on, for good. */
  get on(): boolean {
    return this.#over !== null;
  }

  /** Resolves when it is over; null: it hasn't begun. */
  get over(): Promise<void> | null {
    return this.#over;
  }

  /** Begins it, once. 0: there is none, and nobody is told. */
  begin(forMs: number): void {
    if (this.#over !== null || forMs <= 0) return;
    const { clock, log, readiness, announce } = this.#parts;
    this.#over = new Promise<void>((resolve) => {
      clock.after(forMs, resolve);
    });
    readiness.draining();
    announce();
    log.info({ forMs }, 'draining: alerts are still taken, and /readyz sends new ones to other hosts');
  }
}
