/**
 * Whether this host has a quorum, judged by its own signs of life: a cluster that has lost its majority answers with
 * timeouts for some 20 s before it says so, and a cut-off host hears nothing at all. Pure but for the clock.
 */
import type { Clock } from '../ports.ts';

/** Without success for this long, and not only by one slow call, there is no quorum. */
const LOST_AFTER_MS = 8_000;
const FAILURES = 2;
/** So many successes in a row before it is believed again. */
const SUCCESSES = 2;

export class QuorumWatch {
  readonly #clock: Pick<Clock, 'monoMs'>;
  #lastWorkedMonoMs: number;
  #failures = 0;
  #successes = 0;
  #lostSinceMonoMs: number | null = null;

  /** `soughtSinceMonoMs`: since when a quorum has been looked for in vain, at a start without one. */
  constructor(clock: Pick<Clock, 'monoMs'>, soughtSinceMonoMs: number = clock.monoMs()) {
    this.#clock = clock;
    this.#lastWorkedMonoMs = soughtSinceMonoMs;
  }

  /** For how long there has been none; null while there is one. */
  get lostForMs(): number | null {
    return this.#lostSinceMonoMs === null ? null : this.#clock.monoMs() - this.#lostSinceMonoMs;
  }

  /** Calls fail at present, whether or not that has lasted long enough to page alone. */
  get isFailing(): boolean {
    return this.#failures > 0;
  }

  /** A sign of life was given and the others' read, or not. Returns whether there is a quorum now. */
  note(worked: boolean): boolean {
    const nowMonoMs = this.#clock.monoMs();
    if (worked) {
      this.#failures = 0;
      this.#successes += 1;
      if (this.#lostSinceMonoMs === null || this.#successes >= SUCCESSES) {
        this.#lostSinceMonoMs = null;
        this.#lastWorkedMonoMs = nowMonoMs;
      }
    } else {
      this.#successes = 0;
      this.#failures += 1;
      const longEnough = nowMonoMs - this.#lastWorkedMonoMs >= LOST_AFTER_MS;
      if (longEnough && this.#failures >= FAILURES) this.#lostSinceMonoMs ??= this.#lastWorkedMonoMs;
    }
    return this.#lostSinceMonoMs === null;
  }
}
