/** What was imported goes into a roster that has somebody already. */
import { describe, expect, it } from 'vitest';
import { addPerson, emptyRoster } from '../../../../src/relay/oncall/edits.ts';
import { Ids } from '../../../../src/relay/oncall/import/ids.ts';
import { mergeParts } from '../../../../src/relay/oncall/import/merge.ts';
import { importPagerduty } from '../../../../src/relay/oncall/import/pagerduty.ts';
import { hoursOf } from '../../../../src/relay/oncall/import/windows.ts';
import { ANA, BEN, CLEO, POLICY, SCHEDULE } from './pagerduty-export.ts';

const OPTIONS = { nowMs: Temporal.Instant.from('2026-10-10T12:00:00Z').epochMilliseconds, by: 'ana' };
const { parts } = importPagerduty(
  [{ name: 'x', value: { users: [ANA, BEN, CLEO], schedules: [SCHEDULE], escalation_policies: [POLICY] } }],
  OPTIONS,
);

describe('merging an import', () => {
  it('puts everything into an empty roster', () => {
    const { roster, notes } = mergeParts(emptyRoster(), parts, false);
    expect(roster.people.map((one) => one.id)).toEqual(['ana-lopez', 'ben-koch', 'cleo-wu']);
    expect(roster.rotations?.map((one) => one.id)).toEqual(['primary-on-call']);
    expect(notes).toEqual([]);
  });

  const ours = addPerson(emptyRoster(), { id: 'ana', email: 'Ana@example.com', phone: '+15550199' });

  it('refuses what would be there twice, and says what to do', () => {
    expect(() => mergeParts(ours, parts, false)).toThrow(/person ana-lopez \(by an address of ana\)/);
    // Also what is written into a file takes what is there with it.
    expect(() => mergeParts(ours, parts, false)).toThrow(
      expect.objectContaining({ cure: expect.stringMatching(/--merge .*--out roster\.yaml --empty/) }),
    );
    const once = mergeParts(emptyRoster(), parts, false).roster;
    expect(() => mergeParts(once, parts, false)).toThrow(
      /rotation primary-on-call, policy production already/,
    );
  });

  it('keeps ours on request, and has what comes refer to ours', () => {
    const { roster, notes } = mergeParts(ours, parts, true);
    expect(roster.people.map((one) => one.id)).toEqual(['ana', 'ben-koch', 'cleo-wu']);
    expect(roster.people[0]).toBe(ours.people[0]);
    expect(roster.rotations?.[0]?.layers[0]?.members).toEqual(['ana', 'ben-koch', 'cleo-wu']);
    expect(roster.policies[0]?.levels[1]?.people).toEqual(['ana']);
    expect(roster.groups).toEqual([{ id: 'databases', people: ['ana'] }]);
    expect(notes).toEqual([
      { kind: 'left', what: 'person ana-lopez', text: 'is ana here, by the same address' },
    ]);
  });

  it('changes nothing the second time', () => {
    const once = mergeParts(emptyRoster(), parts, false).roster;
    expect(mergeParts(once, parts, true).roster).toEqual(once);
  });
});

describe('ids from names', () => {
  it('are short, plain and each used once', () => {
    const ids = new Ids();
    expect(ids.from('person', 'Zoë Müller-Ünal')).toBe('zoe-muller-unal');
    expect(ids.from('person', 'Zoe Muller Unal')).toBe('zoe-muller-unal-2');
    expect(ids.from('service', 'Zoe Muller Unal')).toBe('zoe-muller-unal');
    expect(ids.from('person', '???')).toBe('person');
    expect(ids.from('policy', 'add')).toBe('add-2');
    const long = 'a very long name of a schedule that nobody can type';
    expect(ids.from('rotation', long)).toBe('a-very-long-name-of-a-schedule-t');
    expect(ids.from('rotation', long)).toBe('a-very-long-name-of-a-schedule-2');
  });
});

describe('windows of the week', () => {
  const DAY = 1_440;
  it.each([
    ['nothing', [], []],
    ['the whole week', [{ fromMinute: 0, lengthMinutes: 7 * DAY }], undefined],
    [
      'seven days that touch',
      [0, 1, 2, 3, 4, 5, 6].map((day) => ({ fromMinute: day * DAY + 60, lengthMinutes: DAY })),
      undefined,
    ],
    [
      'two that overlap',
      [
        { fromMinute: 540, lengthMinutes: 120 },
        { fromMinute: 600, lengthMinutes: 420 },
      ],
      [{ days: ['mon'], from: '09:00', until: '17:00' }],
    ],
    [
      'until midnight',
      [{ fromMinute: 540, lengthMinutes: 900 }],
      [{ days: ['mon'], from: '09:00', until: '24:00' }],
    ],
    [
      'over the end of the week',
      [
        { fromMinute: 6 * DAY + 1200, lengthMinutes: 600 },
        { fromMinute: 0, lengthMinutes: 480 },
      ],
      [{ days: ['sun'], from: '20:00', until: '08:00' }],
    ],
    [
      'over days',
      [{ fromMinute: 4 * DAY + 1020, lengthMinutes: 420 + 2 * DAY + 480 }],
      [
        { days: ['fri'], from: '17:00', until: '24:00' },
        { days: ['sat', 'sun'], from: '00:00', until: '24:00' },
        { days: ['mon'], from: '00:00', until: '08:00' },
      ],
    ],
  ])('are hours: %s', (_name, windows, hours) => {
    expect(hoursOf(windows)).toEqual(hours);
  });
});
