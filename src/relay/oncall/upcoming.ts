/** For `relay oncall`: who is told now, until when, and who next. Pure. */
import { showTime } from './times.ts';
import type { Duty, Roster } from './types.ts';
import { duty, policyOf } from './who.ts';

export interface OncallNow {
  service: string;
  policy: string;
  levels: {
    /** From 1. */
    level: number;
    /** `untilMs`: when the person stops being told at this level; null when no end is known. */
    people: { person: string; untilMs: number | null; because: string }[];
  }[];
  /** The next change of who is told at any level; null when none is known. */
  next: { atMs: number; text: string } | null;
}

/** Everything `relay oncall` shows of one service at one instant; `zone` is for the times in the texts. */
export function oncallOf(
  roster: Roster,
  service: string,
  atMs: number,
  catchAll: string[],
  zone: string,
): OncallNow {
  const now = duty(roster, service, atMs, catchAll, zone);
  const later = changes(roster, service, atMs).map((changeMs) => ({
    atMs: changeMs,
    duty: duty(roster, service, changeMs, catchAll, zone),
  }));
  const next = later.find((one) => !sameDuty(now, one.duty));
  return {
    service,
    policy: now.policy,
    levels: now.levels.map((level, index) => ({
      level: index + 1,
      people: level.people.map((person) => ({
        person,
        untilMs: later.find((one) => one.duty.levels[index]?.people.includes(person) !== true)?.atMs ?? null,
        because: level.because,
      })),
    })),
    next:
      next === undefined
        ? null
        : { atMs: next.atMs, text: changeText(now, next.duty, next.atMs, atMs, zone) },
  };
}

/** Instants after `atMs` at which an override of the service's policy begins or ends, ascending. */
function changes(roster: Roster, service: string, atMs: number): number[] {
  const { policyId } = policyOf(roster, service);
  const edges = roster.overrides
    .filter((one) => one.policy === policyId)
    .flatMap((one) => (one.untilMs === null ? [one.fromMs] : [one.fromMs, one.untilMs]))
    .filter((edgeMs) => edgeMs > atMs);
  return [...new Set(edges)].sort((a, b) => a - b);
}

function sameDuty(a: Duty, b: Duty): boolean {
  return a.levels.every((level, index) => sameLevel(level.people, b.levels[index]?.people ?? []));
}

const sameLevel = (a: string[], b: string[]): boolean =>
  a.length === b.length && a.every((one) => b.includes(one));

/** `Sat 18:00 CET: ben at level 1 (policy default)`. */
function changeText(now: Duty, then: Duty, thenMs: number, nowMs: number, zone: string): string {
  const said = then.levels.flatMap((level, index) => {
    if (sameLevel(level.people, now.levels[index]?.people ?? [])) return [];
    const who = level.people.length === 0 ? 'nobody' : level.people.join(', ');
    return [`${who} at level ${index + 1} (${level.because})`];
  });
  return `${showTime(thenMs, nowMs, zone)}: ${said.join('; ')}`;
}
