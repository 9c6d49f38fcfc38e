/** Everything in the keyspace, for a move to another store. */
import { journalShard } from '../moving.ts';
import type { DuePiece, IncidentPiece, JournalPiece, Piece, RowPiece } from '../moving.ts';
import { ALL_SHARDS } from '../places.ts';
import { INCIDENT_KIND, NOT_ENDED_MS } from './aggregates.ts';
import type { KeptEntry } from './aggregates.ts';
import { mapAtOnce } from './at-once.ts';
import { bytesOrNull, isTrue, numberOf, numberOrNull, textOf, textOrNull } from './cells.ts';
import type { Cells } from './cells.ts';
import type { Due } from './due.ts';
import type { Journal } from './journal.ts';
import { EPOCH, FIRST_NUMBER, INCIDENT_NUMBERS, SEQS_OF_AN_EPOCH } from './numbers.ts';
import { comparePositions, placeById } from './place.ts';
import type { Place } from './place.ts';
import { isSamePlace } from './seen.ts';
import type { Seen } from './seen.ts';
import type { Session } from './session.ts';
import type { WorkTable } from './work-rows.ts';

const PAGE_ROWS = 300;
const PAGE_BYTES = 2 * 1024 ** 2;

const SCANNED: Record<WorkTable, string> = {
  journal: 'at_ms, seq, id, done, size_bytes',
  due: 'at_ms, seq, id, done, size_bytes, due_ms, aggregate, timer',
};

/** A work row as a scan sees it. */
export type Kept = Place & { sizeBytes: number; isDone: boolean; cells: Cells };

export interface ReadParts {
  session: Session;
  seen: Seen;
  journal: Journal;
  due: Due;
}

/** In pages of bounded size; nothing else may write meanwhile. Rejects with StoreUnavailableError. */
export async function* readPieces(parts: ReadParts): AsyncGenerator<Piece[]> {
  const { session } = parts;
  yield* counters(session);
  yield* slots(session);
  yield* names(session);
  yield* aggregates(session);
  yield* workRows(parts, 'journal', ALL);
  yield* workRows(parts, 'due', ALL);
  yield* tries(parts);
}

export const counters = (session: Session): AsyncGenerator<Piece[]> =>
  ofTable(session, 'SELECT name, value FROM counters', counterPiece);

export const slots = (session: Session): AsyncGenerator<Piece[]> =>
  ofTable(session, 'SELECT job, slot FROM slots', (cells) => [
    { kind: 'slot', job: textOf(cells, 'job'), slot: textOf(cells, 'slot') },
  ]);

export const names = (session: Session): AsyncGenerator<Piece[]> =>
  ofTable(session, 'SELECT number, lineage FROM names', (cells) => {
    const lineage = textOrNull(cells, 'lineage');
    return lineage === null ? [] : [{ kind: 'name', number: numberOf(cells, 'number'), lineage }];
  });

async function* ofTable(
  session: Session,
  query: string,
  piecesOf: (cells: Cells) => Piece[],
): AsyncGenerator<Piece[]> {
  for await (const page of session.pages(query, [], PAGE_ROWS)) {
    const pieces = page.flatMap(piecesOf);
    if (pieces.length > 0) yield pieces;
  }
}

function counterPiece(cells: Cells): Piece[] {
  const name = textOf(cells, 'name');
  const value = numberOrNull(cells, 'value');
  if (value === null) return [];
  if (name === INCIDENT_NUMBERS) return [{ kind: 'numbers', next: FIRST_NUMBER + value }];
  if (!name.startsWith(EPOCH)) return [];
  // All that its present epoch may have given.
  return [{ kind: 'host', host: name.slice(EPOCH.length), lastSeq: value * SEQS_OF_AN_EPOCH }];
}

async function* aggregates(session: Session): AsyncGenerator<Piece[]> {
  const heads = 'SELECT DISTINCT key, op, state, touched_ms FROM aggregates';
  for await (const page of session.pages(heads, [], PAGE_ROWS)) {
    // What a deletion left behind has no op.
    const living = page.filter((cells) => textOrNull(cells, 'op') !== null);
    yield living.map((cells) => ({
      kind: 'aggregate',
      key: textOf(cells, 'key'),
      op: textOf(cells, 'op'),
      state: textOf(cells, 'state'),
      touchedMs: numberOf(cells, 'touched_ms'),
    }));
    for (const cells of living) yield* rowsOf(session, textOf(cells, 'key'), textOf(cells, 'op'));
  }
}

async function* rowsOf(session: Session, aggregate: string, op: string): AsyncGenerator<Piece[]> {
  const query = 'SELECT kind, row_key, body, ended_ms FROM aggregates WHERE key = ?';
  for await (const page of session.pages(query, [aggregate], PAGE_ROWS)) {
    const pieces = page.flatMap((cells) => rowPiece(aggregate, op, cells));
    if (pieces.length > 0) yield pieces;
  }
}

/** A keyed row, or an incident's list entry. */
export function rowPiece(aggregate: string, op: string, cells: Cells): (RowPiece | IncidentPiece)[] {
  const rowKind = textOrNull(cells, 'kind');
  // The statics of a partition without rows come as one row of nothing.
  if (rowKind === null) return [];
  const body = textOf(cells, 'body');
  const key = textOf(cells, 'row_key');
  if (rowKind === INCIDENT_KIND) {
    const { lineage, open, body: entry } = JSON.parse(body) as KeptEntry;
    return [
      { kind: 'incident', number: Number(key), lineage, op, open, body: JSON.stringify(entry) ?? 'null' },
    ];
  }
  const endedMs = numberOf(cells, 'ended_ms');
  return [
    { kind: 'row', aggregate, op, rowKind, key, body, endedMs: endedMs === NOT_ENDED_MS ? null : endedMs },
  ];
}

