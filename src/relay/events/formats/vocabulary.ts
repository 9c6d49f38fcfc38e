/** The words by which monitors say what state something is in. One table; the rules that weigh them are in state.ts. */
import type { Severity } from '../types.ts';

/**
 * Where a word must stand to be taken as a state:
 * - `any`: anywhere
 * - `state`: first, last, in brackets, before a colon, after "is" or an arrow
 * - `type`: first, in brackets, before a colon, after an arrow: where monitors put a notification's type
 */
export type Place = 'any' | 'state' | 'type';

export interface Meaning {
  state: 'problem' | 'recovery' | 'neither';
  place: Place;
  severity: Severity;
}

function table(
  state: Meaning['state'],
  place: Place,
  severity: Severity,
  words: string,
): [string, Meaning][] {
  return words.split(' ').map((word) => [word, { state, place, severity }]);
}

/** A recovery word in the wrong place loses a page, a problem word merely sends one: so the former are the stricter. */
export const MEANINGS: ReadonlyMap<string, Meaning> = new Map([
  ...table(
    'problem',
    'any',
    'critical',
    'critical crit down emergency disaster offline unreachable fatal panic',
  ),
  ...table('problem', 'any', 'error', 'failed failing failure failures fails fail degraded unhealthy'),
  ...table('problem', 'any', 'warning', 'warning warn'),
  ...table('problem', 'any', 'unknown', 'problem firing alerting alert alarm triggered'),
  ...table('problem', 'state', 'critical', 'dead page red'),
  ...table('problem', 'state', 'error', 'error err major high fault faulted unavailable lost broken'),
  ...table('problem', 'state', 'warning', 'minor yellow'),
  ...table('problem', 'state', 'unknown', 'unknown fired activated activate opened'),
  ...table('problem', 'type', 'info', 'info notice information'),
  ...table('recovery', 'any', 'unknown', 'recovered resolved restored repaired succeeded'),
  ...table(
    'recovery',
    'state',
    'unknown',
    'ok okay up online normal healthy passing success successful fixed green reachable cleared upalert returned',
  ),
  ...table('recovery', 'type', 'unknown', 'recovery clear closed'),
  ...table(
    'neither',
    'type',
    'unknown',
    'acknowledgement acknowledgment acknowledged ack flapping flappingstart flappingstop flappingdisabled downtime downtimestart downtimeend downtimecancelled downtimeremoved',
  ),
]);

/** Within four words before a recovery word, these turn it round: "not resolved", "unable to come up". */
export const NEGATIONS: ReadonlySet<string> = new Set(
  "not no never cannot can't couldn't won't isn't wasn't aren't hasn't didn't doesn't don't unable fails failed failing without nothing above below than beyond exceeds exceeded".split(
    ' ',
  ),
);

/** Words that only lead up to a state word and say nothing by themselves; they go with it from a key. */
export const COPULAS: ReadonlySet<string> = new Set(
  'is are was were be been being has have had now went became becomes turned back again state status currently'.split(
    ' ',
  ),
);

/** A word before `up` that makes it part of a verb: "start up", "filling up". */
export const UP_VERBS: ReadonlySet<string> = new Set(
  'back backing bring bringing start starting set setting come coming boot booting spin wake fill filling pile piling hang hung power look speed clean give mount catch pick queue queueing queuing build building blow blew dial line'.split(
    ' ',
  ),
);

/** What may not have succeeded for good: a login or a fence action that succeeded is news, not a recovery. */
export const NO_RECOVERY_OF: ReadonlySet<string> = new Set(
  'login logon log-in sign-in signin authentication auth sudo su attack exploit fenced fencing intrusion breach attempt escalation log logs cache history'.split(
    ' ',
  ),
);
