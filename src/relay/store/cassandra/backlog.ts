/** How much is waiting: counted up to some thousands, for people and alarms. */
import { ALL_SHARDS } from '../places.ts';
import type { Page } from '../port.ts';
import type { Due } from './due.ts';
import type { Journal } from './journal.ts';
import type { Undone } from './work-rows.ts';

/** More than this is too much anyway, and counting it would slow down working on it. */
const MOST = 5_000;
const PAGE = 1_000;

/** Rejects with StoreUnavailableError. */
export async function countBacklog(
  journal: Journal,
  due: Due,
): Promise<{ journal: number; oldestJournalMs: number | null; due: number }> {
  const [inputs, timers] = await Promise.all([
    count((after, limit) => journal.scan({ shards: ALL_SHARDS, whole: false, after, limit })),
    count((after, limit) => due.scan({ shards: ALL_SHARDS, whole: false, after, limit }, Number.MAX_VALUE)),
  ]);
  return { journal: inputs.count, oldestJournalMs: inputs.oldestMs, due: timers.count };
}

async function count(
  next: (after: string | null, limit: number) => Promise<Page<Undone>>,
): Promise<{ count: number; oldestMs: number | null }> {
  let counted = 0;
  let oldestMs: number | null = null;
  let after: string | null = null;
  do {
    const page: Page<Undone> = await next(after, Math.min(PAGE, MOST - counted));
    counted += page.items.length;
    oldestMs ??= page.items[0]?.atMs ?? null;
    after = page.next;
  } while (after !== null && counted < MOST);
  return { count: counted, oldestMs };
}
