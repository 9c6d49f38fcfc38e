/** What the duty of a step depends on, known before it: the severity and the policy that the incident will have. */
import type { LineageInput } from '../engine/effects.ts';
import type { Severity } from '../events/types.ts';
import type { DutyQuestion } from '../oncall/types.ts';
import { openOf, worse } from './opening.ts';
import type { LineageState } from './types.ts';

/** With the input taken into account: a trigger may raise the severity, a person may give it another policy. */
export function questionOf(state: LineageState, input: LineageInput): DutyQuestion {
  const open = openOf(state);
  const severity = severityAfter(open?.severity, input);
  const policy = open === null ? undefined : (policyGiven(input) ?? open.policy);
  return { ...(severity === undefined ? {} : { severity }), ...(policy === undefined ? {} : { policy }) };
}

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
  return { severity: open.severity, ...(open.policy === undefined ? {} : { policy: open.policy }) };
}

function severityAfter(present: Severity | undefined, input: LineageInput): Severity | undefined {
  if ((input.kind !== 'event' && input.kind !== 'degraded') || input.event.action !== 'trigger')
    return present;
  return present === undefined ? input.event.severity : worse(present, input.event.severity);
}

const policyGiven = (input: LineageInput): string | undefined =>
  input.kind === 'order' && input.order.verb === 'reassign' && 'policy' in input.order
    ? input.order.policy
    : undefined;
