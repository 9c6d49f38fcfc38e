/** The list of incidents. */
import type { IncidentJson } from '../../relay/api/wire.ts';
import { table } from './layout.ts';
import type { Cell } from './layout.ts';
import type { Style } from './style.ts';
import { clock, relative } from './when.ts';

type Standing = Pick<IncidentJson, 'status' | 'snoozedUntil' | 'waitsUntil'>;

/** The status; of what is put off, that it is. */
export function statusCell({ status, snoozedUntil, waitsUntil }: Standing, style: Style): Cell {
  const looks = { triggered: style.red, acknowledged: style.yellow, resolved: style.green };
  if (snoozedUntil !== undefined) return { text: 'snoozed', style: style.yellow };
  if (waitsUntil !== undefined) return { text: 'waiting', style: style.yellow };
  return { text: status, style: looks[status] };
}

/** `until Sat 18:00`, of what is put off; else empty. */
export function untilWords({ snoozedUntil, waitsUntil }: Standing, nowMs: number): string {
  const until = snoozedUntil ?? waitsUntil;
  return until === undefined ? '' : `until ${clock(Date.parse(until), nowMs)}`;
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
    statusCell(one, style),
    severityCell(one.severity, style),
    one.service,
    relative(Date.parse(one.openedAt), nowMs),
    summaryOf(one, nowMs),
  ]);
  return table([head.map((text) => ({ text, style: style.dim })), ...rows], width);
}

function summaryOf(one: IncidentJson, nowMs: number): string {
  const until = untilWords(one, nowMs);
  const more = [
    ...(until === '' ? [] : [until]),
    ...(one.maintenance === undefined ? [] : [`maintenance ${one.maintenance}`]),
    ...(one.events > 1 ? [`${one.events} events`] : []),
  ];
  return more.length === 0 ? one.summary : `${one.summary} (${more.join(', ')})`;
}
