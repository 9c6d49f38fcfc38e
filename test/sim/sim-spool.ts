/** A process's way to the spool on its machine: what it keeps takes time, and what it drops may be there again after a crash. */
import type { Owner, Spool, SpoolCounts, SpoolWalk, SpooledRow } from '../../src/relay/events/spool/port.ts';
import type { JournalRow, Page, WorkId } from '../../src/relay/store/port.ts';
import type { MemorySpool } from './memory-spool.ts';
import type { Process } from './process.ts';
import type { Prng } from './prng.ts';
import type { VirtualTime } from './virtual-time.ts';

export interface SimSpoolParts {
  inner: MemorySpool;
  time: VirtualTime;
  draw: Prng;
  process: Process;
  /** Told of rows that were just accepted here, and are on their way. */
  onKeep(rows: readonly JournalRow[]): void;
}

/** A flush on a disk with other work. */
const FLUSH_MS = 12;
/** Drops are gathered. */
const DROP_WITHIN_MS = 200;

export class SimSpool implements Spool {
  readonly #parts: SimSpoolParts;

  constructor(parts: SimSpoolParts) {
    this.#parts = parts;
  }

  keep(rows: readonly JournalRow[], owner: Owner): Promise<void> {
    if (owner === null) this.#parts.onKeep(rows);
    return this.#call(() => this.#parts.inner.keep(rows, owner));
  }

  drop(ids: readonly WorkId[], owner: Owner): void {
    this.#later(() => this.#parts.inner.drop(ids, owner));
  }

  journalled(ids: readonly WorkId[]): void {
    this.#later(() => this.#parts.inner.journalled(ids));
  }

  walk(walk: SpoolWalk): Promise<Page<SpooledRow>> {
    return this.#call(() => this.#parts.inner.walk(walk));
  }

  counts(): Promise<SpoolCounts> {
    return this.#call(() => this.#parts.inner.counts());
  }

  lastSeq(): Promise<number | null> {
    return this.#call(() => this.#parts.inner.lastSeq());
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  #call<T>(apply: () => Promise<T>): Promise<T> {
    const { time, process, draw } = this.#parts;
    return new Promise((resolve, reject) => {
      time.schedule(draw.next() * FLUSH_MS, () => {
        if (process.dead) return;
        apply().then(
          (value) => process.deliver(() => resolve(value)),
          (error: unknown) =>
            process.deliver(() => reject(error instanceof Error ? error : new Error(String(error)))),
        );
      });
    });
  }

  /** Not before what was asked for earlier has been done, and never if the process is dead by then. */
  #later(apply: () => void): void {
    const { time, process, draw } = this.#parts;
    time.schedule(FLUSH_MS + draw.next() * DROP_WITHIN_MS, () => {
      if (!process.dead) apply();
    });
  }
}
