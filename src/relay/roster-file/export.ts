/** The roster as text: the one that was applied, as it was; where the roster has changed since, only there. */
import { writeParts } from '../oncall/file/parts.ts';
import type { RosterText } from '../oncall/book.ts';
import type { Roster } from '../oncall/types.ts';
import { lostComments, type Comment } from './comments.ts';
import { headerFor, withVersion } from './header.ts';
import { parseRosterText } from './parse.ts';
import { patchText } from './patch.ts';
import { printRoster } from './print.ts';
import { readRosterText } from './read.ts';

export interface Exported {
  text: string;
  version: number;
  /** Comments of the kept text that could not be kept. */
  lost: Comment[];
  /** Sections of the roster that the text leaves alone. */
  without: string[];
}

/**
 * The current roster as text; `kept` is the text that was applied last, null: there is none. `full`: also the sections
 * that the text leaves alone.
 */
export function exportRoster(current: Roster, kept: RosterText | null, full = false): Exported {
  const { version } = current;
  const is = writeParts(current);
  const whole = `${headerFor(version)}${printRoster(is)}`;
  if (kept === null) return { text: whole, version, lost: [], without: [] };
  const changed = changedText(kept, current, is, full);
  const text = changed === null ? whole : withVersion(changed, version);
  const said = sectionsOf(text);
  const without = Object.keys(is).filter((section) => !said.includes(section));
  return { text, version, lost: lostComments(withVersion(kept.text, version), text), without };
}

/** null: it can't be changed so that it says the current roster. */
function changedText(
  kept: RosterText,
  current: Roster,
  is: Record<string, unknown>,
  full: boolean,
): string | null {
  const sections = sectionsOf(kept.text);
  const was = Object.fromEntries(
    Object.entries(writeParts(kept.said)).filter(([section]) => !full || sections.includes(section)),
  );
  if (JSON.stringify(was) === JSON.stringify(is)) return kept.text;
  const text = patchText(kept.text, was, is);
  if (text === null) return null;
  // Nothing that is said is new: who applies it and when makes no difference.
  const read = readRosterText(current, text, { by: '', nowMs: 0 });
  return read.problems.length === 0 && read.roster === current ? text : null;
}

const sectionsOf = (text: string): string[] => Object.keys(parseRosterText(text).plain ?? {});
