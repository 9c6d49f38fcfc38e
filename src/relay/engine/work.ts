/**
 * Carries a work row through its whole chain: the incident stepped, every responder told, the new due rows written,
 * and only then marks it done. Everything here may be done again after a crash; the aggregates remember (rule 1).
 */
import type { DueRow, Store, WorkId } from '../store/port.ts';
import { Backoff } from './backoff.ts';
import { earlyReplies } from './early-replies.ts';
import type { Handover } from './effects.ts';
import type { EngineParts } from './engine-parts.ts';
import { UnknownHere } from './known-inputs.ts';
import { StepFailed, type Taken } from './lane-parts.ts';
import type { Clock, Ids, Log } from './ports.ts';
import { targetOf, type Target } from './targets.ts';

export interface WorkParts {
  store: Store;
  clock: Clock;
  ids: Ids;
  log: Log;
  submit(target: Target, rows: WorkId[], tick: number): Promise<Taken>;
  rowDone(aggregate: string, row: WorkId): void;
  /** Resolves when the row may go on (rule 13); null: at once. */
  pass(row: WorkId): Promise<void> | null;
  /** What is not under way is left for the next life. */
  stopping(): boolean;
  /** What the row asks has been handed on to everybody. */
  carried(row: WorkId): void;
  /** The row's whole chain is done. */
  done(row: WorkId): void;
  /** Due rows that are written now, to be fired in time. */
  scheduled(rows: DueRow[]): void;
  /** What replies change in the roster. */
  contacts: Pick<EngineParts, 'disable' | 'enable' | 'verify'>;
  /** Whether another version lives that may know what this one doesn't. */
  mixedVersions?(): boolean;
  /** A third failure: an incident of its own (rule 15). Resolves when that is durable. */
  poison(row: WorkId, error: unknown): Promise<void>;
}

/** One try at carrying a row through its chain. */
interface Chain {
  tick: number;
  startMonoMs: number;
  /** Aggregates that remember something for the row; across tries. */
  touched: Set<string>;
  /** What has been handed over in this try: a chain may come back to where it began (a reply's ack cancels with them). */
  handed: Set<string>;
}

/** Since when a row has been left for hosts of another version; null: it hasn't. */
interface Leaving {
  sinceMonoMs: number | null;
}

/** A handover is straight from its commit for this long; after that its claim looks at the incident first. */
const FRESH_MS = 1_500;
const TRIES = 3;
/** How long an input that only another version knows is left to it: an upgrade of all hosts takes minutes. */
const LEFT_MAX_MS = 30 * 60_000;

export class Work {
  readonly #parts: WorkParts;
  readonly #underWay = new Map<WorkId, Promise<void>>();
  #doneQueue: { id: WorkId; resolve: () => void; reject: (error: unknown) => void }[] = [];
  #marking = false;

  constructor(parts: WorkParts) {
    this.#parts = parts;
  }

  get size(): number {
    return this.#underWay.size;
  }

  has(id: WorkId): boolean {
    return this.#underWay.has(id);
  }

