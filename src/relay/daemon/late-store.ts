/**
 * A store that could not be opened at the start, because nobody or too few answered. Until it is, every call is refused
 * as by one that is away; it is tried again and again, by the very checks of a start.
 */
import type { Clock, Log } from '../engine/ports.ts';
import type { Movable } from '../store/moving.ts';
import {
  StoreAwayError,
  type Beat,
  type Change,
  type DueRow,
  type JournalRow,
  type Store,
  type Walk,
} from '../store/port.ts';
import type { MovableStore } from './freezable.ts';

export interface LateStoreParts {
  /** Opens it, with all that is checked at a start. */
  open(): Promise<MovableStore>;
  clock: Clock;
  log: Log;
  /** It isn't yet, and why: what a start would have been refused with. */
  onRefused(error: unknown): void;
}

const AGAIN_MS = 2_000;

type Arguments<K extends keyof Store> = Store[K] extends (...given: infer A) => unknown ? A : never;

export class LateStore implements MovableStore {
  readonly distant = true;
  readonly #parts: LateStoreParts;
  #store: MovableStore | null = null;
  #why: unknown;
  #cancel: () => void = () => undefined;
  #closed = false;

  /** `opening`: the first try, still under way; `why` it isn't open, for who asks meanwhile. */
  constructor(opening: Promise<MovableStore>, why: unknown, parts: LateStoreParts) {
    this.#parts = parts;
    this.#why = why;
    void this.#take(opening);
  }

  get moving(): Movable {
    return this.#open.moving;
  }

  async append(rows: JournalRow[]): ReturnType<Store['append']> {
    return this.#open.append(rows);
  }

  async load(key: string): ReturnType<Store['load']> {
    return this.#open.load(key);
  }

  async commit(change: Change): ReturnType<Store['commit']> {
    return this.#open.commit(change);
  }

  async rows(...given: Arguments<'rows'>): ReturnType<Store['rows']> {
    return this.#open.rows(...given);
  }

  async writeDue(rows: DueRow[]): Promise<void> {
    return this.#open.writeDue(rows);
  }

  async markDone(ids: string[]): Promise<void> {
    return this.#open.markDone(ids);
  }

  async undone(ids: string[]): ReturnType<Store['undone']> {
    return this.#open.undone(ids);
  }

  async countTry(id: string): Promise<number> {
    return this.#open.countTry(id);
  }

  async walkJournal(walk: Walk): ReturnType<Store['walkJournal']> {
    return this.#open.walkJournal(walk);
  }

  async journalRow(id: string): ReturnType<Store['journalRow']> {
    return this.#open.journalRow(id);
  }

  async walkDue(...given: Arguments<'walkDue'>): ReturnType<Store['walkDue']> {
    return this.#open.walkDue(...given);
  }

  async backlog(): ReturnType<Store['backlog']> {
    return this.#open.backlog();
  }

  async reserveNumbers(count: number): Promise<number> {
    return this.#open.reserveNumbers(count);
  }

  async nameIncident(...given: Arguments<'nameIncident'>): Promise<void> {
    return this.#open.nameIncident(...given);
  }

  async lineageOf(number: number): ReturnType<Store['lineageOf']> {
    return this.#open.lineageOf(number);
  }

  async incidents(...given: Arguments<'incidents'>): ReturnType<Store['incidents']> {
    return this.#open.incidents(...given);
  }

  async lastSeq(host: string): ReturnType<Store['lastSeq']> {
    return this.#open.lastSeq(host);
  }

  async takeSlot(...given: Arguments<'takeSlot'>): Promise<boolean> {
    return this.#open.takeSlot(...given);
  }

  async beat(beat: Beat): Promise<void> {
    return this.#open.beat(beat);
  }

  async beats(): ReturnType<Store['beats']> {
    return this.#open.beats();
  }

  async clocks(): ReturnType<Store['clocks']> {
    return this.#open.clocks();
  }

  async machines(): ReturnType<NonNullable<Store['machines']>> {
    const store = this.#open;
    if (store.machines === undefined) throw new Error('a store on this machine can not have been late');
    return store.machines();
  }

  roundTrips(): ReturnType<NonNullable<Store['roundTrips']>> {
    return this.#store?.roundTrips?.() ?? {};
  }

  async purge(...given: Arguments<'purge'>): ReturnType<Store['purge']> {
    return this.#open.purge(...given);
  }

  /** A try under way closes what it opens. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#cancel();
    await this.#store?.close();
  }

  get #open(): MovableStore {
    if (this.#store !== null) return this.#store;
    throw new StoreAwayError(
      `the store has not been opened since relay started: ${this.#why instanceof Error ? this.#why.message : String(this.#why)}`,
    );
  }

  async #take(opening: Promise<MovableStore>): Promise<void> {
    const { clock, log, onRefused } = this.#parts;
    try {
      const store = await opening;
      if (this.#closed) {
        await store.close();
        return;
      }
      this.#store = store;
    } catch (error) {
      if (this.#closed) return;
      this.#why = error;
      log.info({ err: error }, 'the store could not be opened yet; it is tried again');
      onRefused(error);
      this.#cancel = clock.after(AGAIN_MS, () => void this.#take(this.#parts.open()));
      return;
    }
    log.info({}, 'the store is open');
  }
}

/** So long a start waits for a store that doesn't answer, where it could go on without. */
export const OPEN_PATIENCE_MS = 5_000;

/**
 * Opens the store, or stops waiting for it: then `late` is made of the try that is under way and of why. Rejects with
 * whatever a person must see to.
 */
export async function openInTime(
  open: () => Promise<MovableStore>,
  clock: Pick<Clock, 'after'>,
  late: (opening: Promise<MovableStore>, why: unknown) => LateStore,
): Promise<MovableStore> {
  const opening = open();
  const waited = Promise.withResolvers<'waited'>();
  const cancel = clock.after(OPEN_PATIENCE_MS, () => waited.resolve('waited'));
  try {
    const first = await Promise.race([opening, waited.promise]);
    if (first !== 'waited') return first;
    return late(opening, new StoreAwayError(`it did not answer within ${OPEN_PATIENCE_MS / 1_000} s`));
  } catch (error) {
    if (error instanceof StoreAwayError) return late(opening, error);
    throw error;
  } finally {
    cancel();
  }
}
