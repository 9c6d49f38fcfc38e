/** Carries a change from one layout of a text to another: lines that the change doesn't touch stay as they were. */
import { diffArrays } from 'diff';

/** What differs between two layouts of the same: blanks, quotes, and blanks only. */
const bare = (line: string): string => line.replace(/[\s"']/g, '');

/**
 * `from` and `to` are one layout before and after a change, `own` is another layout of `from`. Gives `own` with the
 * change: lines are taken from `own` wherever `to` still has them.
 */
export function mergeLayout(own: string, from: string, to: string): string {
  const [ownLines, fromLines, toLines] = [own, from, to].map((text) => text.split('\n'));
  const toOwn = matches(fromLines ?? [], ownLines ?? [], (a, b) => bare(a) === bare(b));
  const toFrom = matches(toLines ?? [], fromLines ?? [], (a, b) => a === b);
  const out: string[] = [];
  /** The last line of `own` that was taken, when nothing has been put in since. */
  let last: number | null = -1;
  for (const [index, line] of (toLines ?? []).entries()) {
    const origin = toFrom[index] ?? null;
    const at = origin === null ? null : (toOwn[origin] ?? null);
    if (at === null) {
      out.push(line);
      last = null;
      continue;
    }
    // Blank lines that the other layout doesn't have stay where both their neighbours do.
    const between = last === null ? [] : (ownLines ?? []).slice(last + 1, at);
    if (between.every((one) => one.trim() === '')) out.push(...between);
    out.push(ownLines?.[at] ?? line);
    last = at;
  }
  return out.join('\n');
}

/** For each line of `some` the line of `others` that it is; null: it has none. */
function matches(
  some: string[],
  others: string[],
  same: (a: string, b: string) => boolean,
): (number | null)[] {
  const found: (number | null)[] = [];
  let at = 0;
  for (const part of diffArrays(some, others, { comparator: same })) {
    if (part.added) at += part.count;
    else
      for (let count = 0; count < part.count; count += 1) {
        found.push(part.removed ? null : at);
        if (!part.removed) at += 1;
      }
  }
  return found;
}
