/**
 * One aggregate's lane: what waits for it is folded into one commit at a time, so a storm on one key costs few commits
 * and nobody else waits behind it. Here rule 1 lives: after any reload, conflict or unknown the work rows are read
 * after the state, and what is done is skipped.
 */
import type { WorkId } from '../store/port.ts';
import { Backoff } from './backoff.ts';
import { DoneRows } from './done-rows.ts';
import {
  changeOf,
  dueRow,
  foldStep,
  forget,
  hasSeen,
  leftToDo,
  newEnvelope,
  rowsBehind,
  startFold,
  takeTimer,
  type Envelope,
  type Fold,
} from './envelope.ts';
import { isStoreTrouble, StepFailed, written, type LaneParts, type Sent, type Taken } from './lane-parts.ts';
import { LaneProgress } from './lane-progress.ts';
import { isFired, LaneQueue, type Queued, type Waiting } from './lane-queue.ts';
import { LaneRoom } from './lane-room.ts';
import type { Machine } from './machine-port.ts';

/**
 * Handovers one commit adds at most; the next takes the rest. Not a bound on what is held: chains of two aggregates
 * that waited for each other's room would wait for ever.
 */
const HANDOVERS = 32;

export class Lane<State, Input extends { kind: string }, Context> {
  readonly key: string;
  readonly #machine: Machine<State, Input, Context>;
  readonly #parts: LaneParts;
  readonly #queue = new LaneQueue<Input>((item) => isFired(item.input) || this.#machine.urgent(item.input));
  readonly #backoff: Backoff;
  #running = false;
  /** Something has changed since the present round began. */
  #woken = false;
  #run: Promise<void> = Promise.resolve();
  #envelope: Envelope<State> | null = null;
  #op: string | null = null;
  /** The commit whose answer isn't known yet. */
  #sent: Sent | null = null;
  readonly #rows: DoneRows;
  readonly #room: LaneRoom;
  readonly #progress: LaneProgress;

  constructor(key: string, machine: Machine<State, Input, Context>, parts: LaneParts) {
    this.key = key;
    this.#machine = machine;
    this.#parts = parts;
    this.#backoff = new Backoff(parts.clock, parts.ids);
    this.#rows = new DoneRows(parts.tick);
    this.#room = new LaneRoom(parts.clock);
    this.#progress = new LaneProgress(parts.clock);
  }

  get idle(): boolean {
    return !this.#running && this.#queue.length === 0;
  }

  /** For how long it has had work and got on with none of it. */
  get stuckMs(): number {
    return this.idle ? 0 : this.#progress.stuckMs;
  }

