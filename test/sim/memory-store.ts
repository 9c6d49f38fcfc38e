/**
 * A whole store in memory: for the simulation, and as the plain model the contract suite compares engines with.
 * Deterministic: no clock but the one given, no timers; each call takes effect at once and answers on a microtask.
 */
import { atLeastOne, toJson } from '../../src/relay/store/arguments.ts';
import { StoreUnavailableError } from '../../src/relay/store/port.ts';
import type {
  AggregateKey,
  Change,
  CommitResult,
  DueRow,
  IncidentEntry,
  JournalRow,
  Loaded,
  Page,
  Purged,
  Row,
  Store,
  WorkId,
} from '../../src/relay/store/port.ts';
import { compareText } from '../../src/relay/store/text-order.ts';
import { emptyDisk } from './memory-disk.ts';
import type { DiskIncident, DiskJournalRow, MemoryDisk } from './memory-disk.ts';
import { purgeDisk } from './memory-purge.ts';

const entryOf = (kept: DiskIncident): IncidentEntry => ({
  number: kept.number,
  lineage: kept.lineage,
  open: kept.open,
  body: JSON.parse(kept.bodyJson),
});

const journalRowOf = (kept: DiskJournalRow): JournalRow => ({
  id: kept.id,
  stamp: { ...kept.stamp },
  input: JSON.parse(kept.inputJson),
  raw: kept.raw === null ? null : new Uint8Array(kept.raw),
});

const pageOf = <T, C>(found: T[], limit: number, cursor: (last: T) => C): Page<T, C> => {
  const items = found.slice(0, limit);
  const last = items.at(-1);
  return { items, next: found.length > limit && last !== undefined ? cursor(last) : null };
};

export class MemoryStore implements Store {
  /** Everything there is. Open another MemoryStore on it, or on a structuredClone of it, to start again after a crash. */
  readonly disk: MemoryDisk;
  readonly #nowMs: () => number;
  #closed = false;

  /** `nowMs`: wall time, noted on each commit so that purge knows what is old. */
  constructor(options: { nowMs: () => number; disk?: MemoryDisk }) {
    this.disk = options.disk ?? emptyDisk();
    this.#nowMs = options.nowMs;
  }

  async append(rows: JournalRow[]): Promise<void> {
    const disk = this.#open();
    // Everything is read before anything is kept, so that a row that can't be kept leaves nothing behind.
    const kept = rows.map((row) => ({ ...journalBase(row), inputJson: toJson(row.input) }));
    for (const row of kept) {
      const { host, seq } = row.stamp;
      disk.lastSeq.set(host, Math.max(seq, disk.lastSeq.get(host) ?? seq));
      if (disk.journal.has(row.id)) continue;
      const entry: DiskJournalRow = { ...row, position: disk.nextPosition, done: false, tries: 0 };
      disk.nextPosition += 1;
      disk.journal.set(entry.id, entry);
      disk.journalUndone.set(entry.id, entry);
    }
  }

  async load(key: AggregateKey): Promise<Loaded> {
    const kept = this.#open().aggregates.get(key.toWellFormed());
    return { key, op: kept?.op ?? null, state: kept === undefined ? null : JSON.parse(kept.stateJson) };
  }

