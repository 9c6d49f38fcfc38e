/** The store in use at present, which may be none: while everything moves to another one, alerts go to the spool. */
import type { Clock } from '../../engine/ports.ts';
import { StoreUnavailableError } from '../../store/port.ts';
import type { JournalRow, Store, WorkId } from '../../store/port.ts';

export type SpoolStore = Pick<Store, 'append' | 'undone' | 'journalRow'>;

const CROWD = 64;
/** An append that has waited so long: the next one won't be answered sooner. */
const SILENT_MS = 1_000;

export class CurrentStore {
  #store: SpoolStore | null;
  readonly #clock: Pick<Clock, 'monoMs'>;
  readonly #underWay = new Set<Promise<unknown>>();
  /** When each append under way was asked for; the oldest first. */
  readonly #appending = new Map<Promise<unknown>, number>();

  constructor(store: SpoolStore | null, clock: Pick<Clock, 'monoMs'>) {
    this.#store = store;
    this.#clock = clock;
  }

  get there(): boolean {
    return this.#store !== null;
  }

  /** So many calls wait for an answer that one more would only take memory, when the store is down anyway. */
  get crowded(): boolean {
    return this.#underWay.size >= CROWD;
  }

  /** An append has waited for long without any answer. */
  get isSilent(): boolean {
    const [oldestMonoMs] = this.#appending.values();
    return oldestMonoMs !== undefined && this.#clock.monoMs() - oldestMonoMs >= SILENT_MS;
  }

  /** From now on this one, or none. Resolves when nothing that was asked of the former one can still happen. */
  async use(store: SpoolStore | null): Promise<void> {
    this.#store = store;
    await Promise.allSettled(this.#underWay);
  }

  append(rows: JournalRow[]): Promise<ReadonlySet<WorkId>> {
    const answer = this.#ask((store) => store.append(rows));
    this.#appending.set(answer, this.#clock.monoMs());
    const over = (): void => void this.#appending.delete(answer);
    answer.then(over, over);
    return answer;
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
