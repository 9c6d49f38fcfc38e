/** Escalation policies: who is told, and who next. Each edit tells who is on call differently by it. */
import { findPolicy } from '../../oncall/checks.ts';
import { addPolicy, POLICY_LIMITS, removePolicy } from '../../oncall/edits.ts';
import { changePolicy } from '../../oncall/policy-change.ts';
import { policyWords } from '../../oncall/policy-words.ts';
import type { Policy, Roster } from '../../oncall/types.ts';
import type { Core } from '../core.ts';
import { given } from '../fields.ts';
import { hostZone } from '../oncall-view.ts';
import type { PolicyTold } from '../oncall-wire.ts';
import { policyDetail, policyJson } from '../policy-json.ts';
import { POLICY, POLICY_DETAIL, POLICY_TOLD, TOLD } from '../schemas/roster.ts';
import {
  BY,
  group,
  names,
  needed,
  orElse,
  text,
  textOrEmpty,
  whole,
  wholeOrNone,
  zone,
  ZONE,
} from '../table/given.ts';
import { listOf } from '../table/schema.ts';
import { get, post, type Route } from '../table/route.ts';
import { told } from '../told.ts';
import {
  AFTER,
  changeFrom,
  HANDOVER,
  LEVEL,
  LEVELS,
  NAMES,
  readLevel,
  readRule,
  REPEAT,
  RULE,
  RULES,
} from './policy-fields.ts';

const REPEAT_DEFAULT = 3;

/** The calls under /v1/policies. */
export function policyRoutes(core: Core): Route[] {
  const tell = async (
    id: string,
    asker: { by: string; zone: string },
    change: (base: Roster) => Roster,
    done: string,
  ): Promise<PolicyTold> => {
    let after: Policy | undefined;
    const answer = await told(core, asker, change, (roster) => {
      after = findPolicy(roster, id);
      return `${done} policy ${id}: ${policyWords(after)}`;
    });
    return { ...policyJson(after as Policy), ...answer };
  };

  return [
    get(
      '/v1/policies',
      { name: 'listPolicies', summary: 'The escalation policies.', answer: listOf(POLICY) },
      () => core.roster.current().policies.map(policyJson),
    ),
    get(
      '/v1/policies/:id',
      {
        name: 'showPolicy',
        summary: 'One policy: what names it, and whom it tells now.',
        query: { zone: zone('In which times in texts are told; else that of the host.') },
        answer: POLICY_DETAIL,
      },
      ({ id, query }) => policyDetail(core.roster.current(), id, core.nowMs(), query.zone ?? hostZone()),
    ),
    post(
      '/v1/policies',
      {
        name: 'addPolicy',
        summary: 'Adds a policy.',
        body: {
          id: needed(text(64, 'Its name.')),
          levels: needed(LEVELS),
          repeat: orElse(REPEAT, () => REPEAT_DEFAULT, REPEAT_DEFAULT),
          zone: zone('Of the hours in its rules.'),
          rules: RULES,
          ackTimeoutMs: whole(
            1,
            POLICY_LIMITS.ackTimeoutMs,
            'Acknowledged and not resolved for so long: triggered again.',
          ),
          handover: HANDOVER,
          showZone: ZONE,
          by: BY,
        },
        answer: POLICY_TOLD,
      },
      ({ body: { levels, showZone, by, ...rest } }) =>
        tell(
          rest.id,
          { by, zone: showZone },
          (base) => addPolicy(base, { ...given(rest), levels: levels.map((one) => one(base)) } as Policy),
          'Added',
        ),
    ),
    post(
      '/v1/policies/:id',
      {
        name: 'editPolicy',
        summary: 'Changes what is given of a policy; the rest stays.',
        body: {
          levels: LEVELS,
          change: group(
            {
              level: needed(whole(1, POLICY_LIMITS.levels, 'Which one, from 1.')),
              add: names(NAMES),
              remove: names(NAMES),
              afterMs: AFTER,
              severities: names('For these only; none: for all again.', 64, 0),
            },
            'Changes one level.',
            (read) => read,
          ),
          addLevel: group(
            { ...LEVEL, before: whole(1, POLICY_LIMITS.levels, 'In front of this one; absent: at the end.') },
            'Adds a level. Overrides go where their level goes.',
            ({ before, ...level }) => ({ before, level: readLevel(level) }),
          ),
          removeLevel: whole(1, POLICY_LIMITS.levels, 'Takes a level away, with its overrides.'),
          repeat: REPEAT,
          zone: textOrEmpty(64, 'Of the hours in its rules; empty: none.'),
          rules: RULES,
          addRule: group(RULE, 'Adds a rule at the end.', readRule),
          removeRule: whole(1, POLICY_LIMITS.rules, 'Takes a rule away.'),
          ackTimeoutMs: wholeOrNone(
            POLICY_LIMITS.ackTimeoutMs,
            'Acknowledged and not resolved for so long: triggered again. 0: never.',
          ),
          handover: HANDOVER,
          showZone: ZONE,
          by: BY,
        },
        answer: POLICY_TOLD,
      },
      ({ id, body: { showZone, by, ...wish } }) =>
        tell(id, { by, zone: showZone }, (base) => changePolicy(base, id, changeFrom(wish, base)), 'Changed'),
    ),
    post(
      '/v1/policies/:id/remove',
      {
        name: 'removePolicy',
        summary: 'Removes a policy that nothing uses.',
        body: { zone: ZONE, by: BY },
        answer: TOLD,
      },
      ({ id, body }) =>
        told(
          core,
          body,
          (base) => removePolicy(base, id),
          () => `Removed policy ${id}`,
        ),
    ),
  ];
}
