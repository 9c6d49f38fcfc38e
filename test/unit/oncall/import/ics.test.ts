/** From a calendar of shifts: turns that repeat become a rotation. */
import { describe, expect, it } from 'vitest';
import { addPerson, emptyRoster } from '../../../../src/relay/oncall/edits.ts';
import { importShifts, type ShiftsOfCalendar } from '../../../../src/relay/oncall/import/ics.ts';
import { said, whoAt } from './who.ts';

const ms = (at: string): number => Temporal.Instant.from(at).epochMilliseconds;
const people = [
  { id: 'ana', name: 'Ana López', email: 'ana@example.com' },
  { id: 'ben', name: 'Ben', email: 'ben@example.com' },
  { id: 'be', name: 'Be', email: 'be@example.com' },
].reduce((sum, one) => addPerson(sum, one), emptyRoster());

/** Weeks from Monday 09:00 in Berlin, over the end of summer time. */
function weeks(titles: string[], attendees: string[] = []): ShiftsOfCalendar {
  const mondays = titles.map((_title, index) =>
    Temporal.ZonedDateTime.from('2026-10-05T09:00[Europe/Berlin]').add({ weeks: index }),
  );
  return {
    name: 'Primary on-call',
    zone: 'Europe/Berlin',
    events: mondays.map((monday, index) => ({
      fromMs: monday.epochMilliseconds,
      untilMs: monday.add({ weeks: 1 }).epochMilliseconds,
      why: titles[index] ?? '',
      attendees: attendees.slice(index, index + 1),
    })),
  };
}

describe('a calendar of shifts', () => {
  it('becomes a rotation when its turns repeat', () => {
    const calendar = weeks([
      'On Call - Ana López - Primary',
      'ben@example.com (Primary)',
      'On call: ANA LÓPEZ',
      'On call: ben',
    ]);
    const imported = importShifts([calendar], people);
    expect(imported.parts.rotations).toEqual([
      {
        id: 'primary-on-call',
        zone: 'Europe/Berlin',
        layers: [
          {
            members: ['ana', 'ben'],
            shift: { every: 1, unit: 'weeks' },
            start: '2026-10-05',
            handoff: '09:00',
          },
        ],
      },
    ]);
    const all = { ...imported, parts: { ...imported.parts, people: people.people } };
    for (const [index, event] of calendar.events.entries()) {
      const at = Temporal.Instant.fromEpochMilliseconds(event.untilMs - 1).toString();
      expect(whoAt(all, 'primary-on-call', at)).toBe(['ana', 'ben'][index % 2]);
    }
  });

  it('brings people whose address stands in it', () => {
    const addresses = ['cleo@example.com', 'dora@example.com', 'cleo@example.com', 'dora@example.com'];
    const imported = importShifts([weeks(['x', 'y', 'x', 'y'], addresses)], people);
    expect(imported.parts.people.map((one) => [one.id, one.contacts])).toEqual([
      ['cleo', [{ channel: 'email', address: 'cleo@example.com' }]],
      ['dora', [{ channel: 'email', address: 'dora@example.com' }]],
    ]);
    expect(imported.parts.rotations[0]?.layers[0]?.members).toEqual(['cleo', 'dora']);
  });

  it.each<[string, ShiftsOfCalendar]>([
    ['somebody nobody knows', weeks(['ana', 'stranger', 'ana', 'stranger'])],
    ['turns that go round only once', weeks(['ana', 'ben'])],
    ['turns in no order', weeks(['ana', 'ben', 'ben', 'ana', 'ben'])],
    [
      'a gap',
      {
        ...weeks([]),
        events: weeks(['ana', 'ben', 'ana', 'ben', 'ana']).events.filter((_one, index) => index !== 2),
      },
    ],
    ['nothing', weeks([])],
    [
      'shifts that overlap',
      {
        ...weeks([]),
        events: weeks(['ana', 'ana']).events.map((one) => ({ ...one, untilMs: ms('2027-01-01T00:00:00Z') })),
      },
    ],
  ])('stays there, and says so, with %s', (_what, calendar) => {
    const imported = importShifts([calendar], people);
    expect(imported.parts.rotations).toEqual([]);
    expect(said(imported, 'left')).toHaveLength(1);
  });
});
