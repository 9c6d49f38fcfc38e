/** What another tool has exported becomes a roster file, on top of the one there is. */
import { readEvents } from '../calendar/absences.ts';
import { CalendarError } from '../calendar/errors.ts';
import { RosterError } from '../oncall/book.ts';
import type { ImportDocument, Imported, ImportNote, ImportOptions } from '../oncall/import/types.ts';
import { emptyRoster } from '../oncall/edits.ts';
import { mergeParts } from '../oncall/import/merge.ts';
import { importShifts, type ShiftsOfCalendar } from '../oncall/import/ics.ts';
import { importOpsgenie } from '../oncall/import/opsgenie.ts';
import { importPagerduty } from '../oncall/import/pagerduty.ts';
import type { Roster } from '../oncall/types.ts';
import { exportRoster } from './export.ts';
import { versionIn } from './header.ts';
import type { PlacedProblem } from './parse.ts';
import { readRosterText } from './read.ts';

export type ImportSource = 'opsgenie' | 'pagerduty' | 'ics';

export interface ImportedText {
  /** The whole roster file; what stood in it stays, with its comments. */
  text: string;
  /** What became of everything. */
  notes: ImportNote[];
  /** What is wrong with the text it was to be put into; there is no other text then. */
  problems: PlacedProblem[];
  /** How much came over. */
  counts: { people: number; groups: number; rotations: number; policies: number; services: number };
}

/**
 * Puts an export into a roster's text; null: into an empty one. Rejects with RosterError (conflict) for what is there
 * already, unless `keepOurs`.
 */
export function importText(
  source: ImportSource,
  documents: readonly ImportDocument[],
  into: string | null,
  options: ImportOptions & { keepOurs: boolean },
): ImportedText {
  const before = into === null ? null : rosterIn(into, options);
  const { parts, notes } = importedFrom(source, documents, before?.roster ?? emptyRoster(), options);
  const counts = {
    people: parts.people.length,
    groups: parts.groups.length,
    rotations: parts.rotations.length,
    policies: parts.policies.length,
    services: parts.services.length,
  };
  if (before !== null && before.problems.length > 0)
    return { text: into ?? '', notes, problems: before.problems, counts };
  const merged = mergeParts(before?.roster ?? emptyRoster(), parts, options.keepOurs);
  const roster = withDefaultService(merged.roster);
  const kept = before === null || into === null ? null : { text: into, said: before.roster };
  const { text } = exportRoster(roster, kept, true);
  return { text, notes: [...notes, ...merged.notes], problems: [], counts };
}

function importedFrom(
  source: ImportSource,
  documents: readonly ImportDocument[],
  roster: Roster,
  options: ImportOptions,
): Imported {
  if (source === 'opsgenie') return importOpsgenie(documents, options);
  if (source === 'pagerduty') return importPagerduty(documents, options);
  return importShifts(
    documents.map(({ name, value }) =>
      calendarOf(name, typeof value === 'string' ? value : '', options.nowMs),
    ),
    roster,
  );
}

const DAY_MS = 86_400_000;

/** Half a year back shows how the turns repeat, and what was changed long ago doesn't. */
function calendarOf(name: string, text: string, nowMs: number): ShiftsOfCalendar {
  const home = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const stretch = { zone: home, fromMs: nowMs - 180 * DAY_MS, untilMs: nowMs + 180 * DAY_MS };
  try {
    const { events, name: title, zone } = readEvents(text, stretch);
    return { name: title ?? name.replace(/\.ics$/, ''), zone: zone ?? home, events };
  } catch (error) {
    if (error instanceof CalendarError)
      throw new RosterError('usage', `${name}: ${error.message}`, error.cure);
    throw error;
  }
}

function rosterIn(text: string, { by, nowMs }: ImportOptions): { roster: Roster; problems: PlacedProblem[] } {
  const version = versionIn(text) ?? 0;
  const { roster, problems } = readRosterText({ ...emptyRoster(), version }, text, { by, nowMs });
  return { roster: { ...roster, version }, problems };
}

/** A roster that had no services has one of the imported ones as its default. */
function withDefaultService(roster: Roster): Roster {
  const [first] = roster.services;
  if (first === undefined || roster.services.some((one) => one.id === roster.defaultService)) return roster;
  return { ...roster, defaultService: first.id };
}
