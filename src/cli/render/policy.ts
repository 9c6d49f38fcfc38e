/** Escalation policies: in a line each, or all of one. */
import type { PolicyDetailJson, PolicyJson, PolicyRuleJson } from '../../relay/api/oncall-wire.ts';
import { showDuration } from '../../relay/oncall/times.ts';
import { table, wrap } from './layout.ts';
import type { Cell } from './layout.ts';
import type { Style } from './style.ts';

type LevelJson = PolicyJson['levels'][number];

/** `ana, ben 5m > rotation:ops 5m (critical), repeated 3 times, then the catch-all; 2 rules; …`. */
export function policyLine(policy: PolicyJson): string {
  const levels = policy.levels
    .map((one) => `${namesOf(one)} ${showDuration(one.afterMs)}${only(one, ' (', ')')}`)
    .join(' > ');
  const count = policy.rules?.length ?? 0;
  const more = [
    ...(count === 0 ? [] : [count === 1 ? ruleLine(policy.rules?.[0] ?? {}) : `${count} rules`]),
    ...(policy.ackTimeoutMs === undefined ? [] : [`ack holds ${showDuration(policy.ackTimeoutMs)}`]),
    ...(policy.handover === true ? ['handed over'] : []),
  ];
  return [`${levels}${again(policy.repeat)}, then the catch-all`, ...more].join('; ');
}

/** All of a policy, with whom it tells now. */
export function renderPolicy(one: PolicyDetailJson, style: Style, width: number | null): string {
  const rows = one.levels.map((level, index): (Cell | string)[] => {
    const now = (one.now.levels[index] ?? []).map((person) => withUnverified(person, one.now.unverified));
    return [
      `  level ${index + 1}`,
      namesOf(level),
      showDuration(level.afterMs),
      now.length === 0 ? { text: 'nobody now', style: style.red } : `now ${now.join(', ')}`,
      only(level, 'only ', ''),
    ];
  });
  const zone = one.zone === undefined ? '' : `, times in ${one.zone}`;
  const repeat = one.repeat === 0 ? 'never' : timesWords(one.repeat);
  const timeout = one.ackTimeoutMs === undefined ? null : showDuration(one.ackTimeoutMs);
  return [
    `Policy ${style.bold(one.id)}${zone}\n`,
    table(rows, width),
    wrap('  repeat   ', `${repeat}, then the catch-all`, width),
    ...(one.rules ?? []).map((rule, index) => wrap(`  rule ${index + 1}   `, ruleLine(rule), width)),
    one.now.rules.length === 0 ? '' : wrap('  now      ', one.now.rules.join('; '), width),
    timeout === null
      ? ''
      : wrap('  ack      ', `holds ${timeout}: told again then, unless it is resolved`, width),
    one.handover === true ? wrap('  handoff  ', 'open incidents go to whoever comes on call', width) : '',
    wrap('  used by  ', one.namedBy.length === 0 ? 'nothing yet' : one.namedBy.join('; '), width),
  ].join('');
}

function withUnverified(person: string, unverified: PolicyDetailJson['now']['unverified'] = []): string {
  const found = unverified.find((one) => one.person === person);
  return found === undefined ? person : `${person} (${found.channels.join(', ')} unverified)`;
}

/** `info, warning outside mon-fri 08:00-18:00: wait`. */
function ruleLine({ severities, during, outside, policy }: PolicyRuleJson): string {
  const when = [
    ...(severities === undefined ? [] : [severities.join(', ')]),
    ...(during === undefined ? [] : [`during ${during.join(' and ')}`]),
    ...(outside === undefined ? [] : [`outside ${outside.join(' and ')}`]),
  ];
  return `${when.length === 0 ? 'always' : when.join(' ')}: ${policy === undefined ? 'wait' : `policy ${policy}`}`;
}

const namesOf = ({ people, rotations = [], groups = [] }: LevelJson): string =>
  [...people, ...rotations.map((one) => `rotation:${one}`), ...groups.map((one) => `group:${one}`)].join(
    ', ',
  );

const only = ({ severities }: LevelJson, before: string, after: string): string =>
  severities === undefined ? '' : `${before}${severities.join(', ')}${after}`;

const again = (repeat: number): string => (repeat === 0 ? '' : `, repeated ${timesWords(repeat)}`);

const timesWords = (count: number): string => (count === 1 ? 'once' : `${count} times`);
