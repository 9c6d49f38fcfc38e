/** What the keeper is given, and what it tells of itself. Types only. */
import type { Clock, Log, Problems } from '../../engine/ports.ts';
import type { JournalRow, WorkId } from '../../store/port.ts';
import type { SpoolStore } from './current-store.ts';
import type { SpoolPeers } from './peer-round.ts';
import type { Spool } from './port.ts';

export interface KeeperParts {
  /** Null: there is none at present; see `useStore`. */
  store: SpoolStore | null;
  /** Null: this host has no disk to spare. */
  spool: Spool | null;
  /** Null: a lone host. Then the spool is used only when the store doesn't take what comes. */
  peers: SpoolPeers | null;
  clock: Clock;
  /** This host's name. */
  host: string;
  problems: Problems;
  log: Log;
  /**
   * Rows that were accepted without the store are in the journal now, and undone. `known`: those that others may have
   * taken up already. Once a life for each row.
   */
  onHandOn(rows: JournalRow[], known: ReadonlySet<WorkId>): void;
  /** Rows of this host that others were found to have carried through. */
  onOver?(ids: readonly WorkId[]): void;
  /** Rows just accepted that the journal doesn't have yet: rule 13 pages for them meanwhile. */
  onSpooled?(rows: JournalRow[]): void;
  /** Rows just accepted that are new in the journal: a host that took itself to be without a quorum pages for them too. */
  onJournalled?(rows: JournalRow[]): void;
  /** Whether another host shows signs of life. */
  alive(host: string): boolean;
  /** The store is known not to answer, so that nobody should wait a second to find out. */
  down(): boolean;
}

/** For `relay cluster status` and /metrics. */
export interface KeeperState {
  /** Accepted here, not in the journal yet. */
  waiting: number;
  /** How many of those lie on one disk only. */
  oneDisk: number;
  /** When the oldest of those that wait was accepted, by the wall clock. */
  oldestMs: number | null;
  /** Accepted here and not known to be done: the disk has them. */
  own: number;
  /** Copies for other hosts, at the last look. */
  copies: number;
  /** The last row that this host's disk was to keep was refused for want of space. */
  full: boolean;
  /** Nothing is handed on: see `hold`. */
  held: boolean;
  /** Since the start: inputs accepted without the store, of those on one disk alone, refused, handed on later; copies brought in. */
  totals: { spooled: number; oneDisk: number; refused: number; handedOn: number; broughtIn: number };
}
