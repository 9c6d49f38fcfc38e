/**
 * Where an input is taken: here, or by the host that owns its aggregate. The host that accepted an input goes first;
 * after one conflict it leaves the aggregate's inputs to the owner for a while, who folds what all hosts bring into few
 * commits. If the owner doesn't answer, it is done here: the op id keeps two from harming each other.
 */
import type { HeartbeatInput } from '../heartbeats/types.ts';
import type { LineageInput, ResponderInput } from './effects.ts';
import type { Envelope } from './envelope.ts';
import { checkKnown } from './known-inputs.ts';
import { Contended, type Taken } from './lane-parts.ts';
import type { FiredTimer } from './lane-queue.ts';
import type { Membership } from './membership.ts';
import type { Clock, Log } from './ports.ts';
import type { Peers, TakeRequest } from '../peers/port.ts';
import { shardOf } from '../store/places.ts';
import type { AggregateKey, Store, WorkId } from '../store/port.ts';
import type { LineageState } from '../incidents/types.ts';
import type { Target } from './targets.ts';

export interface RouterParts {
  store: Pick<Store, 'load' | 'undone'>;
  clock: Clock;
  log: Log;
  membership: Membership;
  /** Null: there are no other hosts. */
  peers: Peers | null;
  /** Whether this host's clock is right; absent: it is. */
  trusted?(): boolean;
  tick(): number;
  /** Takes it in this process' lane; `stays`: it is not to be left to another host. */
  local(target: Target, rows: WorkId[], tick: number, stays: boolean): Promise<Taken>;
  /** The lane is here: these rows are done. */
  rowDone(aggregate: AggregateKey, row: WorkId): void;
}

/** How long an aggregate that was fought over is left to its owner. */
const HOT_MS = 15_000;
/**
 * A storm's queue at the owner may be long (ten thousand take half a minute), and whoever gives up waiting fights the
 * owner for the aggregate. An owner that is gone is found out by the link much sooner.
 */
const TAKE_TIMEOUT_MS = 40_000;
const FORGET_TIMEOUT_MS = 2_000;
const FORGET_AFTER_MS = 250;
/** How long after a look at its incident an ask may be claimed without another (rule 10). */
const LOOKED_MS = 1_000;
const HOT_KEPT = 4_096;
/**
 * So many commits in so long, by a host that isn't the owner: then it leaves the aggregate to the owner, too. Who wins
 * once goes on winning, for it knows the newest state first, and would never meet the conflict that makes it yield.
 */
const OFTEN = 4;
const OFTEN_WITHIN_MS = 3_000;

export class Router {
  readonly #parts: RouterParts;
  /** Until when each aggregate is left to its owner, on the monotonic clock. */
  readonly #hotUntilMonoMs = new Map<AggregateKey, number>();
  /** Aggregates of other owners that this host has been committing to. */
  readonly #commits = new Map<AggregateKey, { sinceMonoMs: number; count: number }>();
  /** `row aggregate` -> who took it, and is told when the row is done. */
  readonly #takenBy = new Map<string, string>();
  /** `row aggregate` -> what the row brought there before is on its way. */
  readonly #turns = new Map<string, Promise<void>>();
  #forgetting = new Map<string, { aggregate: AggregateKey; row: WorkId }[]>();

  constructor(parts: RouterParts) {
    this.#parts = parts;
  }

  async submit(target: Target, rows: WorkId[], tick: number): Promise<Taken> {
    const owner = this.#ownerOfHot(target.aggregate);
    if (owner !== null) return this.#inTurn(owner, target, rows, tick);
    try {
      return await this.#parts.local(target, rows, tick, false);
    } catch (error) {
      if (!(error instanceof Contended)) throw error;
      const next = this.#ownerOfHot(target.aggregate);
      return next === null
        ? this.#parts.local(target, rows, tick, true)
        : this.#inTurn(next, target, rows, tick);
    }
  }

