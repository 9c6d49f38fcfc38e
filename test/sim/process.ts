/** A process as the machine sees it: it runs, stands still, or is dead. What comes for it meanwhile waits, or is lost. */
import type { VirtualTime } from './virtual-time.ts';

export class Process {
  readonly #time: VirtualTime;
  #state: 'running' | 'paused' | 'dead' = 'running';
  #waiting: (() => void)[] = [];

  constructor(time: VirtualTime) {
    this.#time = time;
  }

  get dead(): boolean {
    return this.#state === 'dead';
  }

  get paused(): boolean {
    return this.#state === 'paused';
  }

  /** A timer that fires, an answer, a call from outside: now, when it goes on, or never. */
  deliver(run: () => void): void {
    if (this.#state === 'running') run();
    else if (this.#state === 'paused') this.#waiting.push(run);
  }

  pause(): void {
    if (this.#state === 'running') this.#state = 'paused';
  }

  /** What has waited comes now, each on its own, in the order in which it came. */
  resume(): void {
    if (this.#state !== 'paused') return;
    this.#state = 'running';
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const run of waiting) this.#time.schedule(0, () => this.deliver(run));
  }

  kill(): void {
    this.#state = 'dead';
    this.#waiting = [];
  }
}
