/** What paging without a quorum is given (rule 13). Types only. */
import type { Roster } from '../../oncall/types.ts';
import type { JournalRow, Store, WorkId } from '../../store/port.ts';
import type { Engine } from '../engine.ts';
import type { Clock, Log, Problems } from '../ports.ts';

/** A store on this host's disk, and where its codes and numbers begin: no other's meet them for long. */
export interface LocalStore {
  store: Store;
  first: number;
}

export interface LocalStores {
  /** The file that is paged from at present; made if there is none. */
  open(): Promise<LocalStore>;
  /** Whether a former life left one. */
  exists(): Promise<boolean>;
  /** Sets the present file aside: it is only read from now on. */
  seal(): Promise<void>;
  /** Files that were set aside, opened; the oldest first. */
  sealed(): Promise<Store[]>;
  /** What was set aside is in the cluster: it goes. */
  dropSealed(): Promise<void>;
}

export interface DegradedParts {
  host: string;
  /** What this host has of it. */
  roster(): Roster;
  clock: Clock;
  log: Log;
  problems: Problems;
  local: LocalStores;
  /** The engine over the cluster's store. */
  main: Pick<Engine, 'hold' | 'drain' | 'release' | 'bring'>;
  /** An engine like it, over this store; it marks what it sends, with codes from `first` on. */
  makeEngine(local: LocalStore): Engine;
  /** This host's own accepted rows whose copies lie on its disk: in order. */
  ownRows(): AsyncIterable<JournalRow[]>;
  /** Whether the cluster had taken the row up, and not ended with it. Rejects as the cluster's `load` does. */
  isBegun(row: JournalRow): Promise<boolean>;
  /** Stops bringing rows from the disk to the journal; and begins again. */
  holdDrain(): Promise<void>;
  releaseDrain(): void;
  /** Rows that were carried through here and need not go to the cluster: answers to pages of this host's own. */
  finished(ids: WorkId[]): void;
  /** Whether a reply's code is one of this host's own. */
  isOwnCode(code: number): boolean;
  /** How many incidents wait for an answer, as far as this host knows: they don't escalate meanwhile. Null: it doesn't. */
  waiting(): number | null;
}

export type DegradedMode = 'together' | 'alone' | 'draining';
