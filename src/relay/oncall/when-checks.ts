/** For which severities and at what hours something is: what that must be, for rules of policies and of people. Pure. */
import { SEVERITIES, type Severity } from '../events/types.ts';
import { RosterError } from './book.ts';
import { clean } from './checks.ts';
import { checkedHours } from './rotation-checks.ts';
import type { Hours } from './types.ts';

/**
 * Severities, at least one; `name` is what has them and `otherwise` what to do for others, for the refusal. Rejects with
 * RosterError (usage).
 */
export function checkedSeverities(
  severities: readonly Severity[],
  name: string,
  otherwise = 'leave them out for all',
): Severity[] {
  // Also of what a file or a request gave, which may be anything.
  const wrong = severities.find((one) => !SEVERITIES.includes(one));
  if (wrong === undefined && severities.length > 0) return [...new Set(severities)];
  throw new RosterError(
    'usage',
    wrong === undefined ? `${name} is for no severity` : `${name}: there is no severity "${clean(wrong)}"`,
    `Severities are ${SEVERITIES.join(', ')}; ${otherwise}.`,
  );
}

/** Hours of the week, 1 to `most` of them. Rejects with RosterError (usage). */
export function checkedSpans(hours: readonly Hours[], name: string, most: number): Hours[] {
  if (hours.length > 0 && hours.length <= most) return hours.map((one) => checkedHours(one, name));
  throw new RosterError(
    'usage',
    `${name} has no hours, or over ${most}`,
    'Write them like "mon-fri 08:00-18:00"; leave them out for always.',
  );
}
