/**
 * Walks: what makes the rest right. Everything undone is read at the start, again when memory had no room for it, and
 * hourly; open incidents are looked over for timers that have no due row (rule 3).
 * Among several hosts each walks the shards it owns, often, for what a host that is gone has left behind.
 */
import { ALL_SHARDS, shardOf } from '../store/places.ts';
import type { DueRow, JournalRow, Page, Store, WorkId } from '../store/port.ts';
import { StoreAwayError } from '../store/port.ts';
import { Backoff, pause } from './backoff.ts';
import { NOTE_MS as HEARD_MS } from './hearing.ts';
import type { HeartbeatWalk } from './heartbeat.ts';
import type { Membership } from './membership.ts';
import { walkOpen } from './open-walk.ts';
import type { WaitWalk } from './wait-walk.ts';
import type { Clock, Ids, Log, Problems } from './ports.ts';

export interface WalkParts {
  store: Store;
  clock: Clock;
  ids: Ids;
  log: Log;
  problems: Problems;
  membership: Membership;
  nowMs(): number;
  retentionDays: number;
  tick(): number;
  underWay(id: WorkId): boolean;
  /** There is room in memory for more rows. */
  room(): boolean;
  takeJournal(row: JournalRow, tick: number): void;
  takeDue(rows: DueRow[]): void;
  /** The aggregate whose work has stood still for longer than `limitMs`; null when none's has. */
  stuck(limitMs: number): string | null;
  /** Everything that was left behind has been handed on. */
  caughtUp(): void;
  /** Aggregates of the roster's people and heartbeats; their timers are looked over too. */
  watched(): string[];
  waits: Pick<WaitWalk, 'look'>;
  /** Null: no heartbeat is missed here. */
  heartbeats: Pick<HeartbeatWalk, 'look' | 'note'> | null;
}

/** How often an owner looks for what others left behind. */
const OWNED_WALK_MS = 10_000;
/** A row that a living host has been at for this long is taken on by its shard's owner all the same. */
const AT_WORK_MS = 10 * 60_000;
const PULSE_MS = 5_000;
/** Work that has stood still for longer is stuck: only a restart helps. */
const STUCK_MS = 60_000;
const OPEN_WALK_MS = 5 * 60_000;
const UNDONE_WALK_MS = 60 * 60_000;
const PAGE = 500;
const ROOM_WAIT_MS = 20;
const DAY_MS = 24 * 60 * 60_000;
/** An undone row older than this is a problem people must hear of (rule 14). */
const TOO_OLD_MS = 5 * 60_000;

export class Walks {
  readonly #parts: WalkParts;
  #pulse = 0;
  #stopped = false;
  #behind = false;
  #catchingUp = false;
  readonly #cancels = new Set<() => void>();
  #walkingOwned = false;
  /** The stamp of the oldest undone journal row that the last walk of the owned shards met. */
  #oldestMs: number | null = null;

  constructor(parts: WalkParts) {
    this.#parts = parts;
  }

  get pulse(): number {
    return this.#pulse;
  }

