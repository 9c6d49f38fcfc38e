/** The spool: a disk of this host beside the store (rule 12). It keeps whole rows until their chain is done. */
import type { JournalRow, Page, WorkId } from '../../store/port.ts';

/** Whose rows: `null` for what this host accepted itself, else the host that they are kept for. */
export type Owner = string | null;

export interface SpooledRow {
  row: JournalRow;
  owner: Owner;
  /** The journal is known to have it. A hint: false may mean that nobody wrote it down. */
  journalled: boolean;
}

export interface SpoolWalk {
  /** Own rows in order of seq, or those kept for others, host by host in order of seq. */
  of: 'own' | 'others';
  /** False leaves out what the journal is known to have. */
  whole: boolean;
  /** Where the former page ended; null: from the start. */
  after: string | null;
  limit: number;
}

export interface SpoolCounts {
  own: number;
  /** Copies kept for other hosts. */
  others: number;
  /** When the oldest row of all was accepted; null when there is none. */
  oldestMs: number | null;
  /** What the rows take, without what the file takes beside them. */
  sizeBytes: number;
}

export interface Spool {
  /**
   * Resolves when every row is on the disk, flushed. Idempotent by id and owner. Rejects with StoreFullError (no space,
   * or the spool's own limit is reached) or StoreUnavailableError; then no row of the call is kept.
   */
  keep(rows: readonly JournalRow[], owner: Owner): Promise<void>;
  /** Some time soon, and only after every keep that was asked before. A crash may bring dropped rows back. */
  drop(ids: readonly WorkId[], owner: Owner): void;
  /** Notes that the journal has these own rows; as soon and as lasting as a drop. */
  journalled(ids: readonly WorkId[]): void;
  walk(walk: SpoolWalk): Promise<Page<SpooledRow>>;
  counts(): Promise<SpoolCounts>;
  /** The highest seq of an own row; null when there is none. The store may not have heard of it. */
  lastSeq(): Promise<number | null>;
  /** Writes what is still to be dropped, and lets go of the file. */
  close(): Promise<void>;
}
