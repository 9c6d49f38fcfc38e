/** What the two kinds of work row have in common: where they lie, whether they are done, and finding those that aren't. */
import { mapAtOnce } from './at-once.ts';
import { isTrue, numberOf, numberOrNull, textOf } from './cells.ts';
import type { Cells } from './cells.ts';
import type { Lifetimes } from './lifetimes.ts';
import { partitionKey } from './place.ts';
import type { Partition, Place, Position } from './place.ts';
import type { Session } from './session.ts';

export type WorkTable = 'journal' | 'due';

/** What a scan finds out about an undone row; `cells` are the columns that scans of its table read. */
export type Undone = Place & { sizeBytes: number; cells: Cells };

const MARKS_TOGETHER = 100;

export class WorkRows {
  readonly table: WorkTable;
  readonly #session: Session;
  readonly #lifetimes: Lifetimes;
  readonly #scanned: string;

  /** `scanned`: columns to read in scans, for rows that are small; a journal row may hold megabytes. */
  constructor(table: WorkTable, session: Session, lifetimes: Lifetimes, scanned: readonly string[] = []) {
    this.table = table;
    this.#scanned = ['at_ms', 'seq', 'id', 'done', 'size_bytes', ...scanned].join(', ');
    this.#session = session;
    this.#lifetimes = lifetimes;
  }

  /** A plain write of a column of its own; never a delete, whose tombstone every walk would read. */
  async markDone(places: readonly Place[]): Promise<void> {
    const nowMs = this.#session.clock.wallMs();
    const query = `UPDATE ${this.table} USING TTL ? SET done = true WHERE bucket = ? AND shard = ? AND at_ms = ? AND seq = ? AND id = ?`;
    const groups = Map.groupBy(places, partitionKey).values();
    const chunks = [...groups].flatMap((group) => chunksOf(group, MARKS_TOGETHER));
    await mapAtOnce(chunks, (chunk) =>
      this.#session.writeTogether(
        chunk.map(({ bucket, shard, atMs, seq, id }) => ({
          query,
          params: [this.#lifetimes.markS(atMs, nowMs), bucket, shard, atMs, seq, id],
        })),
      ),
    );
  }

  /** Whether a row is there, and done. */
  async lookAt({ bucket, shard, atMs, seq, id }: Place): Promise<'absent' | 'undone' | 'done'> {
    const query = `SELECT done, size_bytes FROM ${this.table} WHERE bucket = ? AND shard = ? AND at_ms = ? AND seq = ? AND id = ?`;
    const [cells] = await this.#session.read(query, [bucket, shard, atMs, seq, id]);
    // A mark without a row: somebody was sure that it is done before its write came through.
    if (cells === undefined || numberOrNull(cells, 'size_bytes') === null) return 'absent';
    return isTrue(cells, 'done') ? 'done' : 'undone';
  }

  /**
   * Undone rows of one partition, at most `most`, beyond `after` and up to `untilMs`; `all`: whether there are no more
   * than these.
   */
  async scan(
    { bucket, shard }: Partition,
    after: Position,
    untilMs: number,
    most: number,
  ): Promise<{ undone: Undone[]; all: boolean }> {
    const query = `SELECT ${this.#scanned} FROM ${this.table}
      WHERE bucket = ? AND shard = ? AND (at_ms, seq, id) > (?, ?, ?) AND (at_ms) <= (?)`;
    const params = [bucket, shard, after.atMs, after.seq, after.id, untilMs];
    const undone: Undone[] = [];
    for await (const page of this.#session.pages(query, params)) {
      for (const cells of page) {
        const sizeBytes = numberOrNull(cells, 'size_bytes');
        if (sizeBytes === null || isTrue(cells, 'done')) continue;
        if (undone.length === most) return { undone, all: false };
        undone.push({ bucket, shard, ...positionIn(cells), sizeBytes, cells });
      }
    }
    return { undone, all: true };
  }

  /** The columns asked for, of one row; null when it isn't there. */
  async cells({ bucket, shard, atMs, seq, id }: Place, columns: string): Promise<Cells | null> {
    const query = `SELECT size_bytes, ${columns} FROM ${this.table} WHERE bucket = ? AND shard = ? AND at_ms = ? AND seq = ? AND id = ?`;
    const [cells] = await this.#session.read(query, [bucket, shard, atMs, seq, id]);
    return cells === undefined || numberOrNull(cells, 'size_bytes') === null ? null : cells;
  }
}

const positionIn = (cells: Cells): Position => ({
  atMs: numberOf(cells, 'at_ms'),
  seq: numberOf(cells, 'seq'),
  id: textOf(cells, 'id'),
});

/** In their order, at most `size` each. */
export function chunksOf<T>(items: readonly T[], size: number): T[][] {
  const chunks: T[][] = [];
  for (let at = 0; at < items.length; at += size) chunks.push(items.slice(at, at + size));
  return chunks;
}
