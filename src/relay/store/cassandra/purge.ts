/**
 * Deletes finished aggregates and rows, a portion at a time (rule 14). Work rows need no purge: they expire. One pass
 * goes over all aggregates' keys; where it stands is kept between calls. Every deletion is a conditional batch on the
 * aggregate's last op, so that nothing that lives can be bitten.
 */
import type { Purged } from '../port.ts';
import { ALL_SHARDS } from '../places.ts';
import { INCIDENT_KIND } from './aggregates.ts';
import type { KeptEntry } from './aggregates.ts';
import { isTrue, numberOf, textOf, textOrNull } from './cells.ts';
import type { Cells } from './cells.ts';
import { dueRowOf } from './due.ts';
import type { Due } from './due.ts';
import type { Journal } from './journal.ts';
import type { Names } from './names.ts';
import type { Session } from './session.ts';
import { chunksOf } from './work-rows.ts';

const KEYS = 'SELECT DISTINCT key, op, touched_ms, has_ended FROM aggregates';
const KEYS_PAGE = 500;
const ROWS_TOGETHER = 100;
const PAGE = 1_000;

/** All of a partition, if its last op is still this one. A condition needs a cell to change: it is deleted as well. */
const DROP = [
  'DELETE op, state, touched_ms, has_ended FROM aggregates WHERE key = ? IF op = ?',
  'DELETE FROM aggregates WHERE key = ?',
] as const;
const HOLD = 'UPDATE aggregates SET has_ended = true WHERE key = ? IF op = ?';
const DROP_ROW = 'DELETE FROM aggregates WHERE key = ? AND kind = ? AND row_key = ?';

interface Aggregate {
  key: string;
  op: string;
  touchedMs: number;
  hasEnded: boolean;
}

export class Purge {
  readonly #session: Session;
  readonly #journal: Journal;
  readonly #due: Due;
  readonly #names: Names;
  /** The page of keys to go on with; null: a new pass. */
  #at: string | null = null;

  constructor(session: Session, journal: Journal, due: Due, names: Names) {
    this.#session = session;
    this.#journal = journal;
    this.#due = due;
    this.#names = names;
  }

  /** At most `limit` lineages and `limit` ended rows. Nothing in the answer: the pass is over and all is purged. */
  async run(beforeMs: number, limit: number): Promise<Purged> {
    try {
      return await this.#run(beforeMs, limit);
    } catch (error) {
      // The nodes may refuse to go on with that page ever after (an upgrade, a change of the schema).
      this.#at = null;
      throw error;
    }
  }

  async #run(beforeMs: number, limit: number): Promise<Purged> {
    const gone: Purged = { work: 0, lineages: 0, rows: 0 };
    let living: Living | null = null;
    for (;;) {
      const { rows, next } = await this.#session.page(KEYS, [], KEYS_PAGE, this.#at);
      for (const cells of rows) {
        // The rest of this page is looked at again by the next call.
        if (gone.lineages >= limit || gone.rows >= limit) return gone;
        const aggregate = aggregateOf(cells);
        if (aggregate === null) continue;
        if (aggregate.key.startsWith('i:') && aggregate.touchedMs < beforeMs) {
          living ??= await this.#living();
          const dropped = await this.#dropLineage(aggregate, living);
          if (dropped !== null) {
            gone.lineages += 1;
            gone.rows += dropped;
            continue;
          }
        }
        if (aggregate.hasEnded) gone.rows += await this.#dropEnded(aggregate, beforeMs, limit - gone.rows);
      }
      this.#at = next;
      if (next === null) return gone;
    }
  }

  /** What keeps a closed lineage: a timer ahead of it, or an input not yet done that it may remember (rule 1). */
  async #living(): Promise<Living> {
    const whole = { shards: ALL_SHARDS, whole: true };
    const oldest = await this.#journal.scan({ ...whole, after: null, limit: 1 });
    const lineages = new Set<string>();
    let after: string | null = null;
    do {
      const page: Awaited<ReturnType<Due['scan']>> = await this.#due.scan(
        { ...whole, after, limit: PAGE },
        Number.MAX_VALUE,
      );
      for (const row of page.items) lineages.add(dueRowOf(row).aggregate);
      after = page.next;
    } while (after !== null);
    return { untouchedSinceMs: oldest.items[0]?.atMs ?? Infinity, lineages };
  }

  /** How many rows went with it; null when it stays. */
  async #dropLineage({ key, op, touchedMs }: Aggregate, living: Living): Promise<number | null> {
    if (touchedMs >= living.untouchedSinceMs || living.lineages.has(key)) return null;
    const query = 'SELECT row_key, body FROM aggregates WHERE key = ? AND kind = ?';
    const entries = await this.#session.read(query, [key, INCIDENT_KIND]);
    if (entries.some((row) => (JSON.parse(textOf(row, 'body')) as KeptEntry).open)) return null;
    const [counted] = await this.#session.read(
      'SELECT COUNT(row_key) AS count FROM aggregates WHERE key = ?',
      [key],
    );
    const { outcome } = await this.#session.decide(
      [
        { query: DROP[0], params: [key, op] },
        { query: DROP[1], params: [key] },
      ],
      key,
    );
    if (outcome !== 'applied') return null;
    await this.#names.forget(entries.map((row) => Number(textOf(row, 'row_key'))));
    return (counted === undefined ? 0 : numberOf(counted, 'count')) - entries.length;
  }

  /** The earliest-ended first. */
  async #dropEnded({ key, op }: Aggregate, beforeMs: number, limit: number): Promise<number> {
    const ended: { kind: string; rowKey: string; endedMs: number }[] = [];
    for await (const page of this.#session.pages(
      'SELECT kind, row_key, ended_ms FROM aggregates WHERE key = ?',
      [key],
    )) {
      for (const cells of page) {
        // The statics of a partition without rows come as one row of nothing.
        if (textOrNull(cells, 'row_key') === null) continue;
        const endedMs = numberOf(cells, 'ended_ms');
        if (endedMs < beforeMs)
          ended.push({ kind: textOf(cells, 'kind'), rowKey: textOf(cells, 'row_key'), endedMs });
      }
    }
    const going = ended.sort((a, b) => a.endedMs - b.endedMs).slice(0, limit);
    let gone = 0;
    for (const chunk of chunksOf(going, ROWS_TOGETHER)) {
      const { outcome } = await this.#session.decide(
        [
          { query: HOLD, params: [key, op] },
          ...chunk.map(({ kind, rowKey }) => ({ query: DROP_ROW, params: [key, kind, rowKey] })),
        ],
        key,
      );
      // Touched meanwhile: a row may have been written anew. The next pass sees to it.
      if (outcome !== 'applied') break;
      gone += chunk.length;
    }
    return gone;
  }
}

interface Living {
  untouchedSinceMs: number;
  lineages: ReadonlySet<string>;
}

/** Null for what a deletion left behind. */
function aggregateOf(cells: Cells): Aggregate | null {
  const op = textOrNull(cells, 'op');
  if (op === null) return null;
  return {
    key: textOf(cells, 'key'),
    op,
    touchedMs: numberOf(cells, 'touched_ms'),
    hasEnded: isTrue(cells, 'has_ended'),
  };
}
