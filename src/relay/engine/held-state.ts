/**
 * The state a lane works on: what is committed as far as this process knows, and the one way to commit more. Whatever
 * the store answers, afterwards it holds what is there (rule 1).
 */
import type { Change, Loaded } from '../store/port.ts';
import { changeOf, dueRow, newEnvelope, type Envelope, type Fold } from './envelope.ts';
import { CommitRefused, isStoreTrouble, type LaneParts, type Sent } from './lane-parts.ts';
import type { Committed } from './machine-port.ts';

export interface HeldParts<State> {
  lane: Pick<LaneParts, 'store' | 'clock'>;
  initial(key: string): State;
  /** What isn't held yet may be taken for new: if it isn't, the first commit says so. */
  mayBeNew: boolean;
  /** The state was just read. */
  loaded(): void;
  /** The store said that this process' commit is there. */
  applied(): void;
  /** A commit is known to be there, now or at last. */
  landed(commit: Committed<State>): void;
}

export class HeldState<State> {
  readonly #key: string;
  readonly #parts: HeldParts<State>;
  #envelope: Envelope<State> | null = null;
  #op: string | null = null;
  #mayBeNew: boolean;
  /** Read since `get` was asked last, or nobody else writes. */
  #sure = false;
  /** The commit whose answer isn't known yet. */
  #sent: Sent | null = null;

  constructor(key: string, parts: HeldParts<State>) {
    this.#key = key;
    this.#parts = parts;
    this.#mayBeNew = parts.mayBeNew;
  }

  /** What is committed; read if it isn't held. */
  async get(): Promise<Envelope<State>> {
    this.#sure = !this.#parts.lane.store.distant;
    if (this.#envelope === null && this.#mayBeNew)
      this.#envelope = newEnvelope(this.#parts.initial(this.#key));
    this.#mayBeNew = false;
    return this.#envelope ?? (await this.#load());
  }

  /** After a commit or `get`: what is committed. */
  get current(): Envelope<State> {
    if (this.#envelope === null) throw new Error(`${this.#key}: no state after a commit`);
    return this.#envelope;
  }

  /**
   * Whether what `get` gave was there just now. Otherwise another host may have written since, and only a commit proves
   * that nobody has: without one nothing may be concluded from it.
   */
  get isSure(): boolean {
    return this.#sure;
  }

  /** Something failed: what is there has to be read again. */
  drop(): void {
    this.#envelope = null;
  }

  /** True when it landed, whatever the store could say. Rejects with CommitRefused when the store won't have it. */
  async commit(fold: Fold<State>): Promise<boolean> {
    const { store, clock } = this.#parts.lane;
    const change: Change = changeOf(fold, this.#key, this.#op);
    // A timer that no work row stands behind would have no due row after a crash: written first, it outlives one (S13).
    // If the commit then doesn't land, the row fires, finds no timer of its id, and is done.
    const due = fold.unbacked.map((timer) => dueRow(this.#key, timer));
    if (due.length > 0) await written(() => store.writeDue(due));
    const { op, timersGone } = fold;
    this.#sent = { op, change, timersGone, due, sentAtMonoMs: clock.monoMs() };
    const result = await written(() => store.commit(change));
    if (result === 'applied') {
      this.#parts.applied();
      this.#landed(fold.envelope, op);
      return true;
    }
    if (typeof result === 'object') this.#found(result.conflict);
    else await this.#load();
    return this.#op === op;
  }

  async #load(): Promise<Envelope<State>> {
    return this.#found(await this.#parts.lane.store.load(this.#key));
  }

  #found(loaded: Loaded): Envelope<State> {
    this.#op = loaded.op;
    // The store hands back what this engine's commits wrote: nobody else writes aggregates.
    const envelope =
      (loaded.state as Envelope<State> | undefined | null) ?? newEnvelope(this.#parts.initial(this.#key));
    this.#envelope = envelope;
    this.#sure = true;
    this.#parts.loaded();
    // A commit whose answer was unknown, or lost, is there after all: what follows a commit follows now.
    if (loaded.op !== null && loaded.op === this.#sent?.op) this.#landed(envelope, loaded.op);
    else this.#sent = null;
    return envelope;
  }

  #landed(envelope: Envelope<State>, op: string): void {
    this.#envelope = envelope;
    this.#op = op;
    const sent = this.#sent;
    if (sent === null) return;
    this.#sent = null;
    this.#parts.landed({ key: this.#key, envelope, ...sent });
  }
}

async function written<T>(write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if (isStoreTrouble(error)) throw error;
    throw new CommitRefused(error);
  }
}
