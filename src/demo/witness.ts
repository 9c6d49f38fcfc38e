/** Keeps what happened around the daemon, so that a step can wait for it whether it comes later or came already. */
import type { HappeningJson } from '../relay/api/wire.ts';

export type Happened =
  /** A phone received a text. */
  | { kind: 'sms'; to: string; body: string }
  /** A mailbox received a mail. */
  | { kind: 'mail'; to: string; subject: string }
  /** Our mail server answered a mail that we sent. */
  | { kind: 'taken'; response: string }
  /** The daemon committed something and said so. */
  | { kind: 'relay'; said: HappeningJson };

/** A step's event didn't come in time. */
export class MissedError extends Error {
  override name = 'MissedError';
}

export class Witness {
  readonly #seen: Happened[] = [];
  readonly #waiting = new Set<() => void>();
  #ended: Error | null = null;

  record(event: Happened): void {
    this.#seen.push(event);
    this.#wake();
  }

  /** Nothing more will come: every wait rejects with `error`. */
  end(error: Error): void {
    this.#ended ??= error;
    this.#wake();
  }

  /** The first event that `matches`; rejects with MissedError after `deadlineMs`, or when all has ended. */
  async waitFor(matches: (event: Happened) => boolean, deadlineMs: number): Promise<Happened> {
    const deadline = performance.now() + deadlineMs;
    for (;;) {
      const found = this.#seen.find(matches);
      if (found !== undefined) return found;
      if (this.#ended !== null) throw this.#ended;
      const leftMs = deadline - performance.now();
      if (leftMs <= 0) throw new MissedError(`not within ${Math.round(deadlineMs / 1_000)} s`);
      await this.#next(leftMs);
    }
  }

  /** Resolves at the next event, or after `waitMs`. */
  #next(waitMs: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, waitMs);
    this.#waiting.add(resolve);
    return promise.finally(() => {
      clearTimeout(timer);
      this.#waiting.delete(resolve);
    });
  }

  #wake(): void {
    for (const resolve of this.#waiting) resolve();
  }
}