  /** Asked by a lane whose commit met another's: marks the aggregate; true when its owner should go on. */
  contended(aggregate: AggregateKey): boolean {
    if (this.#otherOwner(aggregate) === null) return false;
    this.#hotUntilMonoMs.delete(aggregate);
    this.#hotUntilMonoMs.set(aggregate, this.#parts.clock.monoMs() + HOT_MS);
    letGoOldest(this.#hotUntilMonoMs);
    return true;
  }

  /** A commit of this host has landed. */
  committed(aggregate: AggregateKey): void {
    if (this.#otherOwner(aggregate) === null) return;
    const nowMonoMs = this.#parts.clock.monoMs();
    const known = this.#commits.get(aggregate);
    this.#commits.delete(aggregate);
    const goesOn = known !== undefined && nowMonoMs - known.sinceMonoMs < OFTEN_WITHIN_MS;
    const one = goesOn ? { ...known, count: known.count + 1 } : { sinceMonoMs: nowMonoMs, count: 1 };
    if (one.count >= OFTEN) {
      this.contended(aggregate);
      return;
    }
    this.#commits.set(aggregate, one);
    letGoOldest(this.#commits);
  }

  /** What another host brings because this one owns the aggregate. Rejects on what only another version knows. */
  async take(request: TakeRequest): Promise<Taken> {
    const { store, clock } = this.#parts;
    checkKnown(request);
    // Before the reads: what they show was so at this tick (rule 1).
    const tick = this.#parts.tick();
    const seenMonoMs = clock.monoMs();
    const { input } = request;
    const looks = input.kind === 'tell' && input.ask.first;
    const [undone, lineage] = await Promise.all([
      request.rows.length === 0 ? null : store.undone(request.rows),
      looks ? store.load(input.ask.lineage) : null,
    ]);
    if (undone?.size === 0) return { outgoing: [], due: [] };
    const target = targetOf(request);
    if (target.kind === 'responder' && target.input.kind === 'tell') {
      const incident = (lineage?.state as Envelope<LineageState> | undefined | null)?.domain.incident ?? null;
      const asked = incident?.number === target.input.ask.number && incident.status === 'triggered';
      target.input = {
        ...target.input,
        freshUntilMonoMs: asked ? seenMonoMs + LOOKED_MS : Number.NEGATIVE_INFINITY,
      };
    }
    return this.#parts.local(target, request.rows, tick, true);
  }

  rowDone(aggregate: AggregateKey, row: WorkId): void {
    this.#parts.rowDone(aggregate, row);
    const taken = `${row} ${aggregate}`;
    const owner = this.#takenBy.get(taken);
    if (owner === undefined) return;
    this.#takenBy.delete(taken);
    const known = this.#forgetting.get(owner);
    if (known !== undefined) {
      known.push({ aggregate, row });
      return;
    }
    this.#forgetting.set(owner, [{ aggregate, row }]);
    this.#parts.clock.after(FORGET_AFTER_MS, () => this.#tellDone(owner));
  }

  /** Best effort: at its bound the owner looks the rows up by itself. */
  #tellDone(owner: string): void {
    const done = this.#forgetting.get(owner) ?? [];
    this.#forgetting.delete(owner);
    this.#parts.peers?.call(owner, 'forget', done, FORGET_TIMEOUT_MS).catch((error: unknown) => {
      this.#parts.log.info({ host: owner, err: error }, 'a host could not be told what is done');
    });
  }

  /**
   * The events that one mail brings to one aggregate keep their order on the way: they have one stamp (rule 4). All else
   * has an order of its own.
   */
  async #inTurn(owner: string, target: Target, rows: WorkId[], tick: number): Promise<Taken> {
    const [row] = rows;
    if (row === undefined || target.input.kind !== 'event') return this.#remotely(owner, target, rows, tick);
    const turn = `${row} ${target.aggregate}`;
    const before = this.#turns.get(turn);
    const call =
      before === undefined
        ? this.#remotely(owner, target, rows, tick)
        : before.then(() => this.#remotely(owner, target, rows, tick));
    // Whoever asked hears of a failure; the next only waits for this one to be over.
    const over = call.then(
      () => undefined,
      () => undefined,
    );
    this.#turns.set(turn, over);
    try {
      return await call;
    } finally {
      if (this.#turns.get(turn) === over) this.#turns.delete(turn);
    }
  }

  async #remotely(owner: string, target: Target, rows: WorkId[], tick: number): Promise<Taken> {
    const { peers, log } = this.#parts;
    if (peers === null) return this.#parts.local(target, rows, tick, true);
    try {
      const taken = await peers.call(owner, 'take', { ...target, rows }, TAKE_TIMEOUT_MS);
      for (const row of rows) this.#takenBy.set(`${row} ${target.aggregate}`, owner);
      return taken;
    } catch (error) {
      log.info(
        { host: owner, aggregate: target.aggregate, err: error },
        'the owner did not take it; done here',
      );
      this.#hotUntilMonoMs.delete(target.aggregate);
      return this.#parts.local(target, rows, tick, true);
    }
  }

  #ownerOfHot(aggregate: AggregateKey): string | null {
    // A host whose clock is off leaves everything to others while there are any (rule 4).
    if (this.#parts.trusted?.() === false) return this.#otherOwner(aggregate);
    const untilMonoMs = this.#hotUntilMonoMs.get(aggregate);
    if (untilMonoMs === undefined) return null;
    if (this.#parts.clock.monoMs() < untilMonoMs) return this.#otherOwner(aggregate);
    this.#hotUntilMonoMs.delete(aggregate);
    return null;
  }

  /** The owner, when that is another host that can be called. */
  #otherOwner(aggregate: AggregateKey): string | null {
    const { membership, peers } = this.#parts;
    if (peers === null) return null;
    const owner = membership.owner(shardOf(aggregate));
    return owner === membership.self || !peers.hosts.includes(owner) ? null : owner;
  }
}

function letGoOldest(kept: Map<AggregateKey, unknown>): void {
  const [oldest] = kept.keys();
  if (kept.size > HOT_KEPT && oldest !== undefined) kept.delete(oldest);
}

function targetOf({ aggregate, kind, id, input }: TakeRequest): Target {
  if (kind === 'heartbeat') return { aggregate, kind, id, input: input as HeartbeatInput | FiredTimer };
  return kind === 'lineage'
    ? { aggregate, kind, id, input: input as LineageInput | FiredTimer }
    : { aggregate, kind, id, input: input as ResponderInput | FiredTimer };
}
