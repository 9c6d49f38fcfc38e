/** A sample of values that come faster than anybody wants them: every second, fourth, eighth …, so that few are kept. */

export class Thinned {
  readonly #atMost: number;
  #kept: number[] = [];
  #every = 1;
  #seen = 0;

  /** Keeps at most so many until they are taken. */
  constructor(atMost: number) {
    this.#atMost = atMost;
  }

  add(value: number): void {
    const at = this.#seen;
    this.#seen += 1;
    if (at % this.#every !== 0) return;
    if (this.#kept.length < this.#atMost) {
      this.#kept.push(value);
      return;
    }
    // Those that would have been kept, had it been known how many come.
    this.#kept = this.#kept.filter((_, index) => index % 2 === 0);
    this.#every *= 2;
    if (at % this.#every === 0) this.#kept.push(value);
  }

  /** What was kept, each for 1/rate of what came; begins anew. */
  take(): { values: number[]; rate: number } {
    const taken = { values: this.#kept, rate: 1 / this.#every };
    this.#kept = [];
    this.#every = 1;
    this.#seen = 0;
    return taken;
  }
}
