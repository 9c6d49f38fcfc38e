/**
 * One aggregate's lane: what waits for it is folded into one commit at a time, so a storm on one key costs few commits
 * and nobody else waits behind it. Here rule 1 lives: after any reload, conflict or unknown the work rows are read
 * after the state, and what is done is skipped.
 */
import { shardOf } from '../store/places.ts';
import { StoreUnavailableError, type WorkId } from '../store/port.ts';
import { Backoff } from './backoff.ts';
import { DoneRows } from './done-rows.ts';
import { forget, hasSeen, leftToDo, rowsBehind, startFold, type Envelope } from './envelope.ts';
import { foldItem } from './fold-item.ts';
import { HeldState } from './held-state.ts';
import {
  CommitRefused,
  Contended,
  isStoreTrouble,
  StepFailed,
  type LaneParts,
  type Taken,
} from './lane-parts.ts';
import { isFired, LaneQueue, type Queued, type Waiting } from './lane-queue.ts';
import type { Machine } from './machine-port.ts';
import { OneByOne } from './one-by-one.ts';
import { GIVE_WAY_MS, REMEMBERED, Room } from './room.ts';

/**
 * Handovers one commit adds at most; the next takes the rest. Not a bound on what is held: chains of two aggregates
 * that waited for each other's room would wait for ever.
 */
const HANDOVERS = 32;

export class Lane<State, Input extends { kind: string }, Context> {
  readonly key: string;
  readonly #shard: number;
  readonly #machine: Machine<State, Input, Context>;
  readonly #parts: LaneParts;
  readonly #queue = new LaneQueue<Input>();
  readonly #backoff: Backoff;
  #running = false;
  #waitsForTurn = false;
  /** When it last got on with something, or was refused by the store. */
  #movedMonoMs = 0;
  /** Something has changed since the present round began. */
  #woken = false;
  #run: Promise<void> = Promise.resolve();
  readonly #held: HeldState<State>;
  readonly #rows: DoneRows;
  readonly #alone = new OneByOne();
  readonly #room = new Room();

