/** The port's face on the main thread: turns rows into cells and back, and pages what is large. */
import { atLeastOne, toJson } from '../arguments.ts';
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
} from '../port.ts';
import { dueRow, incidentEntry, journalCells, journalRow } from './cells.ts';
import type { WorkerLink } from './link.ts';
import type { Cell } from './query.ts';
import { keyRange } from './range.ts';
import type { RowsOptions } from './range.ts';

export class SqliteStore implements Store {
  readonly #link: WorkerLink;
  readonly #nowMs: () => number;
  readonly #retentionMs: number;

  constructor(link: WorkerLink, nowMs: () => number, retentionMs: number) {
    this.#link = link;
    this.#nowMs = nowMs;
    this.#retentionMs = retentionMs;
  }

  async append(rows: JournalRow[]): Promise<void> {
    if (rows.length > 0) await this.#link.call('append', rows.flatMap(journalCells));
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
    const cells = rows.flatMap((row): Cell[] => [row.id, row.dueAtMs, row.aggregate, row.timer]);
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

  async walkJournal(after: number | null, limit: number): Promise<Page<JournalRow, number>> {
    const found = await this.#link.call('walkJournal', after ?? 0, atLeastOne('limit', limit));
    const items = found.items.map(([, ...cells]) => journalRow(cells));
    return { items, next: found.more ? (found.items.at(-1)?.[0] ?? null) : null };
  }

  async journalRow(id: WorkId): Promise<JournalRow | null> {
    const found = await this.#link.call('journalRow', id);
    return found === null ? null : journalRow(found);
  }

  async walkDue(
    untilMs: number,
    after: { dueAtMs: number; id: WorkId } | null,
    limit: number,
  ): Promise<Page<DueRow, { dueAtMs: number; id: WorkId }>> {
    atLeastOne('limit', limit);
    const found = await this.#link.call(
      'walkDue',
      untilMs,
      after?.dueAtMs ?? -Infinity,
      after?.id ?? '',
      limit,
    );
    const items = found.items.map(dueRow);
    const last = items.at(-1);
    return { items, next: found.more && last !== undefined ? { dueAtMs: last.dueAtMs, id: last.id } : null };
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
