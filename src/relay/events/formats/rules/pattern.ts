/**
 * Regular expressions of the team's rules, by an engine whose time grows no faster than the text (RE2's, without
 * lookaround and backreferences): what anybody sends can't make one slow.
 */
import { RE2JS, RE2JSException } from 're2js';

/** Of a pattern, in characters. */
const PATTERN_MAX = 500;
/** Instructions it becomes: counted repetitions cost their number, for each character of the text. */
const PROGRAM_MAX = 400;

export interface Pattern {
  /** What it found, with its groups; null: nothing. */
  find(text: string): Found | null;
  /** The names of its groups. */
  names: readonly string[];
  groups: number;
}

export interface Found {
  /** The whole first; '' for a group that took no part. */
  groups: readonly string[];
  named: Readonly<Record<string, string>>;
}

/** What can't be used says why, and what to write instead. ^ and $ are the ends of a line. */
export function patternOf(source: string): Pattern | { wrong: string } {
  if (source.length > PATTERN_MAX)
    return { wrong: `is over ${PATTERN_MAX} characters long: make two rules of it` };
  let compiled: RE2JS;
  try {
    compiled = RE2JS.compile(source, RE2JS.MULTILINE);
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error;
    return { wrong: `is no regular expression as RE2 has them: ${words(error.message)}${hint(source)}` };
  }
  if (compiled.programSize() > PROGRAM_MAX)
    return { wrong: 'is too large: write smaller numbers in its {…}, or make two rules of it' };
  return {
    names: Object.keys(compiled.namedGroups()),
    groups: compiled.groupCount(),
    find: (text) => (compiled.test(text) ? foundBy(compiled, text) : null),
  };
}

function foundBy(compiled: RE2JS, text: string): Found | null {
  const matcher = compiled.matcher(text);
  if (!matcher.find()) return null;
  const named = Object.entries(matcher.getNamedGroups()).map(([name, value]) => [name, value ?? ''] as const);
  return {
    groups: Array.from({ length: matcher.groupCount() + 1 }, (_, index) => matcher.group(index) ?? ''),
    named: Object.fromEntries(named),
  };
}

const words = (message: string): string => message.replace(/^error parsing regexp: /u, '');

/** What people miss who come from Perl's. */
function hint(source: string): string {
  if (/\(\?<?[=!]/u.test(source)) return '. Lookaround is not there: use not:, or a second field';
  return /\\[1-9]/u.test(source) ? '. Backreferences are not there' : '';
}
