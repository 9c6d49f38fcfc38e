/** What calls about policies take: levels, rules, and what changes of them. */
import { SEVERITIES, type Severity } from '../../events/types.ts';
import { POLICY_LIMITS } from '../../oncall/edits.ts';
import { toldBy, type LevelChange, type PolicyChange } from '../../oncall/policy-change.ts';
import type { PolicyLevel, PolicyRule, Roster } from '../../oncall/types.ts';
import { given, type Fields } from '../fields.ts';
import { hoursFrom } from '../hours-from.ts';
import { flag, groups, names, text, whole, yesOrNo } from '../table/given.ts';

const AFTER_DEFAULT_MS = 5 * 60_000;

/** What the roster alone can tell: whether a bare name is a person's, a rotation's or a group's. */
export type WithRoster<T> = (roster: Roster) => T;

export const NAMES =
  'People, rotations and groups; `rotation:ops` or `group:dba` where a bare name is of several.';
export const AFTER = whole(1, POLICY_LIMITS.afterMs, 'How long it has before the next level is told.');

export const LEVEL = {
  people: names('Who is told, all at once.'),
  rotations: names('Whoever is on call in these then.'),
  groups: names('Everybody in these.'),
  names: names(NAMES),
  severities: names('Only for incidents of these severities; others pass over this level at once.'),
  afterMs: AFTER,
};

/** A level as it is given: by kinds, by names, or both. */
interface LevelGiven {
  people: string[] | undefined;
  rotations: string[] | undefined;
  groups: string[] | undefined;
  names: string[] | undefined;
  severities: string[] | undefined;
  afterMs: number | undefined;
}

/** A level that is given, once the roster is known. */
export const readLevel =
  ({
    afterMs = AFTER_DEFAULT_MS,
    severities,
    names: bare = [],
    ...kinds
  }: LevelGiven): WithRoster<PolicyLevel> =>
  (roster) => {
    const by = toldBy(roster, bare);
    return {
      people: [...(kinds.people ?? []), ...by.people],
      rotations: [...(kinds.rotations ?? []), ...by.rotations],
      groups: [...(kinds.groups ?? []), ...by.groups],
      // Which there are is for the edit to say.
      ...(severities === undefined ? {} : { severities: severities as Severity[] }),
      afterMs,
    };
  };

export const RULE = {
  severities: names(`For these of ${SEVERITIES.join(', ')}; absent: for all.`),
  during: names('Only within some of these hours, such as `mon-fri 09:00-17:00`.', 80),
  outside: names('Only outside all of these hours.', 80),
  wait: flag('Nobody is told until no rule says so any more. Either this or `policy`.'),
  policy: text(64, 'Goes by this policy instead, whose own rules do not count.'),
};

interface RuleGiven {
  severities: string[] | undefined;
  during: string[] | undefined;
  outside: string[] | undefined;
  wait: boolean;
  policy: string | undefined;
}

/** A rule that is given; what is wrong goes to `fields`. */
export function readRule(
  { severities, during, outside, wait, policy: other }: RuleGiven,
  fields: Fields,
): PolicyRule {
  if (wait === (other !== undefined)) fields.problem('wait, policy: give one of them');
  return {
    ...given({
      severities: severities as Severity[] | undefined,
      during: hoursFrom(during, 'during', fields),
      outside: hoursFrom(outside, 'outside', fields),
    }),
    does: other === undefined ? 'wait' : { policy: other },
  };
}

export const LEVELS = groups(LEVEL, 'The levels in order.', { max: POLICY_LIMITS.levels }, readLevel);
export const RULES = groups(
  RULE,
  'What is otherwise for some severities or at some times: the first that applies decides. None: take them all away.',
  { min: 0, max: POLICY_LIMITS.rules },
  readRule,
);
export const REPEAT = whole(
  0,
  POLICY_LIMITS.repeats,
  'How often the levels are told again before the catch-all.',
);
export const HANDOVER = yesOrNo('At a handoff, open incidents go to whoever comes on call.');

interface Wish {
  levels: WithRoster<PolicyLevel>[] | undefined;
  change:
    | {
        level: number;
        add: string[] | undefined;
        remove: string[] | undefined;
        afterMs: number | undefined;
        severities: string[] | undefined;
      }
    | undefined;
  addLevel: { before: number | undefined; level: WithRoster<PolicyLevel> } | undefined;
  removeLevel: number | undefined;
  repeat: number | undefined;
  zone: string | undefined;
  rules: PolicyRule[] | undefined;
  addRule: PolicyRule | undefined;
  removeRule: number | undefined;
  ackTimeoutMs: number | null | undefined;
  handover: boolean | undefined;
}

/** What is to change, with its names looked up in the roster that it changes. */
export function changeFrom(
  { levels, change, addLevel, zone: inZone, ...rest }: Wish,
  base: Roster,
): PolicyChange {
  const changed: LevelChange | undefined =
    change === undefined
      ? undefined
      : {
          level: change.level,
          ...given({
            add: change.add === undefined ? undefined : toldBy(base, change.add),
            remove: change.remove === undefined ? undefined : toldBy(base, change.remove),
            afterMs: change.afterMs,
            severities: change.severities as Severity[] | undefined,
          }),
        };
  return given({
    ...rest,
    zone: inZone === '' ? null : inZone,
    levels: levels?.map((one) => one(base)),
    change: changed,
    addLevel:
      addLevel === undefined
        ? undefined
        : { level: addLevel.level(base), ...given({ before: addLevel.before }) },
  });
}
