/** Heartbeats made worse on purpose: the simulation must notice each of these. */
import { HEARING, type HearingState } from '../../src/relay/engine/hearing.ts';
import { isHeartbeat } from '../../src/relay/heartbeats/rows.ts';
import type { Envelope } from '../../src/relay/engine/envelope.ts';
import type { HeartbeatState } from '../../src/relay/heartbeats/types.ts';
import { replaced, type NamedMutation } from './mutations.ts';

export const HEARTBEAT_MUTATIONS: NamedMutation[] = [
  {
    what: 'a relay that forgets when it was away',
    breaks: ['H1', 'H2'],
    mutation: {
      store: (store) =>
        replaced(store, {
          async load(key) {
            const loaded = await store.load(key);
            if (key !== HEARING || loaded.op === null) return loaded;
            return { ...loaded, state: { ...(loaded.state as HearingState), gaps: [] } };
          },
        }),
    },
  },
  {
    what: 'heartbeats whose timers are lost with each restart',
    breaks: ['H3'],
    mutation: {
      store: (store) =>
        replaced(store, {
          async load(key) {
            const loaded = await store.load(key);
            if (!isHeartbeat(key) || loaded.op === null) return loaded;
            const envelope = loaded.state as Envelope<HeartbeatState>;
            return { ...loaded, state: { ...envelope, timers: [] } };
          },
        }),
    },
  },
];
