/** `relay rules list`: the team's rules as people read them. */
import type { RuleSet } from '../relay/events/offline.ts';
import { EXIT } from './exit.ts';
import type { Io, QuickValues } from './quick-command.ts';
import { show, textOf } from './quick/values.ts';
import { clean, styleFor, type Style } from './render/style.ts';
import { rulesOfDaemon, rulesOfFile } from './rules-in-use.ts';

type Rule = RuleSet['rules'][number];

/** Of a file where one is named, else of the daemon. */
export async function listRules(values: QuickValues, io: Io, nowMs: number): Promise<number> {
  const file = textOf(values, 'roster');
  const set = file === undefined ? await rulesOfDaemon(values, io) : await rulesOfFile(file, io, nowMs);
  show(io, values, set, () => {
    if (set.rules.length === 0)
      return 'No rules: every alert is what the built-in readers make of it. They are written in the roster file, as rules:\n';
    return set.rules.map((rule, index) => ruleText(rule, index + 1, styleFor(io))).join('');
  });
  return EXIT.ok;
}

function ruleText({ id, why, match, set, stop }: Rule, place: number, style: Style): string {
  const conditions = Object.entries(match).map(([field, test]) => `${field} ${testWords(test)}`);
  const results = Object.entries(set).flatMap(([what, value]): string[] => {
    if (what === 'labels')
      return Object.entries(set.labels ?? {}).map(([name, text]) => `label ${name}=${text}`);
    return what === 'suppress' ? ['suppressed'] : [`${what} ${String(value)}`];
  });
  const lines = [
    `${place}. ${style.bold(id)}${why === undefined ? '' : style.dim(`  ${why}`)}`,
    `   if    ${conditions.length === 0 ? 'any alert' : conditions.join(', and ')}`,
    `   then  ${results.length === 0 ? 'as it is' : results.join(', ')}${stop === false ? '; later rules are tried too' : ''}`,
  ];
  return lines.map((line) => `${line}\n`).join('');
}

/** `"db*" or /^web\d+/, not "test*"`. */
function testWords({ glob = [], regex = [], notGlob = [], notRegex = [] }: Rule['match'][string]): string {
  const words = (globs: readonly string[], patterns: readonly string[]): string =>
    [...globs.map((one) => `"${clean(one)}"`), ...patterns.map((one) => `/${clean(one)}/`)].join(' or ');
  const like = words(glob, regex);
  const unlike = words(notGlob, notRegex);
  return [like, ...(unlike === '' ? [] : [`not ${unlike}`])].filter((one) => one !== '').join(', ');
}
