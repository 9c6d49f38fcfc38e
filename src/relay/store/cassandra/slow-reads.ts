/** What a plain read does when it is slow: it is asked another way as well, and the first answer counts. */
import type { Clock } from '../../engine/ports.ts';
import { Gate } from './gate.ts';

/** Thirty times what a plain read takes between datacenters; a second node has been asked by then. */
const SLOW_AFTER_MS = 1_500;
/** Where everything is slow, asking everything again would make it slower still, and keep it so. */
const AT_ONCE = 8;

export interface SlowReadOptions<T> {
  /** Asks the other way; called at most once. */
  again: () => Promise<T>;
  /** Whether an error of the plain read is one that another way may avoid. */
  isWorthIt: (error: unknown) => boolean;
  /** After so long nobody waits any more: what hasn't had its turn by then is not asked again. */
  limitMs: number;
}

export class SlowReads {
  readonly #clock: Clock;
  readonly #turns = new Gate(AT_ONCE);

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The first answer of `plain` and, if that is slow or fails, of `again`; rejects as the plain one does when both fail. */
  async read<T>(plain: Promise<T>, options: SlowReadOptions<T>): Promise<T> {
    const startedMs = this.#clock.monoMs();
    const state = { answered: false };
    const kept = plain.then((result) => {
      state.answered = true;
      return result;
    });
    if (!(await this.#isSlow(kept, options.isWorthIt))) return kept;
    const second = async (): Promise<T> => {
      await this.#turns.enter();
      try {
        const isLate = this.#clock.monoMs() - startedMs > options.limitMs;
        return state.answered || isLate ? await kept : await options.again();
      } finally {
        this.#turns.leave();
      }
    };
    return Promise.any([kept, second()]).catch(() => kept);
  }

  /** False: it has its answer, or an error that asking again doesn't help against. */
  async #isSlow(plain: Promise<unknown>, isWorthIt: (error: unknown) => boolean): Promise<boolean> {
    const { promise: slow, resolve } = Promise.withResolvers<boolean>();
    const cancel = this.#clock.after(SLOW_AFTER_MS, () => resolve(true));
    plain.then(
      () => resolve(false),
      (error: unknown) => resolve(isWorthIt(error)),
    );
    const found = await slow;
    cancel();
    return found;
  }
}
