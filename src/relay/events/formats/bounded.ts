/** JSON that anybody may have sent, cut down to what a monitor could mean: readers may go over all that is left of it. */

const DEPTH_MAX = 40;
const FIELDS_MAX = 500;
const ITEMS_MAX = 2_000;
/** Values of any kind, all together: a thousand alerts of fifty fields. */
const VALUES_MAX = 50_000;

/** Throws SyntaxError. Of what is too wide the first fields and items are kept, what is too deep becomes null. */
export function parseBounded(text: string): unknown {
  const value: unknown = JSON.parse(text);
  return text.length < SHORT ? value : bounded(value, 0, { left: VALUES_MAX });
}

/** Nothing shorter can be too wide or too deep. */
const SHORT = DEPTH_MAX;

function bounded(value: unknown, depth: number, budget: { left: number }): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= DEPTH_MAX || budget.left <= 0) return null;
  if (Array.isArray(value)) {
    const items: unknown[] = value;
    if (items.length > ITEMS_MAX) items.length = ITEMS_MAX;
    budget.left -= items.length;
    for (const [at, item] of items.entries())
      if (typeof item === 'object') items[at] = bounded(item, depth + 1, budget);
    return items;
  }
  return boundedFields(value as Record<string, unknown>, depth, budget);
}

function boundedFields(
  fields: Record<string, unknown>,
  depth: number,
  budget: { left: number },
): Record<string, unknown> {
  const kept: [string, unknown][] = [];
  let isWhole = true;
  for (const name in fields) {
    if (kept.length >= FIELDS_MAX || budget.left <= 0) {
      isWhole = false;
      break;
    }
    budget.left -= 1;
    const value = fields[name];
    const now = bounded(value, depth + 1, budget);
    if (now !== value) isWhole = false;
    kept.push([name, now]);
  }
  return isWhole ? fields : Object.fromEntries(kept);
}
