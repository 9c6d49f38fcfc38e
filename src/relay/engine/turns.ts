/**
 * Who is worked on next when many want to be: groups take turns, so that one group's storm holds up nobody else.
 * Few are worked on at once, because what the store takes in one transaction everybody in it waits for.
 */
export class Turns {
  #free: number;
  /** What waits in each group; the group whose turn it is comes first. */
  readonly #waiting = new Map<string, (() => void)[]>();

  /** `atOnce`: turns out at the same time. */
  constructor(atOnce: number) {
    this.#free = atOnce;
  }

  /** Null when the turn is taken at once; else resolves when it is. Each is given back once. */
  take(group: string): Promise<void> | null {
    if (this.#free > 0) {
      this.#free -= 1;
      return null;
    }
    const { promise, resolve } = Promise.withResolvers<void>();
    const queue = this.#waiting.get(group);
    if (queue === undefined) this.#waiting.set(group, [resolve]);
    else queue.push(resolve);
    return promise;
  }

  /** Gives a turn back: the next group has it. */
  give(): void {
    for (const [group, queue] of this.#waiting) {
      const next = queue.shift();
      this.#waiting.delete(group);
      // Behind all others that wait.
      if (queue.length > 0) this.#waiting.set(group, queue);
      if (next === undefined) continue;
      next();
      return;
    }
    this.#free += 1;
  }
}
