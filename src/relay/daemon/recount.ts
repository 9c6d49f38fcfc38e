/**
 * Counts what is open behind the open doors: once where this process makes every commit itself, and again and again
 * where other hosts commit too.
 */
import type { Clock, Log } from '../engine/ports.ts';
import type { Store } from '../store/port.ts';
import type { Tally } from './tally.ts';

export interface RecountParts {
  tally: Pick<Tally, 'read' | 'counts'>;
  store: Pick<Store, 'incidents'>;
  clock: Clock;
  log: Log;
  /** Other hosts commit to this store. */
  shared: boolean;
}

const EVERY_MS = 30_000;
const FIRST_WAIT_MS = 2_000;
/** Counting a storm takes its time from working on it: at most this part of the time is spent on it. */
const SHARE = 1 / 20;

export class Recount {
  readonly #parts: RecountParts;
  readonly #first = Promise.withResolvers<void>();
  #cancel: () => void = () => undefined;
  #stopped = false;

  constructor(parts: RecountParts) {
    this.#parts = parts;
  }

  /** Returns at once. */
  start(): void {
    void this.#read();
  }

  /** As they are; at the start they are waited for a moment. */
  async counts(): Promise<Tally['counts']> {
    let cancel = (): void => undefined;
    const late = new Promise<void>((resolve) => {
      cancel = this.#parts.clock.after(FIRST_WAIT_MS, resolve);
    });
    await Promise.race([this.#first.promise, late]);
    cancel();
    return this.#parts.tally.counts;
  }

  stop(): void {
    this.#stopped = true;
    this.#cancel();
  }

  async #read(): Promise<void> {
    const { tally, store, clock, log, shared } = this.#parts;
    const startedMonoMs = clock.monoMs();
    let failed = false;
    try {
      await tally.read(store);
      this.#first.resolve();
    } catch (error) {
      failed = true;
      if (!this.#stopped) log.info({ err: error }, 'open incidents could not be counted; it is tried again');
    }
    if (this.#stopped || (!shared && !failed)) return;
    const tookMs = clock.monoMs() - startedMonoMs;
    this.#cancel = clock.after(Math.max(EVERY_MS, tookMs / SHARE), () => void this.#read());
  }
}
