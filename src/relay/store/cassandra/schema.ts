/**
 * The schema as one list of numbered steps, each only adding. Steps are only ever added; one that has been released
 * never changes. Conventions: no counters, no secondary indexes, and no plain write to a cell that a conditional write
 * ever touches.
 */

export interface SchemaStep {
  /** Ascending without gaps. */
  number: number;
  name: string;
  /** True: a relay that doesn't know this step must not use the keyspace. */
  breaking: boolean;
  statements: readonly string[];
}

/** Work rows live in an hour's partition and expire; nothing in there is ever deleted, so tombstones needn't wait. */
const workTable = (name: string, columns: string): string => `
  CREATE TABLE IF NOT EXISTS ${name} (
    bucket int, shard int, at_ms double, seq double, id text,
    done boolean,
    ${columns}
    PRIMARY KEY ((bucket, shard), at_ms, seq, id)
  ) WITH gc_grace_seconds = 86400
    AND compaction = {'class': 'TimeWindowCompactionStrategy', 'compaction_window_unit': 'DAYS', 'compaction_window_size': 1}`;

export const STEPS: readonly SchemaStep[] = [
  {
    number: 1,
    name: 'journal, due rows, aggregates, incidents',
    breaking: false,
    statements: [
      // One aggregate a partition; written only by conditional batches on `op`, so all of it is linearizable. No TTL:
      // one on statics would expire them alone, and a reborn partition would match old conditions.
      `CREATE TABLE IF NOT EXISTS aggregates (
         key text, kind text, row_key text,
         op text static, state text static, touched_ms double static, has_ended boolean static,
         body text, ended_ms double,
         PRIMARY KEY ((key), kind, row_key))`,
      workTable(
        'journal',
        'host text, stamp_ms double, stamp_seq double, trusted boolean, input text, raw blob, size_bytes int,',
      ),
      workTable('due', 'due_ms double, aggregate text, timer text, size_bytes int,'),
      // Which partitions of the two there are, and which of them were seen wholly done (a hint).
      `CREATE TABLE IF NOT EXISTS partitions (
         kind text, shard int, bucket int, closed boolean,
         PRIMARY KEY ((kind, shard), bucket)) WITH gc_grace_seconds = 86400`,
      // Where the one row of a stable id lies.
      `CREATE TABLE IF NOT EXISTS seen (
         id text PRIMARY KEY, at_ms double, seq double, shard int)`,
      `CREATE TABLE IF NOT EXISTS tries (id text PRIMARY KEY, count int, taker text)`,
      `CREATE TABLE IF NOT EXISTS names (
         block int, number double, lineage text, closed boolean,
         PRIMARY KEY ((block), number)) WITH CLUSTERING ORDER BY (number DESC)`,
      `CREATE TABLE IF NOT EXISTS blocks (
         part text, block int, closed boolean,
         PRIMARY KEY ((part), block)) WITH CLUSTERING ORDER BY (block DESC)`,
      `CREATE TABLE IF NOT EXISTS counters (name text PRIMARY KEY, value double, taker text)`,
      `CREATE TABLE IF NOT EXISTS slots (job text, slot text, taker text, PRIMARY KEY ((job, slot)))`,
      `CREATE TABLE IF NOT EXISTS beats (
         part text, host text, life text, count double, first_seq double, info text,
         PRIMARY KEY ((part), host, life)) WITH gc_grace_seconds = 86400`,
    ],
  },
  {
    number: 2,
    name: 'notes of moves to another store',
    // Who can't read that everything has moved away would page from what was left behind.
    breaking: true,
    statements: ['CREATE TABLE IF NOT EXISTS moves (part text PRIMARY KEY, id text, note text)'],
  },
];

/** The step that this version needs. */
export const NEWEST_STEP = Math.max(...STEPS.map(({ number }) => number));

/** A name that needs no quotes: it stands in statements as it is. Throws a RangeError for another. */
export function checkedName(name: string): string {
  if (/^[a-z][a-z0-9_]{0,47}$/.test(name)) return name;
  throw new RangeError(
    `'${name}' can't be a keyspace's name: use a-z, 0-9 and _, starting with a letter, at most 48`,
  );
}
