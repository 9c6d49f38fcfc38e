/** How the spool's calls travel between the threads. */
import type { Failure } from '../../store/sqlite/failure.ts';
import type { JournalCells } from '../../store/sqlite/journal-table.ts';
import type { CountCells, Position, SpoolCells } from './disk-table.ts';

export type SpoolCall =
  | { kind: 'keep'; owner: string; rows: JournalCells[] }
  | { kind: 'drop'; owner: string; ids: string[] }
  | { kind: 'mark'; ids: string[] }
  | { kind: 'walk'; of: 'own' | 'others'; whole: boolean; after: Position | null; limit: number }
  | { kind: 'counts' }
  | { kind: 'lastSeq' }
  | { kind: 'limitPages'; pages: number | null };

/** What each call is answered with. */
export interface SpoolAnswers {
  keep: null;
  drop: null;
  mark: null;
  walk: { items: SpoolCells[]; more: boolean };
  counts: CountCells;
  lastSeq: number | null;
  limitPages: null;
}

export interface SpoolWorkerData {
  path: string;
  /** What rows may take together. */
  maxBytes: number;
}

/** Calls in order, or the wish to end. */
export type ToSpoolWorker = SpoolCall[] | 'close';

/** One for each call, in order. */
export type SpoolResult = { value: SpoolAnswers[SpoolCall['kind']] } | { failure: Failure };

export type FromSpoolWorker =
  | { kind: 'ready' }
  | { kind: 'failed'; failure: Failure }
  | { kind: 'results'; results: SpoolResult[] };
