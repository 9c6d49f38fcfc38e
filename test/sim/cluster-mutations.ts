/** A cluster made worse on purpose, through its ports: the simulation must notice each of these too. */
import type { Beats } from '../../src/relay/engine/membership.ts';
import { ownerOf } from '../../src/relay/engine/ownership.ts';
import type { Store } from '../../src/relay/store/port.ts';
import type { Mutation } from './hosts.ts';
import { MUTATIONS, replaced, type NamedMutation } from './mutations.ts';

const IGNORED_CONDITION = 'a store whose commits ignore what they were computed from';

/** Set while an owner begins to take what another host brings: what it asks the store for then is asked for that. */
let taking = false;

const unlooked: Mutation = {
  take: (take) => (request) => {
    taking = true;
    try {
      return take(request);
    } finally {
      taking = false;
    }
  },
  store: (store) =>
    replaced(store, {
      undone: (ids) => (taking ? Promise.resolve(new Set(ids)) : store.undone(ids)),
    }),
};

/** Nobody who was ever seen is taken for dead. */
function withoutDeath(beats: Beats): Beats {
  const seen = new Set<string>();
  const all = (): string[] => {
    for (const host of beats.live()) seen.add(host);
    return [...seen];
  };
  return replaced(beats, {
    live: all,
    owner: (shard) => ownerOf(shard, all()),
    atWork: () => true,
  });
}

/** Each machine of the store is said to have this host's time. */
const agreeing = (store: Store): Store =>
  replaced(store, {
    async clocks() {
      return (await store.clocks()).map((one) => ({ ...one, offsetMs: 0 }));
    },
  });

/** Nobody hears of what a host has paged alone. */
const forgetful: Mutation = {
  alone: (parts) => ({ ...parts, local: replaced(parts.local, { sealed: () => Promise.resolve([]) }) }),
};

/** Replies are said to be carried through, whatever became of them. */
const dropping: Mutation = {
  alone: (parts) => ({
    ...parts,
    ownRows: async function* () {
      for await (const rows of parts.ownRows()) {
        const replies = rows.filter((row) => row.input.kind === 'reply');
        parts.finished(replies.map((row) => row.id));
        yield rows.filter((row) => row.input.kind !== 'reply');
      }
    },
  }),
};

/** What a host alone has taken on stays where it is. */
const silent: Mutation = {
  alone: (parts) => ({
    ...parts,
    makeEngine: (local) => replaced(parts.makeEngine(local), { accepted: () => undefined }),
  }),
};

export const CLUSTER_MUTATIONS: NamedMutation[] = [
  ...MUTATIONS.filter((one) => one.what === IGNORED_CONDITION),
  {
    what: 'an owner that does not look whether what another host brings is done',
    breaks: ['S2', 'S5', 'S13', 'rule 13'],
    mutation: unlooked,
  },
  {
    what: 'an owner that answers before it has taken anything',
    breaks: ['S2', 'S5', 'S12', 'S13', 'L1', 'L2', 'H1'],
    mutation: { take: () => () => Promise.resolve({ outgoing: [], due: [] }) },
  },
  {
    what: 'hosts that never notice that one is dead',
    breaks: ['L1', 'L2', 'S2', 'S13', 'H3'],
    mutation: { beats: withoutDeath },
  },
  {
    what: 'hosts that take what they hold for what is there',
    breaks: ['S13', 'L1', 'S2'],
    mutation: { store: (store) => replaced(store, { distant: false }) },
  },
  {
    what: 'hosts that trust their clocks whatever the others show',
    breaks: ['rule 4', 'S6'],
    mutation: { store: agreeing },
  },
  {
    what: 'disks that keep nothing of what they say they keep',
    breaks: ['S1'],
    mutation: { spool: (spool) => replaced(spool, { keep: () => Promise.resolve() }) },
  },
  {
    what: 'hosts that forget what they paged alone',
    breaks: ['rule 13', 'S2', 'S6'],
    mutation: forgetful,
  },
  {
    what: 'hosts that drop an answer while they are alone',
    breaks: ['S1', 'rule 13', 'L1'],
    mutation: dropping,
  },
  {
    what: 'hosts that take alerts on while they are alone, and page nobody',
    breaks: ['L1', 'S13'],
    mutation: silent,
  },
];