  /** Resolves once the item is in a commit known to have landed, now or before. Rejects if its step threw. */
  submit(item: Queued<Input>): Promise<Taken> {
    return new Promise((resolve, reject) => {
      if (this.idle) this.#progress.moved();
      this.#queue.add({ ...item, resolve, reject });
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
  paused(): Promise<void> {
    return this.#run;
  }

  async #work(): Promise<void> {
    let more = true;
    // What comes while a round ends finds the lane running: it is not left behind.
    while ((more || (this.#woken && this.#queue.length > 0)) && !this.#parts.stopped()) {
      try {
        more = await this.#inTurn();
      } catch (error) {
        this.#envelope = null;
        if (isStoreTrouble(error)) this.#progress.moved();
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
    if (turn !== null) await this.#progress.waitForTurn(turn);
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
      if (this.#queue.length > 0) this.#room.letMoreInLater(() => this.wake());
      return false;
    }
    try {
      const batch = await this.#skipDone(picked);
      const failed = new Map<Waiting<Input>, unknown>();
      const fold = startFold(start, this.#parts.ids.op());
      const full: Waiting<Input>[] = [];
      for (const item of batch) {
        // Asked again for each: what the batch has brought so far may have filled the state.
        const crowded = fold.envelope.outbox.length - start.outbox.length >= HANDOVERS;
        if (crowded || !this.#fits(fold.envelope, item)) {
          full.push(item);
          continue;
        }
        try {
          await this.#step(fold, item);
        } catch (error) {
          // What a step has to read failed: the store's fault, and no try of the input's (rule 15).
          if (isStoreTrouble(error)) throw error;
          failed.set(item, error);
        }
      }
      if (fold.changed && !(await this.#commit(fold))) {
        this.#queue.putBack(batch);
        await this.#backoff.wait();
        return true;
      }
      this.#room.committed();
      this.#queue.putBack(full);
      this.#answer(
        batch.filter((item) => !full.includes(item)),
        failed,
      );
    } catch (error) {
      const left = picked.filter((item) => !this.#answered.has(item));
      if (this.#room.isCulprit(error, left.length)) left.pop()?.reject(new StepFailed(this.key, error));
      this.#queue.putBack(left);
      throw error;
    } finally {
      this.#answered.clear();
    }
    return true;
  }

  /** Items of the present round that have been answered already; a failure must not bring them back. */
  readonly #answered = new Set<Waiting<Input>>();

  /** The state to fold on: loaded if need be, and without what was kept for rows that are done. */
  async #start(): Promise<Envelope<State>> {
    const loaded = this.#envelope ?? (await this.#load());
    const forgetting = this.#rows.forgetNow();
    const kept = forget(loaded, (row) => forgetting.has(row));
    const behind = rowsBehind(kept);
    // Whose rows were done in a former life nobody says: before the state grows on, that is looked up.
    if (!this.#room.isShort(behind.size) && kept.outbox.length < HANDOVERS) return kept;
    const undone = await this.#parts.store.undone([...behind]);
    for (const row of behind) if (!undone.has(row)) forgetting.add(row);
    return forget(kept, (row) => forgetting.has(row));
  }

  async #load(): Promise<Envelope<State>> {
    const loaded = await this.#parts.store.load(this.key);
    this.#op = loaded.op;
    // The store hands back what this engine's commits wrote: nobody else writes aggregates.
    const envelope =
      (loaded.state as Envelope<State> | undefined | null) ?? newEnvelope(this.#machine.initial(this.key));
    this.#envelope = envelope;
    this.#rows.loaded();
    // A commit whose answer was unknown, or lost, is there after all: what follows a commit follows now.
    if (loaded.op !== null && loaded.op === this.#sent?.op) this.#landed(envelope, loaded.op);
    else this.#sent = null;
    return envelope;
  }

  #pick(envelope: Envelope<State>): Waiting<Input>[] {
    const hasRoom = this.#room.beside(rowsBehind(envelope));
    return this.#queue.take(this.#room.most, (item) => this.#fits(envelope, item) && hasRoom(item.rows));
  }

  /** What was taken before is answered however full the state is. */
  #fits(envelope: Envelope<State>, item: Waiting<Input>): boolean {
    if (isFired(item.input) || hasSeen(envelope, item.id)) return true;
    return this.#machine.canTake(item.input);
  }

  /** Rule 1: an item whose rows may have been done before the state was read is checked against the work rows. */
  async #skipDone(picked: Waiting<Input>[]): Promise<Waiting<Input>[]> {
    const events = picked.filter((item) => !isFired(item.input));
    const done = await this.#rows.doneAmong(events, this.#parts.store);
    for (const item of done) {
      this.#answered.add(item);
      this.#progress.moved();
      item.resolve({ outgoing: [], due: [] });
    }
    return picked.filter((item) => !done.has(item));
  }

  async #step(fold: Fold<State>, item: Waiting<Input>): Promise<void> {
    if (hasSeen(fold.envelope, item.id)) return;
    let input: Input;
    const before = fold.envelope;
    if (isFired(item.input)) {
      const name = takeTimer(fold, item.input.timer);
      if (name === null) return;
      input = this.#machine.timer(name);
    } else {
      input = item.input;
    }
    try {
      const nowMs = Math.max(this.#parts.nowMs(), fold.envelope.nowMs);
      const { domain } = fold.envelope;
      const context = await this.#machine.context(this.key, domain, input, fold.op, nowMs, fold.rows);
      foldStep(fold, item, this.#machine.step(domain, input, context), nowMs);
    } catch (error) {
      fold.envelope = before;
      throw error;
    }
  }

  /** True when it landed, whatever the store could say. Afterwards the lane holds what is committed. */
  async #commit(fold: Fold<State>): Promise<boolean> {
    const change = changeOf(fold, this.key, this.#op);
    // A timer that no work row stands behind would have no due row after a crash: written first, it outlives one (S13).
    // If the commit then doesn't land, the row fires, finds no timer of its id, and is done.
    const due = fold.unbacked.map((timer) => dueRow(this.key, timer));
    if (due.length > 0) await written(() => this.#parts.store.writeDue(due));
    const { op, timersGone } = fold;
    this.#sent = { op, change, timersGone, due, sentAtMonoMs: this.#parts.clock.monoMs() };
    const result = await written(() => this.#parts.store.commit(change));
    if (result === 'applied') {
      this.#rows.committed();
      this.#landed(fold.envelope, fold.op);
      return true;
    }
    await this.#load();
    return this.#op === fold.op;
  }

  /** A commit is known to be there. */
  #landed(envelope: Envelope<State>, op: string): void {
    this.#envelope = envelope;
    this.#op = op;
    this.#backoff.reset();
    const sent = this.#sent;
    if (sent === null) return;
    this.#sent = null;
    this.#machine.committed({ key: this.key, envelope, ...sent });
  }

  #answer(batch: Waiting<Input>[], failed: Map<Waiting<Input>, unknown>): void {
    if (batch.length > 0) this.#progress.moved();
    for (const item of batch) {
      this.#answered.add(item);
      if (failed.has(item)) item.reject(new StepFailed(this.key, failed.get(item)));
      else item.resolve(leftToDo(this.#current(), this.key, item.rows));
    }
  }

  #current(): Envelope<State> {
    if (this.#envelope === null) throw new Error(`${this.key}: no state after a commit`);
    return this.#envelope;
  }
}
