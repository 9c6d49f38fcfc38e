/** The spool on this host's disk: an SQLite file of its own, worked on by a thread of its own. */
import { chmodSync, closeSync, fsyncSync, mkdirSync, openSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { atLeastOne } from '../../store/arguments.ts';
import { StoreUnavailableError } from '../../store/port.ts';
import type { JournalRow, Page, WorkId } from '../../store/port.ts';
import { journalCells, journalRow } from '../../store/sqlite/cells.ts';
import { errorOf, failureOf } from '../../store/sqlite/failure.ts';
import type { Clock } from '../../engine/ports.ts';
import type {
  FromSpoolWorker,
  SpoolAnswers,
  SpoolCall,
  SpoolResult,
  SpoolWorkerData,
  ToSpoolWorker,
} from './disk-calls.ts';
import { OWN } from './disk-table.ts';
import type { Position } from './disk-table.ts';
import type { Owner, Spool, SpoolCounts, SpoolWalk, SpooledRow } from './port.ts';

export interface SpoolOptions {
  /** Made with mode 0700 if it isn't there; `spool.db` in it has mode 0600. */
  folder: string;
  clock: Clock;
  /** What rows may take together; then StoreFullError. */
  maxBytes?: number;
}

const MAX_BYTES = 1024 ** 3;
/** What is only to be dropped goes with the next call, and after this at the latest. */
const DROP_WAIT_MS = 200;
const DROPS_AT_ONCE = 1_000;
/** A full disk may refuse a drop too: nobody else would ask for it again before the next start. */
const DROP_AGAIN_MS = 5_000;

/**
 * Resolves when the file is open and locked for this process alone. Rejects with StoreUnavailableError (in use,
 * damaged, not a spool, not writable) or StoreFullError; the message says what to do.
 */
export async function openSpool(options: SpoolOptions): Promise<DiskSpool> {
  const path = join(options.folder, 'spool.db');
  makeFolder(options.folder, path);
  // Releases are compiled: the worker ends as this file does.
  const file = new URL(
    import.meta.url.endsWith('.ts') ? './disk-worker.ts' : './disk-worker.js',
    import.meta.url,
  );
  const spool = new DiskSpool(file, { path, maxBytes: options.maxBytes ?? MAX_BYTES }, options.clock);
  await spool.ready;
  return spool;
}

function makeFolder(folder: string, path: string): void {
  try {
    if (mkdirSync(folder, { recursive: true, mode: 0o700 }) === undefined) return;
    // The umask may have taken more away.
    chmodSync(folder, 0o700);
    // So that the folder itself is there after a power cut; SQLite sees to what is in it.
    const parent = openSync(dirname(folder), 'r');
    fsyncSync(parent);
    closeSync(parent);
  } catch (error) {
    const failure = failureOf(error, path);
    if (failure.kind !== 'refused') throw errorOf(failure);
    throw new StoreUnavailableError(
      `the spool's folder ${folder} can't be made (${failure.message}): look what is there, or set another one`,
    );
  }
}

interface Waiting {
  resolve: (value: SpoolAnswers[SpoolCall['kind']]) => void;
  reject: (error: Error) => void;
}

/** The main thread's end; what one turn of the event loop asks for travels together. */
export class DiskSpool implements Spool {
  readonly #worker: Worker;
  readonly #clock: Clock;
  readonly #waiting: Waiting[] = [];
  #gathered: SpoolCall[] = [];
  readonly #drops = new Map<string, WorkId[]>();
  /** Dropped, and not kept again since; until the disk has done it. By owner. */
  readonly #going = new Map<string, Set<WorkId>>();
  #cancelAgain: (() => void) | null = null;
  #marks: WorkId[] = [];
  /** How many drops and marks wait for a call that they can go with. */
  #idle = 0;
  #cancelFlush: (() => void) | null = null;
  #ended: StoreUnavailableError | null = null;
  readonly #exited: Promise<void>;
  /** Rejects with the reason why the file can't be used. */
  readonly ready: Promise<void>;

  constructor(file: URL, data: SpoolWorkerData, clock: Clock) {
    this.#clock = clock;
    this.#worker = new Worker(file, {
      name: 'relay spool',
      workerData: data,
      resourceLimits: { maxYoungGenerationSizeMb: 16, maxOldGenerationSizeMb: 128 },
    });
    const ready = Promise.withResolvers<void>();
    this.ready = ready.promise;
    const exited = Promise.withResolvers<void>();
    this.#exited = exited.promise;
    const died = (why: string): void => {
      const error = new StoreUnavailableError(
        `the spool's worker ended unexpectedly (${why}): restart relay`,
      );
      ready.reject(error);
      if (this.#ended === null) this.#end(error);
    };
    this.#worker.on('message', (message: FromSpoolWorker) => {
      if (message.kind === 'ready') ready.resolve();
      else if (message.kind === 'results') this.#settle(message.results);
      else {
        const error = errorOf(message.failure);
        this.#end(new StoreUnavailableError(error.message));
        ready.reject(error);
      }
    });
    this.#worker.on('messageerror', (error) => died(error.message));
    this.#worker.on('error', (error) => died(error instanceof Error ? error.message : String(error)));
    this.#worker.on('exit', (code) => {
      died(`exit code ${code}`);
      exited.resolve();
    });
  }

  async keep(rows: readonly JournalRow[], owner: Owner): Promise<void> {
    if (rows.length === 0) return;
    const going = this.#going.get(owner ?? OWN);
    for (const { id } of rows) going?.delete(id);
    await this.#call({ kind: 'keep', owner: owner ?? OWN, rows: rows.map(journalCells) });
  }

  drop(ids: readonly WorkId[], owner: Owner): void {
    if (this.#ended !== null) return;
    const name = owner ?? OWN;
    const waiting = this.#drops.get(name);
    if (waiting === undefined) this.#drops.set(name, [...ids]);
    else for (const id of ids) waiting.push(id);
    const going = this.#going.get(name) ?? new Set();
    this.#going.set(name, going);
    for (const id of ids) going.add(id);
    this.#idled(ids.length);
  }

  journalled(ids: readonly WorkId[]): void {
    if (this.#ended !== null) return;
    for (const id of ids) this.#marks.push(id);
    this.#idled(ids.length);
  }

  async walk({ of, whole, after, limit }: SpoolWalk): Promise<Page<SpooledRow>> {
    atLeastOne('limit', limit);
    const position = after === null ? null : (JSON.parse(after) as Position);
    const found = await this.#call({ kind: 'walk', of, whole, after: position, limit });
    const items = found.items.map(
      ([owner, journalled, ...cells]): SpooledRow => ({
        row: journalRow(cells),
        owner: owner === OWN ? null : owner,
        journalled: journalled === 1,
      }),
    );
    const last = found.items.at(-1);
    if (!found.more || last === undefined) return { items, next: null };
    const [owner, , id, , , seq] = last;
    return { items, next: JSON.stringify([owner, seq, id] satisfies Position) };
  }

  async counts(): Promise<SpoolCounts> {
    const [own, others, oldestMs, sizeBytes] = await this.#call({ kind: 'counts' });
    return { own, others, oldestMs, sizeBytes };
  }

  lastSeq(): Promise<number | null> {
    return this.#call({ kind: 'lastSeq' });
  }

  /** Lets the file grow to so many pages only, as a full disk would; null: as far as it likes. For tests and drills. */
  async limitPages(pages: number | null): Promise<void> {
    await this.#call({ kind: 'limitPages', pages });
  }

  async close(): Promise<void> {
    if (this.#ended === null) {
      this.#send();
      this.#ended = new StoreUnavailableError('the spool is closed');
      this.#cancelAgain?.();
      this.#post('close');
    }
    await this.#exited;
  }

  #call<C extends SpoolCall>(call: C): Promise<SpoolAnswers[C['kind']]> {
    if (this.#ended !== null) return Promise.reject(this.#ended);
    this.#addIdle();
    this.#gather(call);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve: resolve as Waiting['resolve'], reject });
    });
  }

  #gather(call: SpoolCall): void {
    if (this.#gathered.length === 0) setImmediate(() => this.#send());
    this.#gathered.push(call);
  }

  /** Drops and marks that came before a call are done before it. */
  #addIdle(): void {
    this.#cancelFlush?.();
    this.#cancelFlush = null;
    this.#idle = 0;
    const calls: SpoolCall[] = [...this.#drops].map(([owner, ids]) => ({ kind: 'drop', owner, ids }));
    this.#drops.clear();
    if (this.#marks.length > 0) calls.unshift({ kind: 'mark', ids: this.#marks });
    this.#marks = [];
    for (const call of calls) {
      this.#gather(call);
      this.#waiting.push(call.kind === 'drop' ? this.#dropper(call.owner, call.ids) : NOBODY);
    }
  }

  #dropper(owner: string, ids: readonly WorkId[]): Waiting {
    return {
      resolve: () => {
        const going = this.#going.get(owner);
        for (const id of ids) going?.delete(id);
        if (going?.size === 0) this.#going.delete(owner);
      },
      reject: () => {
        if (this.#ended === null)
          this.#cancelAgain ??= this.#clock.after(DROP_AGAIN_MS, () => this.#dropAgain());
      },
    };
  }

  #dropAgain(): void {
    this.#cancelAgain = null;
    const all = [...this.#going].map(([owner, ids]) => ({ owner, ids: [...ids] }));
    for (const { owner, ids } of all) this.drop(ids, owner === OWN ? null : owner);
  }

  #idled(count: number): void {
    this.#idle += count;
    if (this.#idle === 0) return;
    if (this.#idle >= DROPS_AT_ONCE) this.#addIdle();
    else this.#cancelFlush ??= this.#clock.after(DROP_WAIT_MS, () => this.#addIdle());
  }

  #send(): void {
    if (this.#ended !== null) return;
    if (this.#idle > 0) this.#addIdle();
    if (this.#gathered.length === 0) return;
    const calls = this.#gathered;
    this.#gathered = [];
    this.#post(calls);
  }

  #post(message: ToSpoolWorker): void {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker, not a window
    this.#worker.postMessage(message);
  }

  #settle(results: SpoolResult[]): void {
    for (const [index, waiting] of this.#waiting.splice(0, results.length).entries()) {
      const result = results[index];
      if (result !== undefined && 'value' in result) waiting.resolve(result.value);
      else if (result !== undefined) waiting.reject(errorOf(result.failure));
    }
  }

  #end(error: StoreUnavailableError): void {
    this.#ended = error;
    this.#cancelFlush?.();
    this.#cancelAgain?.();
    this.#gathered = [];
    for (const waiting of this.#waiting.splice(0)) waiting.reject(error);
  }
}

/** Asks for a mark: one that fails is found out again at the next start. */
const NOBODY: Waiting = { resolve: () => {}, reject: () => {} };
