/** A process's clocks over virtual time: wall time may jump, the monotonic one doesn't; a dead process's timers never fire. */
import type { Clock } from '../../src/relay/engine/ports.ts';
import type { VirtualTime } from './virtual-time.ts';

export class SimClock implements Clock {
  readonly #time: VirtualTime;
  readonly #wallMs: () => number;
  readonly #dead: () => boolean;

  constructor(parts: { time: VirtualTime; wallMs: () => number; dead: () => boolean }) {
    this.#time = parts.time;
    this.#wallMs = parts.wallMs;
    this.#dead = parts.dead;
  }

  wallMs(): number {
    return this.#wallMs();
  }

  monoMs(): number {
    return this.#time.nowMs;
  }

  after(delayMs: number, fn: () => void): () => void {
    return this.#time.schedule(delayMs, () => {
      if (!this.#dead()) fn();
    });
  }
}
