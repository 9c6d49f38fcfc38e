/** Due rows: the timers, each where its id says that it lies. */
import type { DueRow, Page, Walk, WorkId } from '../port.ts';
import { mapAtOnce } from './at-once.ts';
import { numberOf, textOf } from './cells.ts';
import type { Lifetimes } from './lifetimes.ts';
import { Partitions } from './partitions.ts';
import { duePlace, partitionKey, placeById } from './place.ts';
import type { Place } from './place.ts';
import type { Seen } from './seen.ts';
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
  readonly #seen: Seen;

  constructor(session: Session, lifetimes: Lifetimes, seen: Seen) {
    this.#session = session;
    this.#lifetimes = lifetimes;
    this.#seen = seen;
    this.rows = new WorkRows('due', session, lifetimes, ['due_ms', 'aggregate', 'timer']);
    this.#partitions = new Partitions('due', session, lifetimes);
    this.#walks = new Walks(this.rows, this.#partitions, session);
  }

  /** A done mark is a column of its own, so that writing the row again leaves it done (rule 3). */
  async write(rows: readonly DueRow[]): Promise<void> {
    const nowMs = this.#session.clock.wallMs();
    const placed = await mapAtOnce(rows, async (row) => ({ row, place: await this.#placeFor(row) }));
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

  /** Where the row of an id lies; null when there can't be one. */
  async placeOf(id: WorkId): Promise<Place | null> {
    return placeById(id) ?? (await this.#seen.find(id));
  }

  async walk(walk: Walk & { untilMs: number }): Promise<Page<DueRow>> {
    const { items, next } = await this.scan(walk, walk.untilMs);
    // The key has whole milliseconds, rounded down.
    return { items: items.map(dueRowOf).filter(({ dueAtMs }) => dueAtMs <= walk.untilMs), next };
  }

  /** Timers that a relay of before set have ids without a place: where they lie is noted before they are written. */
  async #placeFor(row: DueRow): Promise<Place> {
    const place = duePlace(row);
    return placeById(row.id) === null ? (await this.#seen.take(place)).place : place;
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
