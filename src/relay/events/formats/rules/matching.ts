/** Whether a rule is for an alert, and by what it was found. */
import type { AlertEvent } from '../../types.ts';
import type { Condition, ReadyRule } from './compiled.ts';
import { valueOf } from './fields.ts';
import type { AlertMessage } from './message.ts';
import type { Found, Pattern } from './pattern.ts';
import { isUnsaid } from './unsaid.ts';

/**
 * `either`: what could speak against it is what a recovery doesn't say, and its problem may have said.
 */
export type Match =
  | { verdict: 'yes'; found: Found }
  | { verdict: 'no'; condition: Condition; value: string }
  | { verdict: 'either'; found: Found };

/** Why a rule is for a recovery, perhaps. */
export const EITHER = 'a recovery does not say all that its problem did: this may have been for it';

/** For people: the condition that decided. Worked out only for whoever asks. */
export function whyOf(match: Match, { conditions }: ReadyRule): string {
  switch (match.verdict) {
    case 'yes':
      return conditions.length === 0 ? 'it is for every alert' : 'all of it holds';
    case 'either':
      return EITHER;
    case 'no':
      return `${match.condition.name} is ${shown(match.value)}, not ${wanted(match.condition)}`;
  }
}

/** Rules have taken more of the processor's time than one alert may. */
export class RulesTooLong extends Error {
  override name = 'RulesTooLong';
}

export interface Looking {
  event: AlertEvent;
  message: AlertMessage;
  /** How much of the processor's time rules may still take of this alert; at 0 or below RulesTooLong is thrown. */
  leftMs(): number;
  /** What was last found in a long text, which all events of one message have in common. */
  seen: Map<Pattern, { value: string; found: Found | null }>;
}

const NOTHING_FOUND: Found = { groups: [], named: {} };
/** Texts of this length and more are looked at only while there is time. */
const LONG = 1_000;
const SHOWN_MAX = 60;

/** By all of its conditions; the first that doesn't hold decides. */
export function matchOf({ conditions }: ReadyRule, looking: Looking): Match {
  let found = NOTHING_FOUND;
  let isOpen = false;
  for (const condition of conditions) {
    const value = valueOf(condition.field, looking.event, looking.message);
    if (isUnsaid(condition.field, looking.event, value)) {
      isOpen = true;
      continue;
    }
    const match = meets(condition, value, looking);
    if (match === null) return { verdict: 'no', condition, value };
    found = together(found, match);
  }
  return { verdict: isOpen ? 'either' : 'yes', found };
}

/** What was found in the field; null: it isn't as it must be. */
function meets(condition: Condition, value: string, looking: Looking): Found | null {
  const { globs, patterns, notGlobs, notPatterns } = condition;
  const isThere = value.trim() !== '';
  if (isThere && (notGlobs.length > 0 || notPatterns.length > 0)) {
    const lower = value.toLowerCase();
    if (notGlobs.some((glob) => glob(lower))) return null;
    if (notPatterns.some((pattern) => find(pattern, value, looking) !== null)) return null;
  }
  if (globs.length === 0 && patterns.length === 0) return NOTHING_FOUND;
  if (!isThere) return null;
  for (const pattern of patterns) {
    const found = find(pattern, value, looking);
    if (found !== null) return found;
  }
  if (globs.length === 0) return null;
  const lower = value.toLowerCase();
  return globs.some((glob) => glob(lower)) ? NOTHING_FOUND : null;
}

function find(pattern: Pattern, value: string, { leftMs, seen }: Looking): Found | null {
  if (value.length < LONG) return pattern.find(value);
  if (leftMs() <= 0) throw new RulesTooLong('they took too long');
  const before = seen.get(pattern);
  if (before?.value === value) return before.found;
  const found = pattern.find(value);
  seen.set(pattern, { value, found });
  return found;
}

/** Numbers are of the first field that has groups, names of all. */
const together = (before: Found, found: Found): Found =>
  found === NOTHING_FOUND
    ? before
    : {
        groups: before.groups.length > 1 || found.groups.length === 0 ? before.groups : found.groups,
        named: { ...found.named, ...before.named },
      };

function shown(value: string): string {
  const line = value
    .slice(0, SHOWN_MAX * 8)
    .replace(/\s+/gu, ' ')
    .trim();
  if (line === '') return 'empty';
  return `"${line.length > SHOWN_MAX ? `${line.slice(0, SHOWN_MAX - 1)}…` : line}"`;
}

/** `"disk*" or /^db/, without "test*"`. */
function wanted({ test: { glob = [], regex = [], notGlob = [], notRegex = [] } }: Condition): string {
  const these = (globs: readonly string[], patterns: readonly string[]): string =>
    [...globs.map((one) => `"${one}"`), ...patterns.map((one) => `/${one}/`)].join(' or ');
  const like = these(glob, regex);
  const unlike = these(notGlob, notRegex);
  if (unlike === '') return like;
  return like === '' ? `other than ${unlike}` : `${like}, other than ${unlike}`;
}
