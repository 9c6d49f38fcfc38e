/**
 * Which lineage an incident number belongs to: the one index there is, written in the chain of the commit that used it.
 * Numbers lie in blocks of 256; a list of blocks says which there are. `closed`, of a number and of a block, is a hint
 * that spares walks over open incidents from looking at what has been closed for long.
 */
import type { AggregateKey } from '../port.ts';
import { mapAtOnce } from './at-once.ts';
import { isTrue, numberOf, numberOrNull, textOrNull } from './cells.ts';
import type { Session } from './session.ts';

const BLOCK = 256;
const PART = 'all';
/** Old enough to be closed as a block: by then every write of a name in it has come through. */
const SETTLED_MS = 3_600_000;
/** The mark is dated back by so much, so that naming another number of the block meanwhile wins. */
const DATED_BACK_MS = SETTLED_MS / 2;
/** Closed numbers whose mark this process has written lately. */
const REMEMBERED = 10_000;

export interface Name {
  number: number;
  lineage: AggregateKey;
  /** It was closed by a commit, and stays so: a number is opened once. */
  closed: boolean;
  /** When it was written, by its writer's clock. */
  writtenMs: number;
}

const blockOf = (number: number): number => Math.floor(number / BLOCK);

export class Names {
  readonly #session: Session;
  readonly #marked = new Set<number>();
  /** Blocks that this process has closed; one that is named in anew is closed anew. */
  readonly #closed = new Set<number>();

  constructor(session: Session) {
    this.#session = session;
  }

  /** Idempotent. Rejects with StoreUnavailableError. */
  async name(number: number, lineage: AggregateKey): Promise<void> {
    const block = blockOf(number);
    await Promise.all([
      this.#session.write('INSERT INTO names (block, number, lineage) VALUES (?, ?, ?)', [
        block,
        number,
        lineage,
      ]),
      this.#session.write('INSERT INTO blocks (part, block, closed) VALUES (?, ?, false)', [PART, block]),
    ]);
  }

  async lineageOf(number: number): Promise<AggregateKey | null> {
    const [row] = await this.#session.read('SELECT lineage FROM names WHERE block = ? AND number = ?', [
      blockOf(number),
      number,
    ]);
    return row === undefined ? null : textOrNull(row, 'lineage');
  }

  /** Blocks with numbers below `before`, the highest first; `open`: without those whose numbers are all closed. */
  async blocks(before: number, open: boolean): Promise<number[]> {
    const last = before === Infinity ? 2 ** 31 - 1 : blockOf(before - 1);
    const query = 'SELECT block, closed FROM blocks WHERE part = ? AND block <= ?';
    const rows = await this.#session.read(query, [PART, last]);
    return rows.filter((row) => !open || !isTrue(row, 'closed')).map((row) => numberOf(row, 'block'));
  }

  /** Names of one block, the highest number first. */
  async in(block: number): Promise<Name[]> {
    const query = 'SELECT number, lineage, closed, WRITETIME(lineage) AS written FROM names WHERE block = ?';
    const seenMs = this.#session.clock.wallMs();
    const rows = await this.#session.read(query, [block]);
    const names = rows.flatMap((row): Name[] => {
      const lineage = textOrNull(row, 'lineage');
      if (lineage === null) return [];
      const writtenMs = (numberOrNull(row, 'written') ?? 0) / 1_000;
      return [{ number: numberOf(row, 'number'), lineage, closed: isTrue(row, 'closed'), writtenMs }];
    });
    const settled = (name: Name): boolean => name.closed && name.writtenMs + SETTLED_MS < seenMs;
    if (names.length > 0 && names.every(settled)) this.#closeBlock(block, seenMs);
    else this.#closed.delete(block);
    return names;
  }

  /** After the commit that closed them; nobody waits, for it is only a hint. */
  markClosed(numbers: readonly number[]): void {
    const fresh = numbers.filter((number) => !this.#marked.has(number));
    if (fresh.length === 0) return;
    if (this.#marked.size >= REMEMBERED) this.#marked.clear();
    for (const number of fresh) this.#marked.add(number);
    this.#session.inBackground(
      this.#ofEach(fresh, 'UPDATE names SET closed = true WHERE block = ? AND number = ?'),
    );
  }

  /**
   * No incident was found by these. A name is written after the commit that opened its incident: one that still leads to
   * none is another number of an incident, given to it by a host without a quorum (rule 13), and stays so.
   */
  ledNowhere(names: readonly Name[]): void {
    const beforeMs = this.#session.clock.wallMs() - SETTLED_MS;
    this.markClosed(
      names.filter(({ closed, writtenMs }) => !closed && writtenMs < beforeMs).map(({ number }) => number),
    );
  }

  /** When the lineage has been purged. */
  async forget(numbers: readonly number[]): Promise<void> {
    await this.#ofEach(numbers, 'DELETE FROM names WHERE block = ? AND number = ?');
  }

  async #ofEach(numbers: readonly number[], query: string): Promise<void> {
    const byBlock = [...Map.groupBy(numbers, blockOf)];
    await mapAtOnce(byBlock, ([block, ofBlock]) =>
      this.#session.writeTogether(ofBlock.map((number) => ({ query, params: [block, number] }))),
    );
  }

  #closeBlock(block: number, seenMs: number): void {
    if (this.#closed.has(block)) return;
    this.#closed.add(block);
    this.#session.inBackground(
      this.#session.write('UPDATE blocks USING TIMESTAMP ? SET closed = true WHERE part = ? AND block = ?', [
        Math.floor(seenMs - DATED_BACK_MS) * 1_000,
        PART,
        block,
      ]),
    );
  }
}
