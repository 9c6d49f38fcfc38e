/** Rows that go through the cluster before all others once the quorum is back, and the wait for them. */
import type { WorkId } from '../../store/port.ts';
import type { Clock } from '../ports.ts';

/** They are waited for so long in all, whatever is added meanwhile, before all others go too. */
const WITHIN_MS = 30_000;

export class FirstRows {
  readonly #clock: Pick<Clock, 'after'>;
  readonly #open = new Set<WorkId>();
  #late = false;
  #cancelLate: () => void = () => undefined;
  #go: () => void = () => undefined;

  constructor(clock: Pick<Clock, 'after'>) {
    this.#clock = clock;
  }

  /** Whether all are through. */
  get isThrough(): boolean {
    return this.#open.size === 0;
  }

  /** From now on these, and so long they have. */
  begin(ids: Iterable<WorkId>): ReadonlySet<WorkId> {
    this.#open.clear();
    this.#late = false;
    this.#cancelLate();
    this.#cancelLate = this.#clock.after(WITHIN_MS, () => {
      this.#late = true;
      this.#go();
    });
    return this.add(ids);
  }

  /** These as well. Returns all that may go. */
  add(ids: Iterable<WorkId>): ReadonlySet<WorkId> {
    for (const id of ids) this.#open.add(id);
    return this.#open;
  }

  /** Ids of others do no harm. */
  done(id: WorkId): void {
    if (this.#open.delete(id) && this.isThrough) this.#go();
  }

  /** Nobody waits for them any more: the quorum is lost again. */
  giveUp(): void {
    this.#late = true;
    this.#cancelLate();
    this.#go();
  }

  /** Resolves when they are through, when that has taken too long, or when it was given up. */
  over(): Promise<void> {
    return new Promise((resolve) => {
      if (this.isThrough || this.#late) resolve();
      else this.#go = resolve;
    });
  }
}
