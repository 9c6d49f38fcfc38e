/** That everything which is named is there: in the file, or in what the file leaves alone. Pure. */
import { nearest } from '../checks.ts';
import type { Roster } from '../types.ts';
import type { RosterParts } from './fields.ts';
import { described, type FileProblem, type Named, type NameUse } from './findings.ts';
import { readParts, writeParts } from './parts.ts';
import { isKeys } from './shapes.ts';

const SECTION = {
  person: 'people',
  group: 'groups',
  rotation: 'rotations',
  policy: 'policies',
  service: 'services',
} as const satisfies Record<Named, keyof RosterParts>;

/** More names than this would push the point out of sight. */
const SHOWN_NAMES = 20;

/** One problem for each name that leads nowhere, where it stands. */
export function missingNames(
  base: Roster,
  plain: unknown,
  parts: RosterParts,
  names: readonly NameUse[],
): FileProblem[] {
  const said = isKeys(plain) ? plain : {};
  const known = Object.fromEntries(
    Object.entries(SECTION).map(([kind, section]) => {
      const inFile = said[section];
      // Also those whose entry is broken: that is a problem of its own.
      const ids = isKeys(inFile) ? Object.keys(inFile) : (base[section] ?? []).map((one) => one.id);
      return [kind, ids];
    }),
  ) as Record<Named, string[]>;
  const isMissing = ({ kind, id }: NameUse): boolean => !known[kind].includes(id);
  const here = names
    .filter(isMissing)
    .map((use): FileProblem => ({ path: use.path, on: 'value', text: missing(use, known[use.kind]) }));
  return [
    ...here,
    ...leftBehind(base, said, parts)
      .filter(({ use }) => isMissing(use))
      .map(toldAtSection),
  ];
}

function missing({ kind, id }: NameUse, known: readonly string[]): string {
  const meant = nearest(id, known);
  const hint = meant === null ? '.' : `; did you mean ${meant}?`;
  const list = known.slice(0, SHOWN_NAMES).join(', ') + (known.length > SHOWN_NAMES ? ', …' : '');
  return `there is no ${kind} ${described(id)}${hint} ${known.length === 0 ? 'There is none yet' : `Known are: ${list}`}`;
}

interface LeftBehind {
  use: NameUse;
  /** The section of the file that has it no more. */
  section: string;
}

/** These go with what they are for, as they do when a command removes it. */
const GO_ALONG = ['overrides', 'absences', 'maintenance'];

/** What sections name that the file leaves alone, of kinds that the file says all of. */
function leftBehind(base: Roster, said: Record<string, unknown>, parts: RosterParts): LeftBehind[] {
  const kept = Object.entries(writeParts(base)).filter(
    ([section]) => !Object.hasOwn(said, section) && !GO_ALONG.includes(section),
  );
  const { names } = readParts(Object.fromEntries(kept)).findings;
  return names
    .map((use) => ({ use, section: SECTION[use.kind] }))
    .filter(({ section }) => parts[section] !== undefined);
}

function toldAtSection({ use, section }: LeftBehind): FileProblem {
  const [top = '', ...where] = use.path.map(String);
  const who = where.length === 0 ? top : `${top} ${where.join(' ')}`;
  return {
    path: [section],
    on: 'key',
    text: `${use.kind} ${use.id} is missing here, and ${who} of the present roster names it: keep it, or say ${top} in this file too`,
  };
}
