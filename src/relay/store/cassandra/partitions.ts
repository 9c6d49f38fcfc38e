/**
 * Which partitions of work rows there are. The entry is written together with the first row that a process writes
 * there, and waited for, so that a walk visits what exists and nothing else. `closed` says that all of a partition was
 * seen done: only a hint, because a write may come in late.
 */
import { isTrue, numberOf } from './cells.ts';
import type { Lifetimes } from './lifetimes.ts';
import { bucketEndMs, partitionKey } from './place.ts';
import type { Partition } from './place.ts';
import type { Session } from './session.ts';
import type { WorkTable } from './work-rows.ts';

/** A partition may be closed so long after its hour: late writes and clocks are in by then. */
const CLOSE_AFTER_MS = 3_600_000;
/** From then on whoever writes into a partition says so each time, for it may be closed. */
const REOPEN_AFTER_MS = CLOSE_AFTER_MS / 2;
/** A mark of closing is dated back by so much, so that a write meanwhile wins whatever the two clocks say. */
const DATED_BACK_MS = 5 * 60_000;
/** Entries are written again after so long, lest one expire before rows that are written later. */
const KNOWN_FOR_MS = 24 * 3_600_000;

export class Partitions {
  readonly #table: WorkTable;
  readonly #session: Session;
  readonly #lifetimes: Lifetimes;
  /** When this process wrote the entry, on the monotonic clock; the oldest first. */
  readonly #known = new Map<string, number>();

  constructor(table: WorkTable, session: Session, lifetimes: Lifetimes) {
    this.#table = table;
    this.#session = session;
    this.#lifetimes = lifetimes;
  }

  /** To be waited for before a row in there is said to be durable. */
  async note(partition: Partition): Promise<void> {
    const { bucket, shard } = partition;
    const key = partitionKey(partition);
    const { clock } = this.#session;
    const nowMs = clock.wallMs();
    const mayBeClosed = bucketEndMs(bucket) + REOPEN_AFTER_MS < nowMs;
    const knownMs = this.#known.get(key);
    if (knownMs !== undefined && !mayBeClosed && clock.monoMs() - knownMs < KNOWN_FOR_MS) return;
    await this.#session.write(
      'INSERT INTO partitions (kind, shard, bucket, closed) VALUES (?, ?, ?, false) USING TTL ? AND TIMESTAMP ?',
      [
        this.#table,
        shard,
        bucket,
        this.#lifetimes.listS(bucketEndMs(bucket), nowMs),
        Math.floor(nowMs) * 1_000,
      ],
    );
    this.#known.delete(key);
    this.#known.set(key, clock.monoMs());
    for (const [oldest, atMs] of this.#known) {
      if (clock.monoMs() - atMs < KNOWN_FOR_MS) break;
      this.#known.delete(oldest);
    }
  }

  /** Those of one shard with first <= bucket <= last, earliest first. */
  async list(shard: number, first: number, last: number): Promise<(Partition & { closed: boolean })[]> {
    const rows = await this.#session.read(
      'SELECT bucket, closed FROM partitions WHERE kind = ? AND shard = ? AND bucket >= ? AND bucket <= ?',
      [this.#table, shard, first, last],
    );
    return rows.map((row) => ({ bucket: numberOf(row, 'bucket'), shard, closed: isTrue(row, 'closed') }));
  }

  /** Notes, when it is old enough, that a whole partition was seen done by a scan that began at `seenMs`. */
  close({ bucket, shard }: Partition, seenMs: number): void {
    if (bucketEndMs(bucket) + CLOSE_AFTER_MS > seenMs) return;
    this.#known.delete(partitionKey({ bucket, shard }));
    this.#session.inBackground(
      this.#session.write(
        'UPDATE partitions USING TTL ? AND TIMESTAMP ? SET closed = true WHERE kind = ? AND shard = ? AND bucket = ?',
        [
          this.#lifetimes.listS(bucketEndMs(bucket), seenMs),
          Math.floor(seenMs - DATED_BACK_MS) * 1_000,
          this.#table,
          shard,
          bucket,
        ],
      ),
    );
  }
}
