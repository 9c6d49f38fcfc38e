/** The team's rules for alerts: which there are, and what they may send alerts to. They are written in the roster file. */
import { ruleSetOf, type RuleSet } from '../../events/formats/rules/rule-set.ts';
import type { Core } from '../core.ts';
import { RULES } from '../schemas/rules.ts';
import { get, type Route } from '../table/route.ts';

/** The call /v1/rules. */
export const ruleRoutes = (core: Core): Route[] => [
  get(
    '/v1/rules',
    {
      name: 'listRules',
      summary: "The team's rules for alerts, in the order in which they are tried.",
      description: 'They are written in the roster file, as `rules`.',
      answer: RULES,
    },
    (): RuleSet => ruleSetOf(core.roster.current()),
  ),
];
