/** What a person decides about an open incident besides answering it, and what a handoff does to it. */
import type { LineageInput } from '../engine/effects.ts';
import type { Stamp } from '../events/types.ts';
import { snooze } from './answers.ts';
import { note, type Draft } from './draft.ts';
import { cancelFor, giveTo, nextLevel, tellFrom, triggerAgain } from './escalation.ts';
import { openOf } from './opening.ts';
import { later, surelyBefore } from './order.ts';
import type { Incident } from './types.ts';

type OrderInput = Extract<LineageInput, { kind: 'order' }>;
type Handoff = Extract<OrderInput['order'], { verb: 'handoff' }>;

/** `number` is the incident's here; an order about another one, or one that is over, changes nothing. */
export function onOrder(d: Draft, number: number, { order, actor, stamp }: OrderInput): void {
  const { incident: last } = d.state;
  if (order.verb === 'note' && last?.number === number) {
    note(d, last, { kind: 'note', actor, text: order.text });
    return;
  }
  const incident = openOf(d.state);
  if (incident === null || incident.number !== number) return;
  switch (order.verb) {
    case 'snooze':
      snoozeNow(d, incident, actor, order, stamp);
      break;
    case 'reassign':
      if (isUndone(d, incident, 'reassign', actor, stamp)) return;
      if ('person' in order) giveBy(d, incident, order.person, actor);
      else goBy(d, incident, order.policy, actor);
      answeredAt(incident, stamp);
      break;
    case 'escalate':
      escalateNow(d, incident, actor, 'command', stamp);
      break;
    case 'handoff':
      handOver(d, incident, order);
      break;
    case 'note':
      break;
  }
}

/** An answer was given: what was accepted before it and comes late doesn't undo it (rule 4). */
export function answeredAt(incident: Incident, stamp: Stamp | undefined): void {
  if (stamp !== undefined) incident.answered = later(incident.answered ?? null, stamp);
}

/**
 * Whether what was accepted after this, and came here before it, has put an end to it already (rule 4). An escalation
 * is not undone by another: each goes a level up.
 */
function isUndone(
  d: Draft,
  incident: Incident,
  verb: keyof typeof LATE,
  actor: string,
  stamp: Stamp | undefined,
): boolean {
  if (stamp === undefined) return false;
  const newer = [incident.answered, verb === 'escalate' ? undefined : incident.escalated];
  if (!newer.some((one) => one !== undefined && surelyBefore(stamp, one))) return false;
  note(d, incident, {
    kind: 'late',
    actor: 'relay',
    text: `${LATE[verb]} by ${actor} came late: what was decided after it stays`,
  });
  return true;
}

const LATE = { snooze: 'a snooze', reassign: 'a reassignment', escalate: 'an escalation' };

/** Nobody is told before; at its end whoever had it is told again. */
export function snoozeNow(
  d: Draft,
  incident: Incident,
  actor: string,
  { untilMs, until }: { untilMs: number; until: string },
  stamp: Stamp | undefined,
): void {
  if (isUndone(d, incident, 'snooze', actor, stamp)) return;
  snooze(d, incident, { actor, ...(stamp === undefined ? {} : { stamp }) }, untilMs, until);
  answeredAt(incident, stamp);
}

/** The next level is told at once, also of what somebody had answered, or what was waiting. */
export function escalateNow(
  d: Draft,
  incident: Incident,
  actor: string,
  how: string,
  stamp: Stamp | undefined,
): void {
  if (isUndone(d, incident, 'escalate', actor, stamp)) return;
  if (stamp !== undefined) incident.escalated = later(incident.escalated ?? null, stamp);
  triggerAgain(d, incident);
  note(d, incident, { kind: 'escalate', actor, text: `escalated by ${actor} (${how})` });
  tellFrom(d, incident, nextLevel(incident), true);
}

function giveBy(d: Draft, incident: Incident, person: string, actor: string): void {
  const next = nextLevel(incident);
  takeBack(d, incident, `given to ${person} by ${actor}`);
  note(d, incident, { kind: 'reassigned', actor, text: `reassigned to ${person} by ${actor}` });
  giveTo(d, incident, person, { why: `reassigned by ${actor}`, next, anyway: true });
}

function goBy(d: Draft, incident: Incident, policy: string, actor: string): void {
  takeBack(d, incident, `given to policy ${policy} by ${actor}`);
  note(d, incident, { kind: 'reassigned', actor, text: `reassigned to policy ${policy} by ${actor}` });
  incident.policy = policy;
  incident.level = 0;
  incident.round = 0;
  incident.catchAll = false;
  incident.levelsSeen = d.context.duty.levels.length;
  delete incident.plan;
  tellFrom(d, incident, 0, true);
}

function takeBack(d: Draft, incident: Incident, why: string): void {
  triggerAgain(d, incident);
  cancelFor(d, incident, incident.told, `#${incident.number} was ${why}`);
}

/**
 * Whoever had it has gone off call: it goes to who came on in their place; others who have it too keep it, until their
 * own handoff at the same boundary. What is snoozed stays so, and comes to whoever is on call at its end.
 */
function handOver(d: Draft, incident: Incident, { rotation, from, to, atMs }: Handoff): void {
  const { duty } = d.context;
  const here = duty.levels[incident.level]?.people ?? [];
  const isTheirs = incident.assigned.includes(from) && here.includes(to) && !here.includes(from);
  if (duty.handover !== true || !isTheirs || from === to) return;
  if (incident.snoozedUntilMs !== undefined || incident.catchAll) return;
  if (incident.handedOverAtMs !== undefined && incident.handedOverAtMs > atMs) return;
  triggerAgain(d, incident);
  incident.handedOverAtMs = atMs;
  note(d, incident, {
    kind: 'handover',
    actor: 'relay',
    text: `handed over from ${from} to ${to} at the handoff of rotation ${rotation}`,
  });
  cancelFor(d, incident, [from], `#${incident.number} was handed over to ${to}`);
  const why = `on call in rotation ${rotation} now`;
  giveTo(d, incident, to, { why, next: incident.level + 1, insteadOf: from });
}
