/** Due rows: the timers, each where its id says that it lies. */
import type { DueRow, Page, Walk } from '../port.ts';
import { mapAtOnce } from './at-once.ts';
import { numberOf, textOf } from './cells.ts';
import type { Lifetimes } from './lifetimes.ts';
import { Partitions } from './partitions.ts';
import { duePlace, partitionKey } from './place.ts';
import type { Session } from './session.ts';
import { Walks } from './walks.ts';
import { WorkRows, chunksOf } from './work-rows.ts';
import type { Undone } from './work-rows.ts';

const INSERT = `INSERT INTO due (bucket, shard, at_ms, seq, id, due_ms, aggregate, timer, size_bytes)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) USING TTL ?`;

const TOGETHER_ROWS = 50;

export class Due {
  readonly rows: WorkRows;
  readonly #session: Session;
  readonly #lifetimes: Lifetimes;
  readonly #partitions: Partitions;
  readonly #walks: Walks;

  constructor(session: Session, lifetimes: Lifetimes) {
    this.#session = session;
    this.#lifetimes = lifetimes;
    this.rows = new WorkRows('due', session, lifetimes, ['due_ms', 'aggregate', 'timer']);
    this.#partitions = new Partitions('due', session, lifetimes);
    this.#walks = new Walks(this.rows, this.#partitions, session);
  }

  /** A done mark is a column of its own, so that writing the row again leaves it done (rule 3). */
  async write(rows: readonly DueRow[]): Promise<void> {
    const nowMs = this.#session.clock.wallMs();
    const placed = rows.map((row) => ({ row, place: duePlace(row) }));
    const groups = Map.groupBy(placed, ({ place }) => partitionKey(place));
    const messages = [...groups.values()].flatMap((group) => chunksOf(group, TOGETHER_ROWS));
    const write = mapAtOnce(messages, (message) =>
      this.#session.writeTogether(
        message.map(({ row, place: { bucket, shard, atMs, seq, id } }) => ({
          query: INSERT,
          params: [
            bucket,
            shard,
            atMs,
            seq,
            id,
            row.dueAtMs,
            row.aggregate,
            row.timer,
            row.aggregate.length + row.timer.length,
            this.#lifetimes.rowS(atMs, nowMs),
          ],
        })),
      ),
    );
    const partitions = [...groups.values()].flatMap(([first]) => (first === undefined ? [] : [first.place]));
    await Promise.all([write, mapAtOnce(partitions, (place) => this.#partitions.note(place))]);
    for (const { place } of placed) this.#walks.lower(place);
  }

  async walk(walk: Walk & { untilMs: number }): Promise<Page<DueRow>> {
    const { items, next } = await this.scan(walk, walk.untilMs);
    // The key has whole milliseconds, rounded down.
    return { items: items.map(dueRowOf).filter(({ dueAtMs }) => dueAtMs <= walk.untilMs), next };
  }

  /** Undone rows up to `untilMs`, by key, for counting. */
  scan(walk: Walk, untilMs: number): Promise<Page<Undone>> {
    return this.#walks.next(walk, untilMs);
  }
}

/** A due row as a scan reads it. */
export const dueRowOf = ({ id, cells }: Undone): DueRow => ({
  id,
  dueAtMs: numberOf(cells, 'due_ms'),
  aggregate: textOf(cells, 'aggregate'),
  timer: textOf(cells, 'timer'),
});
