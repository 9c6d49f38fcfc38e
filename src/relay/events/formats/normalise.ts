/** The dedup key of what carries none: the line without what changes from one message about the same thing to the next. */
import { cleanSummary } from './clean.ts';
import { boundKey } from './key.ts';
import { markNumbers } from './numbers.ts';
import { readState } from './state.ts';
import type { StateReading } from './state.ts';
import { splitWords } from './words.ts';
import type { Word } from './words.ts';

export interface ReadLine {
  /** The line as shown. */
  summary: string;
  state: StateReading;
  /** What is left for a key; empty when the line names nothing (`ALERT`, `42`, blank). */
  subject: string;
}

const REPLIES = new Set(['re', 'fwd', 'fw', 'aw', 'wg', 'sv', 'vs', 'antw', 'tr', 'rif']);
const LISTS = new Set(
  'list alerts alert ops noc admin admins root monitoring monitor announce users dev devops sysadmin external ext infra oncall team it-alerts'.split(
    ' ',
  ),
);

/** Reads one line: what it says, in what state, about what. */
export function readLine(text: string): ReadLine {
  const summary = cleanSummary(text);
  const words = splitWords(summary);
  const from = skipPrefixes(words);
  const state = readState(words, from);
  const numbers = markNumbers(words);
  const kept = words.filter(
    (_, index) => index >= from && !state.spent.has(index) && numbers[index] !== true,
  );
  // "on", "the" and the like name nothing: a key of nothing else would throw unlike things together.
  const names = kept.some((word) => word.text.length > 3 || /\d/.test(word.text) || !LITTLE.has(word.text));
  return { summary, state, subject: names ? kept.map((word) => word.text).join(' ') : '' };
}

const LITTLE = new Set('a an the on of in at to for by is it and or with from for has was as be'.split(' '));

/**
 * The dedup key of a line: reply and list tags, timestamps, durations, percentages, stand-alone numbers and state words
 * are gone, digits glued to letters stay (web1 is not web2), so that a problem and its recovery meet. A line of nothing
 * else keys as itself. Never empty, at most 255 characters.
 */
export function normaliseSummary(text: string): string {
  const line = readLine(text);
  return boundKey(line.subject === '' ? line.summary.toLowerCase() : line.subject);
}

/** How many words in front are `Re:`, `Fwd:` or a mailing list's tag. */
function skipPrefixes(words: readonly Word[]): number {
  let from = 0;
  while (from < words.length - 1) {
    const word = words[from];
    if (word === undefined) break;
    const reply = REPLIES.has(word.text) && word.heads;
    const list =
      word.alone && word.text.split(/[-_.]/).some((part) => LISTS.has(part)) && word.count === null;
    // A bracketed name that is no list's (`[web1] [Down]`) tells incidents apart and stays.
    if (!reply && !list) break;
    from += 1;
  }
  return from;
}
