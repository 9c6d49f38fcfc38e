/**
 * The journal with this host's and the others' disks beside it (rule 12). What is accepted without the store is brought
 * into it later, and only then handed on; copies on disks stay until the whole chain of a row is done.
 */
import { isOnlyOnce } from '../../store/places.ts';
import type { JournalRow, WorkId } from '../../store/port.ts';
import type { Appended, Journal } from '../accept.ts';
import { Acceptance, type AcceptanceParts } from './acceptance.ts';
import { Copies } from './copies.ts';
import { CurrentStore, type SpoolStore } from './current-store.ts';
import { Drain } from './drain.ts';
import type { KeeperParts, KeeperState } from './keeper-parts.ts';
import { OwnRows } from './own-rows.ts';
import type { OwnRow } from './own-rows.ts';
import { pagesOf } from './pages.ts';
import { Releases } from './releases.ts';
import { Sweep } from './sweep.ts';
import { saying } from './trouble.ts';

const WATCH_MS = 5_000;
const SWEEP_MS = 30_000;
const LOAD_PAGE = 500;

interface Pair {
  row: JournalRow;
  own: OwnRow;
}

export class Keeper implements Journal {
  readonly #parts: KeeperParts;
  readonly #store: CurrentStore;
  readonly #own = new OwnRows();
  readonly #releases: Releases;
  readonly #drain: Drain;
  readonly #copies: Copies;
  readonly #sweep: Sweep;
  readonly #acceptance: AcceptanceParts;
  readonly #totals = { spooled: 0, oneDisk: 0, refused: 0, handedOn: 0 };
  #full = false;
  #stopped = false;
  readonly #timers = new Map<number, () => void>();
  /** What the timers have begun. */
  readonly #underWay = new Set<Promise<void>>();

