/**
 * A small pager on a store, with the engine's own order of things: an input is accepted, its lineage takes it and asks, the
 * responder takes the ask, the input is done, and only then it is forgotten (rule 1). For tests that copy a store meanwhile.
 */
import { countOf } from '../../../src/relay/store/places.ts';
import type { Store, WorkId } from '../../../src/relay/store/port.ts';
import { change, moment, onlyOnceRow } from './samples.ts';

const RESPONDER = 'r:ana';
const LINEAGES = ['i:db/a', 'i:db/b', 'i:db/c'];

interface Lineage {
  /** Inputs that opened an incident. */
  opened: WorkId[];
  seen: WorkId[];
}

interface Responder {
  /** One entry for each page. */
  told: WorkId[];
  seen: WorkId[];
}

const lineageOf = (id: WorkId): string => LINEAGES[countOf(id) % LINEAGES.length] ?? '';

export class Pager {
  readonly #store: Store;
  #accepted = 0;

  constructor(store: Store) {
    this.#store = store;
  }

  async accept(): Promise<WorkId> {
    this.#accepted += 1;
    const row = onlyOnceRow(this.#accepted, moment(19_000_000 + this.#accepted), this.#accepted % 16);
    await this.#store.append([row]);
    return row.id;
  }

  /** The whole chain of an input; what has happened of it already is not done again. */
  async carry(id: WorkId): Promise<void> {
    if (await this.#steps(id)) await this.#tells(id);
    await this.#store.markDone([id]);
  }

  async opened(): Promise<WorkId[]> {
    const states = await Promise.all(LINEAGES.map((key) => this.#lineage(key)));
    return states.flatMap(({ state }) => state.opened);
  }

  async told(): Promise<WorkId[]> {
    return (await this.#responder()).state.told;
  }

  /** One for each page, written with it. */
  async messages(): Promise<number> {
    return (await this.#store.rows(RESPONDER, 'message', { limit: 10_000 })).length;
  }

  /** Whether the responder is to be asked for it. */
  async #steps(id: WorkId): Promise<boolean> {
    const { key, op, state } = await this.#lineage(lineageOf(id));
    if (state.seen.includes(id)) return true;
    // An incident is open already: nobody is told again.
    if (state.opened.includes(id)) return false;
    const seen = await this.#undone([...state.seen, id]);
    const next: Lineage = { opened: [...state.opened, id], seen };
    const result = await this.#store.commit(change(key, op, { state: next }));
    if (result !== 'applied') throw new Error('somebody else works on it');
    return true;
  }

  async #tells(id: WorkId): Promise<void> {
    const { op, state } = await this.#responder();
    if (state.seen.includes(id)) return;
    const next: Responder = { told: [...state.told, id], seen: await this.#undone([...state.seen, id]) };
    const rows = [{ kind: 'message', key: String(next.told.length).padStart(8, '0'), body: { id } }];
    const result = await this.#store.commit(change(RESPONDER, op, { state: next, rows }));
    if (result !== 'applied') throw new Error('somebody else works on it');
  }

  /** What need not be remembered any more is forgotten. */
  async #undone(ids: WorkId[]): Promise<WorkId[]> {
    const undone = await this.#store.undone(ids);
    return ids.filter((id) => undone.has(id));
  }

  async #lineage(key: string): Promise<{ key: string; op: string | null; state: Lineage }> {
    const { op, state } = await this.#store.load(key);
    return { key, op, state: (state as Lineage | null) ?? { opened: [], seen: [] } };
  }

  async #responder(): Promise<{ op: string | null; state: Responder }> {
    const { op, state } = await this.#store.load(RESPONDER);
    return { op, state: (state as Responder | null) ?? { told: [], seen: [] } };
  }
}