  /** True once the row's chain is done, here or elsewhere; false after `timeoutMs`. Rejects as `store.undone` does. */
  async whenDone(id: WorkId, timeoutMs: number): Promise<boolean> {
    let cancel = (): void => {};
    const late = new Promise<boolean>((resolve) => {
      cancel = this.#parts.clock.after(timeoutMs, () => resolve(false));
    });
    const here = this.#underWay.get(id) ?? Promise.resolve();
    const done = here.then(async () => !(await this.#parts.store.undone([id])).has(id));
    try {
      return await Promise.race([done, late]);
    } finally {
      cancel();
    }
  }

  /**
   * Takes a row on, once. `tick`: when it was known to be undone. `targets` may throw on an input that it can't read:
   * that counts as a try, so the row is poison in the end (rule 15).
   */
  carry(id: WorkId, targets: () => Target[], tick: number, fresh: boolean): Promise<void> {
    const present = this.#underWay.get(id);
    if (present !== undefined) return present;
    const whole = this.#carry(id, targets, tick, fresh).finally(() => this.#underWay.delete(id));
    this.#underWay.set(id, whole);
    return whole;
  }

  async #carry(id: WorkId, targets: () => Target[], tick: number, fresh: boolean): Promise<void> {
    const backoff = new Backoff(this.#parts.clock, this.#parts.ids);
    const touched = new Set<string>();
    const leaving: Leaving = { sinceMonoMs: null };
    for (;;) {
      try {
        const waiting = this.#parts.pass(id);
        if (waiting !== null) {
          await waiting;
          fresh = false;
        }
        const asked = read(id, targets);
        const early = earlyReplies(asked, this.#parts);
        if (early !== null) await early;
        const startMonoMs = fresh ? this.#parts.clock.monoMs() : Number.NEGATIVE_INFINITY;
        const chain: Chain = { tick, startMonoMs, touched, handed: new Set() };
        await Promise.all(asked.map((target) => this.#deliver(target, [id], chain)));
        this.#parts.carried(id);
        await this.#markDone(id);
        break;
      } catch (error) {
        fresh = false;
        if (this.#leaves(error, leaving)) {
          if (await this.#leave(id, error, leaving)) break;
        } else if (await this.#failed(id, error)) break;
        await backoff.wait();
      }
    }
    this.#parts.done(id);
    for (const aggregate of touched) this.#parts.rowDone(aggregate, id);
  }

  async #deliver(target: Target, rows: WorkId[], chain: Chain): Promise<void> {
    const taken = await this.#parts.submit(target, rows, chain.tick);
    chain.touched.add(target.aggregate);
    const handing = taken.outgoing.map((one) => this.#handOver(one.handover, one.rows, chain));
    if (taken.due.length > 0) handing.push(this.#writeDue(taken.due));
    await Promise.all(handing);
  }

  async #handOver(handover: Handover, rows: WorkId[], chain: Chain): Promise<void> {
    // Whoever handed it over first awaits it; waiting here too would be waiting for oneself.
    if (chain.handed.has(handover.id)) return;
    chain.handed.add(handover.id);
    if (handover.kind === 'disable') {
      await this.#parts.contacts.disable(handover);
      return;
    }
    if (handover.kind === 'enable') {
      await this.#parts.contacts.enable?.(handover);
      return;
    }
    if (handover.kind === 'verify') {
      await this.#parts.contacts.verify?.(handover);
      return;
    }
    if (handover.kind === 'name') {
      await this.#parts.store.nameIncident(handover.number, handover.lineage);
      return;
    }
    await this.#deliver(targetOf(handover, chain.startMonoMs + FRESH_MS), rows, chain);
  }

  async #writeDue(rows: DueRow[]): Promise<void> {
    await this.#parts.store.writeDue(rows);
    this.#parts.scheduled(rows);
  }

  /** Whether it is left for a host of another version, for now: no try is counted, so that it isn't taken for poison. */
  #leaves(error: unknown, leaving: Leaving): boolean {
    if (!(error instanceof StepFailed && error.cause instanceof UnknownHere)) return false;
    if (this.#parts.mixedVersions?.() !== true) return false;
    const { sinceMonoMs } = leaving;
    return sinceMonoMs === null || this.#parts.clock.monoMs() - sinceMonoMs < LEFT_MAX_MS;
  }

  /** True when it has been done elsewhere meanwhile. */
  async #leave(id: WorkId, error: unknown, leaving: Leaving): Promise<boolean> {
    const { clock, log, store } = this.#parts;
    if (leaving.sinceMonoMs === null)
      log.warn({ row: id, err: error }, 'an input of another version is left for a host that knows it');
    leaving.sinceMonoMs ??= clock.monoMs();
    try {
      return !(await store.undone([id])).has(id);
    } catch (storeError) {
      log.warn({ row: id, err: storeError }, 'whether another host has done it can not be looked up');
      return false;
    }
  }

  /** True when the row was given up as poison. */
  async #failed(id: WorkId, error: unknown): Promise<boolean> {
    this.#parts.log.error({ row: id, err: error }, 'an input could not be carried through; trying again');
    if (!(error instanceof StepFailed)) return false;
    try {
      const tries = await this.#parts.store.countTry(id);
      if (tries < TRIES) return false;
      await this.#parts.poison(id, error);
      await this.#markDone(id);
      return true;
    } catch (storeError) {
      this.#parts.log.warn({ row: id, err: storeError }, 'the store failed while a failure was counted');
      return false;
    }
  }

  /** Done-marks share a call: whatever comes while one is written goes with the next. */
  #markDone(id: WorkId): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#doneQueue.push({ id, resolve, reject });
      if (!this.#marking) void this.#mark();
    });
  }

  async #mark(): Promise<void> {
    this.#marking = true;
    while (this.#doneQueue.length > 0) {
      const batch = this.#doneQueue;
      this.#doneQueue = [];
      try {
        await this.#parts.store.markDone(batch.map((one) => one.id));
        for (const one of batch) one.resolve();
      } catch (error) {
        for (const one of batch) one.reject(error);
      }
    }
    this.#marking = false;
  }
}

function read(id: WorkId, targets: () => Target[]): Target[] {
  try {
    return targets();
  } catch (error) {
    throw new StepFailed(id, error);
  }
}
