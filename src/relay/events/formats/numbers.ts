/** Which words of a line are times, durations, amounts or counts: what changes from one mail to the next. */
import type { Word } from './words.ts';

const MONTHS = new Set(
  'jan feb mar apr may jun jul aug sep sept oct nov dec january february march april june july august september october november december'.split(
    ' ',
  ),
);
const DAYS = new Set(
  'mon tue tues wed thu thur thurs fri sat sun monday tuesday wednesday thursday friday saturday sunday'.split(
    ' ',
  ),
);
const ZONES = new Set('utc gmt z cet cest est edt cst cdt mst mdt pst pdt bst ist am pm'.split(' '));
const UNITS = new Set(
  'ms msec s sec secs second seconds m min mins minute minutes h hr hrs hour hours d day days w week weeks month months ago b kb mb gb tb pb kib mib gib tib bytes byte k rpm c f v w a hz mhz ghz percent pct times'.split(
    ' ',
  ),
);
const LEADS = new Set('for after since in within at on'.split(' '));

const PLAIN = /^[+-]?\d[\d.,]*$/;
const CLOCK = /^\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?(z|[ap]m|[+-]\d{2}:?\d{2})?$/;
const DATE = /^\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}$/;
const STAMP = /^\d{4}-\d{2}-\d{2}[t_]\d{2}[:.]?\d{2}[\d:.,+z-]*$/;
const AMOUNT = /^[+-]?\d[\d.,]*([a-z]{1,7})(\/s)?$/;
const SPAN = /^(\d{1,6}(d|h|m|s|w|ms)){1,6}$/;
const RATIO = /^\d[\d.,]*[/:x-]\d[\d.,/:x-]*$/;
const FOUR_OCTETS = /^\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}$/;

/** A number standing for itself. `web1`, `10.0.0.1` and `2001:db8::1` are names and stay. */
function isNumber(text: string): boolean {
  if (text.length > 48 || FOUR_OCTETS.test(text) || text.includes('::')) return false;
  return (
    PLAIN.test(text) ||
    CLOCK.test(text) ||
    DATE.test(text) ||
    STAMP.test(text) ||
    RATIO.test(text) ||
    SPAN.test(text)
  );
}

function isAmount(text: string): boolean {
  if (text.length > 24) return false;
  const unit = AMOUNT.exec(text)?.[1];
  return unit !== undefined && UNITS.has(unit);
}

/** Marks the words that must not be part of a key. Same length as `words`. */
export function markNumbers(words: readonly Word[]): boolean[] {
  const text = words.map((word) => word.text);
  const marked = text.map(
    (one, index) =>
      isNumber(one) || isAmount(one) || (words[index]?.percent === true && /^[\d.,]+$/.test(one)),
  );
  const numeric = [...marked];
  for (const [index, one] of text.entries()) {
    const beside = numeric[index - 1] === true || numeric[index + 1] === true;
    if (UNITS.has(one) && numeric[index - 1] === true) marked[index] = true;
    if (MONTHS.has(one) && beside) marked[index] = true;
  }
  for (const [index, one] of text.entries()) {
    if (DAYS.has(one) && (marked[index - 1] === true || marked[index + 1] === true)) marked[index] = true;
    if (ZONES.has(one) && marked[index - 1] === true) marked[index] = true;
  }
  // "for 5 minutes", "at 14:00": the preposition goes with what it led to; "on 3" alone may be a host's name.
  for (const [index, one] of text.entries()) {
    if (LEADS.has(one) && marked[index + 1] === true) marked[index] = true;
  }
  return marked;
}
