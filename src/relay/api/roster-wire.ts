/** What goes over the control API about the roster as a file. Types only. */
import type { Jump } from '../oncall/file/jumps.ts';
import type { DutyChange } from '../oncall/file/duty-changes.ts';
import type { PlacedProblem } from '../roster-file/parse.ts';
import type { Comment } from '../roster-file/comments.ts';

export interface RosterTextJson {
  text: string;
  version: number;
  /** Comments of the text that was applied last and could not be kept, with their lines in it. */
  lost: Comment[];
  /** Sections of the roster that the text leaves alone. */
  without: string[];
}

/** A stretch of time in which other people would be on call. */
export type DutyChangeJson = Omit<DutyChange, 'fromMs' | 'untilMs'> & { from: string; until: string };

export type JumpJson = Omit<Jump, 'standIn'> & { standIn: { person: string; until: string } | null };

export interface RosterPlanJson {
  /** The version that it was made from: pass it to apply, which refuses when there is another one by then. */
  version: number;
  /** What is wrong with the text; nothing else is said then. */
  problems: PlacedProblem[];
  warnings: PlacedProblem[];
  /** `roster`: other content. `text`: only comments or layout. `nothing`: not even these. */
  changes: 'roster' | 'text' | 'nothing';
  /** The content's changes in words, one each. */
  inWords: string[];
  /** The same as lines of the file, with - and + in front. */
  lines: string[];
  oncall: DutyChangeJson[];
  /** Differences beyond those in `oncall`. */
  more: number;
  jumps: JumpJson[];
  /** `oncall` and `jumps` for people, in the zone that was asked for. */
  said: { oncall: string[]; jumps: string[] };
}

export interface RosterAppliedJson {
  /** The version that is in force now; the former one when nothing was to be changed. */
  version: number;
  plan: RosterPlanJson;
  notYetOn: readonly string[];
}

export interface RosterVersionJson {
  version: number;
  at: string;
  by: string;
  /** What changed in words; null: the version before is no longer kept. */
  changes: string[] | null;
}
