/**
 * Drives the pure machines: takes accepted rows through their chains, fires timers, makes the claimed calls.
 * Holds nothing that a restart would miss: what it keeps in memory is read again from the store.
 */
import { responderKey } from '../notifications/rows.ts';
import { wantsLook } from '../notifications/looks.ts';
import type { PeerMethods } from '../peers/port.ts';
import type { ResponderState } from '../notifications/types.ts';
import { shardOf } from '../store/places.ts';
import type { DueRow, JournalRow, WorkId } from '../store/port.ts';
import { Calls } from './calls.ts';
import { isCanary } from './canary.ts';
import { CROWD_LIMITS } from './crowd.ts';
import { Aggregates } from './aggregates.ts';
import type { ResponderInput } from './effects.ts';
import type { EngineParts } from './engine-parts.ts';
import { Gate } from './gate.ts';
import { endTimers } from './gone-timers.ts';
import { Hearing } from './hearing.ts';
import { heartbeatKey } from '../heartbeats/rows.ts';
import { HeartbeatWalk } from './heartbeat.ts';
import { Intake } from './intake.ts';
import type { Taken } from './lane-parts.ts';
import type { Committed } from './machine-port.ts';
import { alone, type Membership } from './membership.ts';
import { ProviderLimits } from './provider-limits.ts';
import { Router } from './router.ts';
import { adoptedIds } from './responder.ts';
import { notedTargets, targetOfDue, type Target } from './targets.ts';
import { Timers } from './timers.ts';
import { TransportHealth } from './transport-health.ts';
import { WaitWalk } from './wait-walk.ts';
import { Walks } from './walks.ts';
import { Work } from './work.ts';

/** Whoever set a timer fires it; one that a walk found waits this much longer. */
const SETTER_FIRST_MS = 3_000;

export class Engine {
  readonly #parts: EngineParts;
  readonly #aggregates: Aggregates;
  readonly #hearing: Hearing;
  readonly #membership: Membership;
  readonly #router: Router;
  readonly #work: Work;
  readonly #timers: Timers;
  readonly #calls: Calls;
  readonly #limits: ProviderLimits;
  readonly #walks: Walks;
  readonly #intake: Intake;
  readonly #gate = new Gate();
  #ticks = 0;
  #stopping = false;
  #stopped = false;