  constructor(parts: KeeperParts) {
    this.#parts = parts;
    const { spool, peers, clock, problems, log } = parts;
    const store = new CurrentStore(parts.store, clock);
    this.#store = store;
    this.#releases = new Releases(peers, clock);
    // A lone host has nobody who would tell it that the store is down.
    const down = (): boolean => !store.there || parts.down() || (peers === null && store.isSilent);
    this.#copies = new Copies({ store, spool, clock, log, alive: parts.alive, down });
    this.#drain = new Drain({
      own: this.#own,
      store,
      spool,
      clock,
      problems,
      log,
      handOn: (rows, known) => {
        this.#totals.handedOn += rows.length;
        parts.onHandOn(rows, known);
      },
      finish: (rows) => this.#over(rows),
      onProgress: () => this.#reportAlone(),
    });
    this.#sweep = new Sweep({ own: this.#own, store, clock, log, finish: (rows) => this.#over(rows) });
    this.#acceptance = {
      store,
      spool,
      peers,
      clock,
      down,
      onLanded: (rows) => this.#landed(rows),
      onDisk: (rows, error) => this.#diskSaid(rows, error),
    };
  }

  /** Finds what a former life left on the disk, and begins to bring it in. Rejects when the disk can't be read. */
  async start(): Promise<void> {
    const { spool, peers } = this.#parts;
    for await (const page of pagesOf(spool, { of: 'own', whole: true, limit: LOAD_PAGE })) {
      // Who keeps copies of them is forgotten: whoever may is told.
      for (const { row } of page) this.#own.found(row, peers?.hosts() ?? []);
    }
    this.#drain.wake();
    this.#every(WATCH_MS, () => this.#copies.watch());
    this.#every(SWEEP_MS, () => this.#sweep.run());
  }

  /** Resolves when the journal has all that was accepted here, so that nothing waits for the next start; bounded. */
  emptied(): Promise<void> {
    return this.#acceptance.down() ? Promise.resolve() : this.#drain.emptied();
  }

  /** Nothing is brought in or handed on any more; accepts under way still end. The spool is the caller's to close. */
  async stop(): Promise<void> {
    this.#stopped = true;
    for (const cancel of this.#timers.values()) cancel();
    this.#copies.stop();
    await Promise.all([this.#drain.stop(), ...this.#underWay]);
    this.#releases.flush();
  }

  /** See Journal. An error of another kind means that the store can't take just these rows. */
  async append(rows: JournalRow[]): Promise<Appended> {
    if (rows.length === 0) return { known: new Set(), inJournal: true };
    for (const row of rows) this.#own.begin(row);
    const acceptance = new Acceptance(this.#acceptance, rows);
    const verdict = await acceptance.decide();
    const pairs = new Map<WorkId, Pair>();
    for (const row of rows) {
      const own = this.#own.get(row.id);
      if (own === undefined) continue;
      own.accepts -= 1;
      this.#own.asked(own, acceptance.askedHosts);
      pairs.set(row.id, { row, own });
    }
    const owns = [...pairs.values()].map(({ own }) => own);
    switch (verdict) {
      case 'journal':
        this.#journalled(owns, acceptance.usedDisk);
        this.#parts.onJournalled?.(rows.filter(({ id }) => !acceptance.known.has(id)));
        return { known: acceptance.known, inJournal: true };
      case 'spooled':
      case 'one-disk':
        this.#spooled([...pairs.values()], acceptance.onDisk, verdict === 'one-disk');
        return { known: new Set(), inJournal: false };
      case 'refused':
        this.#totals.refused += rows.length;
        this.#refused(owns);
        throw acceptance.refusal;
    }
  }

  /** The whole chain of these is done: no copy of them is needed any more. Ids of others do no harm. */
  done(ids: readonly WorkId[]): void {
    this.#finish(ids.flatMap((id) => this.#own.get(id) ?? []));
  }

  /** Resolves when nothing is handed on any more, until `release`. Accepting goes on. */
  hold(): Promise<void> {
    return this.#drain.hold();
  }

  release(): void {
    this.#drain.release();
  }

  /**
   * From now on this store, or none: then what comes in goes to the disk. Resolves when nothing that was asked of the
   * former one can still happen.
   */
  async useStore(store: SpoolStore | null): Promise<void> {
    await this.#store.use(store);
    this.#drain.hurry();
  }

  /** Rule 12, the other side: keeps rows that `from` accepted. Rejects when neither journal nor disk has them. */
  keepFor(from: string, rows: JournalRow[]): Promise<{ kept: 'journal' | 'disk' }> {
    return this.#copies.keep(from, rows);
  }

  /** `from` needs these copies no longer. */
  releaseFor(from: string, ids: WorkId[]): void {
    this.#copies.release(from, ids);
  }

  /** Pages of what was accepted here and isn't in the journal: what rule 13 pages for. */
  async *waiting(): AsyncGenerator<JournalRow[]> {
    const isWaiting = ({ id }: JournalRow): boolean => this.#own.get(id)?.standing === 'waiting';
    const held = [...this.#own.all()].flatMap((row) => (row.held === null ? [] : [row.held]));
    if (held.length > 0) yield held.filter(isWaiting);
    for await (const page of pagesOf(this.#parts.spool, { of: 'own', whole: true, limit: LOAD_PAGE })) {
      yield page.map(({ row }) => row).filter(isWaiting);
    }
  }

  state(): KeeperState {
    const own = this.#own;
    return {
      waiting: own.waiting,
      oneDisk: own.alone,
      oldestMs: own.oldestWaitingMs,
      own: own.size,
      copies: this.#copies.count,
      full: this.#full,
      held: this.#drain.held,
      totals: { ...this.#totals, broughtIn: this.#copies.broughtIn },
    };
  }

  #journalled(rows: OwnRow[], usedDisk: boolean): void {
    for (const row of rows) {
      const fresh = row.standing === 'accepting';
      this.#own.inJournal(row, this.#parts.clock.monoMs());
      if (row.done) this.#finish([row]);
      // Nothing of it lies anywhere else.
      else if (fresh && !usedDisk && row.accepts === 0) this.#own.remove(row);
    }
    // The store answers: what waits needn't.
    if (this.#own.toBring > 0) this.#drain.hurry();
  }

  #spooled(pairs: Pair[], onDisk: boolean, alone: boolean): void {
    const open = pairs.filter(({ own }) => own.standing !== 'journalled' && !own.done);
    const fresh = open.filter(({ own }) => own.standing === 'accepting');
    this.#totals.spooled += fresh.length;
    if (alone) this.#totals.oneDisk += open.length;
    for (const { own } of open) this.#own.promise(own, alone);
    for (const { row, own } of fresh) {
      // Without room for it here the hosts that have it bring it in: see copies.ts.
      if (!onDisk && !this.#own.hold(own, row)) this.#own.remove(own);
    }
    this.#finish(pairs.map(({ own }) => own).filter((own) => own.done));
    this.#reportAlone();
    if (fresh.length > 0) this.#parts.onSpooled?.(fresh.map(({ row }) => row));
    this.#drain.wake();
  }

  /** Nothing is promised: the copies go. One that is promised otherwise, or still being accepted, keeps them. */
  #refused(rows: OwnRow[]): void {
    const gone = rows.filter((own) => own.accepts === 0 && (own.standing === 'accepting' || own.done));
    // A former life may have promised the same mail, and lost its disk since: another host's copy may be the last one.
    for (const own of gone) if (!isOnlyOnce(own.id)) own.askedHosts = new Set();
    this.#finish(gone);
  }

  /** Others have carried them through. */
  #over(rows: OwnRow[]): void {
    this.#finish(rows);
    if (rows.length > 0) this.#parts.onOver?.(rows.map(({ id }) => id));
  }

  /** Rows that somebody is still accepting wait for that. */
  #finish(rows: OwnRow[]): void {
    const gone: WorkId[] = [];
    for (const row of rows) {
      row.done = true;
      if (row.accepts > 0) continue;
      gone.push(row.id);
      this.#releases.add(row.askedHosts, row.id);
      this.#own.remove(row);
    }
    if (gone.length > 0) this.#parts.spool?.drop(gone, null);
    this.#reportAlone();
  }

  #landed(rows: JournalRow[]): void {
    for (const { id } of rows) {
      const own = this.#own.get(id);
      if (own !== undefined) own.landed = true;
    }
    this.#drain.hurry();
  }

  #diskSaid(rows: JournalRow[], error: unknown): void {
    const { problems } = this.#parts;
    if (error !== null) {
      this.#full = error instanceof Error && error.name === 'StoreFullError';
      problems.raise(
        'spool',
        `the spool keeps nothing: ${saying(error)}`,
        'without it an alert that comes while the store is away may be refused',
      );
      return;
    }
    this.#full = false;
    problems.clear('spool');
    for (const { id } of rows) {
      const own = this.#own.get(id);
      if (own !== undefined && own.held !== null) this.#own.hold(own, null);
    }
  }

  #reportAlone(): void {
    const { problems, host } = this.#parts;
    if (this.#own.alone === 0) problems.clear('one-disk');
    else {
      problems.raise(
        'one-disk',
        `${this.#own.alone} accepted alerts lie on one disk only: ${host} reached neither the store nor another host`,
        `bring the store or another host back, and leave ${host} and its disk as they are until then`,
      );
    }
  }

  #every(periodMs: number, work: () => Promise<void>): void {
    if (this.#stopped) return;
    const begin = (): void => {
      const running = work().finally(() => {
        this.#underWay.delete(running);
        this.#every(periodMs, work);
      });
      this.#underWay.add(running);
    };
    this.#timers.set(periodMs, this.#parts.clock.after(periodMs, begin));
  }
}
