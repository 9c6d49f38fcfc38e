/** Incident numbers: unique and short; hosts reserve blocks (rule 17). A number that isn't used in the end is lost. */
import type { Store } from '../store/port.ts';

/** Reserved at least; as many as wait when that is more, so that nobody queues behind a storm of openings. */
const BLOCK = 10;

export class Numbers {
  readonly #store: Store;
  #next = 0;
  #end = 0;
  #reserving: Promise<void> | null = null;
  #waiting = 0;

  constructor(store: Store) {
    this.#store = store;
  }

  /** A number nobody else has. */
  async take(): Promise<number> {
    while (this.#next >= this.#end) {
      this.#waiting += 1;
      try {
        await this.#reserve();
      } finally {
        this.#waiting -= 1;
      }
    }
    const number = this.#next;
    this.#next += 1;
    return number;
  }

  #reserve(): Promise<void> {
    const count = Math.max(BLOCK, this.#waiting);
    this.#reserving ??= this.#store
      .reserveNumbers(count)
      .then((first) => {
        this.#next = first;
        this.#end = first + count;
      })
      .finally(() => {
        this.#reserving = null;
      });
    return this.#reserving;
  }
}
