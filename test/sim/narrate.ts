/** What a commit wrote, as lines for people who read a life. */
import { TIMELINE, type TimelineRow } from '../../src/relay/incidents/rows.ts';
import { MESSAGE, type MessageRow } from '../../src/relay/notifications/rows.ts';
import type { Change } from '../../src/relay/store/port.ts';

export function narrate(change: Change): string[] {
  const lines = change.rows.flatMap((row) => {
    if (row.kind === TIMELINE) return [`${change.key} #${row.key} ${said(row.body as TimelineRow)}`];
    if (row.kind !== MESSAGE) return [];
    const message = row.body as MessageRow;
    return [`${message.id} ${message.channel} ${message.status}: ${message.log.at(-1)?.text ?? ''}`];
  });
  return lines.length === 0 ? [`commit ${change.key}`] : lines;
}

const said = (line: TimelineRow): string =>
  `${line.kind} by ${line.actor}: ${line.text}${line.count === undefined ? '' : ` (${line.count})`}`;
