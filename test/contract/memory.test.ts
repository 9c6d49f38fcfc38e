import { MemoryStore } from '../sim/memory-store.ts';
import { storeContract } from './store.ts';
import { EXACT } from './store/opened.ts';
import type { OpenStore } from './store/opened.ts';
import { nowMs } from './store/samples.ts';

async function open(distant: boolean): Promise<OpenStore> {
  let store = new MemoryStore({ nowMs, distant });
  return {
    store,
    // As after a crash: nothing is left but the disk.
    reopen: async () => {
      store = new MemoryStore({ nowMs, distant, disk: structuredClone(store.disk) });
      return store;
    },
    dispose: () => store.close(),
  };
}

storeContract('the store in memory', { open: () => open(false), capabilities: EXACT });
// Its conflicts bring what is there; in all else it is as exact.
storeContract('the store in memory that passes for a distant one', {
  open: () => open(true),
  capabilities: EXACT,
});
