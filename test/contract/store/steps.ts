/** Random operations on a store, with answers that two stores can be compared by. */
import {
  array,
  boolean,
  constant,
  constantFrom,
  nat,
  oneof,
  option,
  record,
  string,
  tuple,
  uint8Array,
} from 'fast-check';
import type { Arbitrary } from 'fast-check';
import type { Change, Store } from '../../../src/relay/store/port.ts';
import { LATER_MS, alert, walkedDue, walkedJournal } from './samples.ts';

/** One operation; its answer is plain data. */
export interface Step {
  says: string;
  run: (store: Store) => Promise<unknown>;
}

/** An operation on what `from` makes. */
function of<T>(
  from: Arbitrary<T>,
  says: string,
  run: (store: Store, made: T) => Promise<unknown>,
): Arbitrary<Step> {
  return from.map((made) => ({ says: `${says} ${JSON.stringify(made)}`, run: (store) => run(store, made) }));
}

const small = nat({ max: 12 });
const name = oneof(
  { weight: 5, arbitrary: constantFrom('a', 'b', 'c/d', "e'", 'ü', '😀', '\uffee') },
  { weight: 1, arbitrary: string({ unit: 'grapheme', maxLength: 6 }) },
);
const key = name.map((text) => `i:db/${text}`);
const kind = constantFrom('timeline', 'message');
const workIds = array(
  tuple(constantFrom('j:', 'd:'), name).map(([prefix, text]) => prefix + text),
  { maxLength: 4 },
);
const limit = nat({ max: 3 }).map((more) => more + 1);
/**
 * Commits happen long after the small times and long before LATER_MS, whatever the clock; which lineage is the oldest
 * does depend on it, so that those are purged all at once.
 */
const portion = oneof(tuple(small, limit), tuple(constant(LATER_MS), constant(1_000)));

const journalRows = array(
  record({ id: name, seq: small, atMs: small, raw: option(uint8Array({ maxLength: 8 })) }).map(
    ({ id, seq, atMs, raw }) => ({
      id: `j:${id}`,
      stamp: { host: seq % 2 === 0 ? 'one' : 'two', seq, atMs, trusted: atMs % 2 === 0 },
      input: alert(id),
      raw,
    }),
  ),
  { maxLength: 4 },
);
const dueRows = array(
  record({ id: name.map((text) => `d:${text}`), dueAtMs: small, aggregate: key, timer: name }),
  { maxLength: 4 },
);
const written = {
  key,
  state: option(nat()),
  rows: array(
    record(
      { kind, key: name, body: option(nat()), endedAtMs: small },
      { requiredKeys: ['kind', 'key', 'body'] },
    ),
    { maxLength: 3 },
  ),
  incidents: array(record({ number: small, lineage: key, open: boolean(), body: nat() }), { maxLength: 2 }),
};
const blindChange = record({
  ...written,
  expect: option(constantFrom('x', 'y')),
  op: constantFrom('x', 'y'),
});

const oneCall: Arbitrary<Step>[] = [
  of(journalRows, 'append', (store, rows) => store.append(rows)),
  of(dueRows, 'writeDue', (store, rows) => store.writeDue(rows)),
  of(blindChange, 'commit', (store, change: Change) => store.commit(change)),
  of(key, 'load', (store, at) => store.load(at)),
  of(workIds, 'markDone', (store, ids) => store.markDone(ids)),
  of(workIds, 'undone', async (store, ids) => [...(await store.undone(ids))].toSorted()),
  of(workIds, 'countTry', (store, ids) => store.countTry(ids[0] ?? 'j:a')),
  of(
    tuple(key, kind, record({ prefix: name, after: name, reverse: boolean(), limit }, { requiredKeys: [] })),
    'rows',
    (store, [at, ofKind, options]) => store.rows(at, ofKind, options),
  ),
  of(limit, 'first page of the journal', async (store, most) => (await store.walkJournal(null, most)).items),
  of(tuple(small, limit), 'first page of timers', (store, [untilMs, most]) =>
    store.walkDue(untilMs, null, most),
  ),
  of(name, 'journalRow', (store, id) => store.journalRow(`j:${id}`)),
  of(constant(null), 'backlog', (store) => store.backlog()),
  of(limit, 'reserveNumbers', (store, count) => store.reserveNumbers(count)),
  of(tuple(small, key), 'nameIncident', (store, [number, at]) => store.nameIncident(number, at)),
  of(small, 'lineageOf', (store, number) => store.lineageOf(number)),
  of(
    record({ open: boolean(), before: small, limit }, { requiredKeys: ['limit'] }),
    'incidents',
    (store, options) => store.incidents(options),
  ),
  of(constantFrom('one', 'two', 'three'), 'lastSeq', (store, host) => store.lastSeq(host)),
  of(portion, 'purge', (store, [before, most]) => store.purge(before, most)),
];

const severalCalls: Arbitrary<Step>[] = [
  // A commit that is conditioned rightly, so that aggregates live on.
  of(record({ ...written, salt: nat() }), 'load and commit', async (store, { salt, ...rest }) => {
    const { op } = await store.load(rest.key);
    return [
      await store.commit({ ...rest, expect: op, op: `${op ?? ''}${salt % 10}` }),
      await store.load(rest.key),
    ];
  }),
  of(limit, 'walk the journal by', (store, most) => walkedJournal(store, most)),
  of(tuple(small, limit), 'walk the timers', (store, [untilMs, most]) => walkedDue(store, untilMs, most)),
];

/** Operations of one call each: they can be asked without waiting for the one before. */
export const oneCallStep: Arbitrary<Step> = oneof(...oneCall);

/** Any operation whose answer doesn't depend on the engine. */
export const anyStep: Arbitrary<Step> = oneof(...oneCall, ...severalCalls, ...severalCalls);
