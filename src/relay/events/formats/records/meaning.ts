/** What one word means that a field holds: of its own, for a field says less around it than a line of text does. */
import type { Severity } from '../../types.ts';
import { severityOf } from '../body.ts';
import { plainName } from '../fields.ts';
import { readLine } from '../normalise.ts';

export type Verdict = 'problem' | 'recovery' | 'acknowledge' | 'neither';

export interface Meaning {
  verdict: Verdict;
  severity: Severity;
}

const table = (verdict: Verdict, severity: Severity, words: string): [string, Meaning][] =>
  words
    .trim()
    .split(/\s+/u)
    .map((word) => [word, { verdict, severity }]);

const WORDS: ReadonlyMap<string, Meaning> = new Map([
  ...table(
    'problem',
    'critical',
    'critical crit down disaster emergency emerg fatal panic offline unreachable dead outage red',
  ),
  ...table(
    'problem',
    'error',
    `error err errored failed failing failure failures fail unhealthy degraded major unavailable broken high
     partialoutage majoroutage notok`,
  ),
  ...table('problem', 'warning', 'warning warn minor yellow orange amber degradedperformance trouble'),
  ...table('problem', 'info', 'info information informational notice'),
  ...table(
    'problem',
    'unknown',
    `problem problems trigger triggered retriggered triggers firing fire fires fired alert alerting alerted alarm alarmed
     open opened reopen reopened new create created active activated activate start started raise raised set asserted
     unknown nodata missing late overdue timeout breached breach violated violation exceeded abnormal incident escalated
     investigating identified unresolved regressed regression worse unacknowledged bad`,
  ),
  ...table(
    'recovery',
    'unknown',
    `resolve resolved resolves resolving recover recovered recovery recovers ok okay up clear cleared clears close closed
     normal normalized healthy passing passed pass success successful succeeded good green online operational available
     alive fixed restored repaired solved ended end reachable deactivated deasserted untriggered nominal
     upalert`,
  ),
  ...table(
    'acknowledge',
    'unknown',
    'acknowledge acknowledged acknowledges acknowledgement acknowledgment ack acked',
  ),
  ...table(
    'neither',
    'unknown',
    `snoozed snooze silenced muted mute unmuted suppressed paused pause resumed pending maintenance undermaintenance
     inmaintenance scheduled flapping flappingstart flappingstop flappingend flappingdisabled downtime downtimestart
     downtimeend downtimestop downtimecancelled downtimeremoved test testing ping assigned unassigned commented comment deleted`,
  ),
]);

/** What turns the next word round. */
const NEGATIONS = new Set(['not', 'no', 'never', 'un', 'non']);
/** Names of things, when something else stands beside them: `alert.resolved`, `incident.opened`. */
const NOUNS = new Set(
  'alert alarm incident problem problems error notification trigger set test fire'.split(' '),
);

/** Null: nothing that we know. */
export function meaningOf(value: string): Meaning | null {
  const text = value.trim();
  if (text === '' || text.length > 200) return null;
  const whole = WORDS.get(plainName(text));
  if (whole !== undefined) return whole;
  const tokens = tokensOf(text);
  if (tokens.length > 1 && tokens.length <= 6 && !/\s/u.test(text)) return ofTokens(tokens);
  const [first = ''] = tokens;
  // "Down (Acknowledged)", "Paused (by dependency)".
  const acknowledged = tokens.map((token) => WORDS.get(token)).find((one) => one?.verdict === 'acknowledge');
  if (acknowledged !== undefined) return acknowledged;
  const leading = WORDS.get(first);
  if (leading?.verdict === 'neither') return leading;
  const { verdict, severity } = readLine(text).state;
  return verdict === 'unsure' ? null : { verdict, severity };
}

/** `alert.resolved`, `monitor_down`, `uptimeCheckRecovered`. */
const tokensOf = (text: string): string[] =>
  text
    .replaceAll(/(?<lower>\p{Ll})(?<upper>\p{Lu})/gu, '$<lower> $<upper>')
    .toLowerCase()
    .split(/[^\p{L}]+/u)
    .filter((token) => token !== '');

/** Closed, they let nothing through: `port_closed` is the end of nothing. */
const WAYS = new Set('port connection session tunnel socket channel vpn link'.split(' '));

function ofTokens(tokens: readonly string[]): Meaning | null {
  const known = tokens.flatMap((token, at) => {
    const meaning = WORDS.get(token);
    if (meaning === undefined) return [];
    const turned = NEGATIONS.has(tokens[at - 1] ?? '');
    const isShut = /^closed?$/u.test(token) && tokens.some((one) => WAYS.has(one));
    const problem: Meaning = { verdict: 'problem', severity: 'unknown' };
    return [{ token, meaning: (turned || isShut) && meaning.verdict === 'recovery' ? problem : meaning }];
  });
  const telling = known.filter(({ token }) => !NOUNS.has(token));
  // "check.still_down", "alert.acknowledged": what stands last is what happened.
  return telling.at(-1)?.meaning ?? known.at(-1)?.meaning ?? null;
}

/** Words that stand beside a state in the names of events, and tell no thing from another. */
const FILLERS = new Set('on is has been event check monitor status state health'.split(' '));
/** Words of states that may be a thing as well, or one of several things that are wrong: a fire alarm is no other alarm. */
const THINGS = new Set(
  `fire test set error page missing late overdue timeout breach breached violation violated exceeded abnormal start started
   new create created deleted scheduled assigned`.split(/\s+/u),
);

/**
 * What an event's name says besides a state: of `intrusion_alarm_cleared` "intrusion", of `check.down` and
 * `on-health-degraded` nothing. Null: it is no such name, or one with a number, which may be a host's.
 */
export function topicOfEvent(text: string): string | null {
  if (text.length > 100 || /\s|\d/u.test(text) || meaningOf(text) === null) return null;
  const isState = (token: string): boolean =>
    !THINGS.has(token) && (WORDS.has(token) || NOUNS.has(token) || FILLERS.has(token));
  return tokensOf(text)
    .filter((token) => !isState(token))
    .join(' ');
}

/** `P1 - Critical`, `SEV-2`, `Critical (5)`, `high`. */
export function severityIn(value: string): Severity {
  const whole = severityOf(value);
  if (whole !== 'unknown') return whole;
  const close = severityOf(plainName(value));
  if (close !== 'unknown') return close;
  const code = /\b(?:p|sev|s|priority|severity)[ -]?(?<digit>[0-5])\b/iu.exec(value.slice(0, 100))?.groups?.[
    'digit'
  ];
  if (code !== undefined)
    return severityOf(/\bs(?:ev|everity)?[ -]?\d/iu.test(value) ? `sev${code}` : `p${code}`);
  for (const token of tokensOf(value.slice(0, 100))) {
    const one = severityOf(token);
    if (one !== 'unknown' && !/^(?:alert|ok|normal)$/u.test(token)) return one;
  }
  return 'unknown';
}
