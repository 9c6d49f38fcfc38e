/** The store over Cassandra as an engine of the contract suite. */
import type { Capabilities, Open } from '../store/opened.ts';
import { nowMs } from '../store/samples.ts';
import type { TestKeyspace } from './keyspace.ts';

/** What a store over a network keeps less of; see `Capabilities`. */
export const DISTANT: Capabilities = {
  exactOrder: false,
  exactBacklog: false,
  exactPurge: false,
  exactLastSeq: false,
  certain: true,
  firstTimerStays: false,
};

/** Each store begins empty: the tables are emptied before it, not made anew, which takes longer. */
export const cassandraEngine =
  (keyspace: () => TestKeyspace): Open =>
  async () => {
    await keyspace().empty();
    let store = await keyspace().open({ wallMs: nowMs });
    return {
      store,
      reopen: async () => {
        await store.close();
        store = await keyspace().open({ wallMs: nowMs });
        return store;
      },
      dispose: () => keyspace().close(),
    };
  };
