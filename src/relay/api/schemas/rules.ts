/** The answer about the team's rules, described. */
import type { RuleSet } from '../../events/formats/rules/rule-set.ts';
import type { EventRule, RuleSets, RuleTest } from '../../oncall/rule-types.ts';
import { about, choice, integer, listOf, mapOf, maybe, object, shape, string, yes } from '../table/schema.ts';

const TEST = object<RuleTest>('RuleTest', {
  glob: maybe(
    about(listOf(string), 'The whole field, letters of either case: * is anything, ? one character.'),
  ),
  regex: maybe(about(listOf(string), 'Somewhere in the field; RE2.')),
  notGlob: maybe(listOf(string)),
  notRegex: maybe(listOf(string)),
});

const SETS = shape<RuleSets>({
  key: maybe(string),
  severity: maybe(string),
  summary: maybe(string),
  host: maybe(string),
  check: maybe(string),
  service: maybe(string),
  policy: maybe(string),
  labels: maybe(mapOf(string)),
  action: maybe(choice(['trigger', 'acknowledge', 'resolve', 'none'])),
  suppress: maybe(yes),
});

const RULE = object<EventRule>('EventRule', {
  id: about(string, 'Its name.'),
  why: maybe(string),
  match: about(mapOf(TEST), 'By the names of fields: all must hold.'),
  set: about(SETS, 'What becomes of the alert; texts may name fields in braces.'),
  stop: maybe(about({ json: { const: false } }, 'Later rules are tried too.')),
});

export const RULES = object<RuleSet>('Rules', {
  version: about(integer, 'Of the roster.'),
  rules: listOf(RULE),
  services: about(listOf(string), 'What they may send alerts to.'),
  policies: listOf(string),
  defaultService: string,
});
