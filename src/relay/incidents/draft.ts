/** A step under way: the state being written and the effects it gathers. Lives within one call of `step`. */
import type { Effects } from '../engine/effects.ts';
import { titleOf } from './title.ts';
import type { IncidentEntry, WorkId } from '../store/port.ts';
import { TIMELINE, lineageKey, timelineKey, type IncidentBody, type TimelineRow } from './rows.ts';
import type { Incident, LineageContext, LineageState } from './types.ts';

export interface Draft {
  state: LineageState;
  readonly context: LineageContext;
  readonly effects: Effects;
  reasons: string[];
  /** Where the journal has the event that is taken, until a line stands for it. */
  came?: WorkId;
}

export function draft(state: LineageState, context: LineageContext): Draft {
  return {
    state: { ...state, incident: state.incident === null ? null : { ...state.incident } },
    context,
    effects: { handovers: [], setTimers: [], cancelTimers: [], rows: [], incidents: [] },
    reasons: [],
  };
}

/** One line in the incident's timeline; its text is also the step's reason. */
export function note(d: Draft, incident: Incident, line: Omit<TimelineRow, 'atMs' | 'count' | 'came'>): void {
  writeLine(d, incident.number, incident.lines, { atMs: d.context.nowMs, ...line, ...cameWith(d) });
  incident.lines += 1;
  incident.run = null;
  d.reasons.push(line.text);
}

/** Counts one more event on the line for repeats, or starts that line. */
export function noteRepeat(d: Draft, incident: Incident, text: string): void {
  const run = incident.run ?? { line: incident.lines, count: 0, atMs: d.context.nowMs };
  if (incident.run === null) incident.lines += 1;
  const { came = [] } = cameWith(d);
  const all = [...(run.came ?? []), ...came].slice(-CAME_MOST);
  incident.run = { ...run, count: run.count + 1, ...(all.length === 0 ? {} : { came: all }) };
  writeLine(d, incident.number, run.line, {
    atMs: run.atMs,
    kind: 'event',
    text,
    actor: 'relay',
    count: run.count + 1,
    ...(all.length === 0 ? {} : { came: all }),
  });
  d.reasons.push(text);
}

/** Of many events on one line, the newest: states stay small. */
const CAME_MOST = 5;

/** Only the first line that an event writes stands for it. */
function cameWith(d: Draft): Pick<TimelineRow, 'came'> {
  const { came } = d;
  delete d.came;
  return came === undefined ? {} : { came: [came] };
}

function writeLine(d: Draft, number: number, line: number, row: TimelineRow): void {
  d.effects.rows.push({ kind: TIMELINE, key: timelineKey(number, line), body: row });
}

/** Until when nobody is told, by a person or by a rule of the policy. */
function putOff(incident: Incident): Pick<IncidentBody, 'snoozedUntil' | 'waitsUntil'> {
  const { status, snoozedUntilMs, waits } = incident;
  return {
    ...(status !== 'acknowledged' || snoozedUntilMs === undefined
      ? {}
      : { snoozedUntil: new Date(snoozedUntilMs).toISOString() }),
    ...(status !== 'triggered' || waits === undefined
      ? {}
      : { waitsUntil: new Date(waits.untilMs).toISOString() }),
  };
}

/** The list entry as the state now is. */
export function entryOf(state: LineageState, incident: Incident): IncidentEntry {
  const body: IncidentBody = {
    number: incident.number,
    service: state.service,
    dedupKey: state.dedupKey,
    status: incident.status,
    severity: incident.severity,
    summary: titleOf(incident),
    openedAt: new Date(incident.openedAtMs).toISOString(),
    events: incident.events,
    assignedTo: incident.assigned,
    ...putOff(incident),
    ...(incident.maintenance === undefined ? {} : { maintenance: incident.maintenance }),
  };
  return {
    number: incident.number,
    lineage: lineageKey(state.service, state.dedupKey),
    open: incident.status !== 'resolved',
    body,
  };
}
