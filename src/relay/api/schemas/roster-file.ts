/** The answers about the roster as a file, described. */
import type { PlacedProblem } from '../../roster-file/parse.ts';
import type {
  JumpJson,
  RosterAppliedJson,
  RosterPlanJson,
  RosterTextJson,
  RosterVersionJson,
} from '../roster-wire.ts';
import { about, choice, instant, integer, listOf, nullable, object, shape, string } from '../table/schema.ts';
import { DUTY_CHANGE } from './roster.ts';

export const ROSTER_TEXT = object<RosterTextJson>('RosterText', {
  text: about(string, 'YAML.'),
  version: integer,
  lost: about(
    listOf(shape<RosterTextJson['lost'][number]>({ line: integer, text: string })),
    'Comments that could not be kept.',
  ),
  without: about(listOf(string), 'Sections that the text leaves out.'),
});

const PROBLEM = object<PlacedProblem>('PlacedProblem', {
  line: integer,
  column: integer,
  at: about(string, '`policies.default.levels[0]`; empty for the file as a whole.'),
  text: string,
});

export const ROSTER_PLAN = object<RosterPlanJson>('RosterPlan', {
  version: about(integer, 'The version that it was made from: give it to apply as `base`.'),
  problems: about(listOf(PROBLEM), 'What is wrong with the text; nothing else is said then.'),
  warnings: listOf(PROBLEM),
  changes: choice(['roster', 'text', 'nothing']),
  inWords: listOf(string),
  lines: about(listOf(string), 'The same as lines of the file, with - and + in front.'),
  oncall: listOf(DUTY_CHANGE),
  more: about(integer, 'Differences beyond those in `oncall`.'),
  jumps: listOf(
    object<JumpJson>('Jump', {
      rotation: string,
      layer: integer,
      added: listOf(string),
      removed: listOf(string),
      instead: shape<JumpJson['instead']>({ start: string, handoff: string, members: listOf(string) }),
      standIn: nullable(shape<NonNullable<JumpJson['standIn']>>({ person: string, until: instant })),
    }),
  ),
  said: shape<RosterPlanJson['said']>({ oncall: listOf(string), jumps: listOf(string) }),
});

export const ROSTER_APPLIED = object<RosterAppliedJson>('RosterApplied', {
  version: integer,
  plan: ROSTER_PLAN,
  notYetOn: listOf(string),
});

export const ROSTER_VERSION = object<RosterVersionJson>('RosterVersion', {
  version: integer,
  at: instant,
  by: string,
  changes: about(nullable(listOf(string)), 'Null: the version before is no longer kept.'),
});
