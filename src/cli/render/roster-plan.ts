/** What would become of the roster: lines, people, turns that jump. */
import type { RosterPlanJson } from '../../relay/api/roster-wire.ts';
import { clean } from './style.ts';
import { differently } from './told.ts';
import type { Style } from './style.ts';

/** The whole plan, ready to be read before saying yes. */
export function renderPlan(plan: RosterPlanJson, style: Style): string {
  if (plan.changes === 'nothing')
    return `Nothing changes: the roster is like this at version ${plan.version}.\n`;
  const parts = [
    plan.changes === 'text'
      ? 'Only comments and layout change.\n'
      : `Lines that change from version ${plan.version}:\n${indented(plan.lines.map((line) => coloured(line, style)))}`,
  ];
  if (plan.changes === 'roster') {
    parts.push(
      plan.said.oncall.length === 0
        ? 'Nobody is on call differently in the next four weeks.\n'
        : `${differently(Intl.DateTimeFormat().resolvedOptions().timeZone)}\n${indented(plan.said.oncall.map(clean))}`,
    );
  }
  if (plan.said.jumps.length > 0)
    parts.push(style.yellow('Turns jump:\n') + indented(plan.said.jumps.map(clean)));
  if (plan.warnings.length > 0) {
    const lines = plan.warnings.map(({ at, text }) => clean(at === '' ? text : `${at}: ${text}`));
    parts.push(style.yellow('Look at this:\n') + indented(lines));
  }
  return `${parts.join('\n')}\n`;
}

function coloured(line: string, style: Style): string {
  const text = clean(line);
  if (line.startsWith('+')) return style.green(text);
  return line.startsWith('-') ? style.red(text) : text;
}

const indented = (lines: string[]): string => lines.map((line) => `  ${line}\n`).join('');
