/**
 * Where a work row lies: a partition an hour and shard wide, and its key in there. An hour, because a walk over
 * everything visits each partition that exists (16 shards, 30 days: 11,520 by the hour, 69,120 by ten minutes), while
 * an hour of twenty alerts a second is 4,500 rows in a partition, far below what a partition bears.
 */
import { countOf, isOnlyOnce, placeOf, shardOf } from '../places.ts';
import type { DueRow, JournalRow, WorkId } from '../port.ts';

export interface Partition {
  /** Hours since the epoch. */
  bucket: number;
  shard: number;
}

/** The order of rows in a partition, and over partitions too. */
export interface Position {
  atMs: number;
  seq: number;
  id: WorkId;
}

export type Place = Partition & Position;

export const BUCKET_MS = 3_600_000;
const MAX_BUCKET = 2 ** 31 - 1;

/** Of any time at all; what lies beyond what fits is in the last one, so that the order holds. */
export const bucketOf = (atMs: number): number =>
  Math.min(Math.max(Math.floor(atMs / BUCKET_MS), -MAX_BUCKET), MAX_BUCKET);

export const bucketEndMs = (bucket: number): number => (bucket + 1) * BUCKET_MS;

const placed = (id: WorkId, atMs: number, seq: number, shard: number): Place => ({
  bucket: bucketOf(atMs),
  shard,
  atMs,
  seq,
  id,
});

/** Where an id alone says that its row lies; null when it doesn't: a stable id, or none that this version makes. */
export function placeById(id: WorkId): Place | null {
  const found = placeOf(id);
  if (found === null) return null;
  // Timers of one instant come by id, whatever their number.
  const seq = isOnlyOnce(id) ? countOf(id) : 0;
  return placed(id, found.atMs, seq, found.shard);
}

/** Where a row is to be written. */
export const journalPlace = (row: JournalRow): Place =>
  placeById(row.id) ?? placed(row.id, Math.floor(row.stamp.atMs), row.stamp.seq, row.shard);

/** Where a timer's row is to be written. */
export const duePlace = (row: DueRow): Place =>
  placeById(row.id) ?? placed(row.id, Math.floor(row.dueAtMs), 0, shardOf(row.aggregate));

export const partitionKey = ({ bucket, shard }: Partition): string => `${bucket}/${shard}`;

/** By time, then by the order of acceptance on one host. */
export function comparePositions(a: Position, b: Position): number {
  if (a.atMs !== b.atMs) return a.atMs - b.atMs;
  if (a.seq !== b.seq) return a.seq - b.seq;
  return Buffer.compare(Buffer.from(a.id), Buffer.from(b.id));
}

/** A position as a walk's cursor. */
export const cursorOf = ({ atMs, seq, id }: Position): string => JSON.stringify([atMs, seq, id]);

/** Throws a RangeError for what is no cursor. */
export function positionOf(cursor: string): Position {
  const mistake = new RangeError(
    `'${cursor}' is no cursor of this walk: pass the \`next\` of its last page, or null`,
  );
  let read: unknown;
  try {
    read = JSON.parse(cursor);
  } catch {
    throw mistake;
  }
  if (!Array.isArray(read)) throw mistake;
  const [atMs, seq, id] = read as unknown[];
  if (typeof atMs !== 'number' || typeof seq !== 'number' || typeof id !== 'string') throw mistake;
  return { atMs, seq, id };
}
