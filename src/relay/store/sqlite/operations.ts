/** What the main thread can ask of the worker: one method a message name. Arguments and answers are cells, not objects. */
import type { DatabaseSync } from 'node:sqlite';
import type { WorkId } from '../port.ts';
import { AggregateTable } from './aggregate-table.ts';
import type { LoadedCells, RowCells } from './aggregate-table.ts';
import { BeatTable } from './beat-table.ts';
import type { BeatCells } from './beat-table.ts';
import { DueTable } from './due-table.ts';
import type { DueCells } from './due-table.ts';
import { IncidentTable } from './incident-table.ts';
import type { IncidentCells } from './incident-table.ts';
import { JournalTable } from './journal-table.ts';
import type { JournalCells, JournalFound } from './journal-table.ts';
import { MoveTable } from './move-table.ts';
import type { MovedTable } from './move-table.ts';
import { Purge } from './purge.ts';
import type { PurgedCells } from './purge.ts';
import type { Cell } from './query.ts';
import { SlotTable } from './slot-table.ts';

/** Items found and whether there are more behind them. */
export interface Found<T> {
  items: T[];
  more: boolean;
}

export class Operations {
  readonly #db: DatabaseSync;
  readonly #journal: JournalTable;
  readonly #due: DueTable;
  readonly #aggregates: AggregateTable;
  readonly #incidents: IncidentTable;
  readonly #slots: SlotTable;
  readonly #beats: BeatTable;
  readonly #purge: Purge;
  readonly #moves: MoveTable;

  constructor(db: DatabaseSync) {
    this.#db = db;
    this.#journal = new JournalTable(db);
    this.#due = new DueTable(db);
    this.#incidents = new IncidentTable(db);
    this.#aggregates = new AggregateTable(db, this.#incidents);
    this.#slots = new SlotTable(db);
    this.#beats = new BeatTable(db);
    this.#purge = new Purge(db);
    this.#moves = new MoveTable(db);
  }

  /** `cells`: JOURNAL_WIDTH for each row. The ids that had been there before. */
  append(cells: Cell[]): WorkId[] {
    return this.#journal.append(cells);
  }

  load(key: string): LoadedCells | null {
    return this.#aggregates.load(key);
  }

  /** False: conflict. `rows`: kind, key, body, ended each; `incidents`: number, lineage, open, body each. */
  commit(
    key: string,
    expect: string | null,
    op: string,
    state: string,
    nowMs: number,
    rows: Cell[],
    incidents: Cell[],
  ): boolean {
    return this.#aggregates.commit(key, expect, op, state, nowMs, rows, incidents);
  }

  /** Rows with lower <= key < upper. */
  rows(
    key: string,
    kind: string,
    lower: string,
    upper: Cell,
    reverse: boolean,
    limit: number,
  ): Found<RowCells> {
    return this.#aggregates.rows(key, kind, lower, upper, reverse, limit);
  }

  /** `cells`: DUE_WIDTH for each row. */
  writeDue(cells: Cell[]): void {
    this.#due.write(cells);
  }

  markDone(ids: WorkId[]): void {
    for (const id of ids) this.#work(id).markDone(id);
  }

  undone(ids: WorkId[]): WorkId[] {
    return ids.filter((id) => this.#work(id).isUndone(id));
  }

  countTry(id: WorkId): number {
    return this.#work(id).countTry(id);
  }

  /** `shards` as bits: see shards.ts. */
  walkJournal(shards: number, after: number, limit: number): Found<JournalFound> {
    return this.#journal.walk(shards, after, limit);
  }

  journalRow(id: WorkId): JournalCells | null {
    return this.#journal.row(id);
  }

  walkDue(shards: number, untilMs: number, afterMs: number, afterId: string, limit: number): Found<DueCells> {
    return this.#due.walk(shards, untilMs, afterMs, afterId, limit);
  }

  backlog(): [journal: number, oldestJournalMs: number | null, due: number] {
    return [...this.#journal.backlog(), this.#due.backlog()];
  }

  reserveNumbers(count: number): number {
    return this.#incidents.reserve(count);
  }

  nameIncident(number: number, lineage: string): void {
    this.#incidents.name(number, lineage);
  }

  lineageOf(number: number): string | null {
    return this.#incidents.lineageOf(number);
  }

  incidents(open: boolean | null, before: number, limit: number): Found<IncidentCells> {
    return this.#incidents.list(open, before, limit);
  }

  lastSeq(host: string): number | null {
    return this.#journal.lastSeq(host);
  }

  /** False: it was taken before. */
  takeSlot(job: string, slot: string): boolean {
    return this.#slots.take(job, slot);
  }

  beat(cells: BeatCells, seenMs: number, forgetBeforeMs: number): void {
    this.#beats.write(cells, seenMs, forgetBeforeMs);
  }

  beats(seenSinceMs: number): BeatCells[] {
    return this.#beats.since(seenSinceMs);
  }

  purge(beforeMs: number, limit: number): PurgedCells {
    return this.#purge.run(beforeMs, limit);
  }

  /** One table's rows beyond `after`, for a move; null: from its start. */
  moveRead(table: MovedTable, after: Cell[] | null): Found<Cell[]> {
    return this.#moves.read(table, after);
  }

  movePut(table: MovedTable, rows: Cell[][]): void {
    this.#moves.put(table, rows);
  }

  moveIsEmpty(): boolean {
    return this.#moves.isEmpty();
  }

  moveClear(): void {
    this.#moves.clear();
  }

  moveNotes(): [part: string, noteJson: string][] {
    return this.#moves.notes();
  }

  /** False: another move's note stands there, or, where this one's own must, none. */
  moveNote(part: string, id: string, noteJson: string, own: boolean): boolean {
    return this.#moves.note(part, id, noteJson, own);
  }

  moveForget(part: string, id: string): void {
    this.#moves.forget(part, id);
  }

  /** The file may not grow past so many pages; null: no limit. */
  limitPages(pages: number | null): void {
    this.#db.exec(`PRAGMA max_page_count = ${pages ?? 4_294_967_294}`);
  }

  /** Writes what operations have put off to the end of the transaction. */
  beforeCommit(): void {
    this.#journal.flushHosts();
  }

  #work(id: WorkId): JournalTable | DueTable {
    return id.startsWith('d:') ? this.#due : this.#journal;
  }
}
