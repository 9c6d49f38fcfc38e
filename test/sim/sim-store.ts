/**
 * A process's way to the disk: every call takes virtual time before and after it is applied, and may go wrong at either
 * point. A call of a process that has died is applied or not, and never answered.
 */
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
import { StoreFullError, StoreUnavailableError } from '../../src/relay/store/port.ts';
import type { MemoryStore } from './memory-store.ts';
import type { Faults } from './profile.ts';
import type { Prng } from './prng.ts';
import type { VirtualTime } from './virtual-time.ts';

export interface SimStoreParts {
  inner: MemoryStore;
  time: VirtualTime;
  draw: Prng;
  /** The faults of the moment; none once they have stopped. */
  faults(): Faults;
  full(): boolean;
  dead(): boolean;
  crash(why: string): void;
  /** Told of what reached the disk. */
  onCommit(change: Change, sentAtMs: number): void;
  /** Told of what was written and what failed; states are told of by onCommit. */
  line(text: string): void;
}

/** How late a dead process's commit may land. */
const LATE_COMMIT_MS = 40_000;

type Kind = 'read' | 'write' | 'commit' | 'mark';

export class SimStore implements Store {
  readonly #parts: SimStoreParts;

  constructor(parts: SimStoreParts) {
    this.#parts = parts;
  }

  get distant(): boolean {
    return this.#parts.inner.distant;
  }

  append(rows: JournalRow[]): Promise<ReadonlySet<WorkId>> {
    return this.#call('append', 'write', () => this.#parts.inner.append(rows));
  }

  load(key: AggregateKey): Promise<Loaded> {
    return this.#call('load', 'read', () => this.#parts.inner.load(key));
  }

  commit(change: Change): Promise<CommitResult> {
    const sentAtMs = this.#parts.time.nowMs;
    return this.#call('commit', 'commit', () => {
      const before = this.#parts.inner.disk.aggregates.get(change.key)?.op ?? null;
      const result = this.#parts.inner.commit(change);
      const after = this.#parts.inner.disk.aggregates.get(change.key)?.op ?? null;
      if (after === change.op && before !== after) this.#parts.onCommit(change, sentAtMs);
      return result;
    });
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
    return this.#call('clocks', 'read', () => this.#parts.inner.clocks());
  }

  purge(beforeMs: number, limit: number): Promise<Purged> {
    return this.#call('purge', 'write', () => this.#parts.inner.purge(beforeMs, limit));
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  #call<T>(name: string, kind: Kind, apply: () => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#parts.time.schedule(this.#latencyMs(), () => this.#arrive(name, kind, apply, resolve, reject));
    });
  }

  #arrive<T>(
    name: string,
    kind: Kind,
    apply: () => Promise<T>,
    resolve: (value: T | Promise<T>) => void,
    reject: (error: Error) => void,
  ): void {
    const { draw, line } = this.#parts;
    if (this.#parts.dead()) {
      // Sent before the process died: a write may still land, a commit even when the next process has begun its work.
      if (kind === 'read' || draw.chance(0.5)) return;
      const land = (): void => void apply().catch(() => line('a late write was refused'));
      if (kind === 'commit') this.#parts.time.schedule(draw.int(0, LATE_COMMIT_MS), land);
      else land();
      return;
    }
    const fault = this.#draw(kind);
    switch (fault) {
      case 'crash-before':
        this.#parts.crash(`before ${name} was applied`);
        return;
      case 'full':
        this.#answer(() => reject(new StoreFullError('the disk is full')));
        return;
      case 'refused':
        line(`FAULT ${name} fails, nothing applied`);
        this.#answer(() => reject(new StoreUnavailableError('the store is out of reach')));
        return;
      case 'unknown-not-applied':
        line(`FAULT ${name} answers unknown, not applied`);
        this.#answer(() => resolve('unknown' as T));
        return;
      default:
        break;
    }
    const applied = apply();
    switch (fault) {
      case 'crash-after':
        applied.catch(() => line(`${name} was refused`));
        this.#parts.crash(`after ${name} was applied`);
        return;
      case 'applied-then-refused':
        line(`FAULT ${name} is applied and then fails`);
        applied.catch(() => line(`${name} was refused`));
        this.#answer(() => reject(new StoreUnavailableError('the answer was lost')));
        return;
      case 'unknown-applied':
        line(`FAULT ${name} answers unknown, applied unless there is a conflict`);
        applied.catch(() => line(`${name} was refused`));
        this.#answer(() => resolve('unknown' as T));
        return;
      default:
        this.#answer(() => resolve(applied));
    }
  }

  #answer(give: () => void): void {
    this.#parts.time.schedule(this.#latencyMs(), () => {
      if (!this.#parts.dead()) give();
    });
  }

  #draw(
    kind: Kind,
  ):
    | 'none'
    | 'crash-before'
    | 'crash-after'
    | 'full'
    | 'refused'
    | 'applied-then-refused'
    | 'unknown-applied'
    | 'unknown-not-applied' {
    const { draw } = this.#parts;
    const faults = this.#parts.faults();
    if (draw.chance(faults.crash)) return draw.chance(0.5) ? 'crash-before' : 'crash-after';
    if (kind !== 'read' && this.#parts.full()) return 'full';
    if (kind === 'mark' && draw.chance(faults.lostMarks)) {
      return draw.chance(0.5) ? 'refused' : 'applied-then-refused';
    }
    if (draw.chance(faults.unavailable)) {
      return kind === 'read' || draw.chance(0.5) ? 'refused' : 'applied-then-refused';
    }
    if (kind === 'commit' && draw.chance(faults.unknownCommit)) {
      return draw.chance(0.5) ? 'unknown-applied' : 'unknown-not-applied';
    }
    return 'none';
  }

  #latencyMs(): number {
    const { draw } = this.#parts;
    const { slowStoreMs } = this.#parts.faults();
    if (slowStoreMs > 0 && draw.chance(0.05)) return draw.int(1, slowStoreMs);
    return draw.next() * 2;
  }
}
