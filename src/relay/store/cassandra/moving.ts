/** The keyspace's side of a move: all of it out, or all of it in. What is in conditional cells is written by conditions. */
import type { Input } from '../../events/types.ts';
import type {
  AggregatePiece,
  DuePiece,
  IncidentPiece,
  JournalPiece,
  Movable,
  MoveNote,
  MoveNotes,
  Piece,
  RowPiece,
} from '../moving.ts';
import type { JournalRow } from '../port.ts';
import { StoreUnavailableError } from '../port.ts';
import { INCIDENT_KIND, NOT_ENDED_MS, incidentRowKey } from './aggregates.ts';
import type { KeptEntry } from './aggregates.ts';
import { mapAtOnce } from './at-once.ts';
import { textOf, textOrNull } from './cells.ts';
import { copyPieces } from './copying.ts';
import { outageOf } from './failure.ts';
import { MoveNotesTable } from './move-notes.ts';
import { readPieces } from './move-read.ts';
import type { ReadParts } from './move-read.ts';
import type { Names } from './names.ts';
import { EPOCH, FIRST_NUMBER, INCIDENT_NUMBERS, SEQS_OF_AN_EPOCH } from './numbers.ts';
import type { Numbers } from './numbers.ts';
import type { Session, Statement } from './session.ts';
import { takeSlot } from './slots.ts';
import type { Tries } from './tries.ts';
import { chunksOf } from './work-rows.ts';

export interface MovingParts extends ReadParts {
  names: Names;
  numbers: Numbers;
  tries: Tries;
}

const HEAD = `UPDATE aggregates SET op = ?, state = ?, touched_ms = ? WHERE key = ? IF op = ?`;
const HOLD = 'UPDATE aggregates SET op = ? WHERE key = ? IF op = ?';
const HOLD_ENDED = 'UPDATE aggregates SET op = ?, has_ended = true WHERE key = ? IF op = ?';
const ROW = 'INSERT INTO aggregates (key, kind, row_key, body, ended_ms) VALUES (?, ?, ?, ?, ?)';

const ATTEMPTS = 8;
const PAUSE_MS = 50;
const ROWS_TOGETHER = 50;
/** Conditional batches of hundreds of kilobytes would make nodes wait for each other. */
const LARGE_CHARACTERS = 8 * 1024;
const TRUNCATE_WITHIN_MS = 70_000;
const KEPT_TABLES: readonly string[] = ['moves', 'migrations'];

type Entry = RowPiece | IncidentPiece;

export class CassandraMoving implements Movable {
  readonly copies = 'ordered';
  readonly #parts: MovingParts;
  readonly #session: Session;
  readonly #notes: MoveNotesTable;

  constructor(parts: MovingParts) {
    this.#parts = parts;
    this.#session = parts.session;
    this.#notes = new MoveNotesTable(parts.session);
  }

