/** What the rules of a policy say for a severity at an instant: tell, wait, or go by another policy. Pure. */
import type { Severity } from '../events/types.ts';
import { END_SEEN_MS, isWhen, openHours, WEEK_MS, whenWords } from './hours-at.ts';
import type { Policy, PolicyRule } from './types.ts';

/** The first rule that applies; null: none does. Without a severity, only rules for all severities do. */
export function ruleAt(policy: Policy, severity: Severity | undefined, atMs: number): PolicyRule | null {
  return policy.rules?.find((rule) => isWhen(rule, zoneFor(policy), severity, atMs)) ?? null;
}

/**
 * Until when nobody is told and why, in words; null: they are. A wait without an end is none: an incident always comes
 * to somebody (S13).
 */
export function waitAt(
  policy: Policy,
  severity: Severity | undefined,
  atMs: number,
): { untilMs: number; why: string } | null {
  const rule = ruleAt(policy, severity, atMs);
  if (rule?.does !== 'wait') return null;
  for (let edgeMs = rulesHoldUntilMs(policy, atMs); edgeMs < atMs + END_SEEN_MS; ) {
    if (ruleAt(policy, severity, edgeMs)?.does !== 'wait') {
      return { untilMs: edgeMs, why: ruleWords(policy, rule, severity) };
    }
    edgeMs = rulesHoldUntilMs(policy, edgeMs);
  }
  return null;
}

/** How long every rule says what it says at an instant, at least; Infinity: for ever. */
export function rulesHoldUntilMs(policy: Policy, atMs: number): number {
  let soonestMs = Infinity;
  for (const { during, outside } of policy.rules ?? []) {
    for (const open of [openHours(during, zoneFor(policy)), openHours(outside, zoneFor(policy))]) {
      for (const { fromMs, untilMs } of open?.within(atMs, atMs + WEEK_MS) ?? []) {
        if (fromMs > atMs) soonestMs = Math.min(soonestMs, fromMs);
        if (untilMs > atMs) soonestMs = Math.min(soonestMs, untilMs);
      }
    }
  }
  return soonestMs;
}

const zoneFor = (policy: Policy): string => policy.zone ?? 'UTC';

/** `info outside mon-fri 08:00-18:00 (rule 1 of policy ops)`. */
function ruleWords(policy: Policy, rule: PolicyRule, severity: Severity | undefined): string {
  const number = (policy.rules?.indexOf(rule) ?? 0) + 1;
  return `${severity ?? 'everything'} ${whenWords(rule)} (rule ${number} of policy ${policy.id})`;
}
