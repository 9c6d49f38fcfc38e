/** Bounds one answer of the worker, so that a large read never holds up the writes behind it or fills the memory. */
import type { Cell } from './query.ts';

const MAX_ITEMS = 2_000;
const MAX_BYTES = 4 * 1024 ** 2;

/** How many rows to select for a page of `limit`: one more than fits, to know whether the page is the last. */
export const selectCount = (limit: number): number => Math.min(limit, MAX_ITEMS) + 1;

/** Takes rows up to the limit, or until they are large; always at least one if there is one. */
export function takePage<R extends Cell[]>(rows: Iterable<R>, limit: number): { items: R[]; more: boolean } {
  const most = Math.min(limit, MAX_ITEMS);
  const items: R[] = [];
  let sizeBytes = 0;
  for (const row of rows) {
    if (items.length === most || sizeBytes > MAX_BYTES) return { items, more: true };
    items.push(row);
    for (const cell of row) {
      if (typeof cell === 'string') sizeBytes += cell.length;
      else if (cell instanceof Uint8Array) sizeBytes += cell.byteLength;
    }
  }
  return { items, more: false };
}
