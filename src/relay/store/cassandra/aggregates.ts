/** Aggregates with their keyed rows: one partition each, one conditional batch a commit. */
import { atLeastOne, toJson } from '../arguments.ts';
import type { AggregateKey, Change, CommitResult, Loaded, Row } from '../port.ts';
import { textOf, textOrNull } from './cells.ts';
import type { Cells } from './cells.ts';
import { keyRange } from './key-range.ts';
import type { RowsOptions } from './key-range.ts';
import type { Session, Statement } from './session.ts';

/** Rows of incidents' list entries stand beside the keyed rows, in a kind that no machine uses. */
export const INCIDENT_KIND = '\0incident';

/** Later than any time: no cell is left empty, since writing nothing over a cell leaves a tombstone. */
export const NOT_ENDED_MS = 9e15;

/** Sorts as a number; twelve digits are more incidents than will ever be. */
export const incidentRowKey = (number: number): string => String(number).padStart(16, '0');

/** An incident's list entry as it is kept. */
export interface KeptEntry {
  lineage: string;
  open: boolean;
  body: unknown;
}

/**
 * The second condition always holds, a state being JSON and never empty. It stands there because a condition that
 * fails brings back the columns it names, and so the state comes with the refusal, as linearizable as a SERIAL read.
 */
const STEP = `UPDATE aggregates SET op = ?, state = ?, touched_ms = ? WHERE key = ? IF op = ? AND state != ''`;
const STEP_WITH_ENDED = `UPDATE aggregates SET op = ?, state = ?, touched_ms = ?, has_ended = true WHERE key = ? IF op = ? AND state != ''`;
const ROW = 'INSERT INTO aggregates (key, kind, row_key, body, ended_ms) VALUES (?, ?, ?, ?, ?)';
const LOAD = 'SELECT DISTINCT op, state FROM aggregates WHERE key = ?';

const loadedOf = (key: AggregateKey, cells: Cells | undefined): Loaded => {
  const op = cells === undefined ? null : textOrNull(cells, 'op');
  if (cells === undefined || op === null) return { key, op: null, state: null };
  return { key, op, state: JSON.parse(textOf(cells, 'state')) };
};

export class Aggregates {
  readonly #session: Session;

  constructor(session: Session) {
    this.#session = session;
  }

  /** Linearizable. Rejects with StoreUnavailableError. */
  async load(key: AggregateKey): Promise<Loaded> {
    const [cells] = await this.#session.readLatest(LOAD, [key], key);
    return loadedOf(key, cells);
  }

  /** Rejects with StoreUnavailableError only when nothing happened. */
  async commit(change: Change): Promise<CommitResult> {
    const { key, expect, op, state, rows, incidents } = change;
    const step = rows.some(({ endedAtMs }) => endedAtMs !== undefined) ? STEP_WITH_ENDED : STEP;
    const statements: Statement[] = [
      { query: step, params: [op, toJson(state), this.#session.clock.wallMs(), key, expect] },
      ...lastOfEach(rows).map((row) => ({
        query: ROW,
        params: [key, row.kind, row.key, toJson(row.body), row.endedAtMs ?? NOT_ENDED_MS],
      })),
      ...new Map(incidents.map((entry) => [entry.number, entry]))
        .values()
        .map(({ number, lineage, open, body }) => {
          const kept: KeptEntry = { lineage, open, body };
          return {
            query: ROW,
            params: [key, INCIDENT_KIND, incidentRowKey(number), toJson(kept), NOT_ENDED_MS],
          };
        }),
    ];
    const decided = await this.#session.decide(statements, key);
    if (decided.outcome === 'refused') return { conflict: loadedOf(key, decided.found) };
    return decided.outcome;
  }

  /** In key order, all pages of them. */
  async rows(key: AggregateKey, kind: string, options: RowsOptions = {}): Promise<Row[]> {
    const limit = options.limit === undefined ? Infinity : atLeastOne('limit', options.limit);
    const { lower, upper } = keyRange(options);
    const descending = options.reverse === true ? ' ORDER BY kind DESC, row_key DESC' : '';
    const bound = upper === null ? '' : ' AND row_key < ?';
    const query = `SELECT row_key, body FROM aggregates WHERE key = ? AND kind = ? AND row_key >= ?${bound}${descending}`;
    const params = [key, kind, lower, ...(upper === null ? [] : [upper])];
    const found: Row[] = [];
    // What is asked for is mostly a few rows; long timelines come in pages.
    const pageRows = Math.min(limit, 1_000);
    for await (const page of this.#session.pages(query, params, pageRows)) {
      for (const cells of page) {
        if (found.length === limit) return found;
        found.push({ kind, key: textOf(cells, 'row_key'), body: JSON.parse(textOf(cells, 'body')) });
      }
      if (found.length === limit) return found;
    }
    return found;
  }
}

/** All of a batch has one time stamp, at which the larger value would win, not the later. */
function lastOfEach(rows: Row[]): Row[] {
  const last = new Map<string, Row>();
  for (const row of rows) last.set(JSON.stringify([row.kind, row.key]), row);
  return [...last.values()];
}
