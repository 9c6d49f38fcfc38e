/** Random operations on a store, with answers that two stores can be compared by. */
import { createHash } from 'node:crypto';
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
import { ALL_SHARDS, SHARDS } from '../../../src/relay/store/places.ts';
import type { Change, DueRow, IncidentEntry, Store } from '../../../src/relay/store/port.ts';
import { outcomeOf } from './outcome.ts';
import { LATER_MS, alert, moment, dueRow, everything, walkedDue, walkedJournal } from './samples.ts';

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
/** The timer of this name: when it is due and what for follow from the name, since its id says where it lies. */
const timerOf = (text: string): DueRow => dueRow(text, moment(text.length % 5), `i:db/${text}`);
const workIds = array(
  tuple(boolean(), name).map(([input, text]) => (input ? `j:${text}` : timerOf(text).id)),
  { maxLength: 4 },
);
const shards = oneof(constant(ALL_SHARDS), array(nat({ max: SHARDS - 1 }), { maxLength: 8 }));
const time = small.map(moment);
const limit = nat({ max: 3 }).map((more) => more + 1);
/**
 * Commits happen long after the small times and long before LATER_MS, whatever the clock; which lineage is the oldest
 * does depend on it, so that those are purged all at once.
 */
const portion = oneof(tuple(time, limit), tuple(constant(LATER_MS), constant(1_000)));

const journalRows = array(
  record({
    id: name,
    shard: nat({ max: SHARDS - 1 }),
    seq: small,
    atMs: time,
    raw: option(uint8Array({ maxLength: 8 })),
  }).map(({ id, shard, seq, atMs, raw }) => ({
    id: `j:${id}`,
    shard,
    stamp: { host: seq % 2 === 0 ? 'one' : 'two', seq, atMs, trusted: atMs % 2 === 0 },
    input: alert(id),
    raw,
  })),
  { maxLength: 4 },
);
const dueRows = array(
  record({ id: name.map((text) => timerOf(text).id), dueAtMs: time, aggregate: key, timer: name }),
  { maxLength: 4 },
);
const written = {
  key,
  state: option(nat()),
  rows: array(
    record(
      { kind, key: name, body: option(nat()), endedAtMs: time },
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

/** Answered alike by every engine, one call each. */
const everywhere: Arbitrary<Step>[] = [
  of(journalRows, 'append', async (store, rows) => [...(await store.append(rows))].toSorted()),
  of(key, 'load', (store, at) => store.load(at)),
  of(workIds, 'undone', async (store, ids) => [...(await store.undone(ids))].toSorted()),
  of(
    tuple(key, kind, record({ prefix: name, after: name, reverse: boolean(), limit }, { requiredKeys: [] })),
    'rows',
    (store, [at, ofKind, options]) => store.rows(at, ofKind, options),
  ),
  of(name, 'journalRow', (store, id) => store.journalRow(`j:${id}`)),
  of(tuple(small, key), 'nameIncident', (store, [number, at]) => store.nameIncident(number, at)),
  of(small, 'lineageOf', (store, number) => store.lineageOf(number)),
  of(tuple(name, name), 'takeSlot', (store, [job, slot]) => store.takeSlot(job, slot)),
  of(
    record({
      host: constantFrom('one', 'two'),
      life: constantFrom('a', 'b'),
      count: small,
      // The nth beat of a life says one thing, however often it arrives.
    }).map((sign) => ({ ...sign, firstSeq: sign.life === 'a' ? 1 : 2, info: { count: sign.count } })),
    'beat',
    (store, sign) => store.beat(sign),
  ),
  of(constant(null), 'beats', async (store) =>
    (await store.beats()).map((sign) => JSON.stringify([sign.host, sign.life, sign])).toSorted(),
  ),
];

/** Answered alike by engines that are exact, one call each. */
const oneCall: Arbitrary<Step>[] = [
  ...everywhere,
  of(workIds, 'markDone', (store, ids) => store.markDone(ids)),
  of(dueRows, 'writeDue', (store, rows) => store.writeDue(rows)),
  of(blindChange, 'commit', (store, change: Change) => outcomeOf(store, change)),
  of(workIds, 'countTry', (store, ids) => store.countTry(ids[0] ?? 'j:a')),
  of(tuple(shards, limit), 'first page of the journal', async (store, [some, most]) => {
    const { items, next } = await store.walkJournal({ ...everything(most), shards: some });
    return { items, more: next !== null };
  }),
  of(tuple(shards, time, limit), 'first page of timers', async (store, [some, untilMs, most]) => {
    const { items, next } = await store.walkDue({ ...everything(most), shards: some, untilMs });
    return { items, more: next !== null };
  }),
  of(constant(null), 'backlog', (store) => store.backlog()),
  of(limit, 'reserveNumbers', (store, count) => store.reserveNumbers(count)),
  of(
    record({ open: boolean(), before: small, limit }, { requiredKeys: ['limit'] }),
    'incidents',
    (store, options) => store.incidents(options),
  ),
  of(constantFrom('one', 'two', 'three'), 'lastSeq', (store, host) => store.lastSeq(host)),
  of(portion, 'purge', (store, [before, most]) => store.purge(before, most)),
];

/** A fresh uuid for each op that came before, and the same for every engine. */
function opAfter(op: string | null, salt: number): string {
  const hex = createHash('sha256')
    .update(`${op ?? ''} ${salt}`)
    .digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** A commit that is conditioned rightly, so that aggregates live on. */
const committing = (incidents: Arbitrary<IncidentEntry[]>): Arbitrary<Step> =>
  of(record({ ...written, incidents, salt: nat() }), 'load and commit', async (store, { salt, ...rest }) => {
    const { op } = await store.load(rest.key);
    return [
      await outcomeOf(store, { ...rest, expect: op, op: opAfter(op, salt) }),
      await store.load(rest.key),
    ];
  });
// A mark before its row was written is no promise: a store may ignore it or keep it.
const marking = of(workIds, 'mark what is undone', async (store, ids) =>
  store.markDone([...(await store.undone(ids))]),
);
const severalCalls: Arbitrary<Step>[] = [
  committing(written.incidents),
  marking,
  of(tuple(shards, limit), 'walk the journal by', (store, [some, most]) => walkedJournal(store, most, some)),
  of(tuple(shards, time, limit), 'walk the timers', (store, [some, untilMs, most]) =>
    walkedDue(store, untilMs, most, some),
  ),
];

/** Operations of one call each: they can be asked without waiting for the one before. */
export const oneCallStep: Arbitrary<Step> = oneof(...oneCall);

/** Any operation whose answer doesn't depend on the engine, as far as engines are exact. */
export const anyStep: Arbitrary<Step> = oneof(...oneCall, ...severalCalls, ...severalCalls);

/** Any operation whose answer is the same from every engine that keeps the port's promises. */
export const commonStep: Arbitrary<Step> = oneof(
  ...everywhere,
  of(array(name, { maxLength: 4 }), 'write the timers', (store, names) => store.writeDue(names.map(timerOf))),
  // Numbers that nobody reserved are in no list of a store that finds incidents by their numbers.
  committing(constant([])),
  marking,
  of(shards, 'all of the journal', async (store, some) => (await walkedJournal(store, 3, some)).toSorted()),
  of(tuple(shards, time), 'all timers', async (store, [some, untilMs]) =>
    (await walkedDue(store, untilMs, 3, some)).toSorted(),
  ),
);
