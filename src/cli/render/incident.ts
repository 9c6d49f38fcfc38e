/** One incident: what it is, every decision with its reason, every message. */
import type { IncidentDetailJson, MessageStatus } from '../../relay/api/wire.ts';
import { pad, table, wrap } from './layout.ts';
import type { Cell } from './layout.ts';
import { clean } from './style.ts';
import type { Style } from './style.ts';
import { statusCell, untilWords } from './incidents.ts';
import { clock, when } from './when.ts';

export function renderIncident(
  one: IncidentDetailJson,
  style: Style,
  width: number | null,
  nowMs: number,
): string {
  const status = statusCell(one, style);
  const lead = `#${one.number}  ${status.text}  ${one.severity}  `;
  const shown = `${style.bold(`#${one.number}`)}  ${status.style?.(status.text) ?? status.text}  ${one.severity}  `;
  let text = wrap(shown, one.summary, width, lead.length);
  text += wrap('  service   ', `${one.service} (dedup key: ${one.dedupKey})`, width);
  const events = one.events === 1 ? '1 event' : `${one.events} events`;
  text += wrap('  opened    ', `${when(Date.parse(one.openedAt), nowMs)}; ${events}`, width);
  text += wrap('  assigned  ', one.assignedTo.length === 0 ? 'nobody' : one.assignedTo.join(', '), width);

  const until = untilWords(one, nowMs);
  const why = one.snoozedUntil === undefined ? 'a rule of the policy: nobody is told before' : 'snoozed';
  if (until !== '') text += wrap('  put off   ', `${until}: ${why}`, width);

  text += `\n${style.bold('Timeline')}\n`;
  const times = one.timeline.map((line) => clock(Date.parse(line.at), nowMs, true));
  const timeWidth = Math.max(0, ...times.map((time) => time.length));
  const kindWidth = Math.max(0, ...one.timeline.map((line) => line.kind.length));
  one.timeline.forEach((line, index) => {
    const at = pad(times[index] ?? '', timeWidth);
    const kind = pad(clean(line.kind), kindWidth);
    const by = line.actor === 'relay' || line.text.includes(line.actor) ? '' : ` (${line.actor})`;
    text += wrap(`  ${style.dim(at)}  ${kind}  `, `${line.text}${by}`, width, timeWidth + kindWidth + 6);
  });

  text += `\n${style.bold('Messages')}\n`;
  if (one.messages.length === 0) return `${text}  none yet\n`;
  const rows = one.messages.map((message): (Cell | string)[] => [
    message.id,
    message.channel,
    messageStatus(message.status, style),
    clock(Date.parse(message.at), nowMs, true),
    `to ${message.to}${message.degraded === true ? ' (no quorum)' : ''}${message.error === null ? '' : `: ${message.error}`}`,
  ]);
  return text + table(rows, width, '  ');
}

/** How a message stands; what failed or is in doubt stands out. */
export function messageStatus(status: MessageStatus, style: Style): Cell {
  if (status === 'failed') return { text: status, style: style.red };
  if (status === 'unknown') return { text: status, style: style.yellow };
  if (status === 'delivered' || status === 'accepted') return { text: status, style: style.green };
  return { text: status };
}
