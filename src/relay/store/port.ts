/**
 * The store port: the only way to anything durable. One contract suite (test/contract) runs against every engine.
 * Two kinds of work row and no third: the journal (every input) and due rows (timers).
 */
import type { Input, Stamp } from '../events/types.ts';

/** `i:<service>/<dedupKey>` a lineage, `r:<person>` a responder, `roster` the roster. */
export type AggregateKey = string;

/** Journal rows: `j:…`; due rows: `d:<timer id>`. */
export type WorkId = string;

/** One accepted input. Raw bytes and what was read from them are written together, so a later reading can't differ. */
export interface JournalRow {
  id: WorkId;
  stamp: Stamp;
  input: Input;
  /** What came over the wire; null for commands. */
  raw: Uint8Array | null;
}

const ONLY_ONCE = 'j:@';

/**
 * The id of an input without a stable id of its own: no other input ever has it. `life` names the process: an append
 * of a former one may land after its successor has read the last seq, and must not take a newer input's place.
 */
export const onlyOnceId = ({ host, seq }: Stamp, life: string): WorkId =>
  `${ONLY_ONCE}${host}.${life}.${seq.toString(36)}`;

/** Whether an id was made for one acceptance; all others may come again (rule 11). */
export const isOnlyOnce = (id: WorkId): boolean => id.startsWith(ONLY_ONCE);

/** A timer. Its id holds the op that set it, so it is never reused (rule 3). */
export interface DueRow {
  id: WorkId;
  dueAtMs: number;
  aggregate: AggregateKey;
  timer: string;
}

export interface Loaded {
  key: AggregateKey;
  /** The last op id; null when the aggregate doesn't exist. */
  op: string | null;
  state: unknown;
}

/** A keyed row of an aggregate: timeline lines, messages, roster versions. Written only by its aggregate's commits. */
export interface Row {
  kind: string;
  /** Sorts as text within (aggregate, kind): pad numbers. */
  key: string;
  body: unknown;
  /** Nobody needs it any more since then: purge deletes it. Absent: it stays as long as its aggregate. Not read back. */
  endedAtMs?: number;
}

/** What lists of incidents show; kept beside the lineage so that a list needs no walk over aggregates. */
export interface IncidentEntry {
  number: number;
  lineage: AggregateKey;
  open: boolean;
  body: unknown;
}

/** One aggregate's transition: state, rows and list entries, all or nothing, conditioned on the last op id. */
export interface Change {
  key: AggregateKey;
  /** The op id the change was computed from; null: the aggregate must not exist. */
  expect: string | null;
  /** A fresh uuid. */
  op: string;
  state: unknown;
  rows: Row[];
  incidents: IncidentEntry[];
}

/** `unknown`: it may or may not have happened; load and look (rule 1). */
export type CommitResult = 'applied' | 'conflict' | 'unknown';

export interface Page<T, C> {
  items: T[];
  /** Pass it as `after` for the next page; null at the end. */
  next: C | null;
}

/** What one call of purge deleted; `rows`: keyed rows, ended ones and those of lineages. */
export interface Purged {
  work: number;
  lineages: number;
  rows: number;
}

export interface Store {
  /**
   * Resolves when every row is durable. Idempotent by id: a row whose id exists is left as it is.
   * Rejects with StoreFullError (no space) or StoreUnavailableError; nothing of the call is then promised.
   */
  append(rows: JournalRow[]): Promise<void>;
  /** The latest committed state, linearizable. */
  load(key: AggregateKey): Promise<Loaded>;
  commit(change: Change): Promise<CommitResult>;
  /** Keyed rows of an aggregate in key order (`reverse`: descending), keys starting with `prefix`, beyond `after`. */
  rows(
    key: AggregateKey,
    kind: string,
    options?: { prefix?: string; after?: string; reverse?: boolean; limit?: number },
  ): Promise<Row[]>;

  /** Idempotent by id; never brings a done row back. */
  writeDue(rows: DueRow[]): Promise<void>;
  /** Marks work rows done; unknown ids are ignored. A done row is kept for the retention, then purged. */
  markDone(ids: WorkId[]): Promise<void>;
  /** Which of these are written and not done. */
  undone(ids: WorkId[]): Promise<Set<WorkId>>;
  /** Counts a failed try durably and returns the new count (rule 15). */
  countTry(id: WorkId): Promise<number>;
  /** Undone journal rows in order of acceptance. */
  walkJournal(after: number | null, limit: number): Promise<Page<JournalRow, number>>;
  /** One journal row, done or not, for showing the raw input; null when purged. */
  journalRow(id: WorkId): Promise<JournalRow | null>;
  /** Undone due rows with dueAtMs <= untilMs, earliest first. */
  walkDue(
    untilMs: number,
    after: { dueAtMs: number; id: WorkId } | null,
    limit: number,
  ): Promise<Page<DueRow, { dueAtMs: number; id: WorkId }>>;
  /** How many work rows are undone, and the age stamp of the oldest journal row among them. */
  backlog(): Promise<{ journal: number; oldestJournalMs: number | null; due: number }>;

  /** Reserves `count` incident numbers for this host (rule 17); returns the first. */
  reserveNumbers(count: number): Promise<number>;
  /** Writes number -> lineage, before the commit that uses the number. */
  nameIncident(number: number, lineage: AggregateKey): Promise<void>;
  lineageOf(number: number): Promise<AggregateKey | null>;
  /** Incident entries, highest number first, below `before`. */
  incidents(options: { open?: boolean; before?: number; limit: number }): Promise<IncidentEntry[]>;
  /** Highest seq this host has stamped; null on a new store. */
  lastSeq(host: string): Promise<number | null>;

  /**
   * Deletes done work rows accepted or due before `beforeMs`, keyed rows ended before, and closed lineages untouched
   * since. At most `limit` of each in one call, and `limit` rows of those lineages: a lineage goes with its last rows.
   * Returns what went; nothing: all is purged.
   */
  purge(beforeMs: number, limit: number): Promise<Purged>;
  close(): Promise<void>;
}

/** No space left: answer 451 or 503; nothing was accepted. */
export class StoreFullError extends Error {
  override name = 'StoreFullError';
}

/** Locked, corrupt, or out of reach: answer 451 or 503. The message says what to do. */
export class StoreUnavailableError extends Error {
  override name = 'StoreUnavailableError';
}
