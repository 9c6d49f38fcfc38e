/** The shifts of a person or of a rotation, for a calendar. Pure. */
import { timelineOf } from './rotations/timeline.ts';
import type { Roster } from './types.ts';

export interface Shift {
  person: string;
  fromMs: number;
  untilMs: number;
  /** The rotation, or the policy and level of an override. */
  where: string;
  /** `stands in for ana`; empty when it is simply their turn. */
  note: string;
}

/** A rotation's shifts between two instants, whole ones: those at the edges reach beyond. Gaps are left out. */
export function shiftsOfRotation(roster: Roster, rotation: string, fromMs: number, untilMs: number): Shift[] {
  const timeline = timelineOf(roster, rotation);
  if (timeline === null) return [];
  return timeline.spans(fromMs - EDGE_MS, untilMs + EDGE_MS).flatMap((span): Shift[] => {
    if (span.person === null || span.untilMs <= fromMs || span.fromMs >= untilMs) return [];
    return [
      {
        person: span.person,
        fromMs: span.fromMs,
        untilMs: span.untilMs,
        where: rotation,
        note: noteOf(span.because),
      },
    ];
  });
}

/** The longest shift that is shown whole where the stretch cuts it. */
const EDGE_MS = 32 * 86_400_000;

type Because = ReturnType<NonNullable<ReturnType<typeof timelineOf>>['at']>['because'];

function noteOf(because: Because): string {
  switch (because.kind) {
    case 'absence':
      return `in place of ${because.absent.map((one) => one.person).join(', ')}, who is away`;
    case 'override':
      return `by an override of ${because.override.by}`;
    case 'swap':
      return `in place of ${because.override.instead ?? 'somebody'}, swapped by ${because.override.by}`;
    default:
      return '';
  }
}

/** A person's shifts in all rotations, and the overrides of policies that put them on call. Ascending. */
export function shiftsOfPerson(roster: Roster, person: string, fromMs: number, untilMs: number): Shift[] {
  const turns = (roster.rotations ?? [])
    .flatMap((one) => shiftsOfRotation(roster, one.id, fromMs, untilMs))
    .filter((one) => one.person === person);
  const overrides = roster.overrides
    .filter((one) => one.person === person && one.rotation === undefined)
    .map(
      (one): Shift => ({
        person,
        fromMs: one.fromMs,
        // One without an end is shown as far as the calendar goes.
        untilMs: one.untilMs ?? untilMs,
        where: `${one.policy}, level ${one.level}`,
        note: `by an override of ${one.by}`,
      }),
    )
    .filter((one) => one.untilMs > Math.max(fromMs, one.fromMs) && one.fromMs < untilMs);
  return [...turns, ...overrides].toSorted((a, b) => a.fromMs - b.fromMs || (a.where < b.where ? -1 : 1));
}