  constructor(parts: EngineParts) {
    this.#parts = parts;
    this.#limits = new ProviderLimits(parts);
    const { store, clock, ids, log, health = new TransportHealth(parts) } = parts;
    this.#membership = parts.membership ?? alone('');
    const mine = (key: string): boolean => this.#membership.owner(shardOf(key)) === this.#membership.self;
    this.#hearing = new Hearing({
      ...parts,
      newOp: () => ids.op(),
      isMine: mine,
      live: () => this.#membership.live(),
      isIdle: () => this.#gate.isClosed || this.#stopping,
      isWanted: () => (parts.roster().heartbeats ?? []).length > 0,
    });
    this.#aggregates = new Aggregates(parts, {
      lanes: {
        store,
        clock,
        ids,
        log,
        nowMs: parts.nowMs,
        tick: () => this.#tick(),
        stopped: () => this.#stopped,
        held: () => this.#gate.isClosed,
        yields: (key) => this.#router.contended(key),
      },
      health,
      limits: this.#limits,
      stopping: () => this.#stopping,
      gaps: () => this.#hearing.gaps(),
      behind: () => this.#walks.behind(),
      committed: (commit) => this.#committed(commit),
      responderCommitted: (commit) => this.#responderCommitted(commit),
    });
    this.#calls = new Calls({
      ...parts,
      limits: this.#limits,
      give: (key, input) => this.#give(key, input),
      adopted: (key, row) => adoptedIds(store, key, row),
      health,
      calling: (message) => this.#tell(() => parts.onCall?.(message)),
      answered: (message) => this.#tell(() => parts.onAnswer?.(message)),
    });
    this.#router = new Router({
      store,
      clock,
      log,
      membership: this.#membership,
      peers: parts.peers ?? null,
      trusted: () => parts.trusted?.() ?? true,
      tick: () => this.#tick(),
      local: (target, rows, tick, stays) => this.#aggregates.take(target, rows, tick, stays),
      rowDone: (aggregate, row) => this.#aggregates.rowDone(aggregate, row),
    });
    this.#work = new Work({
      ...parts,
      submit: (target, rows, tick) => this.#router.submit(target, rows, tick),
      rowDone: (aggregate, row) => this.#router.rowDone(aggregate, row),
      pass: (row) => this.#gate.pass(row),
      stopping: () => this.#stopping,
      carried: (row) => parts.onCarried?.(row),
      done: (row) => parts.onDone?.(row),
      scheduled: (rows) => this.#timers.add(rows),
      contacts: parts,
    });
    this.#timers = new Timers({ clock, nowMs: parts.nowMs, fire: (row, walked) => this.#fire(row, walked) });
    this.#intake = new Intake({
      tick: () => this.#tick(),
      stopping: () => this.#stopping,
      carry: (row, tick, fresh) =>
        this.#work.carry(row.id, () => notedTargets(row, parts.noteOf), tick, fresh),
      behind: () => this.#walks.behind(),
    });
    const watched = new HeartbeatWalk({
      ...parts,
      note: () => this.#hearing.note(),
      fire: (row) => this.#fire(row, false),
      stopped: () => this.#stopping,
      mine,
    });
    this.#walks = new Walks({
      store,
      clock,
      ids,
      log,
      problems: parts.problems,
      membership: this.#membership,
      nowMs: parts.nowMs,
      retentionDays: parts.retentionDays ?? 30,
      tick: () => this.#tick(),
      underWay: (id) => this.#work.has(id),
      room: () => this.#work.size < CROWD_LIMITS.all / 2,
      takeJournal: (row, tick) => this.#intake.walked(row, tick),
      watched: () => [
        ...parts.roster().people.map((person) => responderKey(person.id)),
        ...(parts.roster().heartbeats ?? []).map(({ id }) => heartbeatKey(id)),
      ],
      takeDue: (rows) =>
        this.#timers.add(
          rows.filter((row) => !this.#work.has(row.id)),
          store.distant ? SETTER_FIRST_MS : undefined,
        ),
      stuck: (limitMs) => this.#aggregates.stuck(limitMs),
      caughtUp: () => this.#intake.caughtUp(),
      waits: new WaitWalk({
        ...parts,
        rosterVersion: () => parts.roster().version,
        fire: (row) => this.#fire(row, false),
        stopped: () => this.#stopping,
        mine,
      }),
      // A host without a quorum can't tell what others have heard.
      heartbeats: parts.degraded === undefined ? watched : null,
    });
  }

  /** Takes up what a former life left undone, then keeps walking. Resolves before a long journal has been walked. */
  start(): Promise<void> {
    return this.#walks.start();
  }

  /** Rows just made durable by this host. `known`: those that had been there before, and may be done. */
  accepted(rows: JournalRow[], known?: ReadonlySet<WorkId>): void {
    this.#intake.accepted(rows, known);
  }

  /** Rows that nobody has made durable yet. Rejects as `store.append` does. */
  async bring(rows: JournalRow[]): Promise<void> {
    this.accepted(rows, await this.#parts.store.append(rows));
  }

  /** Accepted rows that nobody handed over: the journal is walked for them. */
  behind(rows: JournalRow[]): void {
    this.#intake.behind(rows);
  }

  /** A ping was turned away: nobody is missed for it. */
  unheard(): void {
    this.#hearing.refused();
  }

  /** True once the row's chain is done; false after `timeoutMs`. */
  whenDone(id: WorkId, timeoutMs: number): Promise<boolean> {
    return this.#work.whenDone(id, timeoutMs);
  }

  /** What another host brings because this one owns the aggregate; resolves once it is in a commit that landed. */
  take(request: PeerMethods['take']['request']): Promise<Taken> {
    return this.#router.take(request);
  }

  /** Another host says that these rows are done: what is remembered for them goes. */
  forget(done: PeerMethods['forget']['request']): void {
    for (const { aggregate, row } of done) this.#aggregates.rowDone(aggregate, row);
  }

  /** Nothing is begun or gone on with: this host has no quorum (rule 13). */
  hold(): void {
    this.#gate.close();
  }

  /** The quorum is back: these rows go on, the rest waits for `release`. */
  drain(first: ReadonlySet<WorkId>): void {
    this.#gate.drain(first);
  }

  release(): void {
    this.#gate.open();
  }

  /** Deletes what is finished and older than the retention (rule 14); once over all hosts is enough. */
  purge = (): Promise<void> => this.#walks.purge();

  /** Ascends while the store can be read and no aggregate's work stands still: the watchdog is fed by it. */
  get pulse(): number {
    return this.#walks.pulse;
  }

  /** Stops claiming, lets calls under way end and their outcomes be committed. Undone work stays for the next start. */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.#timers.stop();
    this.#walks.stop();
    await this.#calls.stop();
    await this.#aggregates.respondersSettled();
    this.#stopped = true;
    await this.#aggregates.settled();
  }

  #tick(): number {
    return (this.#ticks += 1);
  }

  #fire(row: DueRow, walked: boolean): void {
    const { store, log } = this.#parts;
    const tick = this.#tick();
    const carry = (): void => void this.#work.carry(row.id, () => [targetOfDue(row)], tick, false);
    if (!walked) return carry();
    store.undone([row.id]).then(
      (undone) => undone.has(row.id) && carry(),
      (error: unknown) => {
        log.warn({ row: row.id, err: error }, 'a timer could not be looked up; a walk finds it again');
      },
    );
  }

  /** Inputs that no work row stands behind: if one is lost, a timer brings the same about. */
  #give(key: string, input: ResponderInput): void {
    const target: Target = { kind: 'responder', aggregate: key, id: '', input };
    this.#router.submit(target, [], this.#tick()).catch((error: unknown) => {
      this.#parts.log.error({ aggregate: key, err: error }, 'a responder could not take what a call brought');
    });
  }

  /** Who only watches must not cost anybody the call or the timers that follow. */
  #tell(watcher: () => void): void {
    try {
      watcher();
    } catch (error) {
      this.#parts.log.error({ err: error }, 'something that watches the engine failed; paging goes on');
    }
  }

  #committed(commit: Committed<unknown>): void {
    this.#router.committed(commit.key);
    if (!isCanary(commit.key)) this.#tell(() => this.#parts.onCommit(commit.change, this.#parts.nowMs()));
    this.#timers.add(commit.due);
    endTimers(commit, {
      ...this.#parts,
      drop: (id) => this.#timers.drop(id),
      carry: (row) => this.#fire(row, false),
    });
  }

  #responderCommitted(commit: Committed<ResponderState>): void {
    this.#committed(commit);
    this.#calls.committed(commit);
    const { domain } = commit.envelope;
    // As the step will see it: time never goes back for an aggregate.
    const nowMs = Math.max(this.#parts.nowMs(), commit.envelope.nowMs);
    if (!this.#stopping && wantsLook(domain, this.#limits.pace(nowMs), nowMs))
      this.#give(commit.key, { kind: 'go' });
  }
}
