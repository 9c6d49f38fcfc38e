/** A store that does what a test wants: answers, refuses, is silent, or does its work and says nothing. */
import type { SpoolStore } from '../../../../src/relay/events/spool/current-store.ts';
import { StoreFullError, StoreUnavailableError } from '../../../../src/relay/store/port.ts';
import type { JournalRow, WorkId } from '../../../../src/relay/store/port.ts';

/** `silent`: nothing happens until `land`. `deaf`: it happens, and the answer comes with `land`. */
export type Mood = 'well' | 'down' | 'full' | 'silent' | 'deaf';

interface Hanging {
  /** Does what was asked, if it isn't done yet, and answers. */
  answer: () => void;
  reject: (error: Error) => void;
}

export class FakeStore implements SpoolStore {
  mood: Mood = 'well';
  /** The journal: each id once. */
  readonly journal: Map<WorkId, JournalRow>;
  readonly done: Set<WorkId>;
  /** The ids of each append that was asked for. */
  readonly appends: WorkId[][] = [];
  /** Rows that it refuses for what they are. */
  readonly unfit = new Set<WorkId>();
  #hanging: Hanging[] = [];
  /** Writes whose call was given up, and which may still be on their way. */
  #late: (() => void)[] = [];

  /** `same`: another host's way to the same store. */
  constructor(same?: FakeStore) {
    this.journal = same?.journal ?? new Map();
    this.done = same?.done ?? new Set();
  }

  append(rows: JournalRow[]): Promise<ReadonlySet<WorkId>> {
    this.appends.push(rows.map(({ id }) => id));
    if (rows.some(({ id }) => this.unfit.has(id))) return Promise.reject(new Error('no store can take this'));
    return this.#ask(() => {
      const known = new Set(rows.filter(({ id }) => this.journal.has(id)).map(({ id }) => id));
      for (const row of rows) if (!this.journal.has(row.id)) this.journal.set(row.id, row);
      return known;
    }, true);
  }

  undone(ids: WorkId[]): Promise<Set<WorkId>> {
    return this.#ask(() => new Set(ids.filter((id) => this.journal.has(id) && !this.done.has(id))), false);
  }

  journalRow(id: WorkId): Promise<JournalRow | null> {
    return this.#ask(() => this.journal.get(id) ?? null, false);
  }

  get hanging(): number {
    return this.#hanging.length;
  }

  /** What hangs happens and is answered. */
  land(): void {
    for (const { answer } of this.#hanging.splice(0)) answer();
  }

  /** What hangs is given up by its callers; writes that haven't happened may still: see `haunt`. */
  timeOut(): void {
    for (const { reject } of this.#hanging.splice(0)) reject(new StoreUnavailableError('no answer in time'));
  }

  /** Writes that were given up appear after all. */
  haunt(): void {
    for (const write of this.#late.splice(0)) write();
  }

  async #ask<T>(happen: () => T, isWrite: boolean): Promise<T> {
    const { mood } = this;
    await Promise.resolve();
    switch (mood) {
      case 'well':
        return happen();
      case 'down':
        throw new StoreUnavailableError('the store is down');
      case 'full':
        throw new StoreFullError('the store is full');
      case 'silent':
      case 'deaf':
        break;
    }
    let result: T | undefined;
    const once = (): T => (result ??= happen());
    if (mood === 'deaf') once();
    return new Promise((resolve, reject) => {
      this.#hanging.push({
        answer: () => resolve(once()),
        reject: (error) => {
          if (isWrite) this.#late.push(once);
          reject(error);
        },
      });
    });
  }
}
