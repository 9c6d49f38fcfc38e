/** A text becomes a roster: parsed, checked as the commands check, every problem at its line. */
import { buildRoster, type Applied } from '../oncall/file/build.ts';
import type { FileProblem } from '../oncall/file/findings.ts';
import type { Roster } from '../oncall/types.ts';
import { parseRosterText, placed, PROBLEMS_MAX, type PlacedProblem } from './parse.ts';

export interface ReadRoster {
  /** The base itself when nothing changes; of no use while there are problems. */
  roster: Roster;
  problems: PlacedProblem[];
  warnings: PlacedProblem[];
  /** Puts what is found out about the roster later at its place in the text. */
  place: (problem: FileProblem) => PlacedProblem;
}

const NOTHING =
  'expected sections such as people: and policies:, got none. The roster as it is: relay roster export > roster.yaml';

/** What a text makes of `base`. Whatever is wrong is in `problems`, nothing is thrown for it. */
export function readRosterText(base: Roster, text: string, applied: Applied): ReadRoster {
  const parsed = parseRosterText(text);
  const place = (problem: FileProblem): PlacedProblem => placed(parsed, problem);
  if (parsed.plain === null) return { roster: base, problems: inOrder(parsed.problems), warnings: [], place };
  // By its words it would leave everything as it is; whoever applies it meant another file.
  if (Object.keys(parsed.plain).length === 0 && parsed.problems.length === 0)
    return { roster: base, problems: [{ line: 1, column: 1, at: '', text: NOTHING }], warnings: [], place };
  const built = buildRoster(base, parsed.plain, applied);
  const found = built.problems.slice(0, PROBLEMS_MAX);
  return {
    roster: built.roster,
    problems: inOrder([...parsed.problems, ...found.map(place)]),
    warnings: inOrder(built.warnings.map(place)),
    place,
  };
}

/** As somebody reads the file, each once. */
export function inOrder(problems: readonly PlacedProblem[]): PlacedProblem[] {
  const seen = new Set<string>();
  return problems
    .toSorted((a, b) => a.line - b.line || a.column - b.column)
    .filter((one) => {
      const key = `${one.line}:${one.column}:${one.text}`;
      return !seen.has(key) && seen.add(key) !== undefined;
    });
}
