/** The team's rules made ready to be tried, once for each version of the roster. */
import type { EventRule, RuleTest } from '../../../oncall/rule-types.ts';
import { type Field, fieldNamed } from './fields.ts';
import { type Glob, globOf, isAnything } from './glob.ts';
import { type Pattern, patternOf } from './pattern.ts';
import type { RuleSet } from './rule-set.ts';
import { type Template, templateOf } from './template.ts';

/** What one field must be like. */
export interface Condition {
  /** As it is written. */
  name: string;
  field: Field;
  globs: readonly Glob[];
  patterns: readonly Pattern[];
  notGlobs: readonly Glob[];
  notPatterns: readonly Pattern[];
  /** As it is written, for people. */
  test: RuleTest;
}

export interface ReadyRule {
  rule: EventRule;
  conditions: readonly Condition[];
  texts: ReadonlyMap<TextSet, Template>;
  labels: readonly { name: string; template: Template }[];
}

/** What a text says of an alert. */
export type TextSet = 'key' | 'severity' | 'summary' | 'host' | 'check' | 'service' | 'policy';
export const TEXT_SETS = [
  'key',
  'severity',
  'summary',
  'host',
  'check',
  'service',
  'policy',
] as const satisfies TextSet[];

/** A rule that this version can't use: another made it, or checked it less. */
export interface UnusableRule {
  rule: EventRule;
  why: string;
}

export interface ReadyRules {
  set: RuleSet;
  rules: readonly (ReadyRule | UnusableRule)[];
}

export const readyRules = (set: RuleSet): ReadyRules => ({ set, rules: set.rules.map(readyRule) });

function readyRule(rule: EventRule): ReadyRule | UnusableRule {
  const conditions: Condition[] = [];
  for (const [name, test] of Object.entries(rule.match)) {
    const read = conditionOf(name, test);
    if ('why' in read) return { rule, why: read.why };
    conditions.push(read);
  }
  const { set } = rule;
  return {
    rule,
    conditions,
    texts: new Map(
      TEXT_SETS.flatMap((name): [TextSet, Template][] => {
        const said = set[name];
        return said === undefined ? [] : [[name, templateOf(said)]];
      }),
    ),
    labels: Object.entries(set.labels ?? {}).map(([name, said]) => ({ name, template: templateOf(said) })),
  };
}

function conditionOf(name: string, test: RuleTest): Condition | { why: string } {
  const field = fieldNamed(name);
  if (field === null) return { why: `it knows no field "${name}"` };
  const patterns: Pattern[] = [];
  const notPatterns: Pattern[] = [];
  for (const [sources, into] of [
    [test.regex, patterns],
    [test.notRegex, notPatterns],
  ] as const) {
    for (const source of sources ?? []) {
      const pattern = patternOf(source);
      if ('wrong' in pattern) return { why: `${name}: "${source}" ${pattern.wrong}` };
      into.push(pattern);
    }
  }
  const globs = (test.glob ?? []).map(readyGlob);
  const notGlobs = (test.notGlob ?? []).map(readyGlob);
  return { name, field, globs, patterns, notGlobs, notPatterns, test };
}

const readyGlob = (pattern: string): Glob => (isAnything(pattern) ? () => true : globOf(pattern));