  pieces(): AsyncIterable<Piece[]> {
    return readPieces(this.#parts);
  }

  copy(): AsyncIterable<Piece[]> {
    return copyPieces(this.#parts);
  }

  /** Rejects with StoreUnavailableError. */
  async put(pieces: readonly Piece[]): Promise<void> {
    const { names, numbers, tries } = this.#parts;
    const of = <K extends Piece['kind']>(kind: K): Extract<Piece, { kind: K }>[] =>
      pieces.filter((piece): piece is Extract<Piece, { kind: K }> => piece.kind === kind);
    for (const { next } of of('numbers')) await numbers.raise(INCIDENT_NUMBERS, next - FIRST_NUMBER);
    for (const { host, lastSeq } of of('host'))
      await numbers.raise(`${EPOCH}${host}`, Math.floor(lastSeq / SEQS_OF_AN_EPOCH) + 1);
    await mapAtOnce(of('slot'), ({ job, slot }) => takeSlot(this.#session, job, slot));
    await mapAtOnce(of('name'), ({ number, lineage }) => names.name(number, lineage));
    await mapAtOnce(of('aggregate'), (piece) => this.#head(piece));
    await this.#entries([...of('row'), ...of('incident')]);
    await this.#journal(of('journal'));
    await this.#due(of('due'));
    await mapAtOnce(of('tries'), ({ id, count }) => tries.raise(id, count));
  }

  async isEmpty(): Promise<boolean> {
    const [aggregate, partition] = await Promise.all([
      this.#session.read('SELECT key FROM aggregates LIMIT 1', []),
      this.#session.read('SELECT shard FROM partitions LIMIT 1', []),
    ]);
    return aggregate.length === 0 && partition.length === 0;
  }

  /** Every node must be up for it. Afterwards the store is to be opened anew: what it remembers is no more. */
  async clear(): Promise<void> {
    const { client } = this.#session;
    const tables = await this.#session.read(
      'SELECT table_name FROM system_schema.tables WHERE keyspace_name = ?',
      [client.keyspace],
    );
    for (const cells of tables) {
      const table = textOf(cells, 'table_name');
      if (KEPT_TABLES.includes(table)) continue;
      try {
        await client.execute(`TRUNCATE ${table}`, [], { prepare: false, readTimeout: TRUNCATE_WITHIN_MS });
      } catch (error) {
        throw new StoreUnavailableError(
          `what a move left in Cassandra could not be cleared away, for which every node must be up: ${outageOf(error).message}`,
        );
      }
    }
  }

  notes(): Promise<MoveNotes> {
    return this.#notes.read();
  }

  async note(part: keyof MoveNotes, note: MoveNote): Promise<void> {
    if (await this.#notes.write(part, note, false)) return;
    throw new StoreUnavailableError(
      'another move of everything has left its note in this keyspace: wait a minute, and see that only one host moves',
    );
  }

  renew(note: MoveNote): Promise<void> {
    return this.seal(note);
  }

  async seal(note: MoveNote): Promise<void> {
    if (await this.#notes.write('leaving', note, true)) return;
    throw new StoreUnavailableError('this move was given up meanwhile: nothing was changed');
  }

  forget(part: keyof MoveNotes, id: string): Promise<void> {
    return this.#notes.forget(part, id);
  }

  async #head({ key, op, state, touchedMs }: AggregatePiece): Promise<void> {
    let before: string | null = null;
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
      const params = [op, state, touchedMs, key, before];
      const decided = await this.#session.decide([{ query: HEAD, params }], key);
      if (decided.outcome === 'applied') return;
      if (decided.outcome === 'refused') before = textOrNull(decided.found, 'op');
      else await this.#session.pause(PAUSE_MS * attempt);
    }
    throw uncertain();
  }

  async #entries(entries: Entry[]): Promise<void> {
    const groups = [...Map.groupBy(entries, (one) => (one.kind === 'row' ? one.aggregate : one.lineage))];
    const batches = groups.flatMap(([key, group]) => {
      const [large, small] = [true, false].map((isLarge) =>
        group.filter(({ body }) => body.length > LARGE_CHARACTERS === isLarge),
      );
      const chunks = [...(large ?? []).map((one) => [one]), ...chunksOf(small ?? [], ROWS_TOGETHER)];
      return chunks.map((chunk) => ({ key, chunk }));
    });
    await mapAtOnce(batches, ({ key, chunk }) => this.#batch(key, chunk));
    const closed = entries.flatMap((one) => (one.kind === 'incident' && !one.open ? [one.number] : []));
    this.#parts.names.markClosed(closed);
  }

  async #batch(key: string, chunk: Entry[]): Promise<void> {
    const [first] = chunk;
    if (first === undefined) return;
    const { op } = first;
    const ended = chunk.some((one) => one.kind === 'row' && one.endedMs !== null);
    const statements: Statement[] = [
      { query: ended ? HOLD_ENDED : HOLD, params: [op, key, op] },
      ...chunk.map((one) => ({ query: ROW, params: [key, ...cellsOf(one)] })),
    ];
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
      const { outcome } = await this.#session.decide(statements, key);
      if (outcome === 'applied') return;
      if (outcome === 'refused')
        throw new StoreUnavailableError(
          `${key} changes in Cassandra while it is moved there: who else works with it?`,
        );
      await this.#session.pause(PAUSE_MS * attempt);
    }
    throw uncertain();
  }

  async #journal(pieces: JournalPiece[]): Promise<void> {
    const { journal } = this.#parts;
    await journal.append(pieces.map(journalRowOf));
    const done = pieces.filter((piece) => piece.done);
    const places = await mapAtOnce(done, ({ id }) => journal.placeOf(id));
    await journal.rows.markDone(places.filter((place) => place !== null));
  }

  async #due(pieces: DuePiece[]): Promise<void> {
    const { due } = this.#parts;
    await due.write(pieces);
    const done = pieces.filter((piece) => piece.done);
    const places = await mapAtOnce(done, ({ id }) => due.placeOf(id));
    await due.rows.markDone(places.filter((place) => place !== null));
  }
}

const uncertain = (): StoreUnavailableError =>
  new StoreUnavailableError('Cassandra gives no certain answer while everything is moved there');

function cellsOf(entry: Entry): unknown[] {
  if (entry.kind === 'row') return [entry.rowKind, entry.key, entry.body, entry.endedMs ?? NOT_ENDED_MS];
  const { lineage, open, body, number } = entry;
  const kept: KeptEntry = { lineage, open, body: JSON.parse(body) as unknown };
  return [INCIDENT_KIND, incidentRowKey(number), JSON.stringify(kept), NOT_ENDED_MS];
}

const journalRowOf = ({ id, shard, host, seq, atMs, trusted, input, raw }: JournalPiece): JournalRow => ({
  id,
  shard,
  stamp: { host, seq, atMs, trusted },
  input: JSON.parse(input) as Input,
  raw,
});
