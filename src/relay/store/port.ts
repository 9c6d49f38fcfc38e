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
  /** See places.ts: either made for this acceptance, or stable because the same input may come again. */
  id: WorkId;
  /** The shard of the first aggregate it concerns: that shard's owner walks what others left behind. */
  shard: number;
  stamp: Stamp;
  input: Input;
  /** What came over the wire; null for commands. */
  raw: Uint8Array | null;
}

/** A timer. Its id holds the op that set it, so it is never reused (rule 3); see `dueId` in places.ts. */
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

/**
 * `unknown`: it may or may not have happened; load and look (rule 1). A conflict may bring what is there instead, as
 * linearizable as a load, where the store learnt it on the way.
 */
export type CommitResult = 'applied' | 'conflict' | 'unknown' | { conflict: Loaded };

export interface Page<T> {
  items: T[];
  /** Pass it as `after` for the next page; null at the end. Only the store that made it can read it. */
  next: string | null;
}

/** Which undone work rows to walk. */
export interface Walk {
  shards: readonly number[];
  /** Where the former page ended; null: from the start. */
  after: string | null;
  limit: number;
  /**
   * True: everything there is. False: from where the store, as far as it remembers, has seen everything done; that is
   * a hint, so everything is walked now and then (rule 3).
   */
  whole: boolean;
}

/** A host's sign of life (ownership is advice, never safety). */
export interface Beat {
  host: string;
  /** Names the process. */
  life: string;
  /** Ascends with each beat of that process. */
  count: number;
  /** The first seq that this process stamped with: rows of this host with lower ones are a former life's. */
  firstSeq: number;
  /** What others may want to know of it, for people: JSON. */
  info: unknown;
}

/** How far the clock of another machine of the store is ahead of this host's, measured by asking it. */
export interface ClockReading {
  /** The name or address of the machine. */
  machine: string;
  offsetMs: number;
  /** Half of the time that asking took: the offset is exact to this. */
  errorMs: number;
}

/** The store's machines as this host sees them. */
export interface Machines {
  machines: { address: string; datacenter: string; up: boolean }[];
  /** How many copies of everything each datacenter holds; null: they could not be read. */
  copies: Record<string, number> | null;
  /** The same of the logins; null also where nobody logs in. */
  loginCopies: Record<string, number> | null;
}

/** What one call of purge deleted; `rows`: keyed rows, ended ones and those of lineages. */
export interface Purged {
  work: number;
  lineages: number;
  rows: number;
}

export interface Store {
  /**
   * True where every call crosses a network: then nothing is read that can be guessed, since a wrong guess only costs
   * a conflict.
   */
  readonly distant: boolean;
  /**
   * Resolves when every row is durable, with the ids that had been there before. Idempotent by id: a row whose id
   * exists is left as it is. Rejects with StoreFullError (no space) or StoreUnavailableError; nothing of the call is
   * then promised.
   */
  append(rows: JournalRow[]): Promise<ReadonlySet<WorkId>>;
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
  /**
   * Marks work rows done; unknown ids are ignored, but a mark may stay for a row whose write comes in later. A done row
   * is kept for the retention, then purged.
   */
  markDone(ids: WorkId[]): Promise<void>;
  /** Which of these are written and not done. */
  undone(ids: WorkId[]): Promise<Set<WorkId>>;
  /** Counts a failed try durably and returns the new count (rule 15). */
  countTry(id: WorkId): Promise<number>;
  /** Undone journal rows in order of acceptance; between hosts as far as their clocks agree. */
  walkJournal(walk: Walk): Promise<Page<JournalRow>>;
  /** One journal row, done or not, for showing the raw input; null when purged. */
  journalRow(id: WorkId): Promise<JournalRow | null>;
  /** Undone due rows with dueAtMs <= untilMs, earliest first. */
  walkDue(walk: Walk & { untilMs: number }): Promise<Page<DueRow>>;
  /** How many work rows are undone (a distant store counts up to some thousands), and the oldest journal row's stamp. */
  backlog(): Promise<{ journal: number; oldestJournalMs: number | null; due: number }>;

  /** Reserves `count` incident numbers for this host (rule 17); returns the first. */
  reserveNumbers(count: number): Promise<number>;
  /** Writes number -> lineage; idempotent. The chain that opened the incident is done only after this. */
  nameIncident(number: number, lineage: AggregateKey): Promise<void>;
  lineageOf(number: number): Promise<AggregateKey | null>;
  /** Incident entries, highest number first, below `before`. */
  incidents(options: { open?: boolean; before?: number; limit: number }): Promise<IncidentEntry[]>;
  /** A seq that this host has not stamped beyond, in any life, up to now; null on a new store. */
  lastSeq(host: string): Promise<number | null>;

  /** True for one caller only, ever: a job that must run once over all hosts takes its slot first. */
  takeSlot(job: string, slot: string): Promise<boolean>;
  /** Shows that this host lives. A beat of an older life never hides a newer one's. */
  beat(beat: Beat): Promise<void>;
  /** The last beat of each life that was seen within some days. */
  beats(): Promise<Beat[]>;
  /** Asks the store's machines for their time; empty where the store is on this machine. */
  clocks(): Promise<ClockReading[]>;
  /** Which machines there are and which of them answer, for people; absent where the store is on this machine. */
  machines?(): Promise<Machines>;
  /** Calls to the store's machines since the start, by kind: for metrics; absent where the store is on this machine. */
  roundTrips?(): Readonly<Record<string, number>>;

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

/**
 * Nobody answers, or too few do: it may do so later by itself. What the store refuses (a login, a missing schema) is
 * never this.
 */
export class StoreAwayError extends StoreUnavailableError {
  override name = 'StoreAwayError';
}
