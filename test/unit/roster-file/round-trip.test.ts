import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { emptyRoster } from '../../../src/relay/oncall/edits.ts';
import { writeParts } from '../../../src/relay/oncall/file/parts.ts';
import type { Roster } from '../../../src/relay/oncall/types.ts';
import { exportRoster } from '../../../src/relay/roster-file/export.ts';
import { readRosterText } from '../../../src/relay/roster-file/read.ts';
import { anyRoster, NOW_MS } from '../oncall/file/arbitrary.ts';

/** Names have no order among themselves: JavaScript puts those that look like numbers first. */
function inOrder(roster: Roster): Roster {
  const sorted = <T extends { id: string }>(list: T[] = []): T[] =>
    list.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  const { people, rotations, groups, policies, services, absences = [], maintenance } = roster;
  return {
    ...roster,
    people: sorted(people),
    rotations: sorted(rotations),
    groups: sorted(groups),
    policies: sorted(policies),
    services: sorted(services),
    absences,
    maintenance: sorted(maintenance),
  };
}

const applied = { by: 'ana', nowMs: NOW_MS };

describe('a roster as text', () => {
  it('reads back to the same roster, whatever it is, on an empty one too', () => {
    fc.assert(
      fc.property(anyRoster, (roster) => {
        const { text } = exportRoster(roster, null);
        const back = readRosterText({ ...emptyRoster(), version: 7 }, text, applied);
        expect(back.problems).toEqual([]);
        expect(inOrder(back.roster)).toEqual(inOrder(roster));
        // On itself nothing changes, so that no version is made.
        expect(readRosterText(roster, text, applied).roster).toBe(roster);
      }),
      { numRuns: 100, endOnFailure: true },
    );
  });

  it('says a later roster after any change, whatever text was kept', () => {
    fc.assert(
      fc.property(anyRoster, anyRoster, (said, later) => {
        const kept = { text: exportRoster(said, null).text, said };
        const { text } = exportRoster({ ...later, version: 8 }, kept);
        const back = readRosterText({ ...emptyRoster(), version: 8 }, text, applied);
        expect(back.problems).toEqual([]);
        expect(writeParts(back.roster)).toEqual(writeParts(later));
      }),
      { numRuns: 100, endOnFailure: true },
    );
  });
});
