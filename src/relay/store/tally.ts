/** What has been seen of a store's pieces, so that two stores can be compared: a count and a digest for each kind. */
import { createHash } from 'node:crypto';
import type { Piece } from './moving.ts';

const WIDTH = 2n ** 256n;

/** A piece as what must be the same in both stores. */
function textOf(piece: Piece): string {
  switch (piece.kind) {
    case 'journal': {
      const { id, shard, host, seq, atMs, trusted, done, input, raw } = piece;
      const rawHash = raw === null ? null : createHash('sha256').update(raw).digest('hex');
      return JSON.stringify([id, shard, host, seq, atMs, trusted, done, input, rawHash]);
    }
    case 'due':
      return JSON.stringify([piece.id, piece.dueAtMs, piece.aggregate, piece.timer, piece.done]);
    case 'tries':
      return JSON.stringify([piece.id, piece.count]);
    case 'aggregate':
      return JSON.stringify([piece.key, piece.op, piece.state, piece.touchedMs]);
    case 'row':
      return JSON.stringify([piece.aggregate, piece.op, piece.rowKind, piece.key, piece.body, piece.endedMs]);
    case 'incident':
      return JSON.stringify([piece.number, piece.lineage, piece.op, piece.open, piece.body]);
    case 'name':
      return JSON.stringify([piece.number, piece.lineage]);
    case 'slot':
      return JSON.stringify([piece.job, piece.slot]);
    case 'numbers':
    case 'host':
      return '';
  }
}

type Kind = Piece['kind'];

/** A tally as JSON. */
export interface TallyFigures {
  /** The sum in hexadecimal. */
  kinds: Partial<Record<Kind, { count: number; sum: string }>>;
  floors: Record<string, number>;
}

/** Whatever the order: the sum of what each piece hashes to. */
export class Tally {
  readonly #kinds = new Map<Kind, { count: number; sum: bigint }>();
  /** What may only have grown: the next incident number, and hosts' seqs. */
  readonly #floors = new Map<string, number>();
  #total = 0;

  static of({ kinds, floors }: TallyFigures): Tally {
    const tally = new Tally();
    for (const [kind, { count, sum }] of Object.entries(kinds)) {
      tally.#kinds.set(kind as Kind, { count, sum: BigInt(`0x${sum}`) });
      tally.#total += count;
    }
    for (const [name, floor] of Object.entries(floors)) tally.#floors.set(name, floor);
    tally.#total += tally.#floors.size;
    return tally;
  }

  get figures(): TallyFigures {
    const kinds: TallyFigures['kinds'] = {};
    for (const [kind, { count, sum }] of this.#kinds) kinds[kind] = { count, sum: sum.toString(16) };
    return { kinds, floors: Object.fromEntries(this.#floors) };
  }

  get total(): number {
    return this.#total;
  }

  add(pieces: readonly Piece[]): void {
    for (const piece of pieces) {
      this.#total += 1;
      if (piece.kind === 'numbers') this.#floors.set('the next incident number', piece.next);
      else if (piece.kind === 'host') this.#floors.set(`the last seq of ${piece.host}`, piece.lastSeq);
      else {
        const kept = this.#kinds.get(piece.kind) ?? { count: 0, sum: 0n };
        const hash = createHash('sha256').update(textOf(piece)).digest('hex');
        this.#kinds.set(piece.kind, {
          count: kept.count + 1,
          sum: (kept.sum + BigInt(`0x${hash}`)) % WIDTH,
        });
      }
    }
  }

  /** In what a copy, tallied as `copy`, differs from this; empty: in nothing. */
  differences(copy: Tally): string[] {
    const kinds = new Set([...this.#kinds.keys(), ...copy.#kinds.keys()]);
    const differing = [...kinds].flatMap((kind) => {
      const [ours, theirs] = [this.#kinds.get(kind), copy.#kinds.get(kind)];
      if (ours?.count !== theirs?.count)
        return [`${kind}: ${ours?.count ?? 0} here, ${theirs?.count ?? 0} in the copy`];
      return ours?.sum === theirs?.sum ? [] : [`${kind}: something in the copy is not the same`];
    });
    const fallen = [...this.#floors].flatMap(([name, floor]) => {
      const copied = copy.#floors.get(name);
      return copied !== undefined && copied >= floor ? [] : [`${name}: below ${floor} in the copy`];
    });
    return [...differing, ...fallen];
  }
}