  /**
   * Resolves when every timer is armed and the journal's first page handed on: whoever wants to come in doesn't wait
   * for a long journal. The rest of it is walked behind the open doors. Rejects when the store can't be read; where
   * it is distant and only away, what there is to do is found when it is back.
   */
  async start(): Promise<void> {
    try {
      await this.#walkDue(false);
      if ((await this.#takePage(null, false)) !== null) this.behind();
    } catch (error) {
      if (!this.#parts.store.distant || !(error instanceof StoreAwayError)) throw error;
      // Timers are found by the walk over what this host owns.
      this.behind();
    }
    this.#every(PULSE_MS, () => this.#beat());
    const { heartbeats, waits } = this.#parts;
    this.#every(PULSE_MS, () => waits.look());
    if (heartbeats !== null) {
      this.#every(HEARD_MS, () => heartbeats.note(), true);
      this.#every(PULSE_MS, () => heartbeats.look());
    }
    this.#every(OPEN_WALK_MS, async () => {
      await this.#walkOpen();
      await waits.look(true);
    });
    this.#every(UNDONE_WALK_MS, async () => {
      await this.#walkDue(true);
      await this.#walkJournal(true);
    });
    if (this.#parts.store.distant) {
      this.#every(OWNED_WALK_MS, () => this.#walkOwned());
      this.#cancels.add(
        this.#parts.membership.onChange(() => void this.#guarded('a walk', () => this.#walkOwned())),
      );
    }
    this.#pulse += 1;
  }

  stop(): void {
    this.#stopped = true;
    for (const cancel of this.#cancels) cancel();
  }

  /** Rows were accepted that nobody has handed on: they are walked as soon as there is room. */
  behind(): void {
    this.#behind = true;
    if (!this.#catchingUp) void this.#catchUp();
  }

  async #catchUp(): Promise<void> {
    const { clock, ids, log } = this.#parts;
    const backoff = new Backoff(clock, ids);
    this.#catchingUp = true;
    while (this.#behind && !this.#stopped) {
      this.#behind = false;
      try {
        await this.#walkJournal(false);
        backoff.reset();
      } catch (error) {
        // Nobody else would say it again before the hourly walk.
        this.#behind = true;
        log.warn({ err: error }, 'reading the journal failed; it is read again soon');
        await backoff.wait();
      }
    }
    // In one turn with the last look at the mark, so that nothing comes in between.
    this.#catchingUp = false;
    if (!this.#stopped) this.#parts.caughtUp();
  }

  async #walkJournal(whole: boolean): Promise<void> {
    let after: string | null = null;
    do {
      await this.#waitForRoom();
      if (this.#stopped) return;
      after = await this.#takePage(after, whole);
    } while (after !== null);
  }

  /** Hands on a page of the journal; says where the next begins, null at the end. */
  async #takePage(after: string | null, whole: boolean): Promise<string | null> {
    // Before the read: a row seen undone there was undone at this tick.
    const tick = this.#parts.tick();
    const page = await this.#parts.store.walkJournal({ shards: ALL_SHARDS, after, limit: PAGE, whole });
    for (const row of page.items) {
      if (this.#isMine(row) && !this.#parts.underWay(row.id)) this.#parts.takeJournal(row, tick);
    }
    return page.next;
  }

  /** A row is taken by who accepted it; by its shard's owner when nobody is at work on it any more. */
  #isMine({ stamp, shard }: JournalRow): boolean {
    const { membership } = this.#parts;
    if (stamp.host === membership.self) return true;
    if (membership.owner(shard) !== membership.self) return false;
    return !membership.atWork(stamp) || this.#parts.nowMs() - stamp.atMs > AT_WORK_MS;
  }

  async #walkDue(whole: boolean): Promise<void> {
    const { store, nowMs } = this.#parts;
    const untilMs = store.distant ? nowMs() + 3 * OWNED_WALK_MS : Number.MAX_SAFE_INTEGER;
    const shards = store.distant ? this.#ownedShards() : ALL_SHARDS;
    let after: string | null = null;
    do {
      if (this.#stopped || shards.length === 0) return;
      const page: Page<DueRow> = await store.walkDue({ shards, untilMs, after, limit: PAGE, whole });
      this.#parts.takeDue(page.items);
      after = page.next;
    } while (after !== null);
  }

  async #walkOwned(): Promise<void> {
    // Hosts that come or go meanwhile are seen by the next.
    if (this.#walkingOwned || this.#stopped) return;
    this.#walkingOwned = true;
    try {
      await this.#walkDue(false);
      let oldestMs: number | null = null;
      let after: string | null = null;
      const shards = this.#ownedShards();
      while (shards.length > 0 && !this.#stopped) {
        await this.#waitForRoom();
        const tick = this.#parts.tick();
        const page: Page<JournalRow> = await this.#parts.store.walkJournal({
          shards,
          after,
          limit: PAGE,
          whole: false,
        });
        for (const row of page.items) {
          oldestMs = Math.min(oldestMs ?? row.stamp.atMs, row.stamp.atMs);
          if (this.#isMine(row) && !this.#parts.underWay(row.id)) this.#parts.takeJournal(row, tick);
        }
        after = page.next;
        if (after === null) break;
      }
      this.#oldestMs = oldestMs;
    } finally {
      this.#walkingOwned = false;
    }
  }

  #ownedShards(): number[] {
    const { membership } = this.#parts;
    return ALL_SHARDS.filter((shard) => membership.owner(shard) === membership.self);
  }

  #walkOpen(): Promise<void> {
    const { store, membership, watched, underWay, takeDue } = this.#parts;
    return walkOpen({
      store,
      watched,
      underWay,
      takeDue,
      mine: (aggregate) => membership.owner(shardOf(aggregate)) === membership.self,
      stopped: () => this.#stopped,
    });
  }

  /** Rule 14: deletes what is finished and old, a portion at a time. Rejects as the store's purge does. */
  async purge(): Promise<void> {
    const beforeMs = this.#parts.nowMs() - this.#parts.retentionDays * DAY_MS;
    for (let left = 1; left > 0 && !this.#stopped; ) {
      const { work, lineages, rows } = await this.#parts.store.purge(beforeMs, PAGE);
      left = work + lineages + rows;
      await pause(this.#parts.clock, ROOM_WAIT_MS);
    }
  }

  /** The pulse: the store could be read, and no aggregate's work stands still. */
  async #beat(): Promise<void> {
    const { store } = this.#parts;
    // A distant store may be out of reach for long: that is no reason to be started again.
    const oldestJournalMs = store.distant ? this.#oldestMs : (await store.backlog()).oldestJournalMs;
    const stuck = this.#parts.stuck(STUCK_MS);
    if (stuck === null) {
      this.#pulse += 1;
      this.#parts.problems.clear('stuck');
    } else {
      this.#parts.problems.raise(
        'stuck',
        `work on ${stuck} has stood still for over ${STUCK_MS / 1_000} s`,
        'restart relay: nothing accepted is lost by that; then report it with the log',
      );
    }
    const ageMs = oldestJournalMs === null ? 0 : this.#parts.nowMs() - oldestJournalMs;
    if (ageMs > TOO_OLD_MS) {
      this.#parts.problems.raise(
        'undone',
        `an accepted input has waited for ${Math.round(ageMs / 60_000)} min`,
        'see the log for what fails; relay goes on trying',
      );
    } else {
      this.#parts.problems.clear('undone');
    }
  }

  async #waitForRoom(): Promise<void> {
    while (!this.#parts.room() && !this.#stopped) await pause(this.#parts.clock, ROOM_WAIT_MS);
  }

  #every(periodMs: number, run: () => Promise<void>, atOnce = false): void {
    const next = (delayMs = periodMs): void => {
      const cancel = this.#parts.clock.after(delayMs, () => {
        this.#cancels.delete(cancel);
        void this.#guarded('a walk', run).then(() => {
          if (!this.#stopped) next();
        });
      });
      this.#cancels.add(cancel);
    };
    next(atOnce ? 0 : periodMs);
  }

  async #guarded(what: string, run: () => Promise<void>): Promise<void> {
    try {
      await run();
    } catch (error) {
      this.#parts.log.warn({ err: error }, `${what} failed; it comes again`);
    }
  }
}
