/** The port's face on the main thread: turns rows into cells and back, and pages what is large. */
import { atLeastOne, toJson } from '../arguments.ts';
import { BEATS_KEPT_MS } from '../beats.ts';
import { dueCursor, duePosition, journalCursor, journalPosition } from '../cursors.ts';
import { shardOf } from '../places.ts';
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
} from '../port.ts';
import { beat, beatCells, dueRow, incidentEntry, journalCells, journalRow } from './cells.ts';
import type { WorkerLink } from './link.ts';
import { SqliteMoving } from './moving.ts';
import type { Cell } from './query.ts';
import { keyRange } from './range.ts';
import type { RowsOptions } from './range.ts';
import { shardBits } from './shards.ts';

export class SqliteStore implements Store {
  readonly distant = false;
  /** For moves to another store, and from one. */
  readonly moving: SqliteMoving;
  readonly #link: WorkerLink;
  readonly #nowMs: () => number;
  readonly #retentionMs: number;

  constructor(link: WorkerLink, nowMs: () => number, retentionMs: number) {
    this.#link = link;
    this.moving = new SqliteMoving(link, nowMs);
    this.#nowMs = nowMs;
    this.#retentionMs = retentionMs;
  }

  async append(rows: JournalRow[]): Promise<ReadonlySet<WorkId>> {
    return new Set(rows.length > 0 ? await this.#link.call('append', rows.flatMap(journalCells)) : []);
  }

  async load(key: AggregateKey): Promise<Loaded> {
    const found = await this.#link.call('load', key);
    if (found === null) return { key, op: null, state: null };
    return { key, op: found[0], state: JSON.parse(found[1]) };
  }

  async commit(change: Change): Promise<CommitResult> {
    const rows: Cell[] = [];
    for (const { kind, key, body, endedAtMs } of change.rows)
      rows.push(kind, key, toJson(body), endedAtMs ?? null);
    const incidents: Cell[] = [];
    for (const { number, lineage, open, body } of change.incidents) {
      incidents.push(number, lineage, open ? 1 : 0, toJson(body));
    }
    const { key, expect, op, state } = change;
    const applied = await this.#link.call(
      'commit',
      key,
      expect,
      op,
      toJson(state),
      this.#nowMs(),
      rows,
      incidents,
    );
    return applied ? 'applied' : 'conflict';
  }

  async rows(key: AggregateKey, kind: string, options: RowsOptions = {}): Promise<Row[]> {
    const limit = options.limit === undefined ? Infinity : atLeastOne('limit', options.limit);
    const reverse = options.reverse === true;
    const rows: Row[] = [];
    let after = options.after;
    for (;;) {
      const { lower, upper } = keyRange({ ...options, ...(after === undefined ? {} : { after }) });
      const found = await this.#link.call('rows', key, kind, lower, upper, reverse, limit - rows.length);
      for (const [at, bodyJson] of found.items) rows.push({ kind, key: at, body: JSON.parse(bodyJson) });
      after = rows.at(-1)?.key;
      if (!found.more || rows.length >= limit) return rows;
    }
  }

  async writeDue(rows: DueRow[]): Promise<void> {
    if (rows.length === 0) return;
    const cells = rows.flatMap((row): Cell[] => [
      row.id,
      shardOf(row.aggregate),
      row.dueAtMs,
      row.aggregate,
      row.timer,
    ]);
    await this.#link.call('writeDue', cells);
  }

  async markDone(ids: WorkId[]): Promise<void> {
    if (ids.length > 0) await this.#link.call('markDone', ids);
  }

  async undone(ids: WorkId[]): Promise<Set<WorkId>> {
    return new Set(ids.length > 0 ? await this.#link.call('undone', ids) : []);
  }

  countTry(id: WorkId): Promise<number> {
    return this.#link.call('countTry', id);
  }

  /** Undone rows have an index of their own, so that every walk is whole and costs no more for it. */
  async walkJournal({ shards, after, limit }: Walk): Promise<Page<JournalRow>> {
    atLeastOne('limit', limit);
    const found = await this.#link.call('walkJournal', shardBits(shards), journalPosition(after), limit);
    const items = found.items.map(([, ...cells]) => journalRow(cells));
    const last = found.items.at(-1);
    return { items, next: found.more && last !== undefined ? journalCursor(last[0]) : null };
  }

  async journalRow(id: WorkId): Promise<JournalRow | null> {
    const found = await this.#link.call('journalRow', id);
    return found === null ? null : journalRow(found);
  }

  async walkDue({ shards, after, limit, untilMs }: Walk & { untilMs: number }): Promise<Page<DueRow>> {
    atLeastOne('limit', limit);
    const { dueAtMs, id } = duePosition(after);
    const found = await this.#link.call('walkDue', shardBits(shards), untilMs, dueAtMs, id, limit);
    const items = found.items.map(dueRow);
    const last = items.at(-1);
    return { items, next: found.more && last !== undefined ? dueCursor(last) : null };
  }

  async backlog(): Promise<{ journal: number; oldestJournalMs: number | null; due: number }> {
    const [journal, oldestJournalMs, due] = await this.#link.call('backlog');
    return { journal, oldestJournalMs, due };
  }

  async reserveNumbers(count: number): Promise<number> {
    return this.#link.call('reserveNumbers', atLeastOne('count', count));
  }

  async nameIncident(number: number, lineage: AggregateKey): Promise<void> {
    await this.#link.call('nameIncident', number, lineage);
  }

  lineageOf(number: number): Promise<AggregateKey | null> {
    return this.#link.call('lineageOf', number);
  }

  async incidents(options: { open?: boolean; before?: number; limit: number }): Promise<IncidentEntry[]> {
    const limit = atLeastOne('limit', options.limit);
    const entries: IncidentEntry[] = [];
    let before = options.before ?? Infinity;
    for (;;) {
      const found = await this.#link.call('incidents', options.open ?? null, before, limit - entries.length);
      for (const cells of found.items) entries.push(incidentEntry(cells));
      before = entries.at(-1)?.number ?? before;
      if (!found.more || entries.length >= limit) return entries;
    }
  }

  lastSeq(host: string): Promise<number | null> {
    return this.#link.call('lastSeq', host);
  }

  takeSlot(job: string, slot: string): Promise<boolean> {
    return this.#link.call('takeSlot', job, slot);
  }

  async beat(sign: Beat): Promise<void> {
    const nowMs = this.#nowMs();
    await this.#link.call('beat', beatCells(sign), nowMs, nowMs - BEATS_KEPT_MS);
  }

  async beats(): Promise<Beat[]> {
    return (await this.#link.call('beats', this.#nowMs() - BEATS_KEPT_MS)).map(beat);
  }

  async clocks(): Promise<ClockReading[]> {
    return [];
  }

  async purge(beforeMs: number, limit: number): Promise<Purged> {
    // A done row that went too early could be written again and fire a second time (rule 3).
    const keepFromMs = this.#retentionMs > 0 ? this.#nowMs() - this.#retentionMs : Infinity;
    const [work, lineages, rows] = await this.#link.call(
      'purge',
      Math.min(beforeMs, keepFromMs),
      atLeastOne('limit', limit),
    );
    return { work, lineages, rows };
  }

  /** Lets the file grow to so many pages only, as a full disk would; null: as far as it likes. For tests and drills. */
  limitPages(pages: number | null): Promise<void> {
    return this.#link.call('limitPages', pages);
  }

  close(): Promise<void> {
    return this.#link.close();
  }
}
