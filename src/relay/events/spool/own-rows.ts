/**
 * What this host accepted and has not seen done: where each row stands. Rows themselves lie on the disk; here is a
 * line about each, some 200 bytes.
 */
import type { JournalRow, WorkId } from '../../store/port.ts';

/**
 * `accepting`: nothing is promised yet. `waiting`: promised, to be brought into the journal and handed on.
 * `journalled`: in the journal and handed on; the copies stay until the whole chain is done.
 */
export type Standing = 'accepting' | 'waiting' | 'journalled';

export interface OwnRow {
  id: WorkId;
  standing: Standing;
  atMs: number;
  /** How many accepts of it are under way: the same mail may come twice at once. */
  accepts: number;
  /** The store is known to have it, while nobody here handed it on: others may have done it since. */
  landed: boolean;
  /** The row, where no disk of this host has it. */
  held: JournalRow | null;
  /** Hosts that may keep a copy. */
  askedHosts: ReadonlySet<string>;
  /** Two disks have it. */
  doubled: boolean;
  /** It was promised, and is on one disk only. */
  alone: boolean;
  /** Its chain is done, while somebody is still accepting it again. */
  done: boolean;
  /** The store won't ever take it. */
  unfit: boolean;
  /** When it came to be `journalled`, on the monotonic clock. */
  journalledMonoMs: number;
}

const NOBODY: ReadonlySet<string> = new Set();

/** Rows that no disk of this host has are kept in memory up to this; beyond it, the hosts that have them see to them. */
const HELD_BYTES = 64 * 1024 ** 2;

export class OwnRows {
  readonly #rows = new Map<WorkId, OwnRow>();
  #waiting = 0;
  #alone = 0;
  #unfit = 0;
  #heldBytes = 0;

  get(id: WorkId): OwnRow | undefined {
    return this.#rows.get(id);
  }

  all(): IterableIterator<OwnRow> {
    return this.#rows.values();
  }

  get size(): number {
    return this.#rows.size;
  }

  /** How many are promised and not handed on. */
  get waiting(): number {
    return this.#waiting;
  }

  /** How many of those the store may still take. */
  get toBring(): number {
    return this.#waiting - this.#unfit;
  }

  /** How many are on one disk only. */
  get alone(): number {
    return this.#alone;
  }

  /** When the oldest of those that wait was accepted. */
  get oldestWaitingMs(): number | null {
    if (this.#waiting === 0) return null;
    let oldestMs = Infinity;
    for (const row of this.#rows.values())
      if (row.standing === 'waiting') oldestMs = Math.min(oldestMs, row.atMs);
    return oldestMs;
  }

  /** An accept begins. */
  begin({ id, stamp }: JournalRow): void {
    const present = this.#rows.get(id);
    if (present !== undefined) present.accepts += 1;
    else this.#add(id, stamp.atMs, 'accepting', 1);
  }

  /** One that a former life left on the disk; `hosts` may have copies. */
  found({ id, stamp }: JournalRow, hosts: readonly string[]): void {
    if (this.#rows.has(id)) return;
    this.asked(this.#add(id, stamp.atMs, 'waiting', 0), hosts);
    this.#waiting += 1;
  }

  /**
   * Promised, `alone`: on one disk. What two disks had before stays so when the same mail comes again; what is in the
   * journal is promised anyway.
   */
  promise(row: OwnRow, alone: boolean): void {
    if (row.standing === 'journalled') return;
    if (row.standing === 'accepting') this.#waiting += 1;
    row.standing = 'waiting';
    row.doubled ||= !alone;
    if (row.alone === !row.doubled) return;
    row.alone = !row.doubled;
    this.#alone += row.alone ? 1 : -1;
  }

  /** It is in the journal, and whoever hands it on has it. */
  inJournal(row: OwnRow, monoMs: number): void {
    this.#leaveWaiting(row);
    row.standing = 'journalled';
    row.journalledMonoMs = monoMs;
    this.hold(row, null);
  }

  /** The store won't take a row that waits. */
  unfit(row: OwnRow): void {
    if (row.unfit || row.standing !== 'waiting') return;
    row.unfit = true;
    this.#unfit += 1;
  }

  asked(row: OwnRow, hosts: readonly string[]): void {
    if (hosts.length > 0) row.askedHosts = new Set([...row.askedHosts, ...hosts]);
  }

  /** Keeps the row in memory, or lets go of it. False: there is no room. */
  hold(row: OwnRow, held: JournalRow | null): boolean {
    const sizeBytes = held === null ? 0 : sizeOf(held);
    const beforeBytes = row.held === null ? 0 : sizeOf(row.held);
    if (held !== null && this.#heldBytes - beforeBytes + sizeBytes > HELD_BYTES) return false;
    this.#heldBytes += sizeBytes - beforeBytes;
    row.held = held;
    return true;
  }

  remove(row: OwnRow): void {
    if (this.#rows.get(row.id) !== row) return;
    this.#leaveWaiting(row);
    this.hold(row, null);
    this.#rows.delete(row.id);
  }

  #leaveWaiting(row: OwnRow): void {
    if (row.standing !== 'waiting') return;
    this.#waiting -= 1;
    if (row.alone) this.#alone -= 1;
    if (row.unfit) this.#unfit -= 1;
  }

  #add(id: WorkId, atMs: number, standing: Standing, accepts: number): OwnRow {
    const row: OwnRow = {
      id,
      standing,
      atMs,
      accepts,
      landed: false,
      held: null,
      askedHosts: NOBODY,
      doubled: false,
      alone: false,
      done: false,
      unfit: false,
      journalledMonoMs: 0,
    };
    this.#rows.set(id, row);
    return row;
  }
}

const sizeOf = (row: JournalRow): number => 1_000 + (row.raw?.byteLength ?? 0);