  constructor(key: string, machine: Machine<State, Input, Context>, parts: LaneParts) {
    this.key = key;
    this.#shard = shardOf(key);
    this.#machine = machine;
    this.#parts = parts;
    this.#backoff = new Backoff(parts.clock, parts.ids);
    this.#rows = new DoneRows(parts.tick);
    this.#held = new HeldState(key, {
      lane: parts,
      initial: machine.initial,
      mayBeNew: machine.mayBeNew && parts.store.distant,
      loaded: () => this.#rows.loaded(),
      applied: () => this.#rows.committed(),
      landed: (commit) => {
        this.#backoff.reset();
        machine.committed(commit);
      },
    });
  }

  get idle(): boolean {
    return !this.#running && this.#queue.length === 0;
  }

  /**
   * For how long it has had work and got on with none of it: a call that never answers, a deadlock. Waiting for its turn
   * or for a store that refuses is no fault of the engine's.
   */
  get stuckMs(): number {
    return this.idle || this.#waitsForTurn ? 0 : this.#parts.clock.monoMs() - this.#movedMonoMs;
  }

  /** Resolves once the item is in a commit known to have landed, now or before. Rejects if its step threw. */
  submit(item: Queued<Input>): Promise<Taken> {
    return new Promise((resolve, reject) => {
      if (this.idle) this.#movedMonoMs = this.#parts.clock.monoMs();
      this.#queue.add({ ...item, resolve, reject }, this.#isUrgent(item));
      this.wake();
    });
  }

  /** These rows are done: the next commit forgets what was kept for them. */
  rowsDone(rows: Iterable<WorkId>): void {
    this.#rows.add(rows);
    this.wake();
  }

  wake(): void {
    this.#woken = true;
    if (this.#running || this.#queue.length === 0) return;
    this.#running = true;
    this.#run = this.#work();
  }

  /** Resolves when it is not in the middle of a commit: what still waits can't be taken now. */
  paused = (): Promise<void> => this.#run;

  async #work(): Promise<void> {
    let more = true;
    // What comes while a round ends finds the lane running: it is not left behind.
    while ((more || (this.#woken && this.#queue.length > 0)) && !this.#parts.stopped()) {
      if (this.#parts.held()) this.#giveBack();
      try {
        more = await this.#inTurn();
      } catch (error) {
        this.#held.drop();
        if (isStoreTrouble(error)) this.#movedMonoMs = this.#parts.clock.monoMs();
        this.#parts.log.warn(
          { aggregate: this.key, err: error },
          'work on an aggregate failed; trying again',
        );
        await this.#backoff.wait();
      }
    }
    this.#running = false;
  }

  async #inTurn(): Promise<boolean> {
    const turns = this.#parts.turns;
    const turn = turns?.turns.take(turns.group(this.key)) ?? null;
    if (turn !== null) {
      this.#waitsForTurn = true;
      await turn;
      this.#waitsForTurn = false;
      this.#movedMonoMs = this.#parts.clock.monoMs();
    }
    try {
      this.#woken = false;
      return !this.#parts.stopped() && (await this.#round());
    } finally {
      turns?.turns.give();
    }
  }

  /** One commit at most. False when nothing can be taken until something else happens. */
  async #round(): Promise<boolean> {
    const start = await this.#start();
    const picked = this.#pick(start);
    if (picked.length === 0) {
      this.#letMoreInLater();
      return false;
    }
    try {
      const batch = await this.#skipDone(picked);
      this.#machine.lookAhead(batch.flatMap(({ input }) => (isFired(input) ? [] : [input])));
      const failed = new Map<Waiting<Input>, unknown>();
      const fold = startFold(start, this.#parts.ids.op(), this.#shard);
      const full: Waiting<Input>[] = [];
      for (const item of batch) {
        // Asked again for each: what the batch has brought so far may have filled the state.
        const crowded = fold.envelope.outbox.length - start.outbox.length >= HANDOVERS;
        if (crowded || !this.#fits(fold.envelope, item)) {
          full.push(item);
          continue;
        }
        try {
          await foldItem(this.#machine, this.key, fold, item, this.#parts.nowMs());
        } catch (error) {
          // What a step has to read failed: the store's fault, and no try of the input's (rule 15).
          if (isStoreTrouble(error)) throw error;
          failed.set(item, error);
        }
      }
      // The commit that sets the timer may still land: another one in its place, if of nothing, makes sure that it can't.
      const fences = this.#parts.store.distant && batch.some(({ input }) => isFired(input));
      if (!fold.changed && fences) fold.changed = true;
      if (!fold.changed && !this.#held.isSure) {
        // What was held may be old: looked at again in what is there now.
        this.#putBack(batch);
        this.#held.drop();
        return true;
      }
      if (fold.changed && !(await this.#held.commit(fold))) {
        this.#putBack(batch);
        if (!this.#movedAway()) await this.#backoff.wait();
        return true;
      }
      this.#alone.committed();
      this.#putBack(full);
      this.#answer(
        batch.filter((item) => !full.includes(item)),
        failed,
      );
    } catch (error) {
      this.#putBack(this.#withoutCulprit(picked, error));
      throw error;
    } finally {
      this.#answered.clear();
    }
    return true;
  }

  /** Somebody else's commit came between ours: whoever owns the aggregate gets what may go. True when anything went. */
  #movedAway(): boolean {
    if (this.#parts.yields?.(this.key) !== true) return false;
    const moving = this.#queue.takeMovable();
    for (const item of moving) item.reject(new Contended(this.key));
    return moving.length > 0;
  }

  #giveBack(): void {
    this.#held.drop();
    for (const item of this.#queue.takeAll()) item.reject(new StoreUnavailableError('there is no quorum'));
  }

  /** Items of the present round that have been answered already; a failure must not bring them back. */
  readonly #answered = new Set<Waiting<Input>>();

  /** What a failed round leaves; the item that the store won't have is rejected, and its chain counts the tries. */
  #withoutCulprit(picked: Waiting<Input>[], error: unknown): Waiting<Input>[] {
    const left = picked.filter((item) => !this.#answered.has(item));
    const culprit = error instanceof CommitRefused ? this.#alone.refused(left) : null;
    culprit?.reject(new StepFailed(this.key, error));
    return left.filter((item) => item !== culprit);
  }

  /** The state to fold on: loaded if need be, and without what was kept for rows that are done. */
  async #start(): Promise<Envelope<State>> {
    const loaded = await this.#held.get();
    const forgetting = this.#rows.forgetNow();
    const kept = forget(loaded, (row) => forgetting.has(row));
    const behind = rowsBehind(kept);
    // Whose rows were done in a former life nobody says: before the state grows on, that is looked up.
    const look = this.#room.wantsLook(behind.size, this.#queue.length, this.#parts.clock.monoMs());
    if (!look && kept.outbox.length < HANDOVERS) return kept;
    const undone = await this.#parts.store.undone([...behind]);
    for (const row of behind) if (!undone.has(row)) forgetting.add(row);
    return forget(kept, (row) => forgetting.has(row));
  }

  #pick(envelope: Envelope<State>): Waiting<Input>[] {
    const behind = rowsBehind(envelope);
    this.#room.isHolding(behind.size);
    return this.#queue.take(this.#alone.most(REMEMBERED), (item) => {
      if (!this.#fits(envelope, item)) return false;
      const added = item.rows.filter((row) => !behind.has(row));
      if (!this.#room.has(behind.size + added.length)) return false;
      for (const row of added) behind.add(row);
      return true;
    });
  }

  #letMoreInLater(): void {
    if (this.#queue.length === 0 || !this.#room.givesWay) return;
    this.#parts.clock.after(GIVE_WAY_MS, () => {
      this.#room.giveWay();
      this.wake();
    });
  }

  /** What was taken before is answered however full the state is. */
  #fits(envelope: Envelope<State>, item: Waiting<Input>): boolean {
    if (isFired(item.input) || hasSeen(envelope, item.id)) return true;
    return this.#machine.canTake(item.input, envelope.outbox.length);
  }

  /** Rule 1: an item whose rows may have been done before the state was read is checked against the work rows. */
  async #skipDone(picked: Waiting<Input>[]): Promise<Waiting<Input>[]> {
    const unsure = picked.filter(
      (item) => item.rows.length > 0 && !isFired(item.input) && !this.#rows.surelyUndone(item),
    );
    if (unsure.length === 0) return picked;
    const undone = await this.#parts.store.undone([...new Set(unsure.flatMap((item) => item.rows))]);
    return picked.filter((item) => {
      if (!unsure.includes(item) || item.rows.some((row) => undone.has(row))) return true;
      this.#answered.add(item);
      this.#movedMonoMs = this.#parts.clock.monoMs();
      item.resolve({ outgoing: [], due: [] });
      return false;
    });
  }

  #answer(batch: Waiting<Input>[], failed: Map<Waiting<Input>, unknown>): void {
    if (batch.length > 0) this.#movedMonoMs = this.#parts.clock.monoMs();
    for (const item of batch) {
      this.#answered.add(item);
      if (failed.has(item)) item.reject(new StepFailed(this.key, failed.get(item)));
      else item.resolve(leftToDo(this.#held.current, this.key, item.rows));
    }
  }

  #putBack(items: Waiting<Input>[]): void {
    this.#queue.putBack(items, (item) => this.#isUrgent(item));
  }

  #isUrgent(item: Queued<Input>): boolean {
    return isFired(item.input) || this.#machine.urgent(item.input);
  }
}
