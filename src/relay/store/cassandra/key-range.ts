/** Which keys a list of rows covers, as bounds of one slice of a partition. */
import { compareText, prefixEnd } from '../text-order.ts';

export interface RowsOptions {
  prefix?: string;
  after?: string;
  reverse?: boolean;
  limit?: number;
}

/** lower <= key < upper; null: no upper bound. */
export function keyRange({ prefix = '', after, reverse = false }: RowsOptions): {
  lower: string;
  upper: string | null;
} {
  let lower = prefix;
  let upper = prefixEnd(prefix);
  if (after !== undefined && reverse) {
    if (upper === null || compareText(after, upper) < 0) upper = after;
  } else if (after !== undefined) {
    // The next text after `after`: nothing sorts between a text and itself with a NUL behind it.
    if (compareText(after, lower) >= 0) lower = `${after}\0`;
  }
  return { lower, upper };
}
