/**
 * Writes whose caller has been told that nobody knows, and that take effect later: a replica that comes back, a proposal
 * that the next reader of its aggregate finishes.
 */
import type { VirtualTime } from './virtual-time.ts';

interface Late {
  about: string | null;
  land(): void;
}

/** What still hangs when the faults stop lands or vanishes within this. */
const AT_LAST_MS = 2_000;

export class LateWrites {
  readonly #time: VirtualTime;
  readonly #waiting = new Set<Late>();

  constructor(time: VirtualTime) {
    this.#time = time;
  }

  /** `about`: the aggregate, for a commit. */
  add(about: string | null, delayMs: number, apply: () => void): void {
    const late: Late = {
      about,
      land: () => {
        if (this.#waiting.delete(late)) apply();
      },
    };
    this.#waiting.add(late);
    this.#time.schedule(delayMs, late.land);
  }

  /** A reader or the next writer finishes what it finds of this aggregate. */
  finish(about: string): void {
    for (const late of this.#waiting) if (late.about === about) late.land();
  }

  heal(): void {
    [...this.#waiting].forEach((late, index) => {
      if (index % 2 === 0) this.#time.schedule((index * 97) % AT_LAST_MS, late.land);
      else this.#waiting.delete(late);
    });
  }
}
