/**
 * Copies that this host keeps for others (rule 12). They go when their owner says so; else this host sees to it that
 * the journal has the rows, since the owner's disk may be gone for ever.
 */
import type { Clock, Log } from '../../engine/ports.ts';
import { StoreUnavailableError } from '../../store/port.ts';
import type { JournalRow, WorkId } from '../../store/port.ts';
import type { CurrentStore } from './current-store.ts';
import { pagesOf } from './pages.ts';
import type { Spool, SpooledRow } from './port.ts';
import { isStoreTrouble, saying } from './trouble.ts';

export interface CopiesParts {
  store: CurrentStore;
  spool: Spool | null;
  clock: Clock;
  log: Log;
  /** Whether that host shows signs of life. */
  alive(host: string): boolean;
  down(): boolean;
}

/** The caller waits a second for all of it: the journal gets half of that before the disk is good enough. */
const JOURNAL_MS = 500;
/** The caller has given up long since. */
const GIVE_UP_MS = 5_000;
/** So long an owner that lives has to bring its rows in by itself, once the store is back. */
const OWNER_MS = 60_000;
const PAGE = 100;
const AT_ONCE = 16;

export class Copies {
  readonly #parts: CopiesParts;
  /** Since when the store has answered this host, on the monotonic clock; null: it doesn't. */
  #answeringSinceMs: number | null = null;
  #watching = false;
  #stopped = false;
  /** Rows that the store refuses; tried again after a restart. */
  readonly #unfit = new Set<WorkId>();
  #broughtIn = 0;
  #count = 0;

  constructor(parts: CopiesParts) {
    this.#parts = parts;
  }

  /** Copies at the last look. */
  get count(): number {
    return this.#count;
  }

  /** How many this host brought into the journal because their owner didn't. */
  get broughtIn(): number {
    return this.#broughtIn;
  }

  /**
   * Keeps rows that `from` accepted: in the journal, or else on this host's disk. Rejects with what the disk said, or
   * StoreUnavailableError, when neither has them.
   */
  async keep(from: string, rows: JournalRow[]): Promise<{ kept: 'journal' | 'disk' }> {
    const { store, spool, clock, down } = this.#parts;
    const isDown = down();
    const patience = Promise.withResolvers<null>();
    const cancelPatience = clock.after(JOURNAL_MS, () => patience.resolve(null));
    const end = Promise.withResolvers<never>();
    const cancelEnd = clock.after(GIVE_UP_MS, () => end.reject(tooSlow()));

    const onDisk = spool === null ? Promise.reject(noSpool()) : spool.keep(rows, from);
    const journal = isDown && store.crowded ? Promise.reject(tooSlow()) : this.#append(from, rows);
    const journalOver = journal.then(
      () => null,
      () => null,
    );
    const disk = onDisk.then(async () => {
      this.#count += rows.length;
      // The journal is better, where it comes in time.
      if (!isDown) await Promise.race([journalOver, patience.promise]);
      return { kept: 'disk' as const };
    });
    try {
      return await Promise.race([Promise.any([journal, disk]), end.promise]);
    } catch (error) {
      // The disk's own words are the ones that say what to do here.
      throw error instanceof AggregateError ? error.errors[1] : error;
    } finally {
      cancelPatience();
      cancelEnd();
    }
  }

  async #append(from: string, rows: JournalRow[]): Promise<{ kept: 'journal' }> {
    const { store, spool } = this.#parts;
    try {
      await store.append(rows);
    } catch (error) {
      this.#answers(false);
      throw error;
    }
    this.#answers(true);
    // The copies have been asked for before this, so that they go even when they aren't written yet.
    spool?.drop(
      rows.map(({ id }) => id),
      from,
    );
    return { kept: 'journal' };
  }

  /** `from` has seen these done, or promises nothing about them any more. */
  release(from: string, ids: WorkId[]): void {
    this.#parts.spool?.drop(ids, from);
  }

  /** A look that is under way ends soon. */
  stop(): void {
    this.#stopped = true;
  }

  /** Looks over all copies, once; to be called every few seconds. */
  async watch(): Promise<void> {
    const { spool, store, log } = this.#parts;
    if (spool === null || this.#watching || this.#stopped) return;
    this.#watching = true;
    try {
      this.#count = (await spool.counts()).others;
      if (this.#count === 0 || !store.there) return;
      for await (const page of pagesOf(spool, { of: 'others', whole: true, limit: PAGE })) {
        for (let at = 0; at < page.length && !this.#stopped; at += AT_ONCE) {
          await Promise.all(page.slice(at, at + AT_ONCE).map((copy) => this.#see(copy)));
        }
        if (this.#stopped) return;
      }
    } catch (error) {
      this.#answers(false);
      log.warn(
        { copies: this.#count, error: saying(error) },
        'copies kept for other hosts could not be looked over',
      );
    } finally {
      this.#watching = false;
    }
  }

  async #see({ row, owner }: SpooledRow): Promise<void> {
    const { spool, store, clock, alive, log } = this.#parts;
    if (owner === null) return;
    const present = await store.journalRow(row.id);
    const sinceMs = this.#answers(true);
    if (present === null) {
      if (alive(owner) && clock.monoMs() - sinceMs < OWNER_MS) return;
      if (!(await this.#bringIn(row))) return;
      log.info(
        { row: row.id, owner },
        'an alert that another host accepted was brought into the journal from its copy',
      );
    }
    spool?.drop([row.id], owner);
  }

  /** False: the store can't take this row; the others must not wait for that. */
  async #bringIn(row: JournalRow): Promise<boolean> {
    if (this.#unfit.has(row.id)) return false;
    try {
      await this.#parts.store.append([row]);
    } catch (error) {
      if (isStoreTrouble(error)) throw error;
      this.#unfit.add(row.id);
      this.#parts.log.error(
        { row: row.id, error: saying(error) },
        'the store refuses an alert of another host; its copy stays in the spool',
      );
      return false;
    }
    this.#broughtIn += 1;
    return true;
  }

  /** Since when it answers. */
  #answers(well: boolean): number {
    const nowMs = this.#parts.clock.monoMs();
    this.#answeringSinceMs = well ? (this.#answeringSinceMs ?? nowMs) : null;
    return this.#answeringSinceMs ?? nowMs;
  }
}

const noSpool = (): Error =>
  new StoreUnavailableError('this host has no spool: set `cluster.spool` in its configuration');
const tooSlow = (): Error => new StoreUnavailableError('neither the store nor the disk of this host answers');
