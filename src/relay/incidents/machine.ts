/**
 * The incident state machine: one lineage, pure. `step` never throws on any sequence of inputs, and everything it
 * decides leaves a line that says why.
 */
import type { LineageInput, StepResult } from '../engine/effects.ts';
import { SEVERITIES, type AlertEvent, type Severity, type Stamp } from '../events/types.ts';
import { draft, entryOf, note, noteRepeat, type Draft } from './draft.ts';
import { CATCH_ALL_RETRY_MS, ESCALATE, cancelAll, tellFrom } from './escalation.ts';
import { later, surelyBefore } from './order.ts';
import type { Incident, LineageContext, LineageState } from './types.ts';

export const newLineage = (service: string, dedupKey: string): LineageState => ({
  service,
  dedupKey,
  lastResolve: null,
  incident: null,
});

/** Whether this input may open an incident: the caller then names a number before stepping (rule 17). */
export function mayOpen(state: LineageState, input: LineageInput): boolean {
  return input.kind === 'event' && input.event.action === 'trigger' && openOf(state) === null;
}

/** One input; the new state, what is to be done, and why. */
export function step(
  state: LineageState,
  input: LineageInput,
  context: LineageContext,
): StepResult<LineageState> {
  const d = draft(state, context);
  switch (input.kind) {
    case 'event':
      onEvent(d, input.event, input.stamp);
      break;
    case 'command':
      if (input.action === 'ack') acknowledge(d, input.number, input.actor, 'by command');
      else resolveByPerson(d, input.number, input.actor, 'by command');
      break;
    case 'act':
      if (input.action === 'ack') acknowledge(d, input.number, input.person, `by ${input.channel} reply`);
      else if (input.action === 'resolve')
        resolveByPerson(d, input.number, input.person, `by ${input.channel} reply`);
      else escalateNow(d, input.number, input.person, `${input.channel} reply`);
      break;
    case 'unreachable':
      onUnreachable(d, input.number, input.counter, input.person, input.why);
      break;
    case 'timer':
      onTimer(d, input.name);
      break;
  }
  if (d.state.incident !== null && d.reasons.length > 0) {
    d.effects.incidents.push(entryOf(d.state, d.state.incident));
  }
  return { state: d.state, effects: d.effects, reason: d.reasons.join('; ') };
}

/** The incident while it is open; null when there is none or it is resolved. */
function openOf(state: LineageState): Incident | null {
  return state.incident !== null && state.incident.status !== 'resolved' ? state.incident : null;
}

function onEvent(d: Draft, event: AlertEvent, stamp: Stamp): void {
  switch (event.action) {
    case 'trigger':
      onTrigger(d, event, stamp);
      break;
    case 'resolve':
      onResolve(d, event, stamp);
      break;
    case 'acknowledge':
      onMonitorAck(d, event, stamp);
      break;
    case 'none':
      break;
  }
}

function onMonitorAck(d: Draft, event: AlertEvent, stamp: Stamp): void {
  const incident = openOf(d.state);
  if (incident === null || surelyBefore(stamp, incident.openedBy)) return;
  if (overtaken(incident, stamp)) {
    note(d, incident, {
      kind: 'late',
      actor: 'relay',
      text: 'an acknowledgement at the monitor, accepted before the latest trigger, does not answer that one',
    });
    return;
  }
  acknowledge(d, incident.number, event.source, 'at the monitor');
}

function onTrigger(d: Draft, event: AlertEvent, stamp: Stamp): void {
  const open = openOf(d.state);
  if (open !== null) {
    open.events += 1;
    open.lastTrigger = later(open.lastTrigger ?? open.openedBy, stamp);
    noteRepeat(d, open, `again: ${event.summary}`);
    if (rank(event.severity) < rank(open.severity)) {
      note(d, open, {
        kind: 'severity',
        actor: 'relay',
        text: `severity raised from ${open.severity} to ${event.severity}`,
      });
      open.severity = event.severity;
    }
    return;
  }
  const { incident, lastResolve } = d.state;
  const late = lastResolve !== null && surelyBefore(stamp, lastResolve);
  if (late && incident !== null) {
    incident.events += 1;
    note(d, incident, {
      kind: 'late',
      actor: 'relay',
      text: `a trigger accepted before the resolve arrived after it: counted, not opened again (${event.summary})`,
    });
    return;
  }
  openIncident(d, event, stamp, late);
}

