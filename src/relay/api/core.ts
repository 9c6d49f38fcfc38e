/** What the control API needs of the daemon; `daemon.ts` hands it in. Types only. */
import type { BackupLine } from '../backup/format.ts';
import type { ClusterJson } from '../cluster/wire.ts';
import type { Accept } from '../events/accept.ts';
import type { Looked } from '../engine/handoffs.ts';
import type { Happening } from '../engine/ports.ts';
import type { RosterBook, RosterHistory } from '../oncall/book.ts';
import type { Store, WorkId } from '../store/port.ts';
import type { ServiceJson, StatusJson, StoreJson } from './wire.ts';

export interface Feed {
  /** Committed happenings as they come; returns the unsubscribe. */
  subscribe(listener: (happening: Happening) => void): () => void;
  /** The newest happenings kept in memory (at most 1,000) since `sinceMs`. */
  recent(sinceMs: number): Happening[];
}

export interface StoreMoves {
  state(): Promise<StoreJson>;
  /** False: one is under way already. */
  begin(to: StoreJson['kind']): boolean;
  /** False: there is none that could still be given up. */
  giveUp(): boolean;
}

export interface Core {
  accept: Accept;
  /** Where incidents are looked up: while this host pages alone, those of its own (rule 13). */
  readonly store: Store;
  roster: RosterBook;
  /** False: the store can't be read, and the roster is the one that was kept; what it lacks may be there. Absent: true. */
  rosterIsSure?(): boolean;
  rosterHistory: RosterHistory;
  feed: Feed;
  /** Whom the catch-all reaches, from the configuration. */
  catchAll(): string[];
  /** True once the engine has carried the row through its whole chain; false after `timeoutMs`. */
  whenDone(id: WorkId, timeoutMs: number): Promise<boolean>;
  /** Takes what commands kept on this host's disk while no daemon answered them; never rejects. Absent: there is no such place. */
  takeKept?(): Promise<void>;
  status(): Promise<StatusJson>;
  /** All hosts as this one sees them; answers whatever is broken. */
  cluster(): Promise<ClusterJson>;
  /** Looks for handoffs now; rejects as the store does. */
  handOver(): Promise<Looked>;
  /** Everything to another store. */
  storeMove: StoreMoves;
  /** Everything in the store, page by page, while relay goes on; null: a backup is under way already. */
  backup(): AsyncIterable<BackupLine[]> | null;
  /** Addresses of a service; the key is shown only when it has just been made. */
  addresses(service: string, key: string | null): ServiceJson;
  /** Private networks (CIDR) that calendars may be read from; absent: none. */
  calendarNetworks?(): readonly string[];
  nowMs(): number;
}
