/** Counts failed tries of work rows: durably, and each once, whoever counts (rule 15). */
import { randomUUID } from 'node:crypto';
import type { WorkId } from '../port.ts';
import { StoreUnavailableError } from '../port.ts';
import { numberOrNull } from './cells.ts';
import type { Lifetimes } from './lifetimes.ts';
import type { Session } from './session.ts';

const ATTEMPTS = 10;
const COUNT = 'UPDATE tries USING TTL ? SET count = ?, taker = ? WHERE id = ? IF count = ?';
const FIND = 'SELECT count, taker FROM tries WHERE id = ?';

export class Tries {
  readonly #session: Session;
  readonly #lifetimes: Lifetimes;

  constructor(session: Session, lifetimes: Lifetimes) {
    this.#session = session;
    this.#lifetimes = lifetimes;
  }

  /** Sees to it that so many are counted at least. Rejects with StoreUnavailableError. */
  async raise(id: WorkId, least: number): Promise<void> {
    for (let count = 0; count < least; ) count = await this.count(id, least);
  }

  /** The new count, one more or `least`. Rejects with StoreUnavailableError. */
  async count(id: WorkId, least: number = 0): Promise<number> {
    const token = randomUUID();
    // Most rows that fail have not failed before.
    let before: number | null = null;
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
      // To a certain number it is raised, not counted: a repeated raising changes nothing.
      if (least > 0 && before !== null && before >= least) return before;
      const count: number = Math.max((before ?? 0) + 1, least);
      const params = [this.#lifetimes.placeS, count, token, id, before];
      const decided = await this.#session.decide([{ query: COUNT, params }], id);
      if (decided.outcome === 'applied') return count;
      if (decided.outcome === 'refused') {
        before = numberOrNull(decided.found, 'count');
        continue;
      }
      const [cells] = await this.#session.readLatest(FIND, [id], id);
      if (cells?.['taker'] === token) return count;
      before = cells === undefined ? null : numberOrNull(cells, 'count');
    }
    throw new StoreUnavailableError(
      'Cassandra gives no certain answer while a failed try is counted: it is counted later',
    );
  }
}
