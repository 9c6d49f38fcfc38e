/** Reads from a line's words whether it tells of a problem or of a recovery, and which words told so. */
import type { Severity } from '../types.ts';
import { COPULAS, MEANINGS, NEGATIONS, NO_RECOVERY_OF, UP_VERBS } from './vocabulary.ts';
import type { Meaning } from './vocabulary.ts';
import type { Word } from './words.ts';

export interface StateReading {
  verdict: 'problem' | 'recovery' | 'neither' | 'unsure';
  severity: Severity;
  /** Indices of the words that are states, and of what only led up to them: no part of a key. */
  spent: ReadonlySet<number>;
  /** The deciding word as written; null when unsure. */
  word: string | null;
}

const RANK: readonly Severity[] = ['critical', 'error', 'warning', 'info', 'unknown'];

/** The worse of two severities; `unknown` is no opinion. */
export function worse(one: Severity, other: Severity): Severity {
  return RANK.indexOf(one) <= RANK.indexOf(other) ? one : other;
}

/** Reads the words of one line; `from` skips reply prefixes and list tags in front. */
export function readState(words: readonly Word[], from = 0): StateReading {
  const states: { index: number; meaning: Meaning }[] = [];
  for (let index = from; index < words.length; index += 1) {
    const meaning = MEANINGS.get(words[index]?.text ?? '');
    if (meaning !== undefined && stands(words, index, meaning, from) && holds(words, index, meaning)) {
      states.push({ index, meaning });
    }
  }
  const spent = new Set<number>();
  for (const { index } of states) {
    spent.add(index);
    for (let before = index - 1; before >= from && COPULAS.has(words[before]?.text ?? ''); before -= 1)
      spent.add(before);
    if (words[index + 1]?.text === 'again' || words[index + 1]?.text === 'ended') spent.add(index + 1);
  }
  const current = states.filter(({ index }) => !isOld(words, index, states));
  const firing = current.find(
    ({ index }) => words[index]?.text === 'firing' && (words[index]?.count ?? 0) > 0,
  );
  // [FIRING:2, RESOLVED:1]: something is still wrong, so here alone the problem wins.
  const decisive =
    firing ??
    current.find(({ meaning, index }) => meaning.state === 'neither' && index <= from + 1) ??
    current.find(({ meaning }) => meaning.state === 'recovery');
  const ended = current.find(({ index }) => words[index + 1]?.text === 'ended');
  const problem = current.find(({ meaning }) => meaning.state === 'problem');
  const first = decisive ?? ended ?? problem;
  if (first === undefined) return { verdict: 'unsure', severity: 'unknown', spent, word: null };
  const verdict = first === ended && decisive === undefined ? 'recovery' : first.meaning.state;
  const severity = current.reduce<Severity>(
    (worst, { meaning }) => (meaning.state === 'problem' ? worse(worst, meaning.severity) : worst),
    'unknown',
  );
  return {
    verdict,
    severity: verdict === 'problem' ? severity : 'unknown',
    spent,
    word: words[first.index]?.raw ?? null,
  };
}

/** Whether the word stands where its meaning asks for. */
function stands(words: readonly Word[], index: number, meaning: Meaning, from: number): boolean {
  if (meaning.place === 'any') return true;
  const word = words[index];
  const next = words[index + 1];
  if (word === undefined) return false;
  if (word.boxed || word.arrow || next?.arrow === true || (word.heads && index <= from + 1)) return true;
  // In front a problem word is enough; a recovery word must be set apart: "OK - web1", not "Online backup failed".
  if (index === from) return meaning.state === 'problem' || word.comma || isShouted(word);
  if (meaning.place === 'type') return false;
  const before = words[index - 1];
  if (before?.text === 'from' && next?.text === 'to' && MEANINGS.has(words[index + 2]?.text ?? ''))
    return true;
  if (
    index === words.length - 1 ||
    COPULAS.has(before?.text ?? '') ||
    before?.text === 'to' ||
    before?.heads === true
  )
    return true;
  return meaning.state === 'recovery' && FOLLOWED_BY.has(next?.text ?? '');
}

/** "Backup successful on db1": what follows says where or for how long. */
const FOLLOWED_BY = new Set(['on', 'at', 'for', 'after']);

function isShouted(word: Word): boolean {
  return word.raw.length > 1 && word.raw === word.raw.toUpperCase();
}

/** A problem word always holds; a recovery word not when something turns it round. */
function holds(words: readonly Word[], index: number, meaning: Meaning): boolean {
  if (meaning.state === 'problem') return true;
  const word = words[index];
  const next = words[index + 1];
  const before = words[index - 1]?.text ?? '';
  if (word === undefined) return false;
  if (meaning.state === 'neither') return word.boxed || word.heads || isShouted(word);
  for (let back = index - 1; back >= Math.max(0, index - 4); back -= 1) {
    const one = words[back];
    // "CHECK FAILED: …" is over at the colon, and an arrow leaves the old state behind.
    if (words[back + 1]?.arrow === true || one?.heads === true) break;
    if (NEGATIONS.has(one?.text ?? '')) return false;
  }
  if (NO_RECOVERY_OF.has(before)) return false;
  if (!word.heads && !word.boxed && FAILINGS.has(next?.text ?? '')) return false;
  if (word.text === 'resolved' && next?.text === 'to') return false;
  // "from UP to DOWN" is a state all the same; that it is no longer, isOld says.
  if (before === 'from') return true;
  if (word.text === 'up')
    return (
      word.boxed ||
      word.heads ||
      !(UP_VERBS.has(before) || /^([\d.,]+%?|to|by|from|and)$/.test(next?.text ?? ''))
    );
  return true;
}

/** "Recovery failed": the recovery is what failed. */
const FAILINGS = new Set(['failed', 'failing', 'failure', 'fails', 'error', 'problem', 'timeout', 'aborted']);

/** The state that is no longer: left of an arrow, after "was", between "from" and "to". */
function isOld(words: readonly Word[], index: number, states: readonly { index: number }[]): boolean {
  if (states.length < 2) return false;
  const before = words[index - 1]?.text;
  const isState = (at: number): boolean => states.some((one) => one.index === at);
  if (words[index + 1]?.arrow === true && isState(index + 1)) return true;
  if (before === 'from' && words[index + 1]?.text === 'to' && isState(index + 2)) return true;
  return before === 'was' && words[index - 1]?.boxed === true;
}
