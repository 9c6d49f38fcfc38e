/** One client of a store: commits, loads, takes slots and numbers, and writes down what it was told. */
import { createHash, randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Change, CommitResult, Loaded, Store } from '../../src/relay/store/port.ts';
import { StoreUnavailableError } from '../../src/relay/store/port.ts';
import type { Prng } from '../sim/prng.ts';
import { nowNs, type Operation, type Value } from './history.ts';
import { keysAt, slotAt } from './keys.ts';

/** The kind of the row that each commit writes, with its op for a key: what it was put on. See chain.ts. */
export const LINK = 'link';
export const JOB = 'linearizability';

/** So that the nodes have time for five clients' collisions. */
const REST_MS = { least: 2, most: 60 };
/** About what a state of Relay holds. */
const FILLING_CHARS = { least: 10, most: 3_000 };

export class Client {
  readonly #number: number;
  readonly #store: Store;
  readonly #chance: Prng;
  readonly #history: Operation[];
  /** Ops that this client knows of each aggregate, the latest last; '' is none. */
  readonly #known = new Map<string, string[]>();

  /** `number` from 0; what it does goes to `history`. */
  constructor(number: number, store: Store, chance: Prng, history: Operation[]) {
    this.#number = number;
    this.#store = store;
    this.#chance = chance;
    this.#history = history;
  }

  /** Does one thing after the other while it is told to. Rejects with any error that the port doesn't allow. */
  async work(goesOn: () => boolean): Promise<void> {
    const beganMs = performance.now();
    while (goesOn()) {
      await this.#act(performance.now() - beganMs);
      await pause(this.#chance.int(REST_MS.least, REST_MS.most));
    }
  }

  /** Loads an aggregate until the store has an answer; each try is written down. */
  async load(key: string): Promise<Value> {
    for (;;) {
      const found = await this.#load(key);
      if (found !== null) return found;
      await pause(REST_MS.most);
    }
  }

  async #act(elapsedMs: number): Promise<void> {
    const draw = this.#chance.next();
    const key = this.#chance.pick(keysAt(elapsedMs));
    if (draw < 0.05) await this.#take(slotAt(elapsedMs));
    else if (draw < 0.08) await this.#reserve(this.#chance.int(1, 20));
    else if (draw < 0.3) await this.#load(key);
    else await this.#commit(key, this.#expectation(key));
  }

  /** Mostly the last op it knows; sometimes an old one, or that there is none. */
  #expectation(key: string): string {
    const known = this.#known.get(key) ?? [''];
    return this.#chance.chance(0.12) ? this.#chance.pick(known) : (known.at(-1) ?? '');
  }

  #learn(key: string, op: string): void {
    const known = this.#known.get(key) ?? [''];
    if (known.at(-1) !== op) this.#known.set(key, [...known.slice(-20), op]);
  }

  async #load(key: string): Promise<Value | null> {
    const call = nowNs();
    const loaded = await orRejected(this.#store.load(key));
    const base = { client: this.#number, key, call, return: nowNs(), kind: 'load' as const };
    if (loaded === 'rejected') {
      this.#history.push({ ...base, outcome: 'rejected' });
      return null;
    }
    const found = valueOf(loaded);
    this.#history.push({ ...base, outcome: 'loaded', found });
    this.#learn(key, found.op);
    return found;
  }

  async #commit(key: string, expect: string): Promise<void> {
    const change = this.#change(key, expect);
    const write = { op: change.op, digest: digestOf(change.state) };
    const call = nowNs();
    const result: CommitResult | 'rejected' = await orRejected(this.#store.commit(change));
    const base = { client: this.#number, key, call, return: nowNs(), kind: 'commit' as const, expect, write };
    if (typeof result === 'object') {
      const found = valueOf(result.conflict);
      this.#history.push({ ...base, outcome: 'conflict', found });
      this.#learn(key, found.op);
      return;
    }
    this.#history.push({ ...base, outcome: result });
    if (result === 'applied') this.#learn(key, change.op);
    // Nobody may rely on it, and putting the next one on it is the sharpest way of finding out.
    if (result === 'unknown' && this.#chance.chance(0.3)) this.#learn(key, change.op);
  }

  #change(key: string, expect: string): Change {
    const op = randomUUID();
    const filling = 'x'.repeat(this.#chance.int(FILLING_CHARS.least, FILLING_CHARS.most));
    // Rows that end, and commits of several rows, are other statements.
    const ended = this.#chance.chance(0.2) ? { endedAtMs: Date.now() } : {};
    const more = Array.from({ length: this.#chance.int(0, 2) }, (_, at) => ({
      kind: 'more',
      key: `${op}/${at}`,
      body: at,
    }));
    return {
      key,
      expect: expect === '' ? null : expect,
      op,
      state: { of: op, filling },
      rows: [{ kind: LINK, key: op, body: expect, ...ended }, ...more],
      incidents: [],
    };
  }

  async #take(slot: string): Promise<void> {
    const call = nowNs();
    const taken = await orRejected(this.#store.takeSlot(JOB, slot));
    const outcome = taken === 'rejected' ? 'unknown' : taken ? 'taken' : 'refused';
    this.#history.push({ client: this.#number, key: slot, call, return: nowNs(), kind: 'take', outcome });
  }

  async #reserve(count: number): Promise<void> {
    const call = nowNs();
    const first = await orRejected(this.#store.reserveNumbers(count));
    const base = {
      client: this.#number,
      key: 'incidents',
      call,
      return: nowNs(),
      kind: 'reserve' as const,
      count,
    };
    this.#history.push(
      first === 'rejected' ? { ...base, outcome: 'unknown' } : { ...base, outcome: 'reserved', first },
    );
  }
}

/** Of one state always the same, and of no other. */
export const digestOf = (state: unknown): string =>
  createHash('sha256').update(JSON.stringify(state)).digest('hex').slice(0, 12);

const valueOf = ({ op, state }: Loaded): Value =>
  op === null ? { op: '', digest: '' } : { op, digest: digestOf(state) };

/** Any other error is one that the port doesn't know. */
async function orRejected<T>(asked: Promise<T>): Promise<T | 'rejected'> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof StoreUnavailableError) return 'rejected';
    throw error;
  }
}
