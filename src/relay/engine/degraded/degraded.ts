/**
 * Rule 13: without a quorum this host pages what it accepted itself, with an engine of its own over a file of its own,
 * from the roster it has. When the quorum is back that engine is stopped, what it did becomes notes, and the rows it
 * did it about go through the cluster first, each with its note: so the incident knows, and nobody is paged again.
 *
 * together -> alone -> draining -> together; a quorum lost while draining leads back to alone.
 */
import type { JournalRow, Store, WorkId } from '../../store/port.ts';
import type { Engine } from '../engine.ts';
import type { Clock, Log, Problems } from '../ports.ts';
import { isCanaryInput } from '../canary.ts';
import { targetsOf, type Target } from '../targets.ts';
import { Notes } from './notes.ts';

/** A store on this host's disk, and where its codes and numbers begin: no other's meet them for long. */
export interface LocalStore {
  store: Store;
  first: number;
}

export interface LocalStores {
  /** The file that is paged from at present; made if there is none. */
  open(): Promise<LocalStore>;
  /** Whether a former life left one. */
  exists(): Promise<boolean>;
  /** Sets the present file aside: it is only read from now on. */
  seal(): Promise<void>;
  /** Files that were set aside, opened; the oldest first. */
  sealed(): Promise<Store[]>;
  /** What was set aside is in the cluster: it goes. */
  dropSealed(): Promise<void>;
}

export interface DegradedParts {
  host: string;
  clock: Clock;
  log: Log;
  problems: Problems;
  local: LocalStores;
  /** The engine over the cluster's store. */
  main: Pick<Engine, 'hold' | 'drain' | 'release'>;
  /** An engine like it, over this store; it marks what it sends, with codes from `first` on. */
  makeEngine(local: LocalStore): Engine;
  /** This host's own accepted rows whose copies lie on its disk: in order. */
  ownRows(): AsyncIterable<JournalRow[]>;
  /** Stops bringing rows from the disk to the journal; and begins again. */
  holdDrain(): Promise<void>;
  releaseDrain(): void;
  /** Rows that were carried through here and need not go to the cluster: answers to pages of this host's own. */
  finished(ids: WorkId[]): void;
  /** Whether a reply's code is one of this host's own. */
  isOwnCode(code: number): boolean;
  /** How many incidents wait for an answer, as far as this host knows: they don't escalate meanwhile. */
  waiting(): number;
}

export type DegradedMode = 'together' | 'alone' | 'draining';

/** Rows that went first are waited for so long before all others go too. */
const FIRST_WITHIN_MS = 30_000;
/** An answer is carried through at once, unless this host's disk fails. */
const ANSWERED_WITHIN_MS = 60_000;

export class Degraded {
  readonly #parts: DegradedParts;
  readonly #notes = new Notes();
  /** Rows whose pages were claimed with a quorum; only their mark is missing. */
  readonly #carried = new Set<WorkId>();
  #mode: DegradedMode = 'together';
  /** Null until the first look. */
  #hasQuorum: boolean | null = null;
  #engine: Engine | null = null;
  #store: Store | null = null;
  /** Rows that the local engine has, or whose pages are known: not taken twice. */
  #taken = new Set<WorkId>();
  /** Rows that were paged alone, on their way through the cluster before all others. */
  #first = new Set<WorkId>();
  #onFirstDone: () => void = () => undefined;
  #turn: Promise<void> = Promise.resolve();

  constructor(parts: DegradedParts) {
    this.#parts = parts;
  }

  get mode(): DegradedMode {
    return this.#mode;
  }

  /** Takes up what a former life did alone: call it before the engine over the cluster starts. */
  async start(): Promise<void> {
    await this.#readSealed();
    const paging = await this.#parts.local.exists();
    if (!paging && this.#notes.size === 0) return;
    // Until it is known whether there is a quorum, neither engine goes on.
    this.#mode = paging ? 'alone' : 'draining';
    this.#parts.main.hold();
    await this.#parts.holdDrain();
  }

  async stop(): Promise<void> {
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
    if (this.#first.delete(id)) this.#lookAtFirst();
  }

  /** Told whenever it is looked whether there is a quorum. */
  quorum(has: boolean): void {
    if (has === this.#hasQuorum) return;
    this.#hasQuorum = has;
    this.#lookAtFirst();
    this.#later(() => (has ? this.#together() : this.#alone()));
  }

  /** Rows that were accepted on disks only. */
  spooled(rows: JournalRow[]): void {
    if (this.#mode === 'alone') this.#later(() => this.#take(rows));
  }

  #later(run: () => Promise<void>): void {
    this.#turn = this.#turn.then(run).catch((error: unknown) => {
      this.#parts.log.error({ err: error }, 'paging without a quorum could not go on as it should');
      this.#parts.problems.raise(
        'degraded',
        `paging without a quorum failed: ${error instanceof Error ? error.message : String(error)}`,
        "see the log and this host's disk; alerts are kept and go out when the quorum is back",
      );
    });
  }

