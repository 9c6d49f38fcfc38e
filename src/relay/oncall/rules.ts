/** What the rules of a policy say for a severity at an instant: tell, wait, or go by another policy. Pure. */
import type { Severity } from '../events/types.ts';
import { hoursWords } from './hours-words.ts';
import { DAY_MS } from './rotations/civil.ts';
import { OpenHours } from './rotations/hours.ts';
import { zoneOf } from './rotations/zone.ts';
import type { Hours, Policy, PolicyRule } from './types.ts';

/** Hours come back every week; a day more for a clock change. */
const WEEK_MS = 8 * DAY_MS;
/** A wait that has no end within this would have none at all. */
const WAIT_SEEN_MS = 2 * WEEK_MS;

/** The first rule that applies; null: none does. Without a severity, only rules for all severities do. */
export function ruleAt(policy: Policy, severity: Severity | undefined, atMs: number): PolicyRule | null {
  return policy.rules?.find((rule) => applies(policy, rule, severity, atMs)) ?? null;
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
  for (let edgeMs = rulesHoldUntilMs(policy, atMs); edgeMs < atMs + WAIT_SEEN_MS; ) {
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
  for (const rule of policy.rules ?? []) {
    for (const open of [hoursOf(policy, rule, 'during'), hoursOf(policy, rule, 'outside')]) {
      for (const { fromMs, untilMs } of open?.within(atMs, atMs + WEEK_MS) ?? []) {
        if (fromMs > atMs) soonestMs = Math.min(soonestMs, fromMs);
        if (untilMs > atMs) soonestMs = Math.min(soonestMs, untilMs);
      }
    }
  }
  return soonestMs;
}

/** `info outside mon-fri 08:00-18:00 (rule 1 of policy ops)`. */
function ruleWords(policy: Policy, rule: PolicyRule, severity: Severity | undefined): string {
  const when = [
    ...(rule.during === undefined ? [] : [`during ${rule.during.map(hoursWords).join(', ')}`]),
    ...(rule.outside === undefined ? [] : [`outside ${rule.outside.map(hoursWords).join(', ')}`]),
  ];
  const number = (policy.rules?.indexOf(rule) ?? 0) + 1;
  return `${severity ?? 'everything'} ${when.join(' and ')} (rule ${number} of policy ${policy.id})`;
}

function applies(policy: Policy, rule: PolicyRule, severity: Severity | undefined, atMs: number): boolean {
  if (rule.severities !== undefined && (severity === undefined || !rule.severities.includes(severity)))
    return false;
  const during = hoursOf(policy, rule, 'during');
  const outside = hoursOf(policy, rule, 'outside');
  // What can't be read on this host keeps nobody from being told.
  if ((rule.during !== undefined && during === null) || (rule.outside !== undefined && outside === null))
    return false;
  if (during !== null && during.within(atMs, atMs + 1).length === 0) return false;
  return outside === null || outside.within(atMs, atMs + 1).length === 0;
}

type Span = 'during' | 'outside';

/** Read once for each list of hours and zone. */
const known = new WeakMap<readonly Hours[], Map<string, OpenHours | null>>();

function hoursOf(policy: Policy, rule: PolicyRule, span: Span): OpenHours | null {
  const hours = rule[span];
  if (hours === undefined) return null;
  const zone = policy.zone ?? 'UTC';
  const zones = known.get(hours) ?? new Map<string, OpenHours | null>();
  known.set(hours, zones);
  const before = zones.get(zone);
  if (before !== undefined) return before;
  const read = readHours(zone, hours);
  zones.set(zone, read);
  return read;
}

function readHours(zone: string, hours: readonly Hours[]): OpenHours | null {
  try {
    return new OpenHours(zoneOf(zone), hours);
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}
