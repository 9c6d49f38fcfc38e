/**
 * Where the one row of a stable id lies (rule 11). Taken with a conditional write after the row itself is durable: so
 * whoever finds a place here finds a row there, and the same mail through two hosts at once has one row that counts.
 * Another copy is marked done by whoever meets it.
 */
import type { WorkId } from '../port.ts';
import { StoreUnavailableError } from '../port.ts';
import { numberOf } from './cells.ts';
import type { Cells } from './cells.ts';
import type { Lifetimes } from './lifetimes.ts';
import { bucketOf } from './place.ts';
import type { Place } from './place.ts';
import type { Session } from './session.ts';

const TRIES = 3;
/** Places of ids met lately: they never change, and what was accepted now is marked done soon. */
const REMEMBERED = 10_000;

const FIND = 'SELECT at_ms, seq, shard FROM seen WHERE id = ?';
const TAKE = 'INSERT INTO seen (id, at_ms, seq, shard) VALUES (?, ?, ?, ?) IF NOT EXISTS USING TTL ?';

export const isSamePlace = (a: Place, b: Place): boolean =>
  a.atMs === b.atMs && a.seq === b.seq && a.shard === b.shard;

export class Seen {
  readonly #session: Session;
  readonly #lifetimes: Lifetimes;
  readonly #remembered = new Map<WorkId, Place>();

  constructor(session: Session, lifetimes: Lifetimes) {
    this.#session = session;
    this.#lifetimes = lifetimes;
  }

  /**
   * Takes the id for the row at `place`, which must be durable. `new`: nobody had it; otherwise where it lies, which
   * may be this very place, when the same append came before. Rejects with StoreUnavailableError.
   */
  async take(place: Place): Promise<{ isNew: boolean; place: Place }> {
    const { id, atMs, seq, shard } = place;
    // A timer's may be far ahead.
    const livesS = Math.max(
      this.#lifetimes.placeS,
      this.#lifetimes.markS(atMs, this.#session.clock.wallMs()),
    );
    const statement = { query: TAKE, params: [id, atMs, seq, shard, livesS] };
    for (let attempt = 1; attempt <= TRIES; attempt += 1) {
      const decided = await this.#session.decide([statement], id);
      if (decided.outcome === 'applied') return { isNew: true, place: this.#remember(place) };
      if (decided.outcome === 'refused')
        return { isNew: false, place: this.#remember(placeIn(id, decided.found)) };
      // Unknown: a linearizable read settles what was under way. Ours or not, the row may be worked on by now.
      const [cells] = await this.#session.readLatest(FIND, [id], id);
      if (cells !== undefined) return { isNew: false, place: this.#remember(placeIn(id, cells)) };
    }
    throw new StoreUnavailableError(
      'Cassandra gives no certain answer whether this input was accepted before: it may be sent again',
    );
  }

  /** Null for an id that nobody has taken. */
  async find(id: WorkId): Promise<Place | null> {
    const known = this.#remembered.get(id);
    if (known !== undefined) return known;
    const [cells] = await this.#session.read(FIND, [id]);
    return cells === undefined ? null : this.#remember(placeIn(id, cells));
  }

  #remember(place: Place): Place {
    this.#remembered.delete(place.id);
    this.#remembered.set(place.id, place);
    for (const oldest of this.#remembered.keys()) {
      if (this.#remembered.size <= REMEMBERED) break;
      this.#remembered.delete(oldest);
    }
    return place;
  }
}

function placeIn(id: WorkId, cells: Cells): Place {
  const atMs = numberOf(cells, 'at_ms');
  return { bucket: bucketOf(atMs), shard: numberOf(cells, 'shard'), atMs, seq: numberOf(cells, 'seq'), id };
}
