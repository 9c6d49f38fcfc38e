/** The file's side of a move: pieces from rows and rows from pieces. */
import { journalShard } from '../moving.ts';
import type { Movable, MoveNote, MoveNotes, Piece } from '../moving.ts';
import { shardOf } from '../places.ts';
import { StoreUnavailableError } from '../port.ts';
import type { WorkerLink } from './link.ts';
import { MOVED_TABLES, cursorOf } from './move-table.ts';
import type { MovedTable } from './move-table.ts';
import type { Cell } from './query.ts';

export class SqliteMoving implements Movable {
  readonly copies = 'instant';
  readonly #link: WorkerLink;
  readonly #nowMs: () => number;

  constructor(link: WorkerLink, nowMs: () => number) {
    this.#link = link;
    this.#nowMs = nowMs;
  }

  async *copy(): AsyncGenerator<Piece[]> {
    // Hardly any process copies.
    const { copyOfAll } = await import('./copying.ts');
    yield* copyOfAll(this.#link, this.#nowMs);
  }

  async *pieces(): AsyncGenerator<Piece[]> {
    for (const table of MOVED_TABLES) {
      let after: Cell[] | null = null;
      do {
        const page: { items: Cell[][]; more: boolean } = await this.#link.call('moveRead', table, after);
        if (page.items.length > 0) yield page.items.map((cells) => pieceOf(table, cells));
        const last = page.items.at(-1);
        after = page.more && last !== undefined ? cursorOf(table, last) : null;
      } while (after !== null);
    }
  }

  async put(pieces: readonly Piece[]): Promise<void> {
    const tables = new Map<MovedTable, Cell[][]>();
    for (const piece of pieces) {
      const [table, cells] = cellsOf(piece);
      const rows = tables.get(table) ?? [];
      rows.push(cells);
      tables.set(table, rows);
    }
    const ordered = MOVED_TABLES.filter((table) => tables.has(table));
    // In one turn, so that they share a transaction and their order.
    await Promise.all(ordered.map((table) => this.#link.call('movePut', table, tables.get(table) ?? [])));
  }

  isEmpty(): Promise<boolean> {
    return this.#link.call('moveIsEmpty');
  }

  async clear(): Promise<void> {
    await this.#link.call('moveClear');
  }

  async notes(): Promise<MoveNotes> {
    const notes = new Map(await this.#link.call('moveNotes'));
    const read = (part: keyof MoveNotes): MoveNote | null => {
      const json = notes.get(part);
      return json === undefined ? null : (JSON.parse(json) as MoveNote);
    };
    return { leaving: read('leaving'), arriving: read('arriving') };
  }

  async note(part: keyof MoveNotes, note: MoveNote): Promise<void> {
    if (await this.#link.call('moveNote', part, note.id, JSON.stringify(note), false)) return;
    throw new StoreUnavailableError(
      'another move of everything has left its note in this database: see relay store move --abort',
    );
  }

  renew(note: MoveNote): Promise<void> {
    return this.seal(note);
  }

  async seal(note: MoveNote): Promise<void> {
    if (await this.#link.call('moveNote', 'leaving', note.id, JSON.stringify(note), true)) return;
    throw new StoreUnavailableError('this move was given up meanwhile: nothing was changed');
  }

  async forget(part: keyof MoveNotes, id: string): Promise<void> {
    await this.#link.call('moveForget', part, id);
  }
}

function pieceOf(table: MovedTable, cells: Cell[]): Piece {
  switch (table) {
    case 'hosts': {
      const [host, lastSeq] = cells as [string, number];
      return { kind: 'host', host, lastSeq };
    }
    case 'numbers':
      return { kind: 'numbers', next: cells[1] as number };
    case 'slots': {
      const [job, slot] = cells as [string, string];
      return { kind: 'slot', job, slot };
    }
    case 'names': {
      const [number, lineage] = cells as [number, string];
      return { kind: 'name', number, lineage };
    }
    case 'aggregates': {
      const [key, op, state, touchedMs] = cells as [string, string, string, number];
      return { kind: 'aggregate', key, op, state, touchedMs };
    }
    case 'rows': {
      const [, rowKind, key, aggregate, op, body, endedMs] = cells as [
        number,
        string,
        string,
        string,
        string,
        string,
        number | null,
      ];
      return { kind: 'row', aggregate, op, rowKind, key, body, endedMs };
    }
    case 'incidents': {
      const [number, lineage, op, open, body] = cells as [number, string, string, number, string];
      return { kind: 'incident', number, lineage, op, open: open === 1, body };
    }
    case 'journal': {
      const [, id, kept, host, seq, atMs, trusted, done, input, raw] = cells as [
        number,
        string,
        number,
        string,
        number,
        number,
        number,
        number,
        string,
        Uint8Array | null,
      ];
      const shard = journalShard(id, kept);
      return {
        kind: 'journal',
        id,
        shard,
        host,
        seq,
        atMs,
        trusted: trusted === 1,
        done: done === 1,
        input,
        raw,
      };
    }
    case 'due': {
      const [id, dueAtMs, aggregate, timer, done] = cells as [string, number, string, string, number];
      return { kind: 'due', id, dueAtMs, aggregate, timer, done: done === 1 };
    }
    case 'tries': {
      const [id, count] = cells as [string, number];
      return { kind: 'tries', id, count };
    }
  }
}

const bit = (value: boolean): number => (value ? 1 : 0);

/** As the table's `put` takes them. */
function cellsOf(piece: Piece): [MovedTable, Cell[]] {
  switch (piece.kind) {
    case 'host':
      return ['hosts', [piece.host, piece.lastSeq]];
    case 'numbers':
      return ['numbers', ['incident', piece.next]];
    case 'slot':
      return ['slots', [piece.job, piece.slot]];
    case 'name':
      return ['names', [piece.number, piece.lineage]];
    case 'aggregate':
      return ['aggregates', [piece.key, piece.op, piece.state, piece.touchedMs]];
    case 'row':
      return ['rows', [piece.rowKind, piece.key, piece.aggregate, piece.op, piece.body, piece.endedMs]];
    case 'incident':
      return ['incidents', [piece.number, piece.lineage, bit(piece.open), piece.body]];
    case 'journal': {
      const { id, shard, host, seq, atMs, trusted, done, input, raw } = piece;
      return ['journal', [id, shard, host, seq, atMs, bit(trusted), bit(done), input, raw]];
    }
    case 'due': {
      const { id, dueAtMs, aggregate, timer, done } = piece;
      return ['due', [id, shardOf(aggregate), dueAtMs, aggregate, timer, bit(done)]];
    }
    case 'tries':
      return ['tries', [piece.id, piece.count]];
  }
}