  async commit(change: Change): Promise<CommitResult> {
    const disk = this.#open();
    const key = change.key.toWellFormed();
    const stateJson = toJson(change.state);
    const rows = change.rows.map((row) => ({ ...row, bodyJson: toJson(row.body) }));
    const incidents = change.incidents.map((entry) => ({ ...entry, bodyJson: toJson(entry.body) }));
    const before = disk.aggregates.get(key);
    if ((before?.op ?? null) !== change.expect) return 'conflict';

    const kinds = before?.rows ?? new Map<string, Map<string, string>>();
    const ended = before?.ended ?? new Map<string, Map<string, number>>();
    for (const row of rows) {
      const kind = row.kind.toWellFormed();
      const ofKind = kinds.get(kind) ?? new Map<string, string>();
      const at = row.key.toWellFormed();
      kinds.set(kind, ofKind.set(at, row.bodyJson));
      const endedOfKind = ended.get(kind) ?? new Map<string, number>();
      ended.set(kind, endedOfKind);
      if (row.endedAtMs === undefined) endedOfKind.delete(at);
      else endedOfKind.set(at, row.endedAtMs);
    }
    for (const { number, lineage, open, bodyJson } of incidents) {
      disk.incidents.set(number, { number, lineage: lineage.toWellFormed(), open, bodyJson });
    }
    disk.aggregates.set(key, { op: change.op, stateJson, touchedMs: this.#nowMs(), rows: kinds, ended });
    return 'applied';
  }

  async rows(
    key: AggregateKey,
    kind: string,
    options: { prefix?: string; after?: string; reverse?: boolean; limit?: number } = {},
  ): Promise<Row[]> {
    const limit = options.limit === undefined ? undefined : atLeastOne('limit', options.limit);
    const prefix = options.prefix?.toWellFormed() ?? '';
    const after = options.after?.toWellFormed();
    const sign = options.reverse === true ? -1 : 1;
    const kept = this.#open().aggregates.get(key.toWellFormed())?.rows.get(kind.toWellFormed());
    return [...(kept ?? [])]
      .filter(([at]) => at.startsWith(prefix) && (after === undefined || compareText(at, after) * sign > 0))
      .sort(([a], [b]) => compareText(a, b) * sign)
      .slice(0, limit)
      .map(([at, bodyJson]) => ({ kind, key: at, body: JSON.parse(bodyJson) }));
  }

  async writeDue(rows: DueRow[]): Promise<void> {
    const disk = this.#open();
    for (const row of rows) {
      const id = row.id.toWellFormed();
      if (disk.due.has(id)) continue;
      const { dueAtMs, aggregate, timer } = row;
      const kept = {
        id,
        dueAtMs,
        aggregate: aggregate.toWellFormed(),
        timer: timer.toWellFormed(),
        done: false,
        tries: 0,
      };
      disk.due.set(id, kept);
      disk.dueUndone.set(id, kept);
    }
  }

  async markDone(ids: WorkId[]): Promise<void> {
    const disk = this.#open();
    for (const id of ids) {
      const row = this.#work(id);
      if (row === undefined) continue;
      row.done = true;
      disk.journalUndone.delete(row.id);
      disk.dueUndone.delete(row.id);
    }
  }

  async undone(ids: WorkId[]): Promise<Set<WorkId>> {
    this.#open();
    return new Set(ids.filter((id) => this.#work(id)?.done === false));
  }

  async countTry(id: WorkId): Promise<number> {
    this.#open();
    const row = this.#work(id);
    if (row === undefined) return 0;
    row.tries += 1;
    return row.tries;
  }

  async walkJournal(after: number | null, limit: number): Promise<Page<JournalRow, number>> {
    atLeastOne('limit', limit);
    const found: DiskJournalRow[] = [];
    for (const row of this.#open().journalUndone.values()) {
      if (after !== null && row.position <= after) continue;
      found.push(row);
      if (found.length > limit) break;
    }
    const page = pageOf(found, limit, (last) => last.position);
    return { items: page.items.map(journalRowOf), next: page.next };
  }

  async journalRow(id: WorkId): Promise<JournalRow | null> {
    const kept = this.#open().journal.get(id.toWellFormed());
    return kept === undefined ? null : journalRowOf(kept);
  }

  async walkDue(
    untilMs: number,
    after: { dueAtMs: number; id: WorkId } | null,
    limit: number,
  ): Promise<Page<DueRow, { dueAtMs: number; id: WorkId }>> {
    atLeastOne('limit', limit);
    const order = (a: { dueAtMs: number; id: WorkId }, b: { dueAtMs: number; id: WorkId }): number =>
      a.dueAtMs - b.dueAtMs || compareText(a.id, b.id);
    const found = [...this.#open().dueUndone.values()]
      .filter((row) => row.dueAtMs <= untilMs && (after === null || order(row, after) > 0))
      .sort(order)
      .map(({ id, dueAtMs, aggregate, timer }): DueRow => ({ id, dueAtMs, aggregate, timer }));
    return pageOf(found, limit, ({ dueAtMs, id }) => ({ dueAtMs, id }));
  }

  async backlog(): Promise<{ journal: number; oldestJournalMs: number | null; due: number }> {
    const { journalUndone, dueUndone } = this.#open();
    let oldestJournalMs: number | null = null;
    for (const { stamp } of journalUndone.values())
      oldestJournalMs = Math.min(stamp.atMs, oldestJournalMs ?? stamp.atMs);
    return { journal: journalUndone.size, oldestJournalMs, due: dueUndone.size };
  }

  async reserveNumbers(count: number): Promise<number> {
    const disk = this.#open();
    const first = disk.nextNumber;
    disk.nextNumber += atLeastOne('count', count);
    return first;
  }

  async nameIncident(number: number, lineage: AggregateKey): Promise<void> {
    this.#open().names.set(number, lineage.toWellFormed());
  }

  async lineageOf(number: number): Promise<AggregateKey | null> {
    return this.#open().names.get(number) ?? null;
  }

  async incidents(options: { open?: boolean; before?: number; limit: number }): Promise<IncidentEntry[]> {
    atLeastOne('limit', options.limit);
    return [...this.#open().incidents.values()]
      .filter((entry) => options.open === undefined || entry.open === options.open)
      .filter((entry) => options.before === undefined || entry.number < options.before)
      .sort((a, b) => b.number - a.number)
      .slice(0, options.limit)
      .map(entryOf);
  }

  async lastSeq(host: string): Promise<number | null> {
    return this.#open().lastSeq.get(host.toWellFormed()) ?? null;
  }

  async purge(beforeMs: number, limit: number): Promise<Purged> {
    return purgeDisk(this.#open(), beforeMs, atLeastOne('limit', limit));
  }

  async close(): Promise<void> {
    this.#closed = true;
  }

  #open(): MemoryDisk {
    if (this.#closed) throw new StoreUnavailableError('the store is closed');
    return this.disk;
  }

  #work(id: WorkId): { id: WorkId; done: boolean; tries: number } | undefined {
    const known = id.toWellFormed();
    return this.disk.journal.get(known) ?? this.disk.due.get(known);
  }
}

function journalBase(row: JournalRow): Pick<DiskJournalRow, 'id' | 'stamp' | 'raw'> {
  return {
    id: row.id.toWellFormed(),
    stamp: { ...row.stamp, host: row.stamp.host.toWellFormed() },
    raw: row.raw === null ? null : new Uint8Array(row.raw),
  };
}
