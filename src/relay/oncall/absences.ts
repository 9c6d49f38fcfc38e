/** Holidays and other times in which a person can't be paged by a rotation. Pure. */
import { RosterError } from './book.ts';
import { clean, findPerson } from './checks.ts';
import type { Absence, Roster } from './types.ts';

export interface AbsenceEdit {
  person: string;
  /** Absent: now. */
  fromMs?: number;
  untilMs: number;
  /** A word for people; absent: "away". */
  why?: string;
  /** The calendar it came from. */
  feed?: string;
  by: string;
  nowMs: number;
}

/** A word for why, of one line and at most 80 characters; rejects with RosterError (usage). */
export function checkWhy(why: string): string {
  const trimmed = why.trim();
  if (trimmed !== '' && [...trimmed].length <= 80 && !/[\p{Cc}\p{Zl}\p{Zp}]/u.test(trimmed)) return trimmed;
  throw new RosterError('usage', 'The reason is one line of 1 to 80 characters', 'For example: holiday.');
}

/**
 * Marks a person absent: while it lasts the next member of each rotation takes over. It also ends, for its time, the
 * overrides of rotations by which they were to stand in; one made later counts again. One by hand that says the same as
 * another and overlaps it is put together with it. Rejects with RosterError.
 */
export function addAbsence(roster: Roster, edit: AbsenceEdit): Roster {
  findPerson(roster, edit.person);
  const fromMs = edit.fromMs ?? edit.nowMs;
  if (edit.untilMs <= fromMs) {
    throw new RosterError('usage', 'It would end before it begins', 'Give an end after the beginning.');
  }
  if (edit.untilMs <= edit.nowMs) {
    throw new RosterError('usage', 'It would be over already', 'Give an end that is still to come.');
  }
  const absences = roster.absences ?? [];
  const absence: Absence = {
    id: newAbsenceId(roster, edit.person),
    person: edit.person,
    fromMs,
    untilMs: edit.untilMs,
    why: checkWhy(edit.why ?? 'away'),
    by: edit.by,
    // After every override there is, also when the clock has been set back since.
    madeAtMs: Math.max(edit.nowMs, ...roster.overrides.map((one) => one.madeAtMs + 1)),
    ...(edit.feed === undefined ? {} : { feed: edit.feed }),
  };
  const same = absences.find((one) => isSame(roster, one, absence));
  if (same !== undefined) {
    const both = {
      ...same,
      fromMs: Math.min(same.fromMs, fromMs),
      untilMs: Math.max(same.untilMs, edit.untilMs),
    };
    if (both.fromMs === same.fromMs && both.untilMs === same.untilMs) return roster;
    return { ...roster, absences: absences.map((one) => (one === same ? both : one)) };
  }
  const kept = absences.filter((one) => one.untilMs > edit.nowMs);
  return { ...roster, absences: [...kept, absence] };
}

/** Said twice, such as by typing it again. Not where they were to stand in meanwhile: then it is to end that too. */
function isSame(roster: Roster, old: Absence, made: Absence): boolean {
  const overlaps = made.fromMs < old.untilMs && old.fromMs < made.untilMs;
  if (old.feed !== undefined || made.feed !== undefined || !overlaps) return false;
  if (old.person !== made.person || old.why !== made.why) return false;
  return !roster.overrides.some((one) => one.person === old.person && one.madeAtMs >= old.madeAtMs);
}

/**
 * Removes one absence by its id, or all of a person that are not over yet, but for those of a calendar, which would
 * bring them back. Rejects with RosterError when there is none, and when one of a calendar is named.
 */
export function removeAbsence(
  roster: Roster,
  input: { id: string } | { person: string; nowMs: number },
): Roster {
  const absences = roster.absences ?? [];
  const chosen = absences.filter((one) =>
    'id' in input
      ? one.id === input.id
      : one.person === input.person && one.untilMs > input.nowMs && one.feed === undefined,
  );
  const [first] = chosen;
  if (first === undefined) {
    if ('person' in input) findPerson(roster, input.person);
    const ids = absences.map((one) => `${one.id} (${one.person}, ${one.why})`);
    throw new RosterError(
      'not_found',
      'id' in input
        ? `There is no absence ${clean(input.id)}`
        : `${input.person} has no absence made by hand`,
      ids.length === 0 ? 'Nobody is marked absent.' : `Absences are: ${ids.join(', ')}.`,
    );
  }
  if (first.feed !== undefined) {
    throw new RosterError(
      'conflict',
      `Absence ${first.id} comes from a calendar, which would bring it back`,
      'Change it in the calendar.',
    );
  }
  return { ...roster, absences: absences.filter((one) => !chosen.includes(one)) };
}

/** Unique also when one edit makes several. */
function newAbsenceId(roster: Roster, person: string): string {
  const stem = `${roster.version + 1}.${person}`;
  const taken = new Set((roster.absences ?? []).map((one) => one.id));
  let id = stem;
  for (let count = 2; taken.has(id); count += 1) id = `${stem}.${count}`;
  return id;
}
