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

export type Open = () => Promise<OpenStore>;

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
