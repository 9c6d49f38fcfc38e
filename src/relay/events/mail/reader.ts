/** Reads mails in a worker thread under a deadline, so that no mail can stall the daemon. */
import { Worker } from 'node:worker_threads';
import type { Log } from '../../engine/ports.ts';
import { REPLY_MAX_BYTES, type ReplyEnvelope, type ReplyMail } from '../../messaging/reply-mail.ts';
import { cleanSummary } from '../formats/clean.ts';
import { ClosingError } from '../accept.ts';
import type { AlertEvent } from '../types.ts';
import type { MailContext } from './events.ts';
import { fromHeaders } from './from-headers.ts';
import { MARKS_BYTES, MARK_INDEX, MARK_STARTED_MS, sharedNowMs } from './protocol.ts';
import { NO_RULES, type RuleSet } from '../formats/rules/rule-set.ts';
import type { Batch, FromWorker, MailJob, MailRead, ToWorker, WorkerData } from './protocol.ts';

export interface MailReader {
  /** What a mail says. Never rejects: a mail that can't be parsed in time is read from its headers, and says so. */
  read(raw: Uint8Array, context: MailContext): Promise<AlertEvent[]>;
  /**
   * What a reply asks for; one that can't be parsed in time is unclear. Rejects with ClosingError, or when the worker
   * doesn't start: whoever brought it may bring it again.
   */
  readReply(raw: Uint8Array, envelope: ReplyEnvelope): Promise<ReplyMail>;
  /** Stops the worker; mails still waiting are read from their headers. */
  close(): Promise<void>;
}

interface Waiting {
  raw: Uint8Array;
  job: MailJob;
  resolve: (read: MailRead) => void;
  reject: (error: Error) => void;
}

/** No fault of this mail: an alert must not be lost, an answer can come again. */
function unread({ raw, job, resolve, reject }: Waiting, error: Error): void {
  if (job.kind === 'reply') reject(error);
  else resolve(fromHeaders(raw, job, error.message));
}

const BATCH_MAX_MAILS = 64;
const BATCH_MAX_BYTES = 2 * 1024 * 1024;
/** A worker that isn't up by then never will be. */
const START_MAX_MS = 15_000;
/** The worker's heap: a mail that makes the parser need more ends the worker, not the daemon. */
const HEAP_MAX_MB = 192;

/** Beside the log; absent: as for the daemon, without any rules. */
export interface MailReaderOptions {
  log: Log;
  /** How long one mail may take, 2,000 by default. */
  deadlineMs?: number;
  /** The team's rules in use, the same object as long as they are. */
  rules?: () => RuleSet | null;
  /** Another than the one beside this file is for tests. */
  worker?: URL;
}

/** The worker starts with the first mail and is kept. */
export function createMailReader(options: MailReaderOptions): MailReader {
  return new WorkerMailReader(options);
}

