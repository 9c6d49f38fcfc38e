/** An escalation policy in words: whom its levels tell, what its rules say, what they say at an instant. Pure. */
import { SEVERITIES } from '../events/types.ts';
import { hoursWords } from './hours-words.ts';
import { namesOf } from './policy-change.ts';
import { ruleAt, waitAt } from './rules.ts';
import { showDuration, showTime } from './times.ts';
import type { Policy, PolicyLevel, PolicyRule } from './types.ts';

/** `ana, rotation:ops 5m, only critical, error`. */
export function levelWords(level: PolicyLevel): string {
  const only = level.severities === undefined ? '' : `, only ${level.severities.join(', ')}`;
  return `${namesOf(level).join(', ')} ${showDuration(level.afterMs)}${only}`;
}

/** `info, warning outside mon-fri 08:00-18:00: wait`. */
export function ruleLine(rule: PolicyRule): string {
  const when = [
    rule.severities === undefined ? '' : rule.severities.join(', '),
    rule.during === undefined ? '' : `during ${rule.during.map(hoursWords).join(' and ')}`,
    rule.outside === undefined ? '' : `outside ${rule.outside.map(hoursWords).join(' and ')}`,
  ].filter((one) => one !== '');
  const does = rule.does === 'wait' ? 'wait' : `policy ${rule.does.policy}`;
  return `${when.length === 0 ? 'always' : when.join(' ')}: ${does}`;
}

/** `policy ops: 1. ana 5m; 2. rotation:ops 10m; repeated 3 times; …`. */
export function policyWords(policy: Policy): string {
  const { rules = [], ackTimeoutMs, handover, zone } = policy;
  return [
    ...policy.levels.map((level, index) => `${index + 1}. ${levelWords(level)}`),
    policy.repeat === 0 ? 'not repeated' : `repeated ${timesWords(policy.repeat)}`,
    ...rules.map((rule, index) => `rule ${index + 1}, ${ruleLine(rule)}`),
    ...(ackTimeoutMs === undefined ? [] : [`an acknowledgement holds ${showDuration(ackTimeoutMs)}`]),
    ...(handover === true ? ['open incidents are handed over'] : []),
    ...(zone === undefined ? [] : [`times in ${zone}`]),
  ].join('; ');
}

/** `once`, `3 times`. */
export const timesWords = (count: number): string => (count === 1 ? 'once' : `${count} times`);

/** What the rules say at an instant: `info, warning wait until Mon 08:00 CET`, `error goes by policy night`. */
export function rulesNow(policy: Policy, atMs: number, zone: string): string[] {
  const said = new Map<string, string[]>();
  for (const severity of SEVERITIES) {
    const rule = ruleAt(policy, severity, atMs);
    if (rule === null) continue;
    const wait = waitAt(policy, severity, atMs);
    const what =
      rule.does === 'wait'
        ? wait === null
          ? null
          : `until ${showTime(wait.untilMs, atMs, zone)}`
        : `policy ${rule.does.policy}`;
    if (what !== null) said.set(what, [...(said.get(what) ?? []), severity]);
  }
  return [...said].map(([what, severities]) => {
    const who = severities.length === SEVERITIES.length ? 'everything' : severities.join(', ');
    const isOne = severities.length === 1 || severities.length === SEVERITIES.length;
    return what.startsWith('until')
      ? `${who} wait${isOne ? 's' : ''} ${what}`
      : `${who} go${isOne ? 'es' : ''} by ${what}`;
  });
}
