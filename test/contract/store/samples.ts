/** Rows to put into a store, with only what a test is about spelled out. */
import { randomUUID } from 'node:crypto';
import type { Input } from '../../../src/relay/events/types.ts';
import { ALL_SHARDS, dueId, onlyOnceId, shardOf, timerId } from '../../../src/relay/store/places.ts';
import type {
  Change,
  DueRow,
  IncidentEntry,
  JournalRow,
  Page,
  Store,
  Walk,
  WorkId,
} from '../../../src/relay/store/port.ts';

export const alert = (summary: string): Input => ({
  kind: 'alert',
  events: [
    { action: 'trigger', service: 'db', dedupKey: summary, severity: 'critical', summary, source: 'plain' },
  ],
});

/** The suite's times lie near this one, and its stores' clocks stand some hours later. */
const START_MS = 1_769_000_000_000;

/** So long after the start. */
export const moment = (ms: number): number => START_MS + ms;

/** The clock that stores are opened with: later than everything in the suite but timers set further ahead. */
export const nowMs = (): number => moment(20_000_000);

/** An input with a stable id: it may come again. */
export const journalRow = (
  id: string,
  more: { atMs?: number; seq?: number; host?: string; shard?: number; raw?: Uint8Array } = {},
): JournalRow => ({
  id: `j:${id}`,
  shard: more.shard ?? shardOf(`i:db/${id}`),
  stamp: { host: more.host ?? 'one', seq: more.seq ?? 1, atMs: more.atMs ?? moment(1_000), trusted: true },
  input: alert(`disk full (${id})`),
  raw: more.raw ?? null,
});

/** An input that is never accepted again, with the id that the door gives it. */
export const onlyOnceRow = (seq: number, atMs: number, shard: number): JournalRow => {
  const row = journalRow(`${seq}`, { seq, atMs, shard });
  return { ...row, id: onlyOnceId(row.stamp, 'a', shard) };
};

/** `name` takes the place of the op that set it. */
export const dueRow = (name: string, dueAtMs: number, aggregate = 'i:db/disk'): DueRow => ({
  id: dueId(timerId(name, 0, dueAtMs, shardOf(aggregate))),
  dueAtMs,
  aggregate,
  timer: 'escalate',
});

/** What the timer with this id was named in `dueRow`. */
export const timerName = (id: WorkId): string => id.slice(2).split('.').slice(0, -3).join('.');

export const change = (key: string, expect: string | null, more: Partial<Change> = {}): Change => ({
  key,
  expect,
  op: randomUUID(),
  state: { since: expect },
  rows: [],
  incidents: [],
  ...more,
});

/** Writes rows of one kind to a new aggregate. */
export async function withRows(store: Store, key: string, kind: string, keys: string[]): Promise<void> {
  const rows = keys.map((at) => ({ kind, key: at, body: { at } }));
  await store.commit(change(key, null, { rows }));
}

/** Reserves the numbers of these entries with all below them, and names them, as the engine does before its commit. */
export async function nameAll(store: Store, entries: IncidentEntry[]): Promise<void> {
  await store.reserveNumbers(Math.max(...entries.map(({ number }) => number)));
  // No store is asked for thousands of things at once.
  for (let from = 0; from < entries.length; from += 100) {
    const some = entries.slice(from, from + 100);
    await Promise.all(some.map(({ number, lineage }) => store.nameIncident(number, lineage)));
  }
}

/** A walk from the start over all there is. */
export const everything = (limit: number): Walk => ({ shards: ALL_SHARDS, after: null, limit, whole: true });

/** Every undone journal row's id in these shards, gone through in pages of `limit`. */
export async function walkedJournal(store: Store, limit: number, shards = ALL_SHARDS): Promise<WorkId[]> {
  return walked(limit, shards, (walk) => store.walkJournal(walk));
}

/** Every due row's id up to `untilMs` in these shards, gone through in pages of `limit`. */
export async function walkedDue(
  store: Store,
  untilMs: number,
  limit: number,
  shards = ALL_SHARDS,
): Promise<WorkId[]> {
  return walked(limit, shards, (walk) => store.walkDue({ ...walk, untilMs }));
}

async function walked(
  limit: number,
  shards: readonly number[],
  read: (walk: Walk) => Promise<Page<{ id: WorkId }>>,
): Promise<WorkId[]> {
  const ids: WorkId[] = [];
  let after: string | null = null;
  do {
    const page: Page<{ id: WorkId }> = await read({ shards, after, limit, whole: true });
    if (page.items.length > limit) throw new Error(`a page of ${page.items.length}, not ${limit}`);
    ids.push(...page.items.map(({ id }) => id));
    after = page.next;
  } while (after !== null);
  return ids;
}

/** Later than anything a test writes. */
export const LATER_MS = 8.64e15;

/** What people and monitors put into keys. */
export const ODD_TEXTS = [
  'plain',
  'with space ',
  ' leading',
  "o'brien; DROP TABLE journal",
  '"quoted"',
  'a/b//c/',
  '100%_*?[x]',
  'tab\tand\nnewline',
  'nul\0inside',
  'Zürich 東京',
  '😀',
  '\uffee',
  '🏴󠁧󠁢󠁥󠁮󠁧󠁿',
  'x'.repeat(5_000),
];
