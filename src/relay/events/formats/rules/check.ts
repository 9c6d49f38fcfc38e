/** What is wrong with the team's rules, and what is probably not meant: told before they are in use. */
import { SEVERITIES } from '../../types.ts';
import type { EventRule, RuleTest } from '../../../oncall/rule-types.ts';
import { severityOf } from '../body.ts';
import { TEXT_SETS } from './compiled.ts';
import { fieldNamed, FIELD_FAMILIES, PLAIN_FIELDS } from './fields.ts';
import { globOf, isAnything } from './glob.ts';
import { type Pattern, patternOf } from './pattern.ts';
import { hasLoneBrace, isLiteral, placeholdersOf, templateOf } from './template.ts';

export interface RuleFinding {
  /** Of the rule, from 0. */
  rule: number;
  /** Below the rule, as it stands in the file. */
  path: readonly (string | number)[];
  text: string;
  isWarning: boolean;
}

/** Everything about all of them, in order. */
export function findingsOf(rules: readonly EventRule[]): RuleFinding[] {
  return rules.flatMap((rule, index) => {
    const found: RuleFinding[] = [];
    const wrong = (path: RuleFinding['path'], text: string): void =>
      void found.push({ rule: index, path, text, isWarning: false });
    const groups = patternsOf(rule, wrong);
    checkTexts(rule, groups, wrong);
    const warned = warningsOf(rule, rules.slice(0, index)).map(
      ({ path, text }): RuleFinding => ({
        rule: index,
        path,
        text,
        isWarning: true,
      }),
    );
    return [...found, ...warned];
  });
}

type Wrong = (path: RuleFinding['path'], text: string) => void;

interface Groups {
  names: Set<string>;
  count: number;
  /** One of the expressions can't be used: what its groups are isn't known. */
  isBroken: boolean;
}

/** The groups that its texts may name; each pattern that can't be used is told. */
function patternsOf(rule: EventRule, wrong: Wrong): Groups {
  const groups: Groups = { names: new Set(), count: -1, isBroken: false };
  for (const [field, test] of Object.entries(rule.match)) {
    const own = usable(test.regex, [field, 'regex'], wrong);
    groups.isBroken ||= own.length < (test.regex?.length ?? 0);
    usable(test.notRegex, [field, 'not', 'regex'], wrong);
    for (const name of own.flatMap(({ names }) => names)) groups.names.add(name);
    const count = Math.max(-1, ...own.map((one) => one.groups));
    if (groups.count <= 0) groups.count = Math.max(groups.count, count);
  }
  return groups;
}

function usable(sources: RuleTest['regex'], path: readonly string[], wrong: Wrong): Pattern[] {
  return (sources ?? []).flatMap((source) => {
    const pattern = patternOf(source);
    if (!('wrong' in pattern)) return [pattern];
    wrong(['match', ...path], `"${source.slice(0, 60)}" ${pattern.wrong}`);
    return [];
  });
}

function checkTexts({ set }: EventRule, groups: Groups, wrong: Wrong): void {
  const texts = [
    ...TEXT_SETS.map((name) => [['set', name], set[name]] as const),
    ...Object.entries(set.labels ?? {}).map(([name, text]) => [['set', 'labels', name], text] as const),
  ];
  for (const [path, text] of texts) {
    if (text === undefined) continue;
    if (hasLoneBrace(text)) wrong(path, `"${text.slice(0, 60)}" has a brace alone; write {{ or }} for one`);
    for (const name of placeholdersOf(templateOf(text))) {
      const missing = whyNot(name, groups);
      if (missing !== null) wrong(path, `{${name}} ${missing}`);
    }
  }
  const { severity } = set;
  if (severity === undefined || !isLiteral(templateOf(severity))) return;
  const isKnown =
    SEVERITIES.some((one) => one === severity.toLowerCase()) || severityOf(severity) !== 'unknown';
  if (!isKnown)
    wrong(
      ['set', 'severity'],
      `expected one of ${SEVERITIES.join(', ')}, or a field in braces, got "${severity}"`,
    );
}

