/** Numbers that are given once, over all hosts and their lives: blocks of incident numbers, and each host's epochs. */
import { randomUUID } from 'node:crypto';
import { StoreUnavailableError } from '../port.ts';
import { numberOrNull } from './cells.ts';
import type { Session } from './session.ts';

/** The counter of incident numbers, which begin at FIRST_NUMBER. */
export const INCIDENT_NUMBERS = 'incident';
export const FIRST_NUMBER = 1;
/** Counters of hosts' epochs. */
export const EPOCH = 'epoch/';
/** More inputs than one life of a host accepts; epochs times this stay exact numbers. */
export const SEQS_OF_AN_EPOCH = 2 ** 32;

const ATTEMPTS = 20;
const PAUSE_MS = 30;
const ADVANCE = 'UPDATE counters SET value = ?, taker = ? WHERE name = ? IF value = ?';
const FIND = 'SELECT value, taker FROM counters WHERE name = ?';

export class Numbers {
  readonly #session: Session;
  /** What each counter stood at when it was last seen, so that most takings need no read. */
  readonly #seen = new Map<string, number | null>();
  /** Takings of this process wait for each other: at once they would only refuse each other. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(session: Session) {
    this.#session = session;
  }

  /**
   * Advances a counter by `count` and returns where it stood before; a new one stands at 0. Where a taking remains
   * unknown and somebody else's came after it, other numbers are taken: a gap does no harm. Rejects with
   * StoreUnavailableError.
   */
  take(name: string, count: number): Promise<number> {
    const taken = this.#last.then(() => this.#take(name, count));
    this.#last = taken.catch(() => null);
    return taken;
  }

  /** Sees to it that a counter stands at this at least. Rejects with StoreUnavailableError. */
  async raise(name: string, least: number): Promise<void> {
    const [cells] = await this.#session.readLatest(FIND, [name], name);
    const value = (cells === undefined ? null : numberOrNull(cells, 'value')) ?? 0;
    // What others take meanwhile raises it too.
    if (value < least) await this.take(name, least - value);
  }

  async #take(name: string, count: number): Promise<number> {
    let before = this.#seen.get(name) ?? null;
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
      const token = randomUUID();
      const value = (before ?? 0) + count;
      const decided = await this.#session.decide(
        [{ query: ADVANCE, params: [value, token, name, before] }],
        name,
      );
      if (decided.outcome === 'applied') {
        this.#seen.set(name, value);
        return value - count;
      }
      if (decided.outcome === 'refused') {
        before = numberOrNull(decided.found, 'value');
      } else {
        const [cells] = await this.#session.readLatest(FIND, [name], name);
        before = cells === undefined ? null : numberOrNull(cells, 'value');
        if (cells?.['taker'] === token) return value - count;
      }
      // The first guess is often only old.
      if (attempt > 1) await this.#session.pause(PAUSE_MS * attempt);
    }
    throw new StoreUnavailableError('too many hosts take numbers at the same time: it is tried again');
  }
}
