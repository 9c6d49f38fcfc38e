/** Brings what waits on the disk into the journal, in order of seq, and hands it on; again and again until it is there. */
import type { Clock, Log, Problems } from '../../engine/ports.ts';
import type { JournalRow, WorkId } from '../../store/port.ts';
import type { CurrentStore } from './current-store.ts';
import type { OwnRow, OwnRows } from './own-rows.ts';
import { pagesOf } from './pages.ts';
import type { Spool } from './port.ts';
import { isStoreTrouble, saying } from './trouble.ts';

export interface DrainParts {
  own: OwnRows;
  store: CurrentStore;
  spool: Spool | null;
  clock: Clock;
  problems: Problems;
  log: Log;
  /** These are in the journal and undone. `known`: others may have taken them up already. */
  handOn(rows: JournalRow[], known: ReadonlySet<WorkId>): void;
  /** These are in the journal and done. */
  finish(rows: OwnRow[]): void;
  /** Something was brought in. */
  onProgress(): void;
}

const PAGE = 200;
const FIRST_MS = 100;
const MOST_MS = 5_000;
/** Of the time that a daemon has to end. */
const EMPTIED_MS = 8_000;
/** An append that took longer may have landed long before it was answered: others may have seen the rows since. */
const SURE_MS = 1_000;

export class Drain {
  readonly #parts: DrainParts;
  #running: Promise<void> | null = null;
  #held = false;
  #stopped = false;
  #endSleep: (() => void) | null = null;
  /** Also what a former life brought in and didn't see done; until all of that has been looked at. */
  #whole = true;

  constructor(parts: DrainParts) {
    this.#parts = parts;
  }

  get held(): boolean {
    return this.#held;
  }

  /** Something waits. */
  wake(): void {
    if (this.#running !== null || !this.#wanted()) return;
    this.#running = this.#run().finally(() => {
      this.#running = null;
      // What came to wait in the very last turn.
      this.wake();
    });
  }

  /** The store was heard of: there is no need to wait before the next try. */
  hurry(): void {
    this.#endSleep?.();
    this.wake();
  }

  /** Nothing is handed on from when this resolves until `release`. */
  async hold(): Promise<void> {
    this.#held = true;
    this.#endSleep?.();
    await this.#running;
  }

  release(): void {
    this.#held = false;
    this.wake();
  }

  /** Resolves when nothing waits that could be brought in, or when it takes too long: the rest is for the next start. */
  async emptied(): Promise<void> {
    const { promise: late, resolve } = Promise.withResolvers<void>();
    const cancel = this.#parts.clock.after(EMPTIED_MS, resolve);
    const empty = async (): Promise<void> => {
      for (this.wake(); this.#running !== null; ) await this.#running;
    };
    await Promise.race([empty(), late]);
    cancel();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#endSleep?.();
    await this.#running;
  }

  #wanted(): boolean {
    const { own, store } = this.#parts;
    return !this.#stopped && !this.#held && store.there && own.toBring > 0;
  }

  async #run(): Promise<void> {
    let delayMs = FIRST_MS;
    while (this.#wanted()) {
      try {
        if (await this.#pass()) {
          delayMs = FIRST_MS;
          continue;
        }
      } catch (error) {
        this.#parts.log.warn(
          { waiting: this.#parts.own.waiting, error: saying(error) },
          'accepted alerts could not be brought into the journal yet; trying again',
        );
      }
      if (!this.#wanted()) return;
      await this.#sleep(delayMs);
      delayMs = Math.min(MOST_MS, delayMs * 2);
    }
  }

  /** Everything that waits, once. False: nothing came of it. */
  async #pass(): Promise<boolean> {
    const { own, spool } = this.#parts;
    const held = [...own.all()].flatMap((row) => (row.held === null ? [] : [row.held]));
    let moved = false;
    for (let at = 0; at < held.length && this.#wanted(); at += PAGE) {
      moved = (await this.#bring(held.slice(at, at + PAGE))) || moved;
    }
    for await (const page of pagesOf(spool, { of: 'own', whole: this.#whole, limit: PAGE })) {
      if (!this.#wanted()) return moved;
      moved = (await this.#bring(page.map(({ row }) => row))) || moved;
    }
    this.#whole = false;
    return moved;
  }

  async #bring(rows: JournalRow[]): Promise<boolean> {
    const { own, store, spool, clock } = this.#parts;
    const waiting = rows.filter(({ id }) => isReady(own.get(id)));
    const fresh = waiting.filter(({ id }) => own.get(id)?.landed === false);
    const startMs = clock.monoMs();
    const known = new Set(await this.#append(fresh));
    const quick = clock.monoMs() - startMs <= SURE_MS;
    for (const { id } of fresh) {
      const row = own.get(id);
      if (row !== undefined && !row.unfit) row.landed = true;
      if (!quick) known.add(id);
    }
    for (const { id } of waiting) if (!fresh.some((row) => row.id === id)) known.add(id);
    const undone = known.size > 0 ? await store.undone([...known]) : new Set<WorkId>();
    if (this.#stopped) return false;

    // In between, another accept of the same mail may have handed it on, or its chain have been done.
    const still = waiting.filter(({ id }) => isReady(own.get(id)));
    const isOpen = ({ id }: JournalRow): boolean => !known.has(id) || undone.has(id);
    const handed = still.filter(isOpen).sort((one, other) => one.stamp.seq - other.stamp.seq);
    const over = still.filter((row) => !isOpen(row)).flatMap(({ id }) => own.get(id) ?? []);
    for (const { id } of handed) {
      const row = own.get(id);
      if (row !== undefined) own.inJournal(row, clock.monoMs());
    }
    this.#parts.finish(over);
    if (handed.length > 0) {
      spool?.journalled(handed.map(({ id }) => id));
      this.#parts.handOn(handed, new Set(handed.map(({ id }) => id).filter((id) => known.has(id))));
    }
    if (still.length > 0) this.#parts.onProgress();
    return still.length > 0;
  }

  /** One row that the store can't take must not keep the others out. */
  async #append(rows: JournalRow[]): Promise<WorkId[]> {
    if (rows.length === 0) return [];
    try {
      return [...(await this.#parts.store.append(rows))];
    } catch (error) {
      if (isStoreTrouble(error)) throw error;
      const [row] = rows;
      if (rows.length === 1 && row !== undefined) {
        this.#unfit(row, error);
        return [];
      }
      const known: WorkId[] = [];
      for (const one of rows) known.push(...(await this.#append([one])));
      return known;
    }
  }

  #unfit({ id }: JournalRow, error: unknown): void {
    const { own, problems, log } = this.#parts;
    const row = own.get(id);
    if (row !== undefined) own.unfit(row);
    log.error(
      { row: id, error: saying(error) },
      'the store refuses an accepted alert; it stays in the spool',
    );
    problems.raise(
      'spool-unfit',
      `the store refuses an alert that was accepted into the spool: ${saying(error)}`,
      `keep the spool's folder; it is tried again at the next start of relay; the log names the row`,
    );
  }

  #sleep(delayMs: number): Promise<void> {
    return new Promise((resolve) => {
      const end = (): void => {
        cancel();
        this.#endSleep = null;
        resolve();
      };
      const cancel = this.#parts.clock.after(delayMs, end);
      this.#endSleep = end;
    });
  }
}

/** One that is done while it is being accepted once more goes when that has ended. */
const isReady = (row: OwnRow | undefined): boolean => row?.standing === 'waiting' && !row.unfit && !row.done;