/** The same ending as this file has: .ts from the sources, .js from a release. */
const workerFile = (): URL =>
  new URL(`./worker${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url);

class WorkerMailReader implements MailReader {
  readonly #deadlineMs: number;
  readonly #log: Log;
  readonly #file: URL;
  readonly #waiting: Waiting[] = [];
  readonly #rules: () => RuleSet | null;
  #worker: Worker | null = null;
  /** What the worker goes by. */
  #known: RuleSet | null = NO_RULES;
  #marks = new Float64Array(new SharedArrayBuffer(MARKS_BYTES));
  #ready = false;
  #busy: Waiting[] = [];
  #timer: NodeJS.Timeout | null = null;
  #startedMs = 0;
  #scheduled = false;
  #closed = false;

  constructor({ deadlineMs = 2_000, log, rules = () => NO_RULES, worker = workerFile() }: MailReaderOptions) {
    this.#deadlineMs = deadlineMs;
    this.#rules = rules;
    this.#log = log;
    this.#file = worker;
  }

  async read(raw: Uint8Array, context: MailContext): Promise<AlertEvent[]> {
    const read = await this.#read(raw, { kind: 'events', context });
    if (read.kind !== 'events') throw new Error('the mail worker read an alert as a reply');
    return read.events;
  }

  async readReply(raw: Uint8Array, envelope: ReplyEnvelope): Promise<ReplyMail> {
    const read = await this.#read(raw.subarray(0, REPLY_MAX_BYTES), { kind: 'reply', envelope });
    if (read.kind !== 'reply') throw new Error('the mail worker read a reply as an alert');
    return read.reply;
  }

  #read(raw: Uint8Array, job: MailJob): Promise<MailRead> {
    return new Promise((resolve, reject) => {
      const one: Waiting = { raw, job, resolve, reject };
      if (this.#closed) return unread(one, new ClosingError('relay is shutting down'));
      this.#waiting.push(one);
      if (this.#scheduled) return;
      // Mails that arrive in the same turn of the loop travel together.
      this.#scheduled = true;
      setImmediate(() => {
        this.#scheduled = false;
        this.#post();
      });
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    const left = [...this.#busy, ...this.#waiting.splice(0)];
    await this.#stop();
    for (const one of left) unread(one, new ClosingError('relay is shutting down'));
  }

  /** Sends the next batch if the worker is free. */
  #post(): void {
    if (this.#closed || this.#busy.length > 0 || this.#waiting.length === 0) return;
    const worker = this.#worker ?? this.#start();
    if (!this.#ready) return;
    let sizeBytes = 0;
    let count = 0;
    while (count < this.#waiting.length && count < BATCH_MAX_MAILS) {
      const next = this.#waiting[count]?.raw.length ?? 0;
      if (count > 0 && sizeBytes + next > BATCH_MAX_BYTES) break;
      sizeBytes += next;
      count += 1;
    }
    this.#busy = this.#waiting.splice(0, count);
    const bytes = new Uint8Array(sizeBytes);
    const mails: Batch['mails'] = [];
    let at = 0;
    for (const { raw, job } of this.#busy) {
      bytes.set(raw, at);
      mails.push({ start: at, end: at + raw.length, job });
      at += raw.length;
    }
    this.#tellRules(worker);
    this.#marks.fill(0);
    this.#startedMs = sharedNowMs();
    worker.postMessage({ bytes, mails } satisfies Batch, [bytes.buffer]);
    this.#watch(this.#deadlineMs);
  }

  /** It hears of other rules before the mails that they are for. */
  #tellRules(worker: Worker): void {
    const rules = this.#rules();
    if (rules === this.#known) return;
    worker.postMessage({ rules } satisfies ToWorker, []);
    this.#known = rules;
  }

  #start(): Worker {
    this.#marks = new Float64Array(new SharedArrayBuffer(MARKS_BYTES));
    const worker = new Worker(this.#file, {
      workerData: { marks: this.#marks.buffer } satisfies WorkerData,
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MAX_MB },
      execArgv: [],
    });
    this.#worker = worker;
    this.#known = NO_RULES;
    this.#ready = false;
    this.#startedMs = sharedNowMs();
    worker.on('message', (message: FromWorker) => {
      if (this.#worker !== worker) return;
      if (message.kind === 'ready') {
        this.#ready = true;
        this.#unwatch();
      } else this.#settle(message.results);
      this.#post();
    });
    worker.on('error', (error: unknown) => {
      if (this.#worker === worker) void this.#giveUp(`the mail worker failed (${reasonOf(error)})`);
    });
    worker.on('exit', () => {
      if (this.#worker === worker) void this.#giveUp('the mail worker ended');
    });
    worker.unref();
    this.#watch(START_MAX_MS);
    return worker;
  }

  #settle(results: MailRead[]): void {
    this.#unwatch();
    const busy = this.#busy;
    this.#busy = [];
    for (const [index, one] of busy.entries()) {
      const read = results[index];
      if (read === undefined) unread(one, new Error('the mail worker did not answer for it'));
      else one.resolve(read);
    }
  }

  /** Looks again after `delayMs` whether the mail being read has had its time. Keeps the process up while one is. */
  #watch(delayMs: number): void {
    this.#unwatch();
    this.#timer = setTimeout(
      () => {
        this.#timer = null;
        const began = this.#marks[MARK_STARTED_MS] ?? 0;
        const limitMs = this.#ready ? this.#deadlineMs : START_MAX_MS;
        const leftMs = (began > 0 ? began : this.#startedMs) + limitMs - sharedNowMs();
        // Nothing begun yet: the thread may be starved or loading; it has the start's time, not the mail's.
        const graceMs = began > 0 || !this.#ready ? 0 : START_MAX_MS - this.#deadlineMs;
        if (leftMs + graceMs > 0) return this.#watch(leftMs > 0 ? leftMs : Math.min(graceMs + leftMs, 100));
        void this.#giveUp(
          this.#ready
            ? `the mail took longer than ${this.#deadlineMs} ms to parse`
            : 'the mail worker did not start',
        );
      },
      Math.max(1, delayMs),
    );
  }

  #unwatch(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  /** Ends the worker; the mail it was at is read from its headers, the others of its batch are read anew. */
  async #giveUp(why: string): Promise<void> {
    const wasReady = this.#ready;
    const culprit = wasReady ? (this.#marks[MARK_INDEX] ?? 0) : -1;
    const busy = this.#busy;
    await this.#stop();
    if (!wasReady) {
      // A worker that can't start is no mail's fault; all that wait are read from their headers.
      for (const one of this.#waiting.splice(0)) unread(one, new Error(why));
    }
    const bad = busy[culprit];
    this.#waiting.unshift(...busy.filter((one) => one !== bad));
    if (bad !== undefined) {
      const read = fromHeaders(bad.raw, bad.job, why);
      this.#log.warn(
        {
          ...(bad.job.kind === 'events' ? { service: bad.job.context.service } : { reply: true }),
          sizeBytes: bad.raw.length,
          ...(read.kind === 'events' ? { summary: cleanSummary(read.events[0]?.summary ?? '') } : {}),
        },
        `${why}: it was read from its headers only`,
      );
      bad.resolve(read);
    } else this.#log.warn({}, `${why}; starting another`);
    this.#post();
  }

  async #stop(): Promise<void> {
    this.#unwatch();
    const worker = this.#worker;
    this.#worker = null;
    this.#ready = false;
    this.#busy = [];
    await worker?.terminate();
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
