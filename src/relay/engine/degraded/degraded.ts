/**
 * Rule 13: without a quorum this host pages what it accepted itself, with an engine of its own over a file of its own,
 * from the roster it has. When the quorum is back that engine is stopped, what it did becomes notes, and the rows it
 * did it about go through the cluster first, each with its note: so the incident knows, and nobody is paged again.
 *
 * together -> alone -> draining -> together; a quorum lost while draining leads back to alone.
 */
import type { JournalRow, Store, WorkId } from '../../store/port.ts';
import type { Engine } from '../engine.ts';
import type { Target } from '../targets.ts';
import { concernsThisHost } from './concerns.ts';
import { takenAlone } from './failed-jobs.ts';
import { Drainer } from './drainer.ts';
import type { DegradedMode, DegradedParts } from './degraded-parts.ts';
import { Notes } from './notes.ts';

export type { DegradedMode, DegradedParts, LocalStore, LocalStores } from './degraded-parts.ts';

/** An answer is carried through at once, unless this host's disk fails. */
const ANSWERED_WITHIN_MS = 60_000;
/** What failed is tried again: a disk that was full for a moment must not cost the pages of a whole outage. */
const RETRY_MS = 5_000;
/** Then this host pages again like any other without knowing what it paged alone: a repeated page is better than none. */
const TOGETHER_TRIES = 6;

export class Degraded {
  readonly #parts: DegradedParts;
  #notes = new Notes();
  /** Rows whose pages were claimed with a quorum; only their mark is missing. */
  readonly #carried = new Set<WorkId>();
  #mode: DegradedMode = 'together';
  #hasQuorum: boolean | null = null;
  #engine: Engine | null = null;
  #store: Store | null = null;
  /** Rows that the local engine has, or whose pages are known: not taken twice. */
  #taken = new Set<WorkId>();
  readonly #drainer: Drainer;
  #turn: Promise<void> = Promise.resolve();
  /** How often coming together has failed in a row. */
  #failedTogether = 0;
  #stopped = false;
  #cancelRetry: () => void = () => undefined;

  constructor(parts: DegradedParts) {
    this.#parts = parts;
    this.#drainer = new Drainer(parts);
  }

  get mode(): DegradedMode {
    return this.#mode;
  }

  /** Takes up what a former life did alone: call it before the engine over the cluster starts. */
  async start(): Promise<void> {
    const begun = this.#begin();
    // Hosts are looked at meanwhile, and what is said of the quorum counts only after this.
    this.#turn = begun.catch(() => undefined);
    await begun;
  }

