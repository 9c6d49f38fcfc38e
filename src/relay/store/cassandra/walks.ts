/** Walks over undone work rows, in order of time over shards and partitions. */
import { atLeastOne } from '../arguments.ts';
import type { Page, Walk } from '../port.ts';
import { AT_ONCE, mapAtOnce } from './at-once.ts';
import type { Partitions } from './partitions.ts';
import { bucketOf, comparePositions, cursorOf, positionOf } from './place.ts';
import type { Partition, Place, Position } from './place.ts';
import type { Session } from './session.ts';
import type { Undone, WorkRows } from './work-rows.ts';

/**
 * How far before the place where everything was seen done a walk begins all the same: clocks differ, and a plain write
 * that timed out may come through minutes later. What is later still the walk over everything finds (rule 3).
 */
const LOOK_BACK_MS = 10 * 60_000;
const ALL_TIME: Position = { atMs: -Infinity, seq: 0, id: '' };
/** So much of raw input may lie in one page's memory. */
const PAGE_BYTES = 4 * 1024 ** 2;

const before = (atMs: number): Position => ({ atMs, seq: -1, id: '' });

export class Walks {
  readonly #rows: WorkRows;
  readonly #partitions: Partitions;
  readonly #session: Session;
  /** By shard: everything earlier was seen done. */
  readonly #floors = new Map<number, number>();

  constructor(rows: WorkRows, partitions: Partitions, session: Session) {
    this.#rows = rows;
    this.#partitions = partitions;
    this.#session = session;
  }

  /** The next undone rows up to `untilMs`, by key; the caller reads what they hold. */
  async next(walk: Walk, untilMs: number): Promise<Page<Undone>> {
    const limit = atLeastOne('limit', walk.limit);
    const after = walk.after === null ? null : positionOf(walk.after);
    const nowMs = this.#session.clock.wallMs();
    const found: Undone[] = [];
    for (const wave of wavesOf(await this.#open(walk, after, untilMs))) {
      const scans = await mapAtOnce(wave, (start) => this.#scan(start, untilMs, limit + 1, nowMs));
      found.push(...scans.flat().sort(comparePositions));
      if (found.length > limit) break;
    }
    if (after === null) this.#raise(walk.shards, Math.min(found[0]?.atMs ?? Infinity, nowMs, untilMs));
    return pageOf(found, limit);
  }

  /** A row was written there by this process: its own walks don't begin behind it. */
  lower({ shard, atMs }: Place): void {
    const floorMs = this.#floors.get(shard);
    if (floorMs !== undefined && atMs < floorMs) this.#floors.set(shard, atMs);
  }

  /** The partitions to look into and from where, earliest first. */
  async #open(walk: Walk, after: Position | null, untilMs: number): Promise<Start[]> {
    const lists = await mapAtOnce([...new Set(walk.shards)], async (shard): Promise<Start[]> => {
      const floorMs = walk.whole ? undefined : this.#floors.get(shard);
      const floor = floorMs === undefined ? ALL_TIME : before(floorMs - LOOK_BACK_MS);
      const from = after !== null && comparePositions(after, floor) > 0 ? after : floor;
      const list = await this.#partitions.list(shard, bucketOf(from.atMs), bucketOf(untilMs));
      return list
        .filter(({ closed }) => walk.whole || !closed)
        .map(({ bucket, closed }) => ({
          bucket,
          shard,
          from,
          closes: !closed && bucketOf(from.atMs) < bucket,
        }));
    });
    return lists.flat().sort((a, b) => a.bucket - b.bucket || a.shard - b.shard);
  }

  async #scan(start: Start, untilMs: number, most: number, nowMs: number): Promise<Undone[]> {
    const { undone, all } = await this.#rows.scan(start, start.from, untilMs, most);
    if (start.closes && all && undone.length === 0) this.#partitions.close(start, Math.min(nowMs, untilMs));
    return undone;
  }

  #raise(shards: readonly number[], floorMs: number): void {
    for (const shard of shards) this.#floors.set(shard, floorMs);
  }
}

/** `closes`: the scan takes the partition from its beginning, and may find that it can be closed. */
type Start = Partition & { from: Position; closes: boolean };

/** As many partitions as are read at once, but never a part of an hour: its rows must be sorted together. */
function* wavesOf(starts: Start[]): Generator<Start[]> {
  let wave: Start[] = [];
  for (const [at, start] of starts.entries()) {
    wave.push(start);
    if (wave.length < AT_ONCE || starts[at + 1]?.bucket === start.bucket) continue;
    yield wave;
    wave = [];
  }
  if (wave.length > 0) yield wave;
}

/** At least one row, then as many as fit. */
function pageOf(found: Undone[], limit: number): Page<Undone> {
  let sizeBytes = 0;
  const items: Undone[] = [];
  for (const row of found) {
    if (items.length === limit || (items.length > 0 && sizeBytes + row.sizeBytes > PAGE_BYTES)) break;
    sizeBytes += row.sizeBytes;
    items.push(row);
  }
  const last = items.at(-1);
  return { items, next: items.length < found.length && last !== undefined ? cursorOf(last) : null };
}
