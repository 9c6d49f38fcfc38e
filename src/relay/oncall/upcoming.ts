/** For `relay oncall`: who is told now, until when, and who next. Pure. */
import { partsAt, peopleAt, standingAt } from './level.ts';
import { timelineOf } from './rotations/timeline.ts';
import { showTime } from './times.ts';
import { rulesHoldUntilMs } from './rules.ts';
import type { Duty, DutyLevel, DutyQuestion, Policy, Roster } from './types.ts';
import { duty, overrideAt, policyAt, policyOf } from './who.ts';
import type { Reader } from './words.ts';

export interface OncallNow {
  service: string;
  policy: string;
  levels: {
    /** From 1. */
    level: number;
    /** `untilMs`: when the person stops being told at this level; null when no end is known. */
    people: { person: string; untilMs: number | null; because: string }[];
    /** Only where there is nobody: why. */
    nobody?: string;
  }[];
  /** The next change of who is told at any level; null when none is known. */
  next: { atMs: number; text: string } | null;
}

/** Changes that turn out to change nobody: more than this, and no end is known. */
const STEPS_MAX = 2_000;

/** Everything `relay oncall` shows of one service at one instant; `zone` is for the times in the texts, read at `nowMs`. */
export function oncallOf(
  roster: Roster,
  service: string,
  atMs: number,
  catchAll: string[],
  zone: string,
  nowMs = atMs,
): OncallNow {
  const now = duty(roster, service, atMs, catchAll, zone);
  const { policy, note } = policyAt(roster, service, atMs);
  const changeMs = nextChangeMs(roster, service, atMs);
  return {
    service,
    policy: now.policy,
    levels: now.levels.map(({ people, because }, index) => {
      const level = index + 1;
      const parts = policy === null ? [] : partsAt(roster, policy, level, { atMs, zone, nowMs });
      return {
        level,
        people: people.map((person) => ({
          person,
          untilMs: serviceUntilMs(roster, service, level, person, atMs),
          because:
            parts
              .filter((part) => part.people.includes(person))
              .map((part) => part.because)
              .join('; ') + note,
        })),
        ...(people.length === 0 ? { nobody: because } : {}),
      };
    }),
    next:
      changeMs === null
        ? null
        : {
            atMs: changeMs,
            text: changeText(
              now,
              thenLevels(roster, service, { atMs: changeMs, zone, nowMs }),
              changeMs,
              nowMs,
              zone,
            ),
          },
  };
}

/**
 * How long the duty of a service at an instant stays as it is, at least: what is worked out once holds until then.
 * Infinity: for ever, under this version of the roster.
 */
export function dutyHoldsUntilMs(
  roster: Roster,
  service: string,
  atMs: number,
  asked: DutyQuestion = {},
): number {
  const { policy } = policyAt(roster, service, atMs, asked);
  const own = asked.policy === undefined ? policyOf(roster, service, asked.routed).policy : null;
  const rulesMs = own === null ? Infinity : rulesHoldUntilMs(own, atMs);
  if (policy === null) return rulesMs;
  return policy.levels.reduce(
    (soonest, _, index) =>
      Math.min(
        soonest,
        overrideEdgeMs(roster, policy, index + 1, atMs) ?? Infinity,
        ...rotationsOf(policy, index + 1).map((id) => timelineOf(roster, id)?.at(atMs).untilMs ?? Infinity),
      ),
    rulesMs,
  );
}

/** When other people than at `atMs` are told at any level; null: no change is known. */
function nextChangeMs(roster: Roster, service: string, atMs: number): number | null {
  const now = peopleOf(roster, policyAt(roster, service, atMs).policy, atMs);
  let reachedMs = atMs;
  for (let step = 0; step < STEPS_MAX; step += 1) {
    const { policy } = policyAt(roster, service, reachedMs);
    const otherMs = otherPolicyMs(roster, service, reachedMs);
    const soonestMs = policy === null ? Infinity : levelsChangeMs(roster, policy, reachedMs);
    if (soonestMs < otherMs) return soonestMs;
    if (otherMs === Infinity) return null;
    const then = peopleOf(roster, policyAt(roster, service, otherMs).policy, otherMs);
    if (then.length !== now.length || !then.every((level, index) => sameLevel(level, now[index] ?? [])))
      return otherMs;
    reachedMs = otherMs;
  }
  return null;
}

/** The same, as long as this policy pages; Infinity: no change is known. */
const levelsChangeMs = (roster: Roster, policy: Policy, atMs: number): number =>
  Math.min(
    Infinity,
    ...policy.levels.map((_, index) => levelChangeMs(roster, policy, index + 1, atMs) ?? Infinity),
  );

/** When a rule makes another policy page than at `atMs`; Infinity: never. */
function otherPolicyMs(roster: Roster, service: string, atMs: number): number {
  const { policy: own } = policyOf(roster, service);
  if (own?.rules === undefined) return Infinity;
  const { policyId } = policyAt(roster, service, atMs);
  let edgeMs = rulesHoldUntilMs(own, atMs);
  for (let step = 0; step < STEPS_MAX && edgeMs < Infinity; step += 1) {
    if (policyAt(roster, service, edgeMs).policyId !== policyId) return edgeMs;
    edgeMs = rulesHoldUntilMs(own, edgeMs);
  }
  return Infinity;
}

const peopleOf = (roster: Roster, policy: Policy | null, atMs: number): string[][] =>
  policy?.levels.map((_, index) => peopleAt(roster, policy, index + 1, atMs)) ?? [];

