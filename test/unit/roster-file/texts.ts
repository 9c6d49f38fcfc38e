/** A roster as somebody wrote it, with comments, for the tests of this folder. */
import { emptyRoster } from '../../../src/relay/oncall/edits.ts';
import { readRosterText } from '../../../src/relay/roster-file/read.ts';
import type { ReadRoster } from '../../../src/relay/roster-file/read.ts';
import type { Roster } from '../../../src/relay/oncall/types.ts';

/** Saturday. */
export const NOW_MS = Date.parse('2026-11-21T12:00:00Z');
export const applied = { by: 'ana', nowMs: NOW_MS };

export const TEXT = `# Our roster. Ask Ana before you change it.
people:
  # leads the team
  ana: {name: Ana Lopez, phone: "+15550100", email: ana@example.com, zone: Europe/Berlin}   # away in May
  ben: {name: Ben, email: ben@example.com} # nights only


groups:
  dba: [ana, ben]   # both know the database
rotations:
  ops:
    zone: Europe/Berlin
    layers:
      - members: [ana, ben] # weekly
        shift: 1 week
        start: 2026-11-16
        handoff: "09:00"
policies:
  default:
    levels:
      - {rotations: [ops], after: 5m}   # whoever has the week
      - people: [ben]   # then Ben
        after: 600s
services:
  default: {policy: default}
`;

/** What a text makes of nothing. */
export const read = (text: string, base: Roster = emptyRoster()): ReadRoster =>
  readRosterText(base, text, applied);

/** `line:column: at: text`, one for each problem. */
export const problemsOf = (text: string, base?: Roster): string[] =>
  read(text, base).problems.map((one) => `${one.line}:${one.column}: ${one.at}: ${one.text}`);

/** The roster of TEXT, as version 13. */
export const said = (): Roster => ({ ...read(TEXT).roster, version: 13 });
