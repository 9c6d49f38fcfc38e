/** Finds the item that makes the store refuse a commit of several: after a refusal each is committed alone (rule 15). */
export class OneByOne {
  /** So many items are still to be committed each alone. */
  #left = 0;

  /** How many items the next commit may take, of `usual`. */
  most(usual: number): number {
    return this.#left > 0 ? 1 : usual;
  }

  /** A commit landed. */
  committed(): void {
    this.#left = Math.max(0, this.#left - 1);
  }

  /** A commit of these was refused: the one at fault, when it was alone; otherwise each has to be tried alone. */
  refused<Item>(items: Item[]): Item | null {
    const [only] = items;
    if (items.length === 1 && only !== undefined) {
      this.committed();
      return only;
    }
    this.#left = items.length;
    return null;
  }
}
