/** Who is left of a rotation's turns once absences and overrides are counted. */
import type { Absence, Override, Roster } from '../types.ts';
import type { Absent, Answer, Because } from './answers.ts';
import type { Piece, Turns } from './turns.ts';

/** What may change a rotation's turns between two instants. */
export interface StandIns {
  absences: readonly Absence[];
  /** In the order they were made. */
  overrides: readonly Override[];
}

/** Everything in the roster that may change the turns of a rotation whose members these are. */
export function standInsOf(roster: Roster, rotation: string, members: ReadonlySet<string>): StandIns {
  const known = new Set(roster.people.map((one) => one.id));
  const overrides = roster.overrides
    .filter((one) => one.rotation === rotation && known.has(one.person))
    .toSorted((a, b) => a.madeAtMs - b.madeAtMs);
  const concerned = new Set([...members, ...overrides.map((one) => one.person)]);
  return { overrides, absences: (roster.absences ?? []).filter((one) => concerned.has(one.person)) };
}

/** Those of them that matter between two instants. */
export function standInsWithin(all: StandIns, fromMs: number, untilMs: number): StandIns {
  const overlaps = (one: { fromMs: number; untilMs: number | null }): boolean =>
    one.fromMs < untilMs && (one.untilMs === null || one.untilMs > fromMs);
  return { overrides: all.overrides.filter(overlaps), absences: all.absences.filter(overlaps) };
}

/** One instant of the turns: the piece of each layer that answers then, the last layer last. */
export interface Moment {
  atMs: number;
  layers: readonly Turns[];
  pieces: readonly (Piece | null)[];
  people: ReadonlySet<string>;
  standIns: StandIns;
}

/** Who is on call in a rotation at one instant, and why. */
export function answerAt(moment: Moment): Answer {
  let answer = turnAt(moment);
  for (const override of moment.standIns.overrides) {
    if (!covers(override, moment.atMs)) continue;
    if (override.instead !== undefined && override.instead !== answer.person) continue;
    // Who has said since then that they are away can't stand in.
    const absence = absenceAt(moment, override.person);
    if (absence !== null && absence.madeAtMs > override.madeAtMs) continue;
    const { because } = answer;
    const over = because.kind === 'override' || because.kind === 'swap' ? because.override : null;
    const kind = override.instead === undefined ? 'override' : 'swap';
    answer = { person: override.person, layer: null, because: { kind, override, over } };
  }
  return answer;
}

/** By the layers alone: the last that has somebody who is there. */
function turnAt(moment: Moment): Answer {
  const absent: Absent[] = [];
  for (let index = moment.layers.length - 1; index >= 0; index -= 1) {
    const piece = moment.pieces[index];
    const members = moment.layers[index]?.members ?? [];
    if (piece === null || piece === undefined) continue;
    for (let next = 0; next < members.length; next += 1) {
      const person = members[(piece.member + next) % members.length] ?? '';
      const why = awayAt(moment, person);
      if (why !== undefined) {
        if (!absent.some((one) => one.person === person)) absent.push({ person, why });
        continue;
      }
      const because: Because =
        absent.length === 0 ? piece.because : { kind: 'absence', turn: piece.because.turn, absent };
      return { person, layer: index, because };
    }
  }
  return { person: null, layer: null, because: { kind: 'gap', absent, broken: null } };
}

/** Why somebody isn't there, null for a person who has left; undefined: they are there. */
function awayAt(moment: Moment, person: string): string | null | undefined {
  if (!moment.people.has(person)) return null;
  return absenceAt(moment, person)?.why;
}

/** The absence of a person at the instant, the latest made. */
function absenceAt(moment: Moment, person: string): Absence | null {
  let latest: Absence | null = null;
  for (const one of moment.standIns.absences) {
    if (one.person !== person || !covers(one, moment.atMs)) continue;
    if (latest === null || one.madeAtMs >= latest.madeAtMs) latest = one;
  }
  return latest;
}

const covers = (one: { fromMs: number; untilMs: number | null }, atMs: number): boolean =>
  one.fromMs <= atMs && (one.untilMs === null || atMs < one.untilMs);
