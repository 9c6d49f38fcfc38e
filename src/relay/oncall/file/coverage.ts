/** Where a roster would reach nobody in the next four weeks. Pure. */
import { peopleAt } from '../level.ts';
import { notificationWarnings } from '../notification-warnings.ts';
import { timelineOf } from '../rotations/timeline.ts';
import type { Policy, Roster } from '../types.ts';
import { PLAN_MS } from './duty-changes.ts';
import type { FileProblem } from './findings.ts';
import { dayTime } from './plan-words.ts';

/**
 * A level that can reach nobody, a rotation with gaps, a person without a working contact, or whom something critical
 * doesn't wake. `hostZone`: of the hours of people who have no zone.
 */
export function coverageWarnings(roster: Roster, nowMs: number, hostZone = 'UTC'): FileProblem[] {
  const reachable = new Set(
    roster.people
      .filter((person) => person.contacts.some((one) => one.disabled === undefined))
      .map((person) => person.id),
  );
  const people = roster.people
    .filter((person) => !reachable.has(person.id))
    .map(
      (person): FileProblem => ({
        path: ['people', person.id],
        on: 'key',
        text: `${person.id} has no contact that works: pages to them go nowhere`,
      }),
    );
  const levels = roster.policies.flatMap((policy) =>
    policy.levels.flatMap((_, index): FileProblem[] =>
      reachesSomebody(roster, policy, index + 1, nowMs, reachable)
        ? []
        : [
            {
              path: ['policies', policy.id, 'levels', index],
              on: 'value',
              text: 'this level can reach nobody in the next four weeks',
            },
          ],
    ),
  );
  const told = roster.people.flatMap((person) =>
    notificationWarnings(person, nowMs, hostZone).map(
      ({ rule, text }): FileProblem =>
        rule === undefined
          ? { path: ['people', person.id], on: 'key', text }
          : { path: ['people', person.id, 'rules', rule - 1], on: 'value', text: `${person.id}: ${text}` },
    ),
  );
  return [
    ...people,
    ...told,
    ...(roster.rotations ?? []).flatMap(({ id, zone }) => gaps(roster, id, zone, nowMs)),
    ...levels,
  ];
}

function gaps(roster: Roster, rotation: string, zone: string, nowMs: number): FileProblem[] {
  const spans = timelineOf(roster, rotation)?.spans(nowMs, nowMs + PLAN_MS) ?? [];
  const empty = spans.filter((span) => span.person === null);
  const [first] = empty;
  if (first === undefined) return [];
  const path = ['rotations', rotation];
  if (spans.length === empty.length)
    return [{ path, on: 'key', text: `rotation ${rotation} has nobody in the next four weeks` }];
  const from = first.fromMs === nowMs ? 'now' : dayTime(first.fromMs, zone);
  const more = empty.length === 1 ? '' : `, and ${empty.length - 1} more in the next four weeks`;
  const text = `rotation ${rotation} has a gap: nobody from ${from} until ${dayTime(first.untilMs, zone)} (${zone})${more}`;
  return [{ path, on: 'key', text }];
}

/** Looked at wherever its rotations or overrides change. */
function reachesSomebody(
  roster: Roster,
  policy: Policy,
  level: number,
  nowMs: number,
  reachable: ReadonlySet<string>,
): boolean {
  const untilMs = nowMs + PLAN_MS;
  const rotations = policy.levels[level - 1]?.rotations ?? [];
  const turns = rotations.flatMap((id) => timelineOf(roster, id)?.spans(nowMs, untilMs) ?? []);
  const edges = [
    nowMs,
    ...turns.map((span) => span.fromMs),
    ...roster.overrides.flatMap((one) => [one.fromMs, one.untilMs ?? untilMs]),
  ].filter((atMs) => atMs >= nowMs && atMs < untilMs);
  return [...new Set(edges)].some((atMs) =>
    peopleAt(roster, policy, level, atMs).some((person) => reachable.has(person)),
  );
}
