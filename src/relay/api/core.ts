/** What the control API needs of the daemon; `daemon.ts` hands it in. Types only. */
import type { Accept } from '../events/accept.ts';
import type { Happening } from '../engine/ports.ts';
import type { RosterBook } from '../oncall/book.ts';
import type { Store, WorkId } from '../store/port.ts';
import type { ServiceJson, StatusJson } from './wire.ts';

export interface Feed {
  /** Committed happenings as they come; returns the unsubscribe. */
  subscribe(listener: (happening: Happening) => void): () => void;
  /** The newest happenings kept in memory (at most 1,000) since `sinceMs`. */
  recent(sinceMs: number): Happening[];
}

export interface Core {
  accept: Accept;
  store: Store;
  roster: RosterBook;
  feed: Feed;
  /** Whom the catch-all reaches, from the configuration. */
  catchAll(): string[];
  /** True once the engine has carried the row through its whole chain; false after `timeoutMs`. */
  whenDone(id: WorkId, timeoutMs: number): Promise<boolean>;
  status(): Promise<StatusJson>;
  /** Addresses of a service; the key is shown only when it has just been made. */
  addresses(service: string, key: string | null): ServiceJson;
  nowMs(): number;
}
