/** The team's rules for alerts that a file says, with what their expressions and texts mean. Pure. */
import { findingsOf } from '../../events/formats/rules/check.ts';
import type { Roster } from '../types.ts';
import type { EventRule } from '../rule-types.ts';
import type { FileProblem } from './findings.ts';

/** All of them; what is wrong or worth a word goes to the two lists. */
export function builtRules(
  base: Roster,
  said: readonly EventRule[] | undefined,
  problems: FileProblem[],
  warnings: FileProblem[],
): EventRule[] {
  if (said === undefined) return base.eventRules ?? [];
  const names = new Set<string>();
  for (const [index, { id }] of said.entries()) {
    if (names.has(id))
      problems.push({
        path: ['rules', index, 'name'],
        on: 'value',
        text: `there are two rules ${id}: give each a name of its own`,
      });
    names.add(id);
  }
  const doubts: FileProblem[] = [];
  for (const { rule, path, text, isWarning } of findingsOf(said)) {
    const problem: FileProblem = { path: ['rules', rule, ...path], on: 'value', text };
    (isWarning ? doubts : problems).push(problem);
  }
  // A rule with a mistake has lost what it asks for: it would seem to take everything.
  if (!problems.some(({ path }) => path[0] === 'rules')) warnings.push(...doubts);
  return [...said];
}
