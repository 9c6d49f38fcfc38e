/** A process's clocks over virtual time: wall time may jump, the monotonic one doesn't; a dead process's timers never fire. */
import type { Clock } from '../../src/relay/engine/ports.ts';
import type { Process } from './process.ts';
import type { VirtualTime } from './virtual-time.ts';

export class SimClock implements Clock {
  readonly #time: VirtualTime;
  readonly #wallMs: () => number;
  readonly #process: Process;

  constructor(parts: { time: VirtualTime; wallMs: () => number; process: Process }) {
    this.#time = parts.time;
    this.#wallMs = parts.wallMs;
    this.#process = parts.process;
  }

  wallMs(): number {
    return this.#wallMs();
  }

  monoMs(): number {
    return this.#time.nowMs;
  }

  after(delayMs: number, fn: () => void): () => void {
    let cancelled = false;
    // Asked again when it is delivered: a process that stood still may cancel what came while it did.
    const fire = (): void => {
      if (!cancelled) fn();
    };
    const cancel = this.#time.schedule(delayMs, () => this.#process.deliver(fire));
    return () => {
      cancelled = true;
      cancel();
    };
  }
}
