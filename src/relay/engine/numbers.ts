/** Incident numbers: unique and short; hosts reserve blocks (rule 17). A number that isn't used in the end is lost. */
import type { Store } from '../store/port.ts';

const BLOCK = 10;

export class Numbers {
  readonly #store: Store;
  #next = 0;
  #end = 0;
  #reserving: Promise<void> | null = null;

  constructor(store: Store) {
    this.#store = store;
  }

  /** A number nobody else has, with the index number -> lineage written before it is used. */
  async take(lineage: string): Promise<number> {
    while (this.#next >= this.#end) await this.#reserve();
    const number = this.#next;
    this.#next += 1;
    await this.#store.nameIncident(number, lineage);
    return number;
  }

  #reserve(): Promise<void> {
    this.#reserving ??= this.#store
      .reserveNumbers(BLOCK)
      .then((first) => {
        this.#next = first;
        this.#end = first + BLOCK;
      })
      .finally(() => {
        this.#reserving = null;
      });
    return this.#reserving;
  }
}
