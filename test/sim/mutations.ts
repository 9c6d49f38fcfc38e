/** Relay made worse on purpose, through its ports: the simulation must notice each of these. */
import type { Store } from '../../src/relay/store/port.ts';
import type { Mutation } from './hosts.ts';

export interface NamedMutation {
  what: string;
  /** The invariants of which one must break. */
  breaks: string[];
  mutation: Mutation;
}

/** A store with some of its calls replaced. */
function replaced<S extends Store>(store: S, calls: Partial<Store>): S {
  return new Proxy(store, {
    get(target, name) {
      const call: unknown = Reflect.get(calls, name) ?? Reflect.get(target, name);
      return typeof call === 'function' ? (call.bind(target) as unknown) : call;
    },
  });
}

export const MUTATIONS: NamedMutation[] = [
  {
    what: 'a transport that tries once more by itself',
    breaks: ['S3'],
    mutation: {
      transport: (transport) => ({
        ...transport,
        async send(message, call) {
          const first = await transport.send(message, call);
          return first.kind === 'doubt' ? transport.send(message, { ...call, mayStart: () => true }) : first;
        },
      }),
    },
  },
  {
    what: 'a provider list that always reads as empty',
    breaks: ['S3', 'S9'],
    mutation: {
      transport: (transport) => ({ ...transport, settle: () => Promise.resolve({ kind: 'absent' }) }),
    },
  },
  {
    what: 'a transport that reports doubt as a refusal',
    breaks: ['S3', 'S9'],
    mutation: {
      transport: (transport) => ({
        ...transport,
        async send(message, call) {
          const outcome = await transport.send(message, call);
          return outcome.kind === 'doubt'
            ? { kind: 'refused', permanent: true, code: '0', error: outcome.error }
            : outcome;
        },
      }),
    },
  },
  {
    what: 'work rows marked done before their chains',
    breaks: ['S2', 'S13'],
    mutation: {
      store: (store) =>
        replaced(store, {
          async append(rows) {
            const known = await store.append(rows);
            await store.markDone(rows.map((row) => row.id));
            return known;
          },
        }),
    },
  },
  {
    what: 'a store that says a commit is applied when nobody knows',
    breaks: ['S1', 'S2', 'S3', 'S13', 'rule 6'],
    mutation: {
      store: (store) =>
        replaced(store, {
          async commit(change) {
            const result = await store.commit(change);
            return result === 'unknown' ? 'applied' : result;
          },
        }),
    },
  },
  {
    what: 'a store whose commits ignore what they were computed from',
    breaks: ['S2', 'S3', 'S5', 'S13', 'S16', 'rule 2', 'rule 4'],
    mutation: {
      disk: (disk) =>
        replaced(disk, {
          commit: (change) =>
            disk.commit({ ...change, expect: disk.disk.aggregates.get(change.key)?.op ?? null }),
        }),
    },
  },
  {
    what: 'due rows that are never written',
    breaks: ['S13'],
    mutation: { store: (store) => replaced(store, { writeDue: () => Promise.resolve() }) },
  },
];
