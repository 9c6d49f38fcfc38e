/** `relay oncall swap`: Ana's Tuesday for Ben's Thursday, as two overrides in one edit. Pure. */
import { checkWhy } from './absences.ts';
import { RosterError } from './book.ts';
import { findPerson, findRotation } from './checks.ts';
import { madeAfter, newOverrideId } from './overrides.ts';
import type { Span } from './rotations/answers.ts';
import { DAY_MS } from './rotations/civil.ts';
import { timelineOf } from './rotations/timeline.ts';
import { zoneOf } from './rotations/zone.ts';
import { showTime } from './times.ts';
import type { Override, Roster, Rotation } from './types.ts';

export interface SwapEdit {
  /** Absent: the only one in which both have these shifts. */
  rotation?: string;
  a: string;
  /** Any time of the day of A's shift, by the rotation's clock. */
  aShiftAt: number;
  b: string;
  bShiftAt: number;
  why?: string;
  by: string;
  nowMs: number;
}

/** Longer than any shift, so that one is seen whole. */
const AROUND_MS = 400 * DAY_MS;

/**
 * A takes B's shifts of one local day and B takes A's of another: those that begin on it, or if none does, those that
 * reach into it; each whole. Rejects with RosterError that says who really has the shift then.
 */
export function swap(roster: Roster, edit: SwapEdit): Roster {
  findPerson(roster, edit.a);
  findPerson(roster, edit.b);
  if (edit.a === edit.b) {
    throw new RosterError('usage', `${edit.a} can't swap with themselves`, 'Name two people.');
  }
  const why = edit.why === undefined ? {} : { why: checkWhy(edit.why) };
  const rotation = rotationOf(roster, edit);
  const ofA = shiftsOn(roster, rotation, edit.a, edit.aShiftAt);
  const ofB = shiftsOn(roster, rotation, edit.b, edit.bShiftAt);
  if (ofA.length === 0) throw notTheirs(roster, rotation, edit.a, edit.aShiftAt, edit.nowMs);
  if (ofB.length === 0) throw notTheirs(roster, rotation, edit.b, edit.bShiftAt, edit.nowMs);
  const over = [...ofA, ...ofB].find((span) => span.untilMs <= edit.nowMs);
  if (over !== undefined) {
    throw new RosterError(
      'usage',
      `${over.person}'s shift was over ${showTime(over.untilMs, edit.nowMs, rotation.zone)}`,
      'Swap shifts that are still to come.',
    );
  }
  refuseAbsent(roster, edit.b, ofA);
  refuseAbsent(roster, edit.a, ofB);
  const madeAtMs = madeAfter(roster, edit.nowMs);
  const give = (base: Roster, { person: instead, fromMs, untilMs }: Span, person: string): Roster => {
    const override: Override = {
      id: newOverrideId(base, rotation.id),
      policy: '',
      level: 0,
      rotation: rotation.id,
      ...(instead === null ? {} : { instead }),
      ...why,
      person,
      fromMs,
      untilMs,
      by: edit.by,
      madeAtMs,
    };
    return { ...base, overrides: [...base.overrides, override] };
  };
  const given = ofA.reduce((base, span) => give(base, span, edit.b), roster);
  return ofB.reduce((base, span) => give(base, span, edit.a), given);
}

function rotationOf(roster: Roster, edit: SwapEdit): Rotation {
  if (edit.rotation !== undefined) return findRotation(roster, edit.rotation);
  const rotations = roster.rotations ?? [];
  const fitting = rotations.filter(
    (one) =>
      shiftsOn(roster, one, edit.a, edit.aShiftAt).length > 0 &&
      shiftsOn(roster, one, edit.b, edit.bShiftAt).length > 0,
  );
  const [found, another] = fitting;
  const [only, second] = rotations;
  if (found !== undefined && another === undefined) return found;
  // With one rotation alone it is clear what was meant, and what is wrong can be said.
  if (only !== undefined && second === undefined) return only;
  const names = (another === undefined ? rotations : fitting).map((one) => one.id).join(', ');
  throw new RosterError(
    another === undefined ? 'not_found' : 'usage',
    another === undefined
      ? `In no rotation ${edit.a} and ${edit.b} have shifts on these days`
      : `${edit.a} and ${edit.b} have such shifts in more than one rotation`,
    names === '' ? 'There is no rotation yet.' : `Say in which rotation: ${names}.`,
  );
}

/** The whole shifts of a person on a local day. */
function shiftsOn(roster: Roster, rotation: Rotation, person: string, atMs: number): Span[] {
  const { fromMs, untilMs } = dayOf(rotation, atMs);
  const timeline = timelineOf(roster, rotation.id);
  const around = timeline?.spans(fromMs - AROUND_MS, untilMs + AROUND_MS) ?? [];
  const theirs = around.filter(
    (span) => span.person === person && span.fromMs < untilMs && span.untilMs > fromMs,
  );
  const beginning = theirs.filter((span) => span.fromMs >= fromMs);
  return beginning.length > 0 ? beginning : theirs;
}

function dayOf(rotation: Rotation, atMs: number): { fromMs: number; untilMs: number } {
  const zone = zoneOf(rotation.zone);
  const day = Math.floor(zone.toLocal(atMs) / DAY_MS);
  return { fromMs: zone.toInstant(day * DAY_MS), untilMs: zone.toInstant((day + 1) * DAY_MS) };
}

function notTheirs(
  roster: Roster,
  rotation: Rotation,
  person: string,
  atMs: number,
  nowMs: number,
): RosterError {
  const { fromMs, untilMs } = dayOf(rotation, atMs);
  const [firstMs, lastMs] = [fromMs - AROUND_MS, untilMs + AROUND_MS];
  const around = timelineOf(roster, rotation.id)?.spans(firstMs, lastMs) ?? [];
  const there = around.filter((span) => span.fromMs < untilMs && span.untilMs > fromMs);
  const time = (ms: number): string => showTime(ms, nowMs, rotation.zone);
  const said = there.map((span) => {
    // Where it really begins or ends lies out of sight.
    const from = span.fromMs === firstMs ? '' : ` from ${time(span.fromMs)}`;
    return `${span.person ?? 'nobody'}${from}${span.untilMs === lastMs ? '' : ` until ${time(span.untilMs)}`}`;
  });
  const day = showTime(fromMs, nowMs, rotation.zone).replace(/ \d{2}:\d{2} .*$/, '');
  return new RosterError(
    'conflict',
    `${person} has no shift in rotation ${rotation.id} on ${day}`,
    `On that day it is ${said.join(', ')}.`,
  );
}

/** A swap counts although somebody was absent before it was made: so it isn't made. */
function refuseAbsent(roster: Roster, person: string, spans: Span[]): void {
  const absence = (roster.absences ?? []).find(
    (one) =>
      one.person === person && spans.some((span) => one.fromMs < span.untilMs && one.untilMs > span.fromMs),
  );
  if (absence === undefined) return;
  throw new RosterError(
    'conflict',
    `${person} is absent then: ${absence.why}`,
    'Choose another shift, or take the absence back first.',
  );
}