  async #alone(): Promise<void> {
    if (this.#engine !== null) return;
    const { main, log, problems, local } = this.#parts;
    this.#mode = 'alone';
    log.error({}, 'no quorum: this host pages what it accepted by itself, and marks it');
    problems.raise(
      'no-quorum',
      `no quorum: each host pages what it accepted by itself; ${this.#parts.waiting()} other open incidents do not escalate`,
      'see relay cluster status: bring hosts back, or the network between them',
    );
    main.hold();
    // What is on its way to the journal is there, or comes to the rows of this host's own.
    await this.#parts.holdDrain();
    const opened = await local.open();
    this.#store = opened.store;
    this.#engine = this.#parts.makeEngine(opened);
    await this.#engine.start();
    for await (const rows of this.#parts.ownRows()) await this.#take(rows);
  }

  async #take(rows: JournalRow[]): Promise<void> {
    const store = this.#store;
    const engine = this.#engine;
    if (store === null || engine === null) return;
    const mine = rows.filter((row) => !this.#taken.has(row.id) && !this.#carried.has(row.id));
    const taken: JournalRow[] = [];
    for (const row of mine) if (await this.#concerns(row, store)) taken.push(row);
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

  /** Alerts are paged here; answers and commands only for pages of this host's own. All else waits for the cluster. */
  async #concerns(row: JournalRow, store: Store): Promise<boolean> {
    const { input } = row;
    // A canary is to show the way through the quorum.
    if (isCanaryInput(input)) return false;
    if (input.kind === 'alert') {
      // What was paged alone before the quorum came and went again is not paged alone once more.
      return !targetsOf(row).some((target) => this.#notes.of(row, target) !== null);
    }
    if (input.kind === 'command') return (await store.lineageOf(input.number)) === input.lineage;
    if (input.kind !== 'reply') return false;
    if (input.command.code !== null) return this.#parts.isOwnCode(input.command.code);
    return (await store.incidents({ open: true, limit: 1 })).length > 0;
  }

  async #together(): Promise<void> {
    if (this.#mode === 'together') return;
    this.#parts.log.info({}, 'the quorum is back: what was paged alone is brought together');
    this.#mode = 'draining';
    const store = this.#store;
    await this.#engine?.stop();
    this.#engine = null;
    this.#store = null;
    await store?.close();
    if (await this.#parts.local.exists()) await this.#parts.local.seal();
    await this.#readSealed();
    await this.#drain();
  }

  async #readSealed(): Promise<void> {
    for (const store of await this.#parts.local.sealed()) {
      await this.#notes.read(this.#parts.host, store);
      await store.close();
    }
  }

  async #drain(): Promise<void> {
    const { main } = this.#parts;
    const first = new Set<WorkId>();
    for await (const rows of this.#parts.ownRows()) {
      for (const row of rows) {
        if (targetsOf(row).some((target) => this.#notes.of(row, target) !== null)) first.add(row.id);
      }
    }
    this.#first = first;
    main.drain(first);
    this.#parts.releaseDrain();
    await this.#firstDone();
    const all = this.#first.size === 0;
    if (this.#hasQuorum === false) return;
    main.release();
    this.#mode = 'together';
    this.#taken = new Set();
    this.#parts.problems.clear('no-quorum');
    this.#parts.problems.clear('degraded');
    // Otherwise the notes stay for the rows that are still on their way, and for the next life.
    if (all) await this.#parts.local.dropSealed();
  }

  /** Resolves when the rows that go first are through, when that takes too long, or the quorum is lost again. */
  #firstDone(): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#parts.clock.after(FIRST_WITHIN_MS, resolve);
      this.#onFirstDone = () => {
        cancel();
        resolve();
      };
      this.#lookAtFirst();
    });
  }

  #lookAtFirst(): void {
    if (this.#first.size === 0 || this.#hasQuorum === false) this.#onFirstDone();
  }
}
