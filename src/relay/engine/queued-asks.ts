/** Rows of a responder's queue (notifications/queue.ts). */
import { QUEUED, queueKey } from '../notifications/rows.ts';
import type { Row, Store } from '../store/port.ts';
import type { Ask } from './effects.ts';

/** Those from one index up to but not including another, as the commit under way leaves them. What was purged is left out. */
export async function queuedAsks(
  store: Pick<Store, 'rows'>,
  key: string,
  { from, to }: { from: number; to: number },
  unwritten: ReadonlyMap<string, Row>,
): Promise<{ index: number; ask: Ask }[]> {
  const limit = to - from;
  if (limit <= 0) return [];
  const range = from === 0 ? { limit } : { after: queueKey(from - 1), limit };
  const written = new Map((await store.rows(key, QUEUED, range)).map((row) => [row.key, row.body]));
  const asks: { index: number; ask: Ask }[] = [];
  for (let index = from; index < to; index += 1) {
    const row = queueKey(index);
    const ask = (unwritten.get(`${QUEUED}/${row}`)?.body ?? written.get(row)) as Ask | null | undefined;
    if (ask !== undefined && ask !== null) asks.push({ index, ask });
  }
  return asks;
}
