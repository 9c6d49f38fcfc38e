/**
 * The incident state machine: one lineage, pure. `step` never throws on any sequence of inputs, and everything it
 * decides leaves a line that says why.
 */
import type { LineageInput, StepResult } from '../engine/effects.ts';
import type { AlertEvent, Stamp } from '../events/types.ts';
import { acknowledge, close, type Answerer } from './answers.ts';
import { numberHere, onDegraded, opens } from './degraded.ts';
import { draft, entryOf, note, type Draft } from './draft.ts';
import { CATCH_ALL_RETRY_MS, ESCALATE, nextLevel, tellFirst, tellFrom } from './escalation.ts';
import { holdOpen, judgeFlapping } from './flapping.ts';
import { isAlone, isMember, leave } from './members.ts';
import { countLate, countRepeat, closeAtOnce, isOver, openIncident, openOf } from './opening.ts';
import { later, surelyBefore } from './order.ts';
import { answeredAt, escalateNow, onOrder, snoozeNow } from './orders.ts';
import { onTimer } from './timers.ts';
import type { Incident, LineageContext, LineageState } from './types.ts';

export const newLineage = (service: string, dedupKey: string): LineageState => ({
  service,
  dedupKey,
  lastResolve: null,
  incident: null,
});

/** Whether this input may open an incident: the caller then names a number before stepping (rule 17). */
export function mayOpen(state: LineageState, input: LineageInput): boolean {
  if (input.kind !== 'event' && input.kind !== 'degraded') return false;
  if (input.event.action !== 'trigger' || openOf(state) !== null) return false;
  return input.kind === 'event' || opens(state, input);
}

/** One input; the new state, what is to be done, and why. */
export function step(
  state: LineageState,
  input: LineageInput,
  context: LineageContext,
): StepResult<LineageState> {
  const d = draft(state, context);
  if ('row' in input && input.row !== undefined) d.came = input.row;
  switch (input.kind) {
    case 'event':
      onEvent(d, input.event, input.stamp);
      break;
    case 'degraded':
      if (input.event.action === 'trigger') onDegraded(d, input);
      else if (input.again !== true) onEvent(d, input.event, input.stamp);
      break;
    case 'command': {
      const number = numberHere(state, input.number);
      if (input.action === 'ack')
        acknowledgeNumber(d, number, person(input.actor, input.stamp), 'by command', input.stamp);
      else resolveByPerson(d, number, input.actor, 'by command');
      break;
    }
    case 'act': {
      const number = numberHere(state, input.number);
      const way = input.via === 'link' ? `link in ${input.channel}` : `${input.channel} reply`;
      const { snooze } = input;
      if (input.action === 'ack' && snooze !== undefined)
        snoozeNumber(d, number, input.person, snooze, input.stamp);
      else if (input.action === 'ack')
        acknowledgeNumber(d, number, person(input.person, input.stamp), `by ${way}`, input.stamp);
      else if (input.action === 'resolve') resolveByPerson(d, number, input.person, `by ${way}`);
      else escalateNumber(d, number, input.person, way, input.stamp);
      break;
    }
    case 'order':
      onOrder(d, numberHere(state, input.number), input);
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
  const { incident } = d.state;
  if (event.note !== undefined && incident !== null)
    note(d, incident, { kind: 'note', actor: event.source, text: event.note });
}

function onMonitorAck(d: Draft, event: AlertEvent, stamp: Stamp): void {
  const incident = openOf(d.state);
  if (incident === null || surelyBefore(stamp, incident.openedBy)) return;
  if (isMember(event) && !isAlone(incident, event)) {
    note(d, incident, {
      kind: 'late',
      actor: event.source,
      text: `acknowledged at the monitor: ${event.summary}; others of the group are open, so it goes on`,
    });
    return;
  }
  if (overtaken(incident, stamp)) {
    note(d, incident, {
      kind: 'late',
      actor: 'relay',
      text: 'an acknowledgement at the monitor, accepted before the latest trigger, does not answer that one',
    });
    return;
  }
  const isFirst = incident.status === 'triggered';
  acknowledgeNumber(d, incident.number, monitor(event.source), 'at the monitor', stamp);
  if (isFirst && isMember(event)) incident.ackedAtMonitor = true;
}

function onTrigger(d: Draft, event: AlertEvent, stamp: Stamp): void {
  const open = openOf(d.state);
  if (open !== null) {
    countRepeat(d, open, event, stamp);
    return;
  }
  const late = isOver(d.state, event, stamp);
  if (late && d.state.incident !== null) {
    countLate(d, d.state.incident, event);
    return;
  }
  const incident = openIncident(d, event, stamp);
  if (incident === null) return;
  if (late) {
    closeAtOnce(d, incident);
    return;
  }
  judgeFlapping(d, incident);
  tellFirst(d, incident, event);
}

function onResolve(d: Draft, event: AlertEvent, stamp: Stamp): void {
  if (isMember(event)) {
    const open = openOf(d.state);
    if (leave(d, open, event, stamp) && open !== null) resolveByMonitor(d, open, event);
    return;
  }
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
  resolveByMonitor(d, incident, event);
}

function resolveByMonitor(d: Draft, incident: Incident, { source, summary }: AlertEvent): void {
  if (!holdOpen(d, incident)) close(d, incident, monitor(source), `resolved by ${source}: ${summary}`);
}

/**
 * A trigger accepted after this was counted before it came here (it had to be looked up, or waited for room). Taken in
 * the order of acceptance, that trigger would have opened again and told somebody (rule 4).
 */
const overtaken = (incident: Incident, stamp: Stamp): boolean =>
  surelyBefore(stamp, incident.lastTrigger ?? incident.openedBy);

function acknowledgeNumber(
  d: Draft,
  number: number,
  by: Answerer,
  how: string,
  stamp: Stamp | undefined,
): void {
  const incident = openOf(d.state);
  if (incident === null || incident.number !== number) return;
  // Whoever has it has all of it, also what comes.
  if (by.isPerson) delete incident.ackedAtMonitor;
  // An acknowledgement by a person ends a snooze, and holds as long as any.
  const endsSnooze = incident.snoozedUntilMs !== undefined && by.isPerson;
  if (incident.status !== 'triggered' && !endsSnooze) return;
  acknowledge(d, incident, by, how);
  answeredAt(incident, stamp);
}

function resolveByPerson(d: Draft, number: number, actor: string, how: string): void {
  const incident = openOf(d.state);
  if (incident === null || incident.number !== number) return;
  close(d, incident, person(actor), `resolved ${how} by ${actor}`);
}

function escalateNumber(
  d: Draft,
  number: number,
  person: string,
  how: string,
  stamp: Stamp | undefined,
): void {
  const incident = openOf(d.state);
  if (incident !== null && incident.number === number) escalateNow(d, incident, person, how, stamp);
}

function snoozeNumber(
  d: Draft,
  number: number,
  person: string,
  until: Parameters<typeof snoozeNow>[3],
  stamp: Stamp | undefined,
): void {
  const incident = openOf(d.state);
  if (incident !== null && incident.number === number) snoozeNow(d, incident, person, until, stamp);
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
  tellFrom(d, incident, nextLevel(incident));
}

const person = (actor: string, stamp?: Stamp): Answerer => ({
  actor,
  isPerson: true,
  ...(stamp === undefined ? {} : { stamp }),
});
const monitor = (actor: string): Answerer => ({ actor, isPerson: false });
