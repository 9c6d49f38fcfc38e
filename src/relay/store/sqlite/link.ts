/** The main thread's end: carries calls to the worker, all of one tick in one message, and their answers back. */
import { Worker } from 'node:worker_threads';
import { StoreUnavailableError } from '../port.ts';
import type { Answer, Arguments, Call, CallName } from './calls.ts';
import { errorOf } from './failure.ts';
import type { FromWorker, ToWorker, WorkerData } from './worker.ts';

interface Waiting {
  name: CallName;
  resolve: (value: unknown) => void;
  reject: (error: Error) => void;
}

export interface LinkEvents {
  /** The worker died while it was needed. Nothing can be stored any more. */
  onFatal: (error: StoreUnavailableError) => void;
  /** An append was refused for want of space (true) or kept (false). */
  onSpace: (full: boolean) => void;
}

export interface Ready {
  applied: string[];
  checked: boolean;
}

/** Releases are compiled: the worker ends as this file does. */
export const WORKER_FILE = new URL(
  import.meta.url.endsWith('.ts') ? './worker.ts' : './worker.js',
  import.meta.url,
);

export class WorkerLink {
  /** The database file. */
  readonly path: string;
  readonly #worker: Worker;
  readonly #events: LinkEvents;
  readonly #waiting: Waiting[] = [];
  #gathered: Call[] = [];
  #copying: Pick<PromiseWithResolvers<void>, 'resolve' | 'reject'> | null = null;
  /** Why no more calls are taken. */
  #ended: StoreUnavailableError | null = null;
  readonly #exited: Promise<void>;
  /** Resolves when the database is open; rejects with the reason why not. */
  readonly ready: Promise<Ready>;

  constructor(file: URL, data: WorkerData, events: LinkEvents) {
    this.#events = events;
    this.path = data.path;
    // Strings and buffers in flight are what it needs memory for; SQLite's own is outside these limits.
    this.#worker = new Worker(file, {
      name: 'relay store',
      workerData: data,
      resourceLimits: { maxYoungGenerationSizeMb: 16, maxOldGenerationSizeMb: 128 },
    });
    const ready = Promise.withResolvers<Ready>();
    this.ready = ready.promise;
    const exited = Promise.withResolvers<void>();
    this.#exited = exited.promise;
    let opened = false;
    const died = (why: string): void => {
      const error = new StoreUnavailableError(
        `the store's worker ended unexpectedly (${why}): restart relay`,
      );
      ready.reject(error);
      if (this.#ended !== null) return;
      this.#end(error);
      if (opened) events.onFatal(error);
    };
    this.#worker.on('message', (message: FromWorker) => {
      if (message.kind === 'ready') {
        opened = true;
        ready.resolve({ applied: message.applied, checked: message.checked });
      } else if (message.kind === 'failed') {
        const error = errorOf(message.failure);
        this.#end(new StoreUnavailableError(error.message));
        ready.reject(error);
      } else if (message.kind === 'copied') {
        const copying = this.#copying;
        this.#copying = null;
        if (message.failure === null) copying?.resolve();
        else copying?.reject(errorOf(message.failure));
      } else {
        this.#settle(message);
      }
    });
    this.#worker.on('messageerror', (error) => died(error.message));
    this.#worker.on('error', (error) => died(error instanceof Error ? error.message : String(error)));
    this.#worker.on('exit', (code) => {
      died(`exit code ${code}`);
      exited.resolve();
    });
  }

  call<N extends CallName>(name: N, ...args: Arguments<N>): Promise<Answer<N>> {
    if (this.#ended !== null) return Promise.reject(this.#ended);
    // Everything this turn of the event loop asks for travels together; no timer, so a lone call leaves at once.
    if (this.#gathered.length === 0) setImmediate(() => this.#flush());
    this.#gathered.push([name, ...args] as unknown as Call);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ name, resolve: resolve as (value: unknown) => void, reject });
    });
  }

  /** Copies the database into a new file, as it is in the instant in which this resolves. One at a time. */
  copyTo(file: string): Promise<void> {
    if (this.#ended !== null) return Promise.reject(this.#ended);
    if (this.#copying !== null)
      return Promise.reject(new StoreUnavailableError('this database is being copied already'));
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#copying = { resolve, reject };
    this.#flush();
    this.#send({ copyTo: file });
    return promise;
  }

  /** Answers what waits, closes the database, and resolves when the worker has ended. */
  async close(): Promise<void> {
    if (this.#ended === null) {
      this.#flush();
      this.#ended = new StoreUnavailableError('the store is closed');
      this.#copying?.reject(this.#ended);
      this.#copying = null;
      this.#send('close');
    }
    await this.#exited;
  }

  #flush(): void {
    if (this.#gathered.length === 0) return;
    const calls = this.#gathered;
    this.#gathered = [];
    this.#send(calls);
  }

  #send(message: ToWorker): void {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker, not a window
    this.#worker.postMessage(message);
  }

  #settle({ values, failures }: Extract<FromWorker, { kind: 'answers' }>): void {
    const failed = new Map(failures);
    let full: boolean | null = null;
    for (const [index, waiting] of this.#waiting.splice(0, values.length).entries()) {
      const failure = failed.get(index);
      if (waiting.name === 'append') full = failure?.kind === 'full';
      if (failure === undefined) waiting.resolve(values[index]);
      else waiting.reject(errorOf(failure));
    }
    if (full !== null) this.#events.onSpace(full);
  }

  #end(error: StoreUnavailableError): void {
    this.#ended = error;
    this.#gathered = [];
    this.#copying?.reject(error);
    this.#copying = null;
    for (const waiting of this.#waiting.splice(0)) waiting.reject(error);
  }
}
