/** A process that looks for handoffs at the beginning of each minute, as the daemon does. */
import { Handoffs, type HandoffParts } from '../../src/relay/engine/handoffs.ts';
import type { Clock } from '../../src/relay/engine/ports.ts';
import type { Mutation } from './hosts.ts';

export interface HandingParts extends HandoffParts {
  clock: Clock;
  /** It has no quorum, or is only coming back to it. */
  isAlone(): boolean;
  mutation: Mutation;
}

const MINUTE_MS = 60_000;

export class Handing {
  readonly #parts: HandingParts;
  readonly #handoffs: Handoffs;
  #cancel: () => void = () => undefined;
  #stopped = false;

  constructor(parts: HandingParts) {
    const { mutation } = parts;
    this.#parts = parts;
    this.#handoffs = new Handoffs({ ...parts, accept: mutation.handing?.(parts.accept) ?? parts.accept });
  }

  start(): void {
    if (this.#stopped) return;
    const { clock, nowMs, log, isAlone } = this.#parts;
    this.#cancel = clock.after(MINUTE_MS - (nowMs() % MINUTE_MS), () => {
      if (isAlone()) return this.start();
      this.#handoffs
        .look()
        .catch((error: unknown) => log.info({ err: error }, 'handoffs could not be looked for'))
        .finally(() => this.start());
    });
  }

  stop(): void {
    this.#stopped = true;
    this.#cancel();
  }
}
