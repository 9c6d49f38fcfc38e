/** A trigger: the incident it opens, or the one it counts on (S2). */
import { SEVERITIES, type AlertEvent, type Severity, type Stamp } from '../events/types.ts';
import { joinedSince } from './answers.ts';
import { note, noteRepeat, type Draft } from './draft.ts';
import { judgeWait } from './escalation.ts';
import { renewExpiry } from './expiry.ts';
import { isHeld, unsteady } from './flapping.ts';
import { endMembers, firstMember, isMember, isMemberOver, isNews, join } from './members.ts';
import { later, surelyBefore } from './order.ts';
import { goByRule } from './routing.ts';
import type { Incident, LineageState } from './types.ts';

/** The incident while it is open; null when there is none or it is resolved. */
export function openOf(state: LineageState): Incident | null {
  return state.incident !== null && state.incident.status !== 'resolved' ? state.incident : null;
}

/** Whether its resolve came first, though it was accepted after it (rule 4). */
export const isOver = (state: LineageState, event: AlertEvent, stamp: Stamp): boolean =>
  isMember(event)
    ? isMemberOver(state, event, stamp)
    : state.lastResolve !== null && surelyBefore(stamp, state.lastResolve);

/** One more trigger of an open incident: counted, told to nobody. */
export function countRepeat(d: Draft, open: Incident, event: AlertEvent, stamp: Stamp): void {
  // Others keep it open, or it is held; this one has been well since.
  if ((isMember(event) || isHeld(open)) && isOver(d.state, event, stamp)) {
    countLate(d, open, event);
    return;
  }
  unsteady(d, open);
  open.events += 1;
  open.lastTrigger = later(open.lastTrigger ?? open.openedBy, stamp);
  renewExpiry(d, open, event);
  const joins = isNews(open, event);
  noteRepeat(d, open, join(d, open, event, stamp));
  if (isElsewhere(open, event)) open.hostsDiffer = true;
  if (worse(event.severity, open.severity) !== open.severity) {
    note(d, open, {
      kind: 'severity',
      actor: 'relay',
      text: `severity raised from ${open.severity} to ${event.severity}`,
    });
    open.severity = event.severity;
    goByRule(d, open, event);
  }
  if (joins && open.ackedAtMonitor === true) joinedSince(d, open, event.summary);
  judgeWait(d, open);
}

/** Whether a trigger is of another host than the one that it was opened by; `db1` and `db1.example.com` are one. */
export const isElsewhere = ({ host }: Incident, event: AlertEvent): boolean =>
  host !== undefined && event.host !== undefined && shortName(host) !== shortName(event.host);

function shortName(host: string): string {
  const name = host.toLowerCase();
  return /^[\d.]+$/.test(name) ? name : (name.split('.', 1)[0] ?? '');
}

/** A trigger that is over, of an incident that is there: counted on it. */
export function countLate(d: Draft, incident: Incident, event: AlertEvent): void {
  incident.events += 1;
  note(d, incident, {
    kind: 'late',
    actor: 'relay',
    text: `a trigger accepted before the resolve arrived after it: counted, not opened again (${event.summary})`,
  });
}

/** Opens an incident that nobody has been told of; null without a number for it, and then nothing has changed. */
export function openIncident(d: Draft, event: AlertEvent, stamp: Stamp): Incident | null {
  const { nextNumber, duty, nowMs } = d.context;
  // The caller asks mayOpen first; without a number nothing may change, and the caller sees no reason.
  if (nextNumber === null) return null;
  const incident: Incident = {
    number: nextNumber,
    status: 'triggered',
    severity: event.severity,
    summary: event.summary,
    ...(event.details === undefined ? {} : { details: event.details }),
    ...(event.host === undefined ? {} : { host: event.host }),
    ...(event.policy === undefined ? {} : { routed: event.policy }),
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
    expiry: { afterMs: event.expiresAfterMs ?? null, source: event.source, lastMs: nowMs },
    ...firstMember(event, stamp),
  };
  d.state.incident = incident;
  const why = event.reason === undefined ? '' : ` (${event.reason})`;
  const waited = nowMs - stamp.atMs;
  const delay = waited > 5_000 ? `, accepted ${Math.round(waited / 1_000)} s ago` : '';
  note(d, incident, {
    kind: 'opened',
    actor: event.source,
    text: `opened by ${event.source}, ${event.severity}: ${event.summary}${why}${delay}`,
    stamp,
  });
  return incident;
}

/** What was just opened is over already: nobody is told of it. */
export function closeAtOnce(d: Draft, incident: Incident): void {
  incident.status = 'resolved';
  endMembers(incident);
  note(d, incident, {
    kind: 'resolved',
    actor: 'relay',
    text: 'already resolved: the resolve was accepted after this trigger',
  });
}

/** The more severe of two; the second where they are the same. */
export const worse = (a: Severity, b: Severity): Severity =>
  SEVERITIES.indexOf(a) < SEVERITIES.indexOf(b) ? a : b;
