/** The dedup key of what carries none: the line without what changes from one message about the same thing to the next. */
import { cleanSummary } from './clean.ts';
import { boundKey } from './key.ts';
import { isHostLike, isIdentifier, isNamedBy, isLittle, isTelling } from './names.ts';
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
  /** It says what it is about, not just that there is something. */
  tells: boolean;
  /** It names a host. */
  host: boolean;
  /** Its words that are somebody's names for things. */
  identifiers: readonly string[];
}

const REPLIES = new Set(
  're fwd fw aw wg sv vs vb antw tr rif rv res ref enc odp pd doorst ynt ilt fs отв'.split(' '),
);
const LISTS = new Set(
  'list alerts alert ops noc admin admins root monitoring monitor announce users dev devops sysadmin external extern ext infra oncall team it-alerts spam suspected'.split(
    ' ',
  ),
);

/** Reads one line: what it says, in what state, about what. `tags`: names of mailing lists that it came over. */
export function readLine(text: string, tags: ReadonlySet<string> = NO_TAGS): ReadLine {
  const summary = cleanSummary(text);
  const words = splitWords(summary);
  const from = skipPrefixes(words, tags);
  const state = readState(words, from, summary.endsWith('?'));
  const numbers = markNumbers(words, state.spent);
  const end = reasonAt(words, from, state.spent);
  const linking = linkingIn(words, state.spent);
  const kept = words.filter(
    (word, index) =>
      index >= from &&
      index < end &&
      !state.spent.has(index) &&
      !linking.has(index) &&
      numbers[index] !== true &&
      (!ARTICLES.has(word.text) || (word.raw === 'A' && index > from)),
  );
  const isLoud = summary === summary.toUpperCase();
  const names = kept.some((word) => word.text.length > 3 || /\d/.test(word.text) || !isLittle(word));
  return {
    summary,
    state,
    subject: names
      ? [...kept.map(({ text: said }) => undated(said)), ...state.topics]
          .filter((one) => one !== '')
          .join(' ')
      : '',
    tells: kept.some(isTelling),
    host: kept.some((word) => isHostLike(word.text)),
    // Few who read a line ask for them.
    get identifiers() {
      return kept
        .filter((word, at) => isIdentifier(word, isLoud) || isNamedBy(kept[at - 1], word))
        .map(({ text: said }) => undated(said));
    },
  };
}

/** `db-2026-11-20.sql`, `job.2026-11-20_01.05.00_52`: a name without the time in it, which is another each time. */
const undated = (word: string): string =>
  word.length < 8
    ? word
    : word
        .replace(STAMP_WITHIN, (stamp: string, _: string, at: number) =>
          // A machine may be named by a day, such as srv-20190412.example.com.
          stamp.length > DAY_MAX || /[/\\]/.test(word) || FILE.test(word.slice(at + stamp.length))
            ? ''
            : stamp,
        )
        .replace(RUN_AT_END, '');
/** `jobs/playbook/4711` */
const RUN_AT_END = /(?<=\p{L})\/\d{4,12}$/u;
/** With what stands in front of it: what is longer has a time as well, or is written for people. */
const DAY_MAX = 9;
const FILE =
  /^[\w.-]{0,40}\.(?:sql|dump|bak|tar|tgz|gz|bz2|xz|zst|zip|7z|log|txt|csv|json|xml|pdf|img|iso|vma|db|sqlite|qcow2|vbk|vib)\b/;
const STAMP_WITHIN =
  /[._-](?:19|20)\d\d([-._]?)[01]\d\1[0-3]\d(?:[-._t]?[0-2]\d[-._:]?[0-5]\d(?:[-._:]?[0-5]\d)?(?:[._-]\d{1,6})?)?(?!\d)/;

const NO_TAGS: ReadonlySet<string> = new Set();
/** "Failure of the backup", "Fehler bei der Sicherung": what links a state with what it is about, in one of the two only. */
function linkingIn(words: readonly Word[], spent: ReadonlySet<number>): ReadonlySet<number> {
  const linking = new Set<number>();
  for (const [index, word] of words.entries()) {
    if (LINKING.has(word.folded) && !word.shouted && (spent.has(index - 1) || linking.has(index - 1)))
      linking.add(index);
  }
  return linking;
}

const LINKING = new Set(
  'of for with the bei beim der die das den dem in im von de du des la le les del della dello dei di do da no na nel nella el los las en bij het een op w z på av i при в с'.split(
    ' ',
  ),
);
/** They name nothing, and stand in one of problem and recovery only. */
const ARTICLES = new Set('a an the is are was were has have now still detected occurred'.split(' '));

/**
 * The dedup key of a line: reply and list tags, timestamps, durations, percentages, stand-alone numbers and state words
 * are gone, digits glued to letters stay (web1 is not web2), so that a problem and its recovery meet. A line of nothing
 * else keys as itself. Never empty, at most 255 characters.
 */
export function normaliseSummary(text: string): string {
  const line = readLine(text);
  return boundKey(line.subject === '' ? line.summary.toLowerCase() : line.subject);
}

const REASONS = new Set('timeout timed refused rta http/1.0 http/1.1 http/2 http/2.0 http/3'.split(' '));
const REASON_WORDS = 4;

/**
 * Where the reason of a state begins ("web1 http CRITICAL - Socket timeout after 10 seconds"), which is another when it
 * is well again; the line's end where none does. What comes before must name something, what is cut must not.
 */
function reasonAt(words: readonly Word[], from: number, spent: ReadonlySet<number>): number {
  for (let index = from; index < words.length; index += 1) {
    const word = words[index];
    if (word === undefined || !spent.has(index) || spent.has(index + 1)) continue;
    if (!word.heads && !word.stops) continue;
    const before = words.slice(from, index).some((one, at) => !spent.has(from + at) && isHostLike(one.text));
    if (!before) continue;
    const tail = words.slice(index + 1);
    const silent = tail[0]?.text === 'no' && tail[1]?.text === 'response';
    if (!silent && !tail.slice(0, REASON_WORDS).some((one) => REASONS.has(one.text))) continue;
    const names = tail.some(
      (one) => !REASONS.has(one.text) && (one.text.includes('/') || /^\p{L}+\d/u.test(one.text)),
    );
    if (!names) return index + 1;
  }
  return words.length;
}

/** How many words in front are `Re:`, `Fwd:` or a mailing list's tag. */
function skipPrefixes(words: readonly Word[], tags: ReadonlySet<string>): number {
  let from = 0;
  while (from < words.length - 1) {
    const word = words[from];
    if (word === undefined) break;
    const reply = REPLIES.has(word.folded) && word.heads;
    const list =
      word.alone &&
      word.count === null &&
      (tags.has(word.text) || word.text.split(/[-_.]/).some((part) => LISTS.has(part)));
    const spam = word.text === 'spam' && word.shouted;
    // A bracketed name that is no list's (`[web1] [Down]`) tells incidents apart and stays.
    if (!reply && !list && !spam) break;
    from += 1;
  }
  return from;
}
