/**
 * Walks: what makes the rest right. Everything undone is read at the start, again when memory had no room for it, and
 * hourly; open incidents are looked over for timers that have no due row; old finished rows are purged (rules 3, 14).
 */
import type { IncidentEntry, DueRow, JournalRow, Store, WorkId } from '../store/port.ts';
import { Backoff, pause } from './backoff.ts';
import { dueRow, type Envelope } from './envelope.ts';
import type { Clock, Ids, Log, Problems } from './ports.ts';

export interface WalkParts {
  store: Store;
  clock: Clock;
  ids: Ids;
  log: Log;
  problems: Problems;
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
  /** Aggregates of the people in the roster; their timers are looked over too. */
  responders(): string[];
}

const PULSE_MS = 5_000;
/** Work that has stood still for longer is stuck: only a restart helps. */
const STUCK_MS = 60_000;
const OPEN_WALK_MS = 5 * 60_000;
const UNDONE_WALK_MS = 60 * 60_000;
const PURGE_MS = 6 * 60 * 60_000;
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

  constructor(parts: WalkParts) {
    this.#parts = parts;
  }

  get pulse(): number {
    return this.#pulse;
  }

  /**
   * Resolves when every timer is armed and the journal's first page handed on: whoever wants to come in doesn't wait
   * for a long journal. The rest of it is walked behind the open doors. Rejects when the store can't be read.
   */
  async start(): Promise<void> {
    await this.#walkDue();
    if ((await this.#takePage(null)) !== null) this.behind();
    this.#every(PULSE_MS, () => this.#beat());
    this.#every(OPEN_WALK_MS, () => this.#walkOpen());
    this.#every(UNDONE_WALK_MS, async () => {
      await this.#walkDue();
      this.behind();
    });
    this.#every(PURGE_MS, () => this.#purge());
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
        await this.#walkJournal();
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

  async #walkJournal(): Promise<void> {
    let after: number | null = null;
    do {
      await this.#waitForRoom();
      if (this.#stopped) return;
      after = await this.#takePage(after);
    } while (after !== null);
  }

  /** Hands on a page of the journal; says where the next begins, null at the end. */
  async #takePage(after: number | null): Promise<number | null> {
    // Before the read: a row seen undone there was undone at this tick.
    const tick = this.#parts.tick();
    const page = await this.#parts.store.walkJournal(after, PAGE);
    for (const row of page.items) if (!this.#parts.underWay(row.id)) this.#parts.takeJournal(row, tick);
    return page.next;
  }

  async #walkDue(): Promise<void> {
    let after: { dueAtMs: number; id: WorkId } | null = null;
    do {
      if (this.#stopped) return;
      const page: { items: DueRow[]; next: { dueAtMs: number; id: WorkId } | null } =
        await this.#parts.store.walkDue(Number.MAX_SAFE_INTEGER, after, PAGE);
      this.#parts.takeDue(page.items);
      after = page.next;
    } while (after !== null);
  }

  /** A live timer that has no due row, or isn't armed, would never fire: both are made good from the state (rule 3). */
  async #walkOpen(): Promise<void> {
    let before: number | undefined;
    for (;;) {
      const entries: IncidentEntry[] = await this.#parts.store.incidents({
        open: true,
        limit: PAGE,
        ...(before === undefined ? {} : { before }),
      });
      for (const entry of entries) {
        if (this.#stopped) return;
        await this.#mendTimers(entry.lineage);
      }
      before = entries.at(-1)?.number;
      if (before === undefined || entries.length < PAGE) break;
    }
    for (const responder of this.#parts.responders()) await this.#mendTimers(responder);
  }

  async #mendTimers(aggregate: string): Promise<void> {
    const { state } = await this.#parts.store.load(aggregate);
    const timers = (state as Envelope<unknown> | undefined | null)?.timers ?? [];
    if (timers.length === 0) return;
    const rows = timers.map((timer) => dueRow(aggregate, timer));
    const undone = await this.#parts.store.undone(rows.map((row) => row.id));
    const missing = rows.filter((row) => !undone.has(row.id) && !this.#parts.underWay(row.id));
    if (missing.length > 0) await this.#parts.store.writeDue(missing);
    // All of them: one that is written may never have been armed, and who is armed already stays so.
    this.#parts.takeDue(rows);
  }

  async #purge(): Promise<void> {
    const beforeMs = this.#parts.nowMs() - this.#parts.retentionDays * DAY_MS;
    for (let left = 1; left > 0 && !this.#stopped; ) {
      const { work, lineages, rows } = await this.#parts.store.purge(beforeMs, PAGE);
      left = work + lineages + rows;
      await pause(this.#parts.clock, ROOM_WAIT_MS);
    }
  }

  /** The pulse: the store could be read, and no aggregate's work stands still. */
  async #beat(): Promise<void> {
    const { oldestJournalMs } = await this.#parts.store.backlog();
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

  #every(periodMs: number, run: () => Promise<void>): void {
    const next = (): void => {
      const cancel = this.#parts.clock.after(periodMs, () => {
        this.#cancels.delete(cancel);
        void this.#guarded('a walk', run).then(() => {
          if (!this.#stopped) next();
        });
      });
      this.#cancels.add(cancel);
    };
    next();
  }

  async #guarded(what: string, run: () => Promise<void>): Promise<void> {
    try {
      await run();
    } catch (error) {
      this.#parts.log.warn({ err: error }, `${what} failed; it comes again`);
    }
  }
}
