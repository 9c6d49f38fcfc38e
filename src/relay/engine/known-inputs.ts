/**
 * Which inputs and timers this version knows. What another version brings is refused, never taken for something else or
 * for nothing: whoever brought it does it itself, or leaves it undone.
 */
import { ORDERS, PINGS } from '../events/types.ts';
import { ACK_TIMEOUT, AUTO_RESOLVE, ESCALATE, SNOOZE } from '../incidents/escalation.ts';
import { JUDGE } from '../heartbeats/draft.ts';
import { STEADY } from '../incidents/flapping.ts';
import { GO, LATER } from '../notifications/asks.ts';
import { NOTICES } from '../notifications/notices.ts';
import type { HeartbeatInput } from '../heartbeats/types.ts';
import type { LineageInput, ResponderInput } from './effects.ts';
import type { FiredTimer } from './lane-queue.ts';
import type { Target } from './targets.ts';

const LINEAGE: Record<LineageInput['kind'] | FiredTimer['kind'], true> = {
  event: true,
  degraded: true,
  command: true,
  order: true,
  act: true,
  unreachable: true,
  timer: true,
  fired: true,
};

const RESPONDER: Record<ResponderInput['kind'] | FiredTimer['kind'], true> = {
  tell: true,
  cancel: true,
  adopt: true,
  reply: true,
  test: true,
  notice: true,
  timer: true,
  outcome: true,
  settled: true,
  receipt: true,
  go: true,
  fired: true,
};

const HEARTBEAT: Record<HeartbeatInput['kind'] | FiredTimer['kind'], true> = {
  ping: true,
  timer: true,
  fired: true,
};

const KINDS: Record<Target['kind'], Record<string, true>> = {
  lineage: LINEAGE,
  responder: RESPONDER,
  heartbeat: HEARTBEAT,
};

const ACTIONS: readonly string[] = ['ack', 'resolve', 'escalate'] satisfies Extract<
  LineageInput,
  { kind: 'act' }
>['action'][];

const INCIDENT_TIMERS: readonly string[] = [ESCALATE, ACK_TIMEOUT, SNOOZE, AUTO_RESOLVE, STEADY];

/** Throws a TypeError on an input of a kind, an order or an action that this version doesn't know. */
export function checkKnown({ kind, input }: Pick<Target, 'kind' | 'input'>): void {
  if (!Object.hasOwn(KINDS, kind) || !Object.hasOwn(KINDS[kind], input.kind))
    throw unknown('input', input.kind);
  if (input.kind === 'ping' && !(PINGS as readonly string[]).includes(input.what))
    throw unknown('ping', input.what);
  if (input.kind === 'order' && !(ORDERS as readonly string[]).includes(input.order.verb))
    throw unknown('order', input.order.verb);
  if ((input.kind === 'command' || input.kind === 'act') && !ACTIONS.includes(input.action))
    throw unknown('action', input.action);
}

/** The name, as an incident's timer. Throws a TypeError on one that this version doesn't know. */
export function knownIncidentTimer(name: string): string {
  if (INCIDENT_TIMERS.includes(name)) return name;
  throw unknown('timer of an incident', name);
}

/** The name, as a responder's timer. Throws a TypeError on one that this version doesn't know. */
export function knownResponderTimer(name: string): string {
  if (name === GO || name === LATER || name === NOTICES || /^m\d+$/.test(name)) return name;
  throw unknown('timer of a person', name);
}

/** The name, as a heartbeat's timer. Throws a TypeError on one that this version doesn't know. */
export function knownHeartbeatTimer(name: string): string {
  if (name === JUDGE) return name;
  throw unknown('timer of a heartbeat', name);
}

/** What only another version can have made: not wrong, but nothing that this one can do. */
export class UnknownHere extends TypeError {
  override name = 'UnknownHere';
}

/** `what` and `name` in words: what it is that this version doesn't know. */
export const unknown = (what: string, name: string): UnknownHere =>
  new UnknownHere(
    `the ${what} "${name}" is not known here: a newer version made it; bring this host to that version`,
  );
