/** A store that can be frozen: while everything in it moves, reads are answered and writes are not. */
import type { Movable } from '../store/moving.ts';
import { StoreUnavailableError } from '../store/port.ts';
import type { Store } from '../store/port.ts';

/** A store that everything can be moved out of, and into. */
export type MovableStore = Store & { readonly moving: Movable };

export interface Freezer {
  /** Resolves when no write is under way any more; whatever comes in later is refused. */
  freeze(): Promise<void>;
  thaw(): void;
}

/** Signs of life aren't among them: they don't move, and without them this host would seem dead. */
const WRITES = [
  'append',
  'commit',
  'writeDue',
  'markDone',
  'countTry',
  'reserveNumbers',
  'nameIncident',
  'lastSeq',
  'takeSlot',
  'purge',
] as const;

type Write = (...args: unknown[]) => Promise<unknown>;

/** Puts itself before the writes of this store. */
export function freezable(store: Store): Freezer {
  const underWay = new Set<Promise<unknown>>();
  let isFrozen = false;
  const guarded =
    (write: Write): Write =>
    (...args) => {
      if (isFrozen) {
        return Promise.reject(
          new StoreUnavailableError('everything is moving to another store: try again in a minute'),
        );
      }
      const writing = write(...args);
      underWay.add(writing);
      const ended = (): boolean => underWay.delete(writing);
      writing.then(ended, ended);
      return writing;
    };
  for (const name of WRITES) Object.assign(store, { [name]: guarded((store[name] as Write).bind(store)) });
  return {
    freeze: async () => {
      isFrozen = true;
      await Promise.allSettled(underWay);
    },
    thaw: () => {
      isFrozen = false;
    },
  };
}