/** Null: it stands for something. */
function whyNot(name: string, { names, count, isBroken }: Groups): string | null {
  if (isBroken) return null;
  if (/^\d{1,2}$/u.test(name)) {
    if (Number(name) <= count) return null;
    return count === -1
      ? 'is a group, and no field is matched by a regex'
      : `is a group, and the first regex with any has ${count}`;
  }
  if (names.has(name) || fieldNamed(name) !== null) return null;
  const known = [...names, ...PLAIN_FIELDS, ...FIELD_FAMILIES.map((one) => `${one}.NAME`)];
  return `is neither a group of its regex nor a field. There are ${known.join(', ')}`;
}

function warningsOf(
  rule: EventRule,
  before: readonly EventRule[],
): { path: RuleFinding['path']; text: string }[] {
  const hiding = before.find((one) => one.stop !== false && takesAll(one, rule));
  const isMoved = rule.set.key !== undefined || rule.set.service !== undefined;
  const isOneSided = rule.match['action'] !== undefined && isMoved && rule.set.action === undefined;
  return [
    ...(rule.set.suppress === true && isForAll(rule)
      ? [
          {
            path: ['set', 'suppress'],
            text: 'this rule suppresses every alert: nobody would be told of anything. Say with match what it is for',
          },
        ]
      : []),
    ...neverSaid(rule),
    ...(hiding === undefined
      ? []
      : [
          { path: [], text: `this rule takes nothing: rule ${hiding.id} before it takes all that it is for` },
        ]),
    ...(isOneSided
      ? [
          {
            path: ['match', 'action'],
            text: 'a problem and its recovery meet by service and key: a rule that sets one of them must take both. Leave the action out',
          },
        ]
      : []),
  ];
}

/** Fields that every alert has, and that say nothing when they are only there. */
const ALWAYS_THERE: readonly string[] = ['source', 'action', 'severity', 'summary', 'key', 'service'];

const isForAll = ({ match }: EventRule): boolean =>
  Object.entries(match).every(
    ([field, { glob = [], notGlob = [], notRegex = [] }]) =>
      ALWAYS_THERE.includes(field) && glob.some(isAnything) && notGlob.length + notRegex.length === 0,
  );

const WORDS_OF: readonly (readonly [string, readonly string[]])[] = [
  ['severity', SEVERITIES],
  ['action', ['trigger', 'acknowledge', 'resolve', 'none']],
];

/** Patterns that no alert is like, since these fields have but a few words. */
const neverSaid = ({ match }: EventRule): { path: RuleFinding['path']; text: string }[] =>
  WORDS_OF.flatMap(([field, words]) =>
    [...(match[field]?.glob ?? []), ...(match[field]?.notGlob ?? [])]
      .filter((pattern) => !words.some(globOf(pattern)))
      .map((pattern) => ({
        path: ['match', field],
        text: `no alert has the ${field} "${pattern}": it is one of ${words.join(', ')}`,
      })),
  );

/** Whether every alert that `later` is for is one that `earlier` takes, as far as can be told by their words. */
function takesAll(earlier: EventRule, later: EventRule): boolean {
  return Object.entries(earlier.match).every(([field, test]) => {
    const name = canonical(field);
    const other = Object.entries(later.match).find(([one]) => canonical(one) === name)?.[1];
    return other !== undefined && asksMore(other, test);
  });
}

/** Whether all that is like `narrow` is like `wide`. */
function asksMore(narrow: RuleTest, wide: RuleTest): boolean {
  const [wideLikes, likes] = [wide, narrow].map(({ glob, regex }) => said(glob, regex));
  const [wideNots, nots] = [wide, narrow].map(({ notGlob, notRegex }) => said(notGlob, notRegex));
  const isLike =
    wideLikes?.size === 0 ||
    (likes !== undefined && likes.size > 0 && (wideLikes?.has('*') === true || isWithin(likes, wideLikes)));
  return isLike && isWithin(wideNots, nots);
}

/** Globs as they are compared; expressions can't be taken for one. */
const said = (globs: readonly string[] = [], patterns: readonly string[] = []): ReadonlySet<string> =>
  new Set([...globs.map((one) => one.toLowerCase()), ...patterns.map((one) => `/${one}/`)]);

const isWithin = (some: ReadonlySet<string> = new Set(), all: ReadonlySet<string> = new Set()): boolean =>
  some.isSubsetOf(all);

const canonical = (field: string): string => {
  const named = fieldNamed(field);
  return named === null ? field : `${named.family ?? ''}.${named.name}`;
};
