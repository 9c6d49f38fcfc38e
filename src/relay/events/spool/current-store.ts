/** The store in use at present, which may be none: while everything moves to another one, alerts go to the spool. */
import { StoreUnavailableError } from '../../store/port.ts';
import type { JournalRow, Store, WorkId } from '../../store/port.ts';

export type SpoolStore = Pick<Store, 'append' | 'undone' | 'journalRow'>;

const CROWD = 64;

export class CurrentStore {
  #store: SpoolStore | null;
  readonly #underWay = new Set<Promise<unknown>>();

  constructor(store: SpoolStore | null) {
    this.#store = store;
  }

  get there(): boolean {
    return this.#store !== null;
  }

  /** So many calls wait for an answer that one more would only take memory, when the store is down anyway. */
  get crowded(): boolean {
    return this.#underWay.size >= CROWD;
  }

  /** From now on this one, or none. Resolves when nothing that was asked of the former one can still happen. */
  async use(store: SpoolStore | null): Promise<void> {
    this.#store = store;
    await Promise.allSettled(this.#underWay);
  }

  append(rows: JournalRow[]): Promise<ReadonlySet<WorkId>> {
    return this.#ask((store) => store.append(rows));
  }

  undone(ids: WorkId[]): Promise<Set<WorkId>> {
    return this.#ask((store) => store.undone(ids));
  }

  journalRow(id: WorkId): Promise<JournalRow | null> {
    return this.#ask((store) => store.journalRow(id));
  }

  async #ask<T>(call: (store: SpoolStore) => Promise<T>): Promise<T> {
    if (this.#store === null) throw new StoreUnavailableError('the store is closed for now; try again soon');
    const answer = call(this.#store);
    this.#underWay.add(answer);
    try {
      return await answer;
    } finally {
      this.#underWay.delete(answer);
    }
  }
}
