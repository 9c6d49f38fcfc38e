/** Whom a change of stand-ins concerns, and what each of them is told. Pure. */
import type { NoticeText } from '../events/types.ts';
import { peopleAt } from './level.ts';
import { DAY_MS } from './rotations/civil.ts';
import { timelineOf } from './rotations/timeline.ts';
import { showTime } from './times.ts';
import type { Override, Roster } from './types.ts';

export interface StandInChange {
  before: Roster;
  after: Roster;
  by: string;
  nowMs: number;
  /** For people who have none of their own. */
  zone: string;
}

/** Whose turns an override takes is looked for so far ahead. */
const AHEAD_MS = 28 * DAY_MS;

/** What each person is told: those who stand in, or no longer do, and those whose turns it is about. By id. */
export function concerned(change: StandInChange): Map<string, NoticeText> {
  const { before, after, by, nowMs } = change;
  const ids = (roster: Roster): Set<string> => new Set(roster.overrides.map((one) => one.id));
  const [was, is] = [ids(before), ids(after)];
  const lasts = (one: Override): boolean => one.untilMs === null || one.untilMs > nowMs;
  const made = after.overrides.filter((one) => !was.has(one.id) && lasts(one));
  const gone = before.overrides.filter((one) => !is.has(one.id) && lasts(one));
  const lines = new Map<string, string[]>();
  const tell = (person: string, line: (zone: string) => string): void => {
    const found = after.people.find((one) => one.id === person);
    if (found === undefined) return;
    lines.set(person, [...(lines.get(person) ?? []), line(found.zone ?? change.zone)]);
  };
  const name = (person: string): string => after.people.find((one) => one.id === person)?.name ?? person;
  for (const one of gone) {
    // Replaced by what was made, which is told.
    if (made.some((other) => isSamePlace(one, other) && other.person === one.person)) continue;
    const turns = replaced(after, one, nowMs);
    tell(
      one.person,
      (zone) => `You are not on call ${where(one)} ${when(one, nowMs, zone)}${instead(turns, name)}`,
    );
    for (const person of turns)
      tell(
        person,
        (zone) =>
          `You are on call ${where(one)} again: ${name(one.person)} does not stand in ${when(one, nowMs, zone)}`,
      );
  }
  for (const one of made) {
    const turns = one.instead === undefined ? replaced(before, one, nowMs) : [one.instead];
    const why = one.why === undefined ? '' : ` (${one.why})`;
    tell(
      one.person,
      (zone) => `You are on call ${where(one)} ${when(one, nowMs, zone)}${inPlaceOf(turns, name)}${why}`,
    );
    for (const person of turns)
      tell(
        person,
        (zone) =>
          `${name(one.person)} is on call ${where(one)} in your place ${when(one, nowMs, zone)}${why}`,
      );
  }
  return new Map(
    [...lines].map(([person, said]) => [
      person,
      {
        about: 'a change of who stands in',
        subject: 'On call: a change',
        text: `${said.join('; ')}. By ${by}`,
        details: `${said.map((line) => `${line}.`).join('\n')}\n\nChanged by ${by}. See: relay oncall next ${person}`,
      },
    ]),
  );
}

const isSamePlace = (a: Override, b: Override): boolean =>
  a.policy === b.policy && a.level === b.level && a.rotation === b.rotation;

/** Whose turns they are under a roster while the override lasts, but for those of the person who stands in. */
function replaced(roster: Roster, one: Override, nowMs: number): string[] {
  if (one.instead !== undefined) return [one.instead];
  const fromMs = Math.max(one.fromMs, nowMs);
  const untilMs = Math.min(one.untilMs ?? Infinity, fromMs + AHEAD_MS);
  const people =
    one.rotation === undefined
      ? levelPeople(roster, one, fromMs)
      : (timelineOf(roster, one.rotation)?.spans(fromMs, untilMs) ?? []).flatMap((span) => span.person ?? []);
  return [...new Set(people)].filter((person) => person !== one.person);
}

function levelPeople(roster: Roster, { policy, level }: Override, atMs: number): string[] {
  const found = roster.policies.find((one) => one.id === policy);
  return found === undefined ? [] : peopleAt(roster, found, level, atMs);
}

const where = (one: Override): string =>
  one.rotation === undefined
    ? `on level ${one.level} of policy ${one.policy}`
    : `in rotation ${one.rotation}`;

function when({ fromMs, untilMs }: Override, nowMs: number, zone: string): string {
  const from = fromMs <= nowMs ? 'from now' : `from ${showTime(fromMs, nowMs, zone)}`;
  return `${from} ${untilMs === null ? 'until it is changed' : `until ${showTime(untilMs, nowMs, zone)}`}`;
}

const inPlaceOf = (people: string[], name: (person: string) => string): string =>
  people.length === 0 ? '' : ` in place of ${people.map(name).join(', ')}`;

const instead = (people: string[], name: (person: string) => string): string =>
  people.length === 0 ? '' : `: ${people.map(name).join(', ')} ${people.length === 1 ? 'is' : 'are'}`;
