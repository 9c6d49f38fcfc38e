/** Relay made worse on purpose, through its ports: the simulation must notice each of these. */
import type { Mutation } from './hosts.ts';

export interface NamedMutation {
  what: string;
  /** The invariants of which one must break. */
  breaks: string[];
  mutation: Mutation;
}

/** The same with some of its members replaced. */
export function replaced<Whole extends object>(whole: Whole, members: Partial<Whole>): Whole {
  return new Proxy(whole, {
    get(target, name) {
      const member: unknown =
        name in members ? Reflect.get(members, name) : Reflect.get(target, name, target);
      return typeof member === 'function' ? (member.bind(target) as unknown) : member;
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
    what: 'a provider that is said to take each message once, and doesn’t',
    breaks: ['S3', 'S9'],
    mutation: {
      transport: (transport) => ({ ...transport, settle: () => Promise.resolve({ kind: 'repeatable' }) }),
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
