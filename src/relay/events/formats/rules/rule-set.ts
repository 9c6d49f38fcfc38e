/** What of a roster the rules need: the rules, and what they may send alerts to. It can be handed to another thread. */
import type { Roster } from '../../../oncall/types.ts';
import type { EventRule } from '../../../oncall/rule-types.ts';

export interface RuleSet {
  rules: readonly EventRule[];
  services: readonly string[];
  policies: readonly string[];
  defaultService: string;
  version: number;
}

/** Nothing is to be tried: a roster without rules costs nothing. */
export const NO_RULES = null;

/** The rules of a roster; it may have none. */
export function ruleSetOf(roster: Roster): RuleSet {
  const { eventRules: rules = [], services, policies, defaultService, version } = roster;
  return {
    rules,
    services: services.map(({ id }) => id),
    policies: policies.map(({ id }) => id),
    defaultService,
    version,
  };
}

/** The same object as long as the roster is; NO_RULES where it has none. */
export function ruleSets(roster: () => Roster): () => RuleSet | null {
  let known: { of: Roster; set: RuleSet | null } | null = null;
  return () => {
    const of = roster();
    if (known?.of !== of) {
      const { eventRules = [] } = of;
      known = { of, set: eventRules.length === 0 ? NO_RULES : ruleSetOf(of) };
    }
    return known.set;
  };
}
