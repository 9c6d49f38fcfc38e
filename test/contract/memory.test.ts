import { MemoryStore } from '../sim/memory-store.ts';
import { storeContract } from './store.ts';

const nowMs = (): number => 1_000_000;

storeContract('the store in memory', async () => {
  let store = new MemoryStore({ nowMs });
  return {
    store,
    // As after a crash: nothing is left but the disk.
    reopen: async () => {
      store = new MemoryStore({ nowMs, disk: structuredClone(store.disk) });
      return store;
    },
    dispose: () => store.close(),
  };
});
