/** Which keys a list of rows covers, as one range of text, so that every page is one index search. */
import { compareText, prefixEnd } from '../text-order.ts';
import type { Cell } from './query.ts';

export interface RowsOptions {
  prefix?: string;
  after?: string;
  reverse?: boolean;
  limit?: number;
}

/** Above every text: SQLite sorts any blob after any text. */
const ABOVE_ALL_TEXT = new Uint8Array(0);

/** lower <= key < upper. */
export function keyRange({ prefix = '', after, reverse = false }: RowsOptions): {
  lower: string;
  upper: Cell;
} {
  let lower = prefix;
  let upper = prefixEnd(prefix);
  if (after !== undefined && reverse) {
    if (upper === null || compareText(after, upper) < 0) upper = after;
  } else if (after !== undefined) {
    // The next text after `after`: nothing sorts between a text and itself with a NUL behind it.
    if (compareText(after, lower) >= 0) lower = `${after}\0`;
  }
  return { lower, upper: upper ?? ABOVE_ALL_TEXT };
}
