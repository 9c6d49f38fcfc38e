/** Rows to put into a store, with only what a test is about spelled out. */
import { randomUUID } from 'node:crypto';
import type { Input } from '../../../src/relay/events/types.ts';
import type { Change, DueRow, JournalRow, Store } from '../../../src/relay/store/port.ts';

export const alert = (summary: string): Input => ({
  kind: 'alert',
  events: [
    { action: 'trigger', service: 'db', dedupKey: summary, severity: 'critical', summary, source: 'plain' },
  ],
});

export const journalRow = (
  id: string,
  more: { atMs?: number; seq?: number; host?: string; raw?: Uint8Array } = {},
): JournalRow => ({
  id: `j:${id}`,
  stamp: { host: more.host ?? 'one', seq: more.seq ?? 1, atMs: more.atMs ?? 1_000, trusted: true },
  input: alert(`disk full (${id})`),
  raw: more.raw ?? null,
});

export const dueRow = (id: string, dueAtMs: number, aggregate = 'i:db/disk'): DueRow => ({
  id: `d:${id}`,
  dueAtMs,
  aggregate,
  timer: 'escalate',
});

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

/** Every undone journal row's id, gone through in pages of `limit`. */
export async function walkedJournal(store: Store, limit: number): Promise<string[]> {
  const ids: string[] = [];
  let after: number | null = null;
  do {
    const page: Awaited<ReturnType<Store['walkJournal']>> = await store.walkJournal(after, limit);
    ids.push(...page.items.map(({ id }) => id));
    after = page.next;
  } while (after !== null);
  return ids;
}

/** Every due row's id up to `untilMs`, gone through in pages of `limit`. */
export async function walkedDue(store: Store, untilMs: number, limit: number): Promise<string[]> {
  const ids: string[] = [];
  let after: { dueAtMs: number; id: string } | null = null;
  do {
    const page: Awaited<ReturnType<Store['walkDue']>> = await store.walkDue(untilMs, after, limit);
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
