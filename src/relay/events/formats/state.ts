/** Reads from a line's words whether it tells of a problem or of a recovery, and which words told so. */
import type { Severity } from '../types.ts';
import { isHostLike } from './names.ts';
import { polarityOf } from './polarity.ts';
import { stands, type Standing } from './standing.ts';
import { ADVERBS, AFTERS, BUTS, COPULAS, NEGATIONS, REPEATS, WITHS, matchAt } from './vocabulary.ts';
import type { Word } from './words.ts';

export interface StateReading {
  verdict: 'problem' | 'recovery' | 'neither' | 'unsure';
  severity: Severity;
  /** Indices of the words that are states, and of what only led up to them: no part of a key. */
  spent: ReadonlySet<number>;
  /** The deciding words as written; null when unsure. */
  word: string | null;
  /** It says only that there is something to say ("Alert: …"): what the body says counts more. */
  generic: boolean;
  /** Of a recovery: it says only that something was done, which may have gone wrong. */
  weak: boolean;
  /** What the states are about, besides what the other words say; sorted, each once. */
  topics: readonly string[];
}

const RANK: readonly Severity[] = ['critical', 'error', 'warning', 'info', 'unknown'];

/** The worse of two severities; `unknown` is no opinion. */
export function worse(one: Severity, other: Severity): Severity {
  return RANK.indexOf(one) <= RANK.indexOf(other) ? one : other;
}

/** Reads the words of one line; `from` skips reply prefixes and list tags in front. `asks`: it ends as a question. */
export function readState(words: readonly Word[], from = 0, asks = false): StateReading {
  const all = statesOf(words, from);
  const states = asks ? all.filter(({ says }) => says !== 'recovery') : all;
  const live = states.filter((one) => !isOld(words, one, states));
  const { verdict, by } = weigh(words, from, live);
  const severity = live.reduce<Severity>(
    // "High Warning": how far off it is, not how bad.
    (worst, one, at) =>
      one.says !== 'problem' || (words[one.index]?.text === 'high' && live[at + 1]?.index === one.index + 1)
        ? worst
        : worse(worst, one.severity),
    'unknown',
  );
  return {
    verdict,
    severity: verdict === 'problem' ? labelledSeverity(words, from, live, severity) : 'unknown',
    spent: spentOf(words, from, all),
    word: by === null ? null : shownOf(words, by),
    weak: verdict === 'recovery' && by?.weak === true,
    topics: [...new Set(all.flatMap(({ meaning }) => meaning.topic ?? []))].toSorted(),
    generic: by !== null && live.every((one) => one.says !== 'problem' || one.generic),
  };
}

/** "Warning: backup failed": what the source calls it in front counts more than "failed" does, but not than "down". */
function labelledSeverity(
  words: readonly Word[],
  from: number,
  live: readonly Standing[],
  severity: Severity,
): Severity {
  const label = live.find(({ index, length, meaning, says }) => {
    const last = words[index + length - 1];
    return (
      says === 'problem' &&
      LEVELS.has(meaning.severity) &&
      (index <= from + 1 || words[index - 1]?.heads === true) &&
      (last?.heads === true || words[index]?.boxed === true) &&
      LABELS.has(last?.folded ?? '')
    );
  });
  return severity === 'error' && label !== undefined ? label.meaning.severity : severity;
}

const LEVELS: ReadonlySet<Severity> = new Set(['warning', 'info']);
const LABELS = new Set(
  'warning warn info information informational notice warnung avertissement advertencia aviso avviso waarschuwing ostrzezenie varning предупреждение'.split(
    ' ',
  ),
);

const shownOf = (words: readonly Word[], { index, length }: Standing): string =>
  words
    .slice(index, index + length)
    .map(({ raw }) => raw)
    .join(' ');

function statesOf(words: readonly Word[], from: number): Standing[] {
  const states: Standing[] = [];
  for (let index = from; index < words.length; index += 1) {
    const match = matchAt(words, index);
    if (match === null || !stands(words, index, match, from)) continue;
    const polarity = polarityOf(words, index, match, from);
    if (polarity === null) continue;
    states.push({ index, length: match.length, meaning: match.meaning, ...polarity });
    index += match.length - 1;
  }
  return states;
}

function weigh(
  words: readonly Word[],
  from: number,
  live: readonly Standing[],
): { verdict: StateReading['verdict']; by: Standing | null } {
  // [FIRING:2, RESOLVED:1]: something is still wrong, so here alone the problem wins.
  const firing = live.find(({ index }) => words[index]?.text === 'firing' && (words[index]?.count ?? 0) > 0);
  if (firing !== undefined) return { verdict: 'problem', by: firing };
  const notice = live.find(
    ({ says, weak, index, meaning }) =>
      says === 'neither' && !weak && (index <= from + 1 || meaning.place === 'any'),
  );
  if (notice !== undefined) return { verdict: 'neither', by: notice };
  const hard = live.find(({ says, generic }) => says === 'problem' && !generic);
  const strong = live.find(({ says, weak }) => says === 'recovery' && !weak);
  const contradiction = contradictionOf(words, from, live);
  if (contradiction !== null) return { verdict: 'problem', by: contradiction };
  if (strong !== undefined) return { verdict: 'recovery', by: strong };
  const ended = live.find(({ index, length }) => words[index + length]?.text === 'ended');
  if (ended !== undefined) return { verdict: 'recovery', by: ended };
  if (hard !== undefined) return { verdict: 'problem', by: hard };
  const mild = live.find(({ says, weak }) => says === 'neither' && weak);
  if (mild !== undefined) return { verdict: 'neither', by: mild };
  const success = live.find(({ says }) => says === 'recovery');
  if (success !== undefined) return { verdict: 'recovery', by: success };
  const problem = live.find(({ says }) => says === 'problem');
  return problem === undefined ? { verdict: 'unsure', by: null } : { verdict: 'problem', by: problem };
}

