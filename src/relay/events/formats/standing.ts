/** Whether a state word stands where its meaning asks for. */
import type { Severity } from '../types.ts';
import { isHostLike } from './names.ts';
import { BUTS, COPULAS, NEGATIONS, matchAt } from './vocabulary.ts';
import type { Match, Meaning } from './vocabulary.ts';
import type { Word } from './words.ts';

/** A state word or phrase where it counts. */
export interface Standing extends Polarity {
  index: number;
  /** In words. */
  length: number;
  meaning: Meaning;
}

export interface Polarity {
  says: Meaning['state'];
  /** Of a problem. */
  severity: Severity;
  weak: boolean;
  generic: boolean;
  /** What stands in front has turned it round. */
  negated: boolean;
}

/** Whether the words stand where their meaning asks for. */
export function stands(words: readonly Word[], index: number, match: Match, from: number): boolean {
  const { meaning, length } = match;
  if (meaning.place === 'any') return true;
  const word = words[index];
  const last = words[index + length - 1];
  const next = words[index + length];
  if (word === undefined || last === undefined) return false;
  if (word.boxed || word.arrow || next?.arrow === true || (last.heads && index <= from + 1)) return true;
  if (meaning.place === 'head') return last.heads && index <= from + 2;
  // In front a problem word is enough; a recovery word must be set apart: "OK - web1", not "Online backup failed".
  if (index === from) {
    if (meaning.state === 'problem' || last.comma) return true;
    if (meaning.state === 'neither') return true;
    // "State: ok" has nothing else to say.
    if (next === undefined && index === 0) return true;
    // "Cleared alarm: …"
    if (meaning.place === 'state' && matchAt(words, index + length)?.meaning.generic === true) return true;
    return word.shouted && !OF.has(next?.text ?? '');
  }
  const before = words[index - 1];
  // "2026-11-20T10:00:01Z nas1 OK disk /volume1 62% full"
  if (
    word.shouted &&
    index <= from + 2 &&
    isHostLike(before?.text ?? '') &&
    isOnlyState(words, index + length)
  )
    return true;
  // "Monitor: ** RECOVERY alert - web1 **": behind the product's name.
  // "Alarm from OpManager: core-fw - Clear"
  if (
    meaning.place === 'type' &&
    next === undefined &&
    before?.heads === true &&
    meaning.state === 'recovery' &&
    // A port, a connection or a valve that is closed may be what is wrong.
    word.text !== 'closed'
  )
    return true;
  if (meaning.place === 'type')
    return before?.heads === true && index <= from + 3 && (word.shouted || meaning.generic === true);
  if (
    next === undefined ||
    last.stops ||
    before?.heads === true ||
    before?.text === 'to' ||
    before?.text === 'from' ||
    COPULAS.has(before?.folded ?? '')
  )
    return true;
  if (
    AT.has(next.text) ||
    next.text === 'to' ||
    (next.text === 'of' && (word.shouted || meaning.state === 'problem'))
  )
    return true;
  if (next.text === 'in' && (meaning.weak === true || word.shouted)) return true;
  if (meaning.state === 'problem')
    return AT_PROBLEM.has(next.text) || matchAt(words, index + length) !== null;
  return last.heads;
}

/** Whether nothing behind it says that something is wrong. */
const isOnlyState = (words: readonly Word[], from: number): boolean =>
  words[from - 1]?.comma !== true &&
  words.slice(from).every((word, at) => {
    if (NEGATIONS.has(word.folded) || BUTS.has(word.folded) || OTHERWISE.has(word.folded)) return false;
    // "web1 OK web2 gone"
    if (isHostLike(word.text) && !word.text.includes('/')) return false;
    const meaning = matchAt(words, from + at)?.meaning;
    return meaning?.state !== 'problem' || meaning.generic === true;
  });

const OTHERWISE = new Set(['operation', 'mode', 'button', 'gone', 'suspended']);

/** "RECOVERY of volume data1 FAILED": what follows says that it is a thing's name. */
const OF = new Set(['of', 'from', 'for', 'procedure', 'process', 'mode', 'job', 'plan']);
/** "Backup successful on db1": what follows says where or for how long. */
const AT = new Set([
  'on',
  'at',
  'for',
  'after',
  'again',
  'auf',
  'sur',
  'en',
  'su',
  'op',
  'em',
  'na',
  'på',
  'на',
]);
const AT_PROBLEM = new Set([
  'in',
  'while',
  'during',
  'by',
  'from',
  'since',
  'von',
  'in',
  'bei',
  'beim',
  'de',
  'di',
]);
