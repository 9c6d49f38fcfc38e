/** What a process is given as its store: each call goes a way of its own to what is kept, and may go wrong there. */
import type {
  AggregateKey,
  Beat,
  Change,
  ClockReading,
  CommitResult,
  DueRow,
  IncidentEntry,
  JournalRow,
  Loaded,
  Page,
  Purged,
  Row,
  Store,
  Walk,
  WorkId,
} from '../../src/relay/store/port.ts';
import type { MemoryStore } from './memory-store.ts';

export type CallKind = 'read' | 'write' | 'commit' | 'mark';

export interface StoreCall<T> {
  name: string;
  kind: CallKind;
  /** The aggregate, for a linearizable read of it and for a commit. */
  about?: AggregateKey;
  /** Takes effect at once; asked at most once. */
  apply(): Promise<T>;
}

/** How a call gets to what is kept, and its answer back. */
export interface StoreWay {
  call<T>(call: StoreCall<T>): Promise<T>;
}

export interface SimStoreParts {
  inner: MemoryStore;
  way: StoreWay;
  nowMs(): number;
  /** What the store's machines say of their time; absent: they are this machine. */
  clocks?(): Promise<ClockReading[]>;
  /** Told of rows that were just stamped, and are on their way. */
  onAppend(rows: JournalRow[]): void;
  /** Told of what reached the disk. */
  onCommit(change: Change, sentAtMs: number): void;
  /** Told of a commit that another's had come before. */
  onConflict(): void;
  /** Told of what was written; states are told of by onCommit. */
  line(text: string): void;
}

export class SimStore implements Store {
  readonly #parts: SimStoreParts;

  constructor(parts: SimStoreParts) {
    this.#parts = parts;
  }

  get distant(): boolean {
    return this.#parts.inner.distant;
  }

  append(rows: JournalRow[]): Promise<ReadonlySet<WorkId>> {
    this.#parts.onAppend(rows);
    return this.#call('append', 'write', () => this.#parts.inner.append(rows));
  }

  load(key: AggregateKey): Promise<Loaded> {
    return this.#call('load', 'read', () => this.#parts.inner.load(key), key);
  }

  commit(change: Change): Promise<CommitResult> {
    const sentAtMs = this.#parts.nowMs();
    const apply = (): Promise<CommitResult> => {
      const before = this.#parts.inner.disk.aggregates.get(change.key)?.op ?? null;
      const result = this.#parts.inner.commit(change);
      const after = this.#parts.inner.disk.aggregates.get(change.key)?.op ?? null;
      if (after === change.op && before !== after) this.#parts.onCommit(change, sentAtMs);
      else this.#parts.onConflict();
      return result;
    };
    return this.#call('commit', 'commit', apply, change.key);
  }

  rows(
    key: AggregateKey,
    kind: string,
    options?: { prefix?: string; after?: string; reverse?: boolean; limit?: number },
  ): Promise<Row[]> {
    return this.#call('rows', 'read', () => this.#parts.inner.rows(key, kind, options));
  }

  writeDue(rows: DueRow[]): Promise<void> {
    return this.#call('writeDue', 'write', () => {
      this.#parts.line(`due: ${rows.map((row) => `${row.id} of ${row.aggregate}`).join(', ')}`);
      return this.#parts.inner.writeDue(rows);
    });
  }

  markDone(ids: WorkId[]): Promise<void> {
    return this.#call('markDone', 'mark', () => {
      this.#parts.line(`done: ${ids.join(', ')}`);
      return this.#parts.inner.markDone(ids);
    });
  }

  undone(ids: WorkId[]): Promise<Set<WorkId>> {
    return this.#call('undone', 'read', () => this.#parts.inner.undone(ids));
  }

  countTry(id: WorkId): Promise<number> {
    return this.#call('countTry', 'write', () => this.#parts.inner.countTry(id));
  }

  walkJournal(walk: Walk): Promise<Page<JournalRow>> {
    return this.#call('walkJournal', 'read', () => this.#parts.inner.walkJournal(walk));
  }

  journalRow(id: WorkId): Promise<JournalRow | null> {
    return this.#call('journalRow', 'read', () => this.#parts.inner.journalRow(id));
  }

  walkDue(walk: Walk & { untilMs: number }): Promise<Page<DueRow>> {
    return this.#call('walkDue', 'read', () => this.#parts.inner.walkDue(walk));
  }

  backlog(): Promise<{ journal: number; oldestJournalMs: number | null; due: number }> {
    return this.#call('backlog', 'read', () => this.#parts.inner.backlog());
  }

  reserveNumbers(count: number): Promise<number> {
    return this.#call('reserveNumbers', 'write', () => this.#parts.inner.reserveNumbers(count));
  }

  nameIncident(number: number, lineage: AggregateKey): Promise<void> {
    return this.#call('nameIncident', 'write', () => this.#parts.inner.nameIncident(number, lineage));
  }

  lineageOf(number: number): Promise<AggregateKey | null> {
    return this.#call('lineageOf', 'read', () => this.#parts.inner.lineageOf(number));
  }

  incidents(options: { open?: boolean; before?: number; limit: number }): Promise<IncidentEntry[]> {
    return this.#call('incidents', 'read', () => this.#parts.inner.incidents(options));
  }

  lastSeq(host: string): Promise<number | null> {
    return this.#call('lastSeq', 'read', () => this.#parts.inner.lastSeq(host));
  }

  takeSlot(job: string, slot: string): Promise<boolean> {
    return this.#call('takeSlot', 'write', () => this.#parts.inner.takeSlot(job, slot));
  }

  beat(beat: Beat): Promise<void> {
    return this.#call('beat', 'write', () => this.#parts.inner.beat(beat));
  }

  beats(): Promise<Beat[]> {
    return this.#call('beats', 'read', () => this.#parts.inner.beats());
  }

  clocks(): Promise<ClockReading[]> {
    const { clocks } = this.#parts;
    return this.#call('clocks', 'read', () => clocks?.() ?? this.#parts.inner.clocks());
  }

  purge(beforeMs: number, limit: number): Promise<Purged> {
    return this.#call('purge', 'write', () => this.#parts.inner.purge(beforeMs, limit));
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  #call<T>(name: string, kind: CallKind, apply: () => Promise<T>, about?: AggregateKey): Promise<T> {
    return this.#parts.way.call({ name, kind, apply, ...(about === undefined ? {} : { about }) });
  }
}
