/** What a roster file says where no daemon is: whether it is right, and who is on call. */
import type { CalendarJson } from '../api/oncall-wire.ts';
import type { OncallJson } from '../api/wire.ts';
import { ruleSetOf, type RuleSet } from '../events/formats/rules/rule-set.ts';
import { calendarsOf, type CalendarWish } from '../oncall/calendar.ts';
import { emptyRoster } from '../oncall/edits.ts';
import { coverageWarnings } from '../oncall/file/coverage.ts';
import { rosterSchema } from '../oncall/file/json-schema.ts';
import { oncallJson } from '../oncall/oncall-json.ts';
import { parseRosterText, type PlacedProblem } from './parse.ts';
import { inOrder, readRosterText, type ReadRoster } from './read.ts';

export interface Checked {
  problems: PlacedProblem[];
  warnings: PlacedProblem[];
}

/** Checks a text as the whole roster: what it leaves out isn't there. */
export function checkText(text: string, nowMs: number): Checked {
  const { roster, problems, warnings, place } = read(text, nowMs);
  if (problems.length > 0) return { problems, warnings };
  return { problems, warnings: inOrder([...warnings, ...coverageWarnings(roster, nowMs).map(place)]) };
}

/** Who is on call at `atMs` under this text as the whole roster; none while there are problems. */
export function oncallFromText(
  text: string,
  { atMs, nowMs }: { atMs: number; nowMs: number },
  zone: string,
): { problems: PlacedProblem[]; services: OncallJson[] } {
  const { roster, problems } = read(text, atMs);
  return { problems, services: problems.length > 0 ? [] : oncallJson(roster, atMs, [], zone, nowMs) };
}

/** A calendar under this text as the whole roster; none while there are problems. Rejects with RosterError. */
export function calendarFromText(
  text: string,
  wish: CalendarWish,
): { problems: PlacedProblem[]; calendars: CalendarJson[] } {
  const { roster, problems } = read(text, wish.atMs);
  return { problems, calendars: problems.length > 0 ? [] : calendarsOf(roster, wish) };
}

/** The rules for alerts of this text as the whole roster; null while there are problems. */
export function rulesFromText(
  text: string,
  nowMs: number,
): { problems: PlacedProblem[]; rules: RuleSet | null } {
  const { roster, problems } = read(text, nowMs);
  return { problems, rules: problems.length > 0 ? null : ruleSetOf(roster) };
}

/** The JSON Schema of roster files, as text. */
export const schemaText = (): string => `${JSON.stringify(rosterSchema(), null, 2)}\n`;

function read(text: string, nowMs: number): ReadRoster {
  const services: unknown = parseRosterText(text).plain?.['services'];
  const names = typeof services === 'object' && services !== null ? Object.keys(services) : [];
  const nobody = emptyRoster();
  // A file needn't name the default service: the roster that it is for has one, and nobody knows which.
  const defaultService = names.includes(nobody.defaultService) ? nobody.defaultService : names[0];
  const base = defaultService === undefined ? nobody : { ...nobody, defaultService };
  return readRosterText(base, text, { by: 'file', nowMs });
}