  async #begin(): Promise<void> {
    // Alerts must be taken all the same; it is read again with the quorum.
    const unread = await this.#readSealed().then(
      () => false,
      (error: unknown) => this.#failed(error),
    );
    const paging = await this.#parts.local.exists();
    if (!paging && !unread && this.#notes.size === 0) return;
    // Until it is known whether there is a quorum, neither engine goes on.
    this.#mode = paging ? 'alone' : 'draining';
    this.#parts.main.hold();
    await this.#parts.holdDrain();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancelRetry();
    await this.#turn;
    await this.#engine?.stop();
    await this.#store?.close();
  }

  /** Where what this host pages alone stands, for who lists and looks; null while there is a quorum. */
  get store(): Store | null {
    return this.#mode === 'alone' ? this.#store : null;
  }

  /** As the engine's: true once a row was carried through here; false for one that waits for the quorum. */
  async whenDone(id: WorkId, timeoutMs: number): Promise<boolean> {
    const startedMonoMs = this.#parts.clock.monoMs();
    // Rows are taken in turn: this one may not have had its own.
    await new Promise<void>((resolve) => {
      const cancel = this.#parts.clock.after(timeoutMs, resolve);
      void this.#turn.then(cancel).then(resolve);
    });
    const leftMs = timeoutMs - (this.#parts.clock.monoMs() - startedMonoMs);
    if (this.#engine === null || !this.#taken.has(id) || leftMs <= 0) return false;
    return this.#engine.whenDone(id, leftMs);
  }

  /** What is known of a row that goes through the cluster. */
  noteOf(row: JournalRow, target: Target): ReturnType<Notes['of']> {
    return this.#notes.of(row, target);
  }

  /** A row's pages have been claimed; it isn't done yet. */
  carried(id: WorkId): void {
    this.#carried.add(id);
  }

  /** A row's chain is done. */
  done(id: WorkId): void {
    this.#carried.delete(id);
    this.#drainer.done(id);
  }

  /** Told whenever it is looked whether there is a quorum. */
  quorum(has: boolean): void {
    if (has === this.#hasQuorum) return;
    this.#hasQuorum = has;
    if (!has) this.#drainer.giveUp();
    this.#failedTogether = 0;
    this.#later(() => (has ? this.#together() : this.#alone()));
  }

  /** Rows that were accepted on disks only, or got to the journal while this host pages alone. */
  spooled(rows: JournalRow[]): void {
    if (this.#mode === 'alone') this.#later(() => this.#take(rows));
  }

  #later(run: () => Promise<void>): void {
    this.#turn = this.#turn.then(run).catch((error: unknown) => {
      this.#failed(error);
      this.#cancelRetry();
      if (this.#stopped) return;
      this.#cancelRetry = this.#parts.clock.after(RETRY_MS, () => {
        this.#later(() => (this.#hasQuorum === false ? this.#alone() : this.#togetherAtLast()));
      });
    });
  }

  #failed(error: unknown): true {
    this.#parts.log.error({ err: error }, 'paging without a quorum could not go on as it should');
    this.#parts.problems.raise(
      'degraded',
      `paging without a quorum failed: ${error instanceof Error ? error.message : String(error)}`,
      "see the log and this host's disk; alerts are kept, and relay goes on trying",
    );
    return true;
  }

  async #alone(): Promise<void> {
    // It was back before this had its turn: what comes together then is no longer known to this host alone.
    if (this.#hasQuorum === true) return;
    this.#engine ??= await this.#openAlone();
    for await (const rows of this.#parts.ownRows()) await this.#take(rows);
    this.#parts.problems.clear('degraded');
  }

  async #openAlone(): Promise<Engine> {
    const { main, log, problems, local } = this.#parts;
    this.#mode = 'alone';
    log.error({}, 'no quorum: this host pages what it accepted by itself, and marks it');
    problems.raise(
      'no-quorum',
      `no quorum: each host pages what it accepted by itself; ${waitingText(this.#parts.waiting())}`,
      'see relay cluster status: bring hosts back, or the network between them',
    );
    main.hold();
    // What is on its way to the journal is there, or comes to the rows of this host's own.
    await this.#parts.holdDrain();
    const opened = await local.open();
    const engine = this.#parts.makeEngine(opened);
    try {
      await engine.start();
    } catch (error) {
      await engine.stop();
      await opened.store.close();
      throw error;
    }
    this.#store = opened.store;
    return engine;
  }

  async #take(rows: JournalRow[]): Promise<void> {
    const store = this.#store;
    const engine = this.#engine;
    const notes = this.#notes;
    const { isOwnCode } = this.#parts;
    if (store === null || engine === null) return;
    const { roster } = this.#parts;
    const mine = rows
      .map((row) => takenAlone(row, roster()))
      .filter((row) => !this.#taken.has(row.id) && !this.#carried.has(row.id));
    const taken: JournalRow[] = [];
    for (const row of mine) if (await concernsThisHost(row, { store, notes, isOwnCode })) taken.push(row);
    if (taken.length === 0) return;
    const known = await store.append(taken);
    for (const row of taken) this.#taken.add(row.id);
    engine.accepted(taken, known);
    for (const { id, input } of taken) if (input.kind !== 'alert') void this.#finish(id, engine);
  }

  /** An answer that was carried through here need not go to the cluster; one that was not goes there as it came. */
  async #finish(id: WorkId, engine: Engine): Promise<void> {
    try {
      if (await engine.whenDone(id, ANSWERED_WITHIN_MS)) this.#parts.finished([id]);
    } catch (error) {
      this.#parts.log.warn(
        { row: id, err: error },
        'an answer could not be looked up; it goes to the cluster',
      );
    }
  }

  async #together(): Promise<void> {
    // Lost again before this had its turn: what is paged alone goes on as it is.
    if (this.#mode === 'together' || this.#hasQuorum === false) return;
    this.#parts.log.info({}, 'the quorum is back: what was paged alone is brought together');
    this.#mode = 'draining';
    // A quorum that came and went meanwhile has let some of it go already: what is looked at must stay as it is.
    this.#parts.main.hold();
    await this.#parts.holdDrain();
    await this.#engine?.stop();
    this.#engine = null;
    await this.#store?.close();
    this.#store = null;
    // What was taken and not paged is taken again if the quorum goes again; the notes know what was paged.
    this.#taken = new Set();
    if (await this.#parts.local.exists()) await this.#parts.local.seal();
    await this.#readSealed();
    await this.#drain();
  }

  /** Once more; and when that fails again and again, without what can't be read. */
  async #togetherAtLast(): Promise<void> {
    this.#failedTogether += 1;
    if (this.#failedTogether < TOGETHER_TRIES || this.#mode !== 'draining') return this.#together();
    this.#parts.releaseDrain();
    this.#release();
    this.#parts.problems.raise(
      'degraded',
      'what this host paged without a quorum could not be read: people may be told of it again',
      "see the log and this host's disk; it is read again at the next start",
    );
  }

  async #readSealed(): Promise<void> {
    const stores = await this.#parts.local.sealed();
    try {
      for (const store of stores) await this.#notes.read(this.#parts.host, store);
    } finally {
      // Whether or not they could be read: one that stays open can't be opened by the next try.
      await Promise.allSettled(stores.map((store) => store.close()));
    }
  }

  async #drain(): Promise<void> {
    const ended = await this.#drainer.run(this.#notes, () => this.#hasQuorum === false);
    if (ended === 'lost') return;
    this.#release();
    // Otherwise the notes stay for the rows that are still on their way, and for the next life.
    if (ended === 'late') return;
    await this.#parts.local.dropSealed();
    this.#notes = new Notes();
  }

  #release(): void {
    this.#parts.main.release();
    this.#mode = 'together';
    this.#taken = new Set();
    for (const problem of ['no-quorum', 'degraded']) this.#parts.problems.clear(problem);
  }
}

/** A host that has started without a quorum has never counted them. */
const waitingText = (waiting: number | null): string =>
  waiting === null
    ? 'other open incidents, nobody here knows how many, do not escalate'
    : `${waiting} other open incidents do not escalate`;
