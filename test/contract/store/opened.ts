/** Opens stores for a test and puts them away after it. */
import { afterEach } from 'vitest';
import type { Store } from '../../../src/relay/store/port.ts';

/** A new, empty store and how to start it again. */
export interface OpenStore {
  store: Store;
  /** Ends the store as it is and opens what it left behind. */
  reopen: () => Promise<Store>;
  /** Removes everything. */
  dispose: () => Promise<void>;
}

/** The suite's clock stands still: a store is opened with `nowMs` of samples.ts. */
export type Open = () => Promise<OpenStore>;

/**
 * How far a store keeps the port's promises beyond what every store must. Each is true of an engine that is one machine;
 * the port allows less where keeping it would cost a distant store a round trip.
 */
export interface Capabilities {
  /** Undone rows come in order of acceptance whatever their stamps say; else by the time in their stamps. */
  exactOrder: boolean;
  /** The backlog counts exactly; else it only tells none from some. */
  exactBacklog: boolean;
  /**
   * Purge deletes done work rows too, knows which timers a lineage has ahead of it, takes the oldest first and no more
   * than its portion, and counts exactly; else work rows expire by themselves.
   */
  exactPurge: boolean;
  /** lastSeq is the highest seq stamped; else no lower, for a host that has asked before it stamped. */
  exactLastSeq: boolean;
  /** A commit is never unknown while the store works. */
  certain: boolean;
  /** A timer written again in other words stays as it was; else that is never asked of it (its id holds its op). */
  firstTimerStays: boolean;
}

/** Everything: what an engine on one machine keeps. */
export const EXACT: Capabilities = {
  exactOrder: true,
  exactBacklog: true,
  exactPurge: true,
  exactLastSeq: true,
  certain: true,
  firstTimerStays: true,
};

/** To be called inside a describe: the function returned opens a new store, which is disposed of after the test. */
export function opener(open: Open): Open {
  const opened: OpenStore[] = [];
  afterEach(async () => {
    for (const one of opened.splice(0)) await one.dispose();
  });
  return async () => {
    const one = await open();
    opened.push(one);
    return one;
  };
}
