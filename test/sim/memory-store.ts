/**
 * A whole store in memory: for the simulation, and as the plain model the contract suite compares engines with.
 * Deterministic: no clock but the one given, no timers; each call takes effect at once and answers on a microtask.
 */
import { atLeastOne, toJson } from '../../src/relay/store/arguments.ts';
import { BEATS_KEPT_MS } from '../../src/relay/store/beats.ts';
import { dueCursor, duePosition, journalCursor, journalPosition } from '../../src/relay/store/cursors.ts';
import { shardOf } from '../../src/relay/store/places.ts';
import { StoreUnavailableError } from '../../src/relay/store/port.ts';
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
import { compareText } from '../../src/relay/store/text-order.ts';
import { emptyDisk } from './memory-disk.ts';
import type { DiskBeat, DiskIncident, DiskJournalRow, MemoryDisk } from './memory-disk.ts';
import { purgeDisk } from './memory-purge.ts';

const entryOf = (kept: DiskIncident): IncidentEntry => ({
  number: kept.number,
  lineage: kept.lineage,
  open: kept.open,
  body: JSON.parse(kept.bodyJson),
});

const journalRowOf = (kept: DiskJournalRow): JournalRow => ({
  id: kept.id,
  shard: kept.shard,
  stamp: { ...kept.stamp },
  input: JSON.parse(kept.inputJson),
  raw: kept.raw === null ? null : new Uint8Array(kept.raw),
});

const pageOf = <T>(found: T[], limit: number, cursor: (last: T) => string): Page<T> => {
  const items = found.slice(0, limit);
  const last = items.at(-1);
  return { items, next: found.length > limit && last !== undefined ? cursor(last) : null };
};

export class MemoryStore implements Store {
  /** Everything there is. Open another MemoryStore on it, or on a structuredClone of it, to start again after a crash. */
  readonly disk: MemoryDisk;
  readonly distant: boolean;
  readonly #nowMs: () => number;
  #closed = false;

  /**
   * `nowMs`: wall time, noted on each commit so that purge knows what is old. `distant`: it passes for a store beyond a
   * network, whose conflicts bring what is there.
   */
  constructor(options: { nowMs: () => number; disk?: MemoryDisk; distant?: boolean }) {
    this.disk = options.disk ?? emptyDisk();
    this.distant = options.distant ?? false;
    this.#nowMs = options.nowMs;
  }

  async append(rows: JournalRow[]): Promise<ReadonlySet<WorkId>> {
    const disk = this.#open();
    // Everything is read before anything is kept, so that a row that can't be kept leaves nothing behind.
    const kept = rows.map((row) => ({ ...journalBase(row), inputJson: toJson(row.input) }));
    const known = new Set(rows.map(({ id }) => id).filter((id) => disk.journal.has(id.toWellFormed())));
    for (const row of kept) {
      const { host, seq } = row.stamp;
      disk.lastSeq.set(host, Math.max(seq, disk.lastSeq.get(host) ?? seq));
      if (disk.journal.has(row.id)) continue;
      const entry: DiskJournalRow = { ...row, position: disk.nextPosition, done: false, tries: 0 };
      disk.nextPosition += 1;
      disk.journal.set(entry.id, entry);
      disk.journalUndone.set(entry.id, entry);
    }
    return known;
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
    if ((before?.op ?? null) !== change.expect) {
      return this.distant ? { conflict: await this.load(change.key) } : 'conflict';
    }

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
        shard: shardOf(aggregate),
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

  async walkJournal({ shards, after, limit }: Walk): Promise<Page<JournalRow>> {
    atLeastOne('limit', limit);
    const from = journalPosition(after);
    const found: DiskJournalRow[] = [];
    for (const row of this.#open().journalUndone.values()) {
      if (row.position <= from || !shards.includes(row.shard)) continue;
      found.push(row);
      if (found.length > limit) break;
    }
    const page = pageOf(found, limit, (last) => journalCursor(last.position));
    return { items: page.items.map(journalRowOf), next: page.next };
  }

  async journalRow(id: WorkId): Promise<JournalRow | null> {
    const kept = this.#open().journal.get(id.toWellFormed());
    return kept === undefined ? null : journalRowOf(kept);
  }

  async walkDue({ shards, after, limit, untilMs }: Walk & { untilMs: number }): Promise<Page<DueRow>> {
    atLeastOne('limit', limit);
    const from = duePosition(after);
    const order = (a: { dueAtMs: number; id: WorkId }, b: { dueAtMs: number; id: WorkId }): number =>
      a.dueAtMs - b.dueAtMs || compareText(a.id, b.id);
    const found = [...this.#open().dueUndone.values()]
      .filter((row) => row.dueAtMs <= untilMs && order(row, from) > 0 && shards.includes(row.shard))
      .sort(order)
      .map(({ id, dueAtMs, aggregate, timer }): DueRow => ({ id, dueAtMs, aggregate, timer }));
    return pageOf(found, limit, dueCursor);
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

  async takeSlot(job: string, slot: string): Promise<boolean> {
    const { slots } = this.#open();
    const taken = slots.get(job.toWellFormed()) ?? new Set<string>();
    if (taken.has(slot.toWellFormed())) return false;
    slots.set(job.toWellFormed(), taken.add(slot.toWellFormed()));
    return true;
  }

  async beat({ info, ...beat }: Beat): Promise<void> {
    const { beats } = this.#open();
    const lives = beats.get(beat.host) ?? new Map<string, DiskBeat>();
    beats.set(beat.host, lives);
    if (beat.count <= (lives.get(beat.life)?.count ?? -Infinity)) return;
    lives.set(beat.life, { ...beat, infoJson: toJson(info), seenMs: this.#nowMs() });
  }

  async beats(): Promise<Beat[]> {
    const sinceMs = this.#nowMs() - BEATS_KEPT_MS;
    return [...this.#open().beats.values()]
      .flatMap((lives) => [...lives.values()])
      .filter(({ seenMs }) => seenMs >= sinceMs)
      .map(({ host, life, count, firstSeq, infoJson }) => ({
        host,
        life,
        count,
        firstSeq,
        info: JSON.parse(infoJson) as unknown,
      }));
  }

  async clocks(): Promise<ClockReading[]> {
    return [];
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

function journalBase(row: JournalRow): Pick<DiskJournalRow, 'id' | 'shard' | 'stamp' | 'raw'> {
  return {
    id: row.id.toWellFormed(),
    shard: row.shard,
    stamp: { ...row.stamp, host: row.stamp.host.toWellFormed() },
    raw: row.raw === null ? null : new Uint8Array(row.raw),
  };
}
