/** Handoffs made wrong on purpose: the simulation must notice each of these. */
import type { Accept } from '../../src/relay/events/accept.ts';
import { HANDOFFS, type HandoffState } from '../../src/relay/engine/handoffs.ts';
import type { Change } from '../../src/relay/store/port.ts';
import { replaced, type NamedMutation } from './mutations.ts';

/** Notices that are new however often they come. */
const nameless = (accept: Accept): Accept => {
  return (inputs) => accept(inputs.map(({ input, raw }) => ({ input, raw })));
};

/** That everybody is told is not kept when it is said first. */
const forgetful: NonNullable<NamedMutation['mutation']['store']> = (store) => {
  let hasForgotten = false;
  return replaced(store, {
    commit: (made: Change) => {
      const isTold = made.key === HANDOFFS && made.rows.length === 0;
      if (!isTold || hasForgotten || made.expect === null) return store.commit(made);
      hasForgotten = true;
      return Promise.resolve('unknown');
    },
  });
};

/** What a commit of the handoffs holds, changed a little. */
const byState = (change: (state: HandoffState) => HandoffState): NamedMutation['mutation'] => ({
  store: (store) =>
    replaced(store, {
      commit: (made: Change) =>
        store.commit(made.key === HANDOFFS ? { ...made, state: change(made.state as HandoffState) } : made),
    }),
});

export const HANDOFF_MUTATIONS: NamedMutation[] = [
  {
    what: 'a handoff that is told again when it is not known that it was',
    breaks: ['S7'],
    mutation: { handing: nameless, store: forgetful },
  },
  {
    what: 'notices of a handoff that are said to be accepted and are not',
    breaks: ['S7'],
    mutation: { handing: () => () => Promise.resolve([]) },
  },
  {
    what: 'a handoff that is forgotten at once',
    breaks: ['S7'],
    mutation: byState((state) => ({
      ...state,
      holders: {
        throughMs: state.holders.throughMs - 5 * 60_000,
        rotations: Object.fromEntries(
          Object.keys(state.holders.rotations).map((id) => [id, { person: null, atMs: 0 }]),
        ),
      },
    })),
  },
];
