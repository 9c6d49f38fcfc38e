/** What the duty of a step depends on, known before it: the severity and the policy that the incident will have. */
import type { LineageInput } from '../engine/effects.ts';
import type { AlertEvent, Severity } from '../events/types.ts';
import type { About, DutyQuestion } from '../oncall/types.ts';
import { isElsewhere, openOf, worse } from './opening.ts';
import type { Incident, LineageState } from './types.ts';

/** With the input taken into account: a trigger may raise the severity, a person may give it another policy. */
export function questionOf(state: LineageState, input: LineageInput): DutyQuestion {
  const open = openOf(state);
  const severity = severityAfter(open?.severity, input);
  const policy = open === null ? undefined : (policyGiven(input) ?? open.policy);
  const routed = routedAfter(open, input);
  const about = aboutOf(state, input);
  return {
    ...(severity === undefined ? {} : { severity }),
    ...(policy === undefined ? {} : { policy }),
    ...(routed === undefined ? {} : { routed }),
    ...(about === null ? {} : { about }),
  };
}

/** What the incident is about that is open, or that the input opens; null: there is none. */
function aboutOf(state: LineageState, input?: LineageInput): About | null {
  const { dedupKey } = state;
  const event = input?.kind === 'event' || input?.kind === 'degraded' ? input.event : undefined;
  const open = openOf(state);
  const incident = open ?? event;
  if (incident === undefined) return null;
  const { summary, host } = incident;
  // Of one key too some monitors tell about several hosts: where one is in maintenance, the others aren't.
  if (open !== null && (open.hostsDiffer === true || isMoreHosts(open, event)))
    return { dedupKey, summary: dedupKey };
  // A group is about its own key, and about a host only if all of it is there: what fits one doesn't hide the others.
  if (open?.members !== undefined || event?.member !== undefined) {
    const isThere = host !== undefined && (event?.action !== 'trigger' || event.host === host);
    return { dedupKey, summary: dedupKey, ...(isThere ? { host } : {}) };
  }
  return { dedupKey, summary, ...(host === undefined ? {} : { host }) };
}

const isMoreHosts = (open: Incident, event: AlertEvent | undefined): boolean =>
  event?.action === 'trigger' && event.member === undefined && isElsewhere(open, event);

/** So far apart two clocks may be that are both trusted (rule 4). */
const APART_MS = 2_000;

/**
 * The moment by which who is on call is decided: a handoff is found at its boundary, and taken by a host whose clock may
 * not have come there yet. It comes only once.
 */
export function dutyAtMs(input: LineageInput, nowMs: number): number {
  if (input.kind !== 'order' || input.order.verb !== 'handoff') return nowMs;
  const { atMs } = input.order;
  return atMs <= nowMs + APART_MS ? Math.max(nowMs, atMs) : nowMs;
}

/** What decides how long an incident waits; null: it doesn't. */
export function waitQuestion(state: LineageState): DutyQuestion | null {
  const open = openOf(state);
  if (open?.waits === undefined || open.status !== 'triggered') return null;
  const about = aboutOf(state);
  return {
    severity: open.severity,
    ...(open.policy === undefined ? {} : { policy: open.policy }),
    ...(open.routed === undefined ? {} : { routed: open.routed }),
    ...(about === null ? {} : { about }),
  };
}

function severityAfter(present: Severity | undefined, input: LineageInput): Severity | undefined {
  if ((input.kind !== 'event' && input.kind !== 'degraded') || input.event.action !== 'trigger')
    return present;
  return present === undefined ? input.event.severity : worse(present, input.event.severity);
}

/** The policy of a rule counts for what opens by it, and for what becomes more severe by it. */
function routedAfter(open: Incident | null, input: LineageInput): string | undefined {
  if ((input.kind !== 'event' && input.kind !== 'degraded') || input.event.action !== 'trigger')
    return open?.routed;
  const { policy, severity } = input.event;
  if (open === null) return policy;
  return worse(severity, open.severity) === open.severity ? open.routed : (policy ?? open.routed);
}

const policyGiven = (input: LineageInput): string | undefined =>
  input.kind === 'order' && input.order.verb === 'reassign' && 'policy' in input.order
    ? input.order.policy
    : undefined;
