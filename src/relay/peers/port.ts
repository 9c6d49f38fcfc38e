/**
 * Calls between the daemons of one relay: best effort, over mutual TLS. Nothing is safe because of them; whatever
 * fails, the store's conditions and the walks make good.
 */
import type { Taken } from '../engine/lane-parts.ts';
import type { HeartbeatInput } from '../heartbeats/types.ts';
import type { LineageInput, ResponderInput } from '../engine/effects.ts';
import type { FiredTimer } from '../engine/lane-queue.ts';
import type { AggregateKey, JournalRow, WorkId } from '../store/port.ts';

/** One input for one aggregate, with the work rows behind it; see `Target` in engine/work.ts. */
export interface TakeRequest {
  aggregate: AggregateKey;
  kind: 'lineage' | 'responder' | 'heartbeat';
  id: string;
  input: LineageInput | ResponderInput | HeartbeatInput | FiredTimer;
  rows: WorkId[];
}

/** Each call: what is asked, and what is answered. All of it is JSON but for raw bytes, which the link carries as base64. */
export interface PeerMethods {
  /** The owner takes an input for an aggregate that many hosts write to; answered once it is in a commit that landed. */
  take: { request: TakeRequest; answer: Taken };
  /** These rows are done: what the owner remembers for them goes with its next commit. */
  forget: { request: { aggregate: AggregateKey; row: WorkId }[]; answer: null };
  /** Rule 12: take these accepted rows, to the journal or else to your own disk. */
  keep: { request: { rows: JournalRow[] }; answer: { kept: 'journal' | 'disk' } };
  /** The sender has carried these to the journal: a copy on your disk may go. */
  release: { request: { ids: WorkId[] }; answer: null };
  /** Read the roster, at least this version; answered with the version in use then. */
  roster: { request: { version: number }; answer: { version: number } };
  /** What this host knows of itself, for `relay cluster status` (JSON). */
  state: { request: null; answer: unknown };
  /** A command of a host whose daemon is away: a call of the control API that any host can take, and its answer (JSON). */
  handIn: { request: { path: string; body: unknown }; answer: unknown };
}

export type PeerMethod = keyof PeerMethods;

/** `from`: the calling host's name, proven by its certificate. What it rejects with is told to the caller as text. */
export type PeerHandlers = {
  [M in PeerMethod]: (request: PeerMethods[M]['request'], from: string) => Promise<PeerMethods[M]['answer']>;
};

export interface Peers {
  /** The other hosts' names. */
  readonly hosts: readonly string[];
  /** Rejects with PeerError; it may have been done all the same. */
  call<M extends PeerMethod>(
    host: string,
    method: M,
    request: PeerMethods[M]['request'],
    timeoutMs: number,
  ): Promise<PeerMethods[M]['answer']>;
  close(): Promise<void>;
}

/** No answer, or the other side refused. The message says which host, and why. */
export class PeerError extends Error {
  override name = 'PeerError';
}
