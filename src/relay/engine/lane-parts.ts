/** What a lane is given, what it answers, and how it says that an input's step failed. */
import {
  StoreFullError,
  StoreUnavailableError,
  type Change,
  type DueRow,
  type Store,
} from '../store/port.ts';
import type { Outgoing } from './envelope.ts';
import type { Clock, Ids, Log } from './ports.ts';
import type { Turns } from './turns.ts';

/** What taking an item left for the chain of its work rows. */
export interface Taken {
  outgoing: Outgoing[];
  due: DueRow[];
}

export interface LaneParts {
  store: Store;
  clock: Clock;
  ids: Ids;
  log: Log;
  /** The engine's time: like wall time, but it never jumps. */
  nowMs(): number;
  /** There is no quorum: whatever waits is given back (rule 13). */
  held(): boolean;
  /** Ascends: tells whether a state was read before or after something else. */
  tick(): number;
  /** The engine has stopped: what waits stays undone. */
  stopped(): boolean;
  /** Each round takes a turn, its aggregate's group with the others'; absent: all at once. */
  turns?: { turns: Turns; group(key: string): string };
  /**
   * Another host's commit came between: true when that host should do what waits here, since two that race only hold
   * each other up. Absent: nobody else writes.
   */
  yields?(key: string): boolean;
}

/** A commit whose answer isn't known yet. */
export interface Sent {
  op: string;
  change: Change;
  timersGone: string[];
  due: DueRow[];
  sentAtMonoMs: number;
}

/** A machine threw on an input: the input's fault, not the store's (rule 15). */
export class StepFailed extends Error {
  override name = 'StepFailed';
  constructor(key: string, cause: unknown) {
    super(`${key} could not take an input: ${cause instanceof Error ? cause.message : String(cause)}`, {
      cause,
    });
  }
}

/** Others write to this aggregate too; its owner does it better (see Router). Nothing of the item was taken. */
export class Contended extends Error {
  override name = 'Contended';
}

/** The store is well and can't do this commit: something that was folded into it is at fault (rule 15). */
export class CommitRefused extends Error {
  override name = 'CommitRefused';
  constructor(cause: unknown) {
    super(`the store refused a commit: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}

/** The store can't be reached or has no space: nobody's input is at fault. */
export const isStoreTrouble = (error: unknown): boolean =>
  error instanceof StoreUnavailableError || error instanceof StoreFullError;