/** A problem that a recovery in the same line doesn't end: "HTTP OK but SMTP failed", "completed with errors". */
function contradictionOf(words: readonly Word[], from: number, live: readonly Standing[]): Standing | null {
  let recovered: Standing | null = null;
  let wrong: Standing | null = null;
  for (const one of live) {
    // "Disk failed, hot spare online": another thing's state, unless it says that it is so now.
    if (
      one.says === 'recovery' &&
      wrong !== null &&
      one.meaning.place === 'state' &&
      isAside(words, wrong, one)
    )
      return wrong;
    if (one.says === 'problem' && !one.generic) wrong = one;
    if (one.says === 'recovery') recovered = one;
    if (recovered === null || one.says !== 'problem' || one.generic) continue;
    const between = words.slice(recovered.index + recovered.length, one.index);
    if (between.slice(-2).some(({ folded }) => WITHS.has(folded))) return one;
    const first = words[recovered.index];
    const leads =
      (first?.shouted === true && recovered.index === from) ||
      (recovered.index <= from + 1 && (first?.heads === true || first?.boxed === true));
    // "RECOVER: port is enabled, but down": a monitor's type comes first, and what was wrong behind it.
    const isType = recovered.meaning.place === 'type' && first?.shouted === true && first.heads;
    if (!(leads && isType) && between.some(({ folded }) => BUTS.has(folded))) return one;
    const clause = words.slice(recovered.index + recovered.length - 1, one.index);
    if (!leads && clause.length > 1 && clause.some(({ comma }) => comma)) return one;
  }
  return null;
}

/** Whether a recovery word stands in a clause of its own behind a problem: without a word that says "now", or about another host. */
function isAside(words: readonly Word[], wrong: Standing, recovered: Standing): boolean {
  const clause = words.slice(wrong.index + wrong.length - 1, recovered.index);
  const next = words[recovered.index + recovered.length];
  const nows = [...clause.slice(1), ...(next === undefined ? [] : [next])];
  if (!clause.some(({ comma }) => comma)) return false;
  const before = words.slice(0, wrong.index).map(({ text }) => text);
  const isOfAnother = clause.slice(1).some(({ text }) => isHostLike(text) && !before.includes(text));
  return isOfAnother || !nows.some(({ folded }) => COPULAS.has(folded));
}

/** The state that is no longer: left of an arrow, after "was", between "from" and "to". */
function isOld(words: readonly Word[], one: Standing, states: readonly Standing[]): boolean {
  if (states.length < 2) return false;
  const before = words[one.index - 1];
  const next = one.index + one.length;
  const isState = (at: number): boolean => states.some(({ index }) => index === at);
  if (words[next]?.arrow === true && isState(next)) return true;
  if (words[next]?.text === 'to' && isState(next + 1)) return true;
  if (before === undefined) return false;
  if (before.text === 'was' && (before.boxed || one.says === 'recovery')) return true;
  return (
    one.says === 'problem' &&
    (AFTERS.has(before.folded) || AFTERS.has(words[one.index - 2]?.folded ?? '')) &&
    states.some(({ says }) => says === 'recovery')
  );
}

function spentOf(words: readonly Word[], from: number, states: readonly Standing[]): ReadonlySet<number> {
  const spent = new Set<number>();
  for (const { index, length, negated, says, meaning } of states) {
    if (meaning.kept === true && !negated) continue;
    for (let at = index; at < index + length; at += 1) spent.add(at);
    let before = index - 1;
    while (before >= from && leadsUp(words, before, negated, says)) {
      spent.add(before);
      before -= 1;
    }
    const next = words[index + length];
    if (next !== undefined && (AFTERWORDS.has(next.text) || REPEATS.has(next.folded)))
      spent.add(index + length);
  }
  for (let at = from; at < Math.min(words.length, from + 3); at += 1) {
    const word = words[at];
    if (word === undefined || !REPEATS.has(word.folded)) continue;
    if (word.heads || word.boxed || word.shouted || spent.has(at - 1) || spent.has(at + 1)) spent.add(at);
  }
  return spent;
}

/** "Down ended", "DOWN state". */
const AFTERWORDS = new Set(['ended', 'state', 'status']);

/** Whether a word in front of a state goes with it; the negation does that turned it round, and what is between. */
function leadsUp(words: readonly Word[], at: number, negated: boolean, says: Standing['says']): boolean {
  const word = words[at];
  // "disk: is full": what ends in a colon is a name.
  if (word === undefined || word.heads || word.comma) return false;
  // "PSU A failed": a capital is a name, "a" a verb in some languages.
  if (word.raw.length === 1 && word.raw !== word.text) return false;
  if (COPULAS.has(word.folded) || REPEATS.has(word.folded)) return true;
  if (negated && (NEGATIONS.has(word.folded) || ADVERBS.has(word.folded))) return true;
  // "recovered after failure"
  if (says === 'problem' && AFTERS.has(word.folded)) return true;
  // "with errors", "with 2 errors"
  if (WITHS.has(word.folded)) return true;
  if (/^\d{1,9}$/.test(word.text)) return WITHS.has(words[at - 1]?.folded ?? '');
  // "in a state of"
  if (word.text === 'of') return words[at - 1]?.text === 'state';
  return IN_A.has(word.text) && words.slice(at, at + 4).some(({ text }) => text === 'state');
}

const IN_A = new Set(['in', 'a', 'the']);
