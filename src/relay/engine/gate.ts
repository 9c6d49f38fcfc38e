/**
 * Holds the engine back while this host has no quorum (rule 13). Closed: whatever waits is given back, and nothing
 * begins. Draining: only rows that this host has paged about on its own go through. Then all.
 */
import type { WorkId } from '../store/port.ts';

export class Gate {
  #mode: 'open' | 'closed' | 'draining' = 'open';
  #first: ReadonlySet<WorkId> = new Set();
  #waiting: { id: WorkId; go: () => void }[] = [];

  /** Lanes give back what they hold. */
  get isClosed(): boolean {
    return this.#mode === 'closed';
  }

  close(): void {
    this.#mode = 'closed';
  }

  /** These go first; the rest waits for `open`. */
  drain(first: ReadonlySet<WorkId>): void {
    this.#mode = 'draining';
    this.#first = first;
    this.#letGo();
  }

  open(): void {
    this.#mode = 'open';
    this.#letGo();
  }

  /** Resolves when the row may be carried on; null: at once. */
  pass(id: WorkId): Promise<void> | null {
    if (this.#may(id)) return null;
    return new Promise((go) => {
      this.#waiting.push({ id, go });
    });
  }

  #may(id: WorkId): boolean {
    return this.#mode === 'open' || (this.#mode === 'draining' && this.#first.has(id));
  }

  #letGo(): void {
    const waiting = this.#waiting;
    this.#waiting = waiting.filter((one) => !this.#may(one.id));
    for (const one of waiting) if (this.#may(one.id)) one.go();
  }
}
