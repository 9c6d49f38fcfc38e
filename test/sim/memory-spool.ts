/** A spool in memory, the plain model of the one on disk. Open another on its disk to start again after a crash. */
import { StoreFullError, StoreUnavailableError } from '../../src/relay/store/port.ts';
import type { JournalRow, Page, WorkId } from '../../src/relay/store/port.ts';
import type { Owner, Spool, SpoolCounts, SpoolWalk, SpooledRow } from '../../src/relay/events/spool/port.ts';
import { compareText } from '../../src/relay/store/text-order.ts';

/** What stays when the process goes. */
export interface SpoolDisk {
  rows: Map<string, SpooledRow>;
  /** It takes no more. */
  full: boolean;
}

export const emptySpoolDisk = (): SpoolDisk => ({ rows: new Map(), full: false });

const nameOf = (owner: Owner, id: WorkId): string => `${owner ?? ''} ${id}`;

const inOrder = (one: SpooledRow, other: SpooledRow): number =>
  compareText(one.owner ?? '', other.owner ?? '') ||
  one.row.stamp.seq - other.row.stamp.seq ||
  compareText(one.row.id, other.row.id);

export class MemorySpool implements Spool {
  readonly disk: SpoolDisk;
  #closed = false;

  constructor(disk: SpoolDisk) {
    this.disk = disk;
  }

  async keep(rows: readonly JournalRow[], owner: Owner): Promise<void> {
    this.#open();
    if (rows.length > 0 && this.disk.full) throw new StoreFullError('no space left for the spool');
    for (const row of rows) {
      const name = nameOf(owner, row.id);
      if (!this.disk.rows.has(name)) this.disk.rows.set(name, { row, owner, journalled: false });
    }
  }

  drop(ids: readonly WorkId[], owner: Owner): void {
    if (!this.#closed) for (const id of ids) this.disk.rows.delete(nameOf(owner, id));
  }

  journalled(ids: readonly WorkId[]): void {
    if (this.#closed) return;
    for (const id of ids) {
      const kept = this.disk.rows.get(nameOf(null, id));
      if (kept !== undefined) kept.journalled = true;
    }
  }

  async walk({ of, whole, after, limit }: SpoolWalk): Promise<Page<SpooledRow>> {
    this.#open();
    const from = after === null ? null : (JSON.parse(after) as SpooledRow);
    const found = [...this.disk.rows.values()]
      .filter(({ owner, journalled }) => (owner === null) === (of === 'own') && (whole || !journalled))
      .sort(inOrder)
      .filter((one) => from === null || inOrder(one, from) > 0);
    const items = found.slice(0, limit).map((one) => ({ ...one }));
    const last = items.at(-1);
    const next = found.length > limit && last !== undefined ? JSON.stringify(last) : null;
    return { items, next };
  }

  async counts(): Promise<SpoolCounts> {
    this.#open();
    const all = [...this.disk.rows.values()];
    const own = all.filter(({ owner }) => owner === null).length;
    const oldestMs = all.length === 0 ? null : Math.min(...all.map(({ row }) => row.stamp.atMs));
    const sizeBytes = all.reduce(
      (sum, { row }) => sum + JSON.stringify(row.input).length + (row.raw?.length ?? 0),
      0,
    );
    return { own, others: all.length - own, oldestMs, sizeBytes };
  }

  async lastSeq(): Promise<number | null> {
    this.#open();
    const seqs = [...this.disk.rows.values()].flatMap(({ owner, row }) =>
      owner === null ? [row.stamp.seq] : [],
    );
    return seqs.length === 0 ? null : Math.max(...seqs);
  }

  async close(): Promise<void> {
    this.#closed = true;
  }

  #open(): void {
    if (this.#closed) throw new StoreUnavailableError('the spool is closed');
  }
}