/** Which work rows are read, by what is known of them before that. */
export type Wanted = (kept: Kept) => boolean;

const ALL: Wanted = () => true;

/** Hour by hour and in order of time, since another store may keep the order in which rows come to it. */
export async function* workRows(
  { session, seen }: ReadParts,
  table: WorkTable,
  isWanted: Wanted,
): AsyncGenerator<(JournalPiece | DuePiece)[]> {
  const pieceOf = async (kept: Kept): Promise<JournalPiece | DuePiece | null> =>
    table === 'due' ? duePiece(kept) : journalPiece(session, kept);
  const hours = new Map<number, number[]>();
  for (const shard of ALL_SHARDS) {
    const rows = await session.read('SELECT bucket FROM partitions WHERE kind = ? AND shard = ?', [
      table,
      shard,
    ]);
    for (const cells of rows) {
      const bucket = numberOf(cells, 'bucket');
      hours.set(bucket, [...(hours.get(bucket) ?? []), shard]);
    }
  }
  for (const [bucket, shards] of [...hours].sort(([a], [b]) => a - b)) {
    const found = (await mapAtOnce(shards, (shard) => keptIn(session, table, bucket, shard)))
      .flat()
      .filter(isWanted);
    const counted = await mapAtOnce(found.sort(comparePositions), async (kept) => {
      // The same mail through two hosts may lie twice: one of them counts.
      if (placeById(kept.id) !== null) return [kept];
      return isSamePlace((await seen.take(kept)).place, kept) ? [kept] : [];
    });
    for (const page of pagesOf(counted.flat())) {
      const pieces = (await mapAtOnce(page, pieceOf)).filter((piece) => piece !== null);
      if (pieces.length > 0) yield pieces;
    }
  }
}

async function keptIn(session: Session, table: WorkTable, bucket: number, shard: number): Promise<Kept[]> {
  const kept: Kept[] = [];
  const query = `SELECT ${SCANNED[table]} FROM ${table} WHERE bucket = ? AND shard = ?`;
  for await (const page of session.pages(query, [bucket, shard])) {
    for (const cells of page) {
      const sizeBytes = numberOrNull(cells, 'size_bytes');
      // A mark without a row says nothing.
      if (sizeBytes === null) continue;
      const atMs = numberOf(cells, 'at_ms');
      kept.push({
        bucket,
        shard,
        atMs,
        seq: numberOf(cells, 'seq'),
        id: textOf(cells, 'id'),
        sizeBytes,
        isDone: isTrue(cells, 'done'),
        cells,
      });
    }
  }
  return kept;
}

function* pagesOf(rows: Kept[]): Generator<Kept[]> {
  let page: Kept[] = [];
  let sizeBytes = 0;
  for (const row of rows) {
    if (page.length > 0 && (page.length === PAGE_ROWS || sizeBytes + row.sizeBytes > PAGE_BYTES)) {
      yield page;
      page = [];
      sizeBytes = 0;
    }
    page.push(row);
    sizeBytes += row.sizeBytes;
  }
  if (page.length > 0) yield page;
}

/** Null for one that has expired meanwhile. */
async function journalPiece(
  session: Session,
  { bucket, shard, atMs, seq, id }: Kept,
): Promise<JournalPiece | null> {
  const query = `SELECT host, stamp_ms, stamp_seq, trusted, done, input, raw FROM journal
    WHERE bucket = ? AND shard = ? AND at_ms = ? AND seq = ? AND id = ?`;
  const [cells] = await session.read(query, [bucket, shard, atMs, seq, id]);
  if (cells === undefined || textOrNull(cells, 'input') === null) return null;
  return {
    kind: 'journal',
    id,
    shard: journalShard(id, shard),
    host: textOf(cells, 'host'),
    seq: numberOf(cells, 'stamp_seq'),
    atMs: numberOf(cells, 'stamp_ms'),
    trusted: isTrue(cells, 'trusted'),
    done: isTrue(cells, 'done'),
    input: textOf(cells, 'input'),
    raw: bytesOrNull(cells, 'raw'),
  };
}

function duePiece({ id, cells }: Kept): DuePiece {
  return {
    kind: 'due',
    id,
    dueAtMs: numberOf(cells, 'due_ms'),
    aggregate: textOf(cells, 'aggregate'),
    timer: textOf(cells, 'timer'),
    done: isTrue(cells, 'done'),
  };
}

/** Counts outlive their rows: those without one are left. */
export async function* tries({ session, journal, due }: ReadParts): AsyncGenerator<Piece[]> {
  for await (const page of session.pages('SELECT id, count FROM tries', [], PAGE_ROWS)) {
    const pieces = await mapAtOnce(page, async (cells): Promise<Piece[]> => {
      const id = textOf(cells, 'id');
      const count = numberOrNull(cells, 'count');
      const table = id.startsWith('d:') ? due : journal;
      const place = await table.placeOf(id);
      if (count === null || place === null || (await table.rows.lookAt(place)) === 'absent') return [];
      return [{ kind: 'tries', id, count }];
    });
    yield pieces.flat();
  }
}
