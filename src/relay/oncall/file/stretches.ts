/** Who is told about a service, stretch by stretch: what its rules, its turns and those who stand in make of time. Pure. */
import type { Severity } from '../../events/types.ts';
import { peopleAt } from '../level.ts';
import { waitAt } from '../rules.ts';
import type { Roster } from '../types.ts';
import { dutyHoldsUntilMs } from '../upcoming.ts';
import { policyAt, policyOf } from '../who.ts';

/** A stretch of time in which the same people are told at each level. */
export interface Stretch {
  fromMs: number;
  /** The policy that pages then. */
  policy: string;
  levels: string[][];
  /** Nobody is told in it: a rule has what comes wait until later. */
  waits?: true;
}

/**
 * Without a hole from `fromMs` until `untilMs`; the next begins where one ends. `severity` absent: what doesn't depend
 * on it.
 */
export function stretchesOf(
  roster: Roster,
  service: string,
  fromMs: number,
  untilMs: number,
  severity?: Severity,
): Stretch[] {
  const own = policyOf(roster, service).policy;
  const asked = severity === undefined ? {} : { severity };
  const out: Stretch[] = [];
  for (let atMs = fromMs; atMs < untilMs; atMs = dutyHoldsUntilMs(roster, service, atMs, asked)) {
    const ms = atMs;
    const { policy, policyId } = policyAt(roster, service, ms, asked);
    const waits = own !== null && waitAt(own, severity, ms) !== null;
    out.push({
      fromMs: ms,
      policy: policyId,
      levels:
        policy?.levels.map(({ severities }, index) =>
          severity === undefined || (severities?.includes(severity) ?? true)
            ? peopleAt(roster, policy, index + 1, ms)
            : [],
        ) ?? [],
      ...(waits ? { waits } : {}),
    });
  }
  return out;
}

/** Whether who is told about a service may depend on the severity. */
export function dependsOnSeverity(roster: Roster, service: string): boolean {
  const { policy } = policyOf(roster, service);
  const others = policy?.rules?.flatMap(({ does }) => (does === 'wait' ? [] : [does.policy])) ?? [];
  const used = roster.policies.filter((one) => one === policy || others.includes(one.id));
  return (
    policy?.rules?.some((rule) => rule.severities !== undefined) === true ||
    used.some((one) => one.levels.some((level) => level.severities !== undefined))
  );
}