function openIncident(d: Draft, event: AlertEvent, stamp: Stamp, late: boolean): void {
  const { nextNumber, duty, nowMs } = d.context;
  if (nextNumber === null) {
    // The caller asks mayOpen first; without a number nothing may change, and the caller sees no reason.
    return;
  }
  const incident: Incident = {
    number: nextNumber,
    status: 'triggered',
    severity: event.severity,
    summary: event.summary,
    ...(event.details === undefined ? {} : { details: event.details }),
    openedAtMs: stamp.atMs,
    openedBy: stamp,
    rosterVersion: duty.rosterVersion,
    events: 1,
    lines: 0,
    run: null,
    counter: 0,
    level: 0,
    round: 0,
    catchAll: false,
    levelsSeen: duty.levels.length,
    reaching: [],
    told: [],
    assigned: [],
    answeredBy: null,
  };
  d.state.incident = incident;
  const why = event.reason === undefined ? '' : ` (${event.reason})`;
  const waited = nowMs - stamp.atMs;
  const delay = waited > 5_000 ? `, accepted ${Math.round(waited / 1_000)} s ago` : '';
  note(d, incident, {
    kind: 'opened',
    actor: event.source,
    text: `opened by ${event.source}, ${event.severity}: ${event.summary}${why}${delay}`,
  });
  if (late) {
    incident.status = 'resolved';
    note(d, incident, {
      kind: 'resolved',
      actor: 'relay',
      text: 'already resolved: the resolve was accepted after this trigger',
    });
    return;
  }
  tellFrom(d, incident, 0);
}

function onResolve(d: Draft, event: AlertEvent, stamp: Stamp): void {
  d.state.lastResolve = later(d.state.lastResolve, stamp);
  const incident = openOf(d.state);
  if (incident === null) return;
  if (surelyBefore(stamp, incident.openedBy)) {
    note(d, incident, {
      kind: 'late',
      actor: 'relay',
      text: 'a resolve accepted before this incident was opened does not close it',
    });
    return;
  }
  if (overtaken(incident, stamp)) {
    note(d, incident, {
      kind: 'late',
      actor: 'relay',
      text: 'a resolve accepted before the latest trigger does not close it: the problem came back after',
    });
    return;
  }
  close(d, incident, event.source, `resolved by ${event.source}: ${event.summary}`);
}

/**
 * A trigger accepted after this was counted before it came here (it had to be looked up, or waited for room). Taken in
 * the order of acceptance, that trigger would have opened again and told somebody (rule 4).
 */
const overtaken = (incident: Incident, stamp: Stamp): boolean =>
  surelyBefore(stamp, incident.lastTrigger ?? incident.openedBy);

function acknowledge(d: Draft, number: number, actor: string, how: string): void {
  const incident = openOf(d.state);
  if (incident === null || incident.number !== number || incident.status !== 'triggered') return;
  incident.status = 'acknowledged';
  incident.answeredBy = actor;
  const present = incident.told.includes(actor);
  incident.assigned = present ? [actor] : incident.assigned;
  note(d, incident, {
    kind: 'acknowledged',
    actor,
    text: `acknowledged ${how} by ${actor}: nobody else is told`,
  });
  cancelAll(d, incident, `#${number} was acknowledged by ${actor}`);
}

function resolveByPerson(d: Draft, number: number, actor: string, how: string): void {
  const incident = openOf(d.state);
  if (incident === null || incident.number !== number) return;
  close(d, incident, actor, `resolved ${how} by ${actor}`);
}

function close(d: Draft, incident: Incident, actor: string, text: string): void {
  incident.status = 'resolved';
  incident.answeredBy = actor;
  note(d, incident, { kind: 'resolved', actor, text });
  cancelAll(d, incident, `#${incident.number} was resolved by ${actor}`);
}

function escalateNow(d: Draft, number: number, person: string, how: string): void {
  const incident = openOf(d.state);
  if (incident === null || incident.number !== number) return;
  incident.status = 'triggered';
  note(d, incident, { kind: 'escalate', actor: person, text: `escalated by ${person} (${how})` });
  tellFrom(d, incident, incident.level + 1);
}

function onTimer(d: Draft, name: string): void {
  const { incident } = d.state;
  if (name !== ESCALATE || incident === null || incident.status !== 'triggered') return;
  if (incident.catchAll) {
    note(d, incident, {
      kind: 'escalate',
      actor: 'relay',
      text: 'still nobody answered: the catch-all again',
    });
    tellFrom(d, incident, d.context.duty.levels.length);
    return;
  }
  note(d, incident, {
    kind: 'escalate',
    actor: 'relay',
    text: `no answer from level ${incident.level + 1} in time`,
  });
  tellFrom(d, incident, incident.level + 1);
}

function onUnreachable(d: Draft, number: number, counter: number, person: string, why: string): void {
  const { incident } = d.state;
  if (incident === null || incident.number !== number || incident.status !== 'triggered') return;
  const reaching = incident.reaching.filter((one) => one.person !== person || one.counter !== counter);
  if (reaching.length === incident.reaching.length) return;
  incident.reaching = reaching;
  note(d, incident, { kind: 'unreachable', actor: 'relay', text: `${person} could not be reached: ${why}` });
  if (reaching.length > 0) return;
  if (incident.catchAll) {
    note(d, incident, {
      kind: 'nobody',
      actor: 'relay',
      text: `NOBODY COULD BE REACHED by any method; trying the catch-all again in ${CATCH_ALL_RETRY_MS / 1_000} s`,
    });
    d.effects.setTimers.push({ name: ESCALATE, atMs: d.context.nowMs + CATCH_ALL_RETRY_MS });
    return;
  }
  tellFrom(d, incident, incident.level + 1);
}

/** 0 is the most severe. */
function rank(severity: Severity): number {
  return SEVERITIES.indexOf(severity);
}
