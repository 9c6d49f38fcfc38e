/**
 * What a store must be able to do for everything in it to be moved to another one, or copied into a backup: give all of
 * it, take all of it, and note where it comes from and where it has gone. A small port beside `port.ts`.
 */
import { placeOf } from './places.ts';
import type { AggregateKey, WorkId } from './port.ts';

/** JSON as it was written: it goes through as text, so that nothing about it can change on the way. */
type Json = string;

export interface JournalPiece {
  kind: 'journal';
  id: WorkId;
  shard: number;
  host: string;
  seq: number;
  atMs: number;
  trusted: boolean;
  done: boolean;
  input: Json;
  raw: Uint8Array | null;
}

export interface DuePiece {
  kind: 'due';
  id: WorkId;
  dueAtMs: number;
  aggregate: AggregateKey;
  timer: string;
  done: boolean;
}

/** Comes after the row it counts for. */
export interface TriesPiece {
  kind: 'tries';
  id: WorkId;
  count: number;
}

/** Comes before its rows and list entries. */
export interface AggregatePiece {
  kind: 'aggregate';
  key: AggregateKey;
  op: string;
  state: Json;
  touchedMs: number;
}

/** A keyed row. `op`: the last one of its aggregate. */
export interface RowPiece {
  kind: 'row';
  aggregate: AggregateKey;
  op: string;
  rowKind: string;
  key: string;
  body: Json;
  endedMs: number | null;
}

/** An incident's list entry. `op`: the last one of its lineage. */
export interface IncidentPiece {
  kind: 'incident';
  number: number;
  lineage: AggregateKey;
  op: string;
  open: boolean;
  body: Json;
}

export interface NamePiece {
  kind: 'name';
  number: number;
  lineage: AggregateKey;
}

export interface SlotPiece {
  kind: 'slot';
  job: string;
  slot: string;
}

/** The next incident number that nobody has reserved. The target's may be higher. */
export interface NumbersPiece {
  kind: 'numbers';
  next: number;
}

/** A seq that this host has not stamped beyond. The target's may be higher. */
export interface HostPiece {
  kind: 'host';
  host: string;
  lastSeq: number;
}

export type Piece =
  | JournalPiece
  | DuePiece
  | TriesPiece
  | AggregatePiece
  | RowPiece
  | IncidentPiece
  | NamePiece
  | SlotPiece
  | NumbersPiece
  | HostPiece;

/** What a move leaves written in both stores. Holds no secrets. */
export interface MoveNote {
  /** Names the move. */
  id: string;
  /** `moving`: the old store is still the one that counts. */
  state: 'moving' | 'moved';
  /** The two stores, in a few words. */
  from: string;
  to: string;
  /** When this was noted, by the wall clock. */
  atMs: number;
  /** The host that moves. */
  host: string;
  /** How the old store is opened: as the configuration had it. */
  source: unknown;
}

export interface MoveNotes {
  /** Everything is on its way out of this store, or has gone. */
  leaving: MoveNote | null;
  /** Everything is on its way into this store, or has arrived. */
  arriving: MoveNote | null;
}

/**
 * `instant`: all of one instant. `ordered`: what was accepted before the copy began, and what came of it, is in it as of
 * one instant. Of what came while it was made a work row may be undone whose work an aggregate knows already, never the
 * other way round; and a responder may know less than a lineage, never more.
 */
export type CopyKind = 'instant' | 'ordered';

export interface Movable {
  /** Everything there is, in pages of bounded size. Nothing else may write meanwhile. */
  pieces(): AsyncIterable<Piece[]>;
  /** What `copy` gives. */
  readonly copies: CopyKind;
  /**
   * Everything, while others go on writing; each aggregate is whole and comes once, with its rows behind it. Rejects with
   * StoreUnavailableError or StoreFullError. One at a time.
   */
  copy(): AsyncIterable<Piece[]>;
  /** Writes them, durably; again changes nothing. */
  put(pieces: readonly Piece[]): Promise<void>;
  /** Nobody has ever worked with this store: there is no aggregate, no input and no timer in it. */
  isEmpty(): Promise<boolean>;
  /** Deletes everything but the notes. Only for what a move that was given up has left behind. */
  clear(): Promise<void>;
  notes(): Promise<MoveNotes>;
  /**
   * Writes a note; rejects with StoreUnavailableError where another move has left one. A store without a lock of its own
   * forgets `leaving` while it says `moving` after LEASE_MS, unless it is renewed.
   */
  note(part: keyof MoveNotes, note: MoveNote): Promise<void>;
  /** Rejects with StoreUnavailableError also where this move's `leaving` is forgotten: others may have worked here since. */
  renew(note: MoveNote): Promise<void>;
  /**
   * The commit point: from now on this store is not opened any more. Rejects with StoreUnavailableError; then `notes`
   * tells whether it has happened, except when this very move's note was gone before: then it has not.
   */
  seal(note: MoveNote): Promise<void>;
  /** Takes back this move's note; nothing where another stands, or none. */
  forget(part: keyof MoveNotes, id: string): Promise<void>;
}

/** How long a mover is waited for that says nothing. */
export const LEASE_MS = 60_000;

/** Rows from before shards were kept say 0 whatever they concern; most ids know better. */
export const journalShard = (id: WorkId, kept: number): number => placeOf(id)?.shard ?? kept;

/** What a restore notes as its source. */
export interface RestoreSource {
  kind: 'backup';
  /** What was read back is not what was written: it is cleared away before another try. */
  isWrong?: true;
}

/** Whether it comes, or came, out of a backup: no other store holds it. */
export const isRestore = ({ source }: MoveNote): boolean =>
  typeof source === 'object' && source !== null && 'kind' in source && source.kind === 'backup';

/** Why a store that was moved, or is being moved, isn't opened; null when it may be. */
export function refusalOf(store: string, { leaving, arriving }: MoveNotes): string | null {
  if (leaving?.state === 'moved') {
    const day = new Date(leaving.atMs).toISOString();
    return `everything in ${store} has moved to ${leaving.to} (${day}, by ${leaving.host}): name that one in relay.yaml again; the way back is relay store move`;
  }
  if (arriving?.state === 'moving' && isRestore(arriving)) {
    return `${store} holds only a part of ${arriving.from}: run relay restore with that file again, which goes on with it`;
  }
  if (arriving?.state === 'moving') {
    return `${store} holds a part of what ${arriving.host} is moving out of ${arriving.from}: start relay on ${arriving.host}, which goes on with it, or name the old store in relay.yaml there`;
  }
  return null;
}
