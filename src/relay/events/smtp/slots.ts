/** A number of places; who finds none waits in turn. */
export class Slots {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(count: number) {
    this.#free = count;
  }

  /** Calls back with the place (at once if one is free) and returns what gives it, or the wish for it, up. */
  take(taken: () => void): () => void {
    let held = false;
    let over = false;
    const enter = (): void => {
      held = true;
      taken();
    };
    if (this.#free > 0) {
      this.#free -= 1;
      enter();
    } else this.#waiting.push(enter);
    return () => {
      if (over) return;
      over = true;
      if (!held) this.#waiting.splice(this.#waiting.indexOf(enter), 1);
      else {
        const next = this.#waiting.shift();
        if (next === undefined) this.#free += 1;
        else next();
      }
    };
  }
}
