/** What `relay` alone shows: open incidents, who is on call, what is broken. */
import type { OverviewJson } from '../../relay/api/wire.ts';
import { renderIncidents } from './incidents.ts';
import { wrap } from './layout.ts';
import { renderOncall } from './oncall.ts';
import { renderProblems } from './status.ts';
import type { Style } from './style.ts';

export function renderOverview(one: OverviewJson, style: Style, width: number | null, nowMs: number): string {
  const open = one.status.open.triggered + one.status.open.acknowledged;
  let text = '';
  if (one.incidents.length === 0) {
    text += `${style.green('No open incidents.')}\n`;
  } else {
    text += `${style.bold(`Open incidents: ${open}`)} (${one.status.open.triggered} not acknowledged)\n`;
    text += renderIncidents(one.incidents, style, width, nowMs);
    const more = open - one.incidents.length;
    if (more > 0) text += `  and ${more} more: relay incidents\n`;
    text += style.dim('  relay incident show N, relay ack N, relay resolve N') + '\n';
  }
  text += `\n${style.bold('On call')}\n`;
  text += one.oncall.length === 0 ? '  no services\n' : renderOncall(one.oncall, style, width, nowMs, false);
  text += '\n';
  for (const note of one.status.notes) text += wrap(`${style.yellow('!')} `, note, width, 2);
  return text + renderProblems(one.status.problems, style, width, nowMs);
}
