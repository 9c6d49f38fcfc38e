/** Looks whether rows in the journal are done: others may have carried one through, and nobody here heard of it. */
import type { Clock, Log } from '../../engine/ports.ts';
import type { CurrentStore } from './current-store.ts';
import type { OwnRow, OwnRows } from './own-rows.ts';
import { saying } from './trouble.ts';

/** Younger ones are most likely being worked on here. */
const YOUNG_MS = 30_000;
const AT_ONCE = 500;

export interface SweepParts {
  own: OwnRows;
  store: CurrentStore;
  clock: Clock;
  log: Log;
  /** These are done. */
  finish(rows: OwnRow[]): void;
}

export class Sweep {
  readonly #parts: SweepParts;

  constructor(parts: SweepParts) {
    this.#parts = parts;
  }

  /** Once over all of them; to be called now and then. */
  async run(): Promise<void> {
    const { own, store, clock, log, finish } = this.#parts;
    if (!store.there) return;
    const beforeMs = clock.monoMs() - YOUNG_MS;
    const old = [...own.all()].filter(
      (row) => row.standing === 'journalled' && row.journalledMonoMs <= beforeMs,
    );
    try {
      for (let at = 0; at < old.length; at += AT_ONCE) {
        const some = old.slice(at, at + AT_ONCE);
        const undone = await store.undone(some.map(({ id }) => id));
        finish(some.filter((row) => !undone.has(row.id) && own.get(row.id) === row));
      }
    } catch (error) {
      log.warn(
        { error: saying(error) },
        'whether spooled alerts are done could not be seen; looking again soon',
      );
    }
  }
}
