/** The list of incidents. */
import type { IncidentJson } from '../../relay/api/wire.ts';
import { table } from './layout.ts';
import type { Cell } from './layout.ts';
import type { Style } from './style.ts';
import { relative } from './when.ts';

export function statusCell(status: IncidentJson['status'], style: Style): Cell {
  const looks = { triggered: style.red, acknowledged: style.yellow, resolved: style.green };
  return { text: status, style: looks[status] };
}

export function severityCell(severity: IncidentJson['severity'], style: Style): Cell {
  if (severity === 'critical' || severity === 'error') return { text: severity, style: style.bold };
  return { text: severity };
}

/** One line an incident, newest first. */
export function renderIncidents(
  incidents: IncidentJson[],
  style: Style,
  width: number | null,
  nowMs: number,
): string {
  const head = ['#', 'STATUS', 'SEVERITY', 'SERVICE', 'OPENED', 'SUMMARY'];
  const rows = incidents.map((one): (Cell | string)[] => [
    { text: String(one.number), style: style.bold },
    statusCell(one.status, style),
    severityCell(one.severity, style),
    one.service,
    relative(Date.parse(one.openedAt), nowMs),
    one.events > 1 ? `${one.summary} (${one.events} events)` : one.summary,
  ]);
  return table([head.map((text) => ({ text, style: style.dim })), ...rows], width);
}