/** When a person stops being told at a level, by whichever policy pages then; null: no end is known. */
function serviceUntilMs(
  roster: Roster,
  service: string,
  level: number,
  person: string,
  atMs: number,
): number | null {
  let reachedMs = atMs;
  for (let step = 0; step < STEPS_MAX; step += 1) {
    const { policy } = policyAt(roster, service, reachedMs);
    if (policy === null || !peopleAt(roster, policy, level, reachedMs).includes(person)) return reachedMs;
    const untilMs = personUntilMs(roster, policy, level, person, reachedMs);
    const otherMs = otherPolicyMs(roster, service, reachedMs);
    if ((untilMs ?? Infinity) < otherMs) return untilMs;
    if (otherMs === Infinity) return null;
    reachedMs = otherMs;
  }
  return null;
}

function levelChangeMs(roster: Roster, policy: Policy, level: number, atMs: number): number | null {
  const now = peopleAt(roster, policy, level, atMs);
  let edgeMs: number | null = atMs;
  for (let step = 0; step < STEPS_MAX; step += 1) {
    edgeMs = nextEdgeMs(roster, policy, level, edgeMs);
    if (edgeMs === null) return null;
    if (!sameLevel(now, peopleAt(roster, policy, level, edgeMs))) return edgeMs;
  }
  return null;
}

/** The first instant after `atMs` at which a level may change, jumping over what an override hides. */
function nextEdgeMs(roster: Roster, policy: Policy, level: number, atMs: number): number | null {
  const edgeMs = overrideEdgeMs(roster, policy, level, atMs);
  if (overrideAt(roster, policy.id, level, atMs) !== null) return edgeMs;
  const ends = rotationsOf(policy, level).map((id) => timelineOf(roster, id)?.untilMs(atMs) ?? Infinity);
  const soonestMs = Math.min(edgeMs ?? Infinity, ...ends);
  return soonestMs === Infinity ? null : soonestMs;
}

/** When a person stops being told at a level at which they are told now; null: no end is known. */
function personUntilMs(
  roster: Roster,
  policy: Policy,
  level: number,
  person: string,
  atMs: number,
): number | null {
  const stands = standingAt(roster, policy, level).includes(person);
  let reachedMs = atMs;
  for (let step = 0; step < STEPS_MAX; step += 1) {
    const override = overrideAt(roster, policy.id, level, reachedMs);
    if (override !== null && override.person !== person) return reachedMs;
    const edgeMs = overrideEdgeMs(roster, policy, level, reachedMs);
    if (override === null && !stands) {
      const endMs = rotationsUntilMs(roster, rotationsOf(policy, level), person, reachedMs);
      if (endMs !== null && endMs <= reachedMs) return reachedMs;
      if (endMs !== null && endMs < (edgeMs ?? Infinity)) {
        reachedMs = endMs;
        continue;
      }
    }
    if (edgeMs === null) return null;
    reachedMs = edgeMs;
  }
  return null;
}

/** Until when one of the rotations has this person without a break; the instant itself: none has; null: no end. */
function rotationsUntilMs(roster: Roster, rotations: string[], person: string, atMs: number): number | null {
  let latestMs = atMs;
  for (const id of rotations) {
    const timeline = timelineOf(roster, id);
    if (timeline === null || timeline.at(atMs).person !== person) continue;
    const endMs = timeline.untilMs(atMs);
    if (endMs === null) return null;
    latestMs = Math.max(latestMs, endMs);
  }
  return latestMs;
}

const rotationsOf = (policy: Policy, level: number): string[] => policy.levels[level - 1]?.rotations ?? [];

/** The first beginning or end after `atMs` of an override of this level; null: there is none. */
function overrideEdgeMs(roster: Roster, policy: Policy, level: number, atMs: number): number | null {
  let soonestMs = Infinity;
  for (const one of roster.overrides) {
    if (one.rotation !== undefined || one.policy !== policy.id || one.level !== level) continue;
    if (one.fromMs > atMs) soonestMs = Math.min(soonestMs, one.fromMs);
    if (one.untilMs !== null && one.untilMs > atMs) soonestMs = Math.min(soonestMs, one.untilMs);
  }
  return soonestMs === Infinity ? null : soonestMs;
}

const sameLevel = (a: string[], b: string[]): boolean =>
  a.length === b.length && a.every((one) => b.includes(one));

type ThenLevel = Pick<DutyLevel, 'people' | 'because'>;

/** Each level at a time to come, in words that are read before. */
function thenLevels(roster: Roster, service: string, reader: Reader): ThenLevel[] {
  const { policy, note } = policyAt(roster, service, reader.atMs);
  if (policy === null) return [];
  return policy.levels.map((_, index) => {
    const parts = partsAt(roster, policy, index + 1, reader);
    return {
      people: [...new Set(parts.flatMap((part) => part.people))],
      because: `${parts.map((part) => part.because).join('; ')}${note}`,
    };
  });
}

/** `Sat 18:00 CET: ben at level 1 (policy default)`. */
function changeText(now: Duty, then: ThenLevel[], thenMs: number, nowMs: number, zone: string): string {
  const said = then.flatMap((level, index) => {
    if (sameLevel(level.people, now.levels[index]?.people ?? [])) return [];
    const who = level.people.length === 0 ? 'nobody' : level.people.join(', ');
    return [`${who} at level ${index + 1} (${level.because})`];
  });
  return `${showTime(thenMs, nowMs, zone)}: ${said.join('; ')}`;
}
