/** Shifts as a calendar, read by another reader and by ours. */
import ical from 'node-ical';
import { describe, expect, it } from 'vitest';
import { readAbsences } from '../../../src/relay/calendar/absences.ts';
import { shiftCalendar } from '../../../src/relay/calendar/shifts.ts';
import { addPerson, emptyRoster, setOncall } from '../../../src/relay/oncall/edits.ts';
import { shiftsOfPerson, shiftsOfRotation } from '../../../src/relay/oncall/shifts-of.ts';
import type { Roster } from '../../../src/relay/oncall/types.ts';

const ms = (at: string): number => Temporal.Instant.from(at).epochMilliseconds;
const NOW_MS = ms('2026-11-18T12:34:56Z');
const DAY_MS = 86_400_000;

function roster(): Roster {
  const people = ['ana', 'ben'].reduce(
    (sum, id) =>
      addPerson(sum, {
        id,
        name: id === 'ana' ? 'Ana López; "A", \\ and more' : 'Ben',
        email: `${id}@example.com`,
      }),
    emptyRoster(),
  );
  const based: Roster = {
    ...people,
    policies: [{ id: 'default', levels: [{ people: ['ben'], afterMs: 60_000 }], repeat: 0 }],
    rotations: [
      {
        id: 'ops',
        zone: 'Europe/Berlin',
        layers: [
          {
            members: ['ana', 'ben'],
            shift: { every: 1, unit: 'weeks' },
            start: '2026-11-02',
            handoff: '09:00',
          },
        ],
      },
    ],
  };
  return setOncall(based, {
    person: 'ana',
    fromMs: ms('2026-11-19T08:00:00Z'),
    untilMs: ms('2026-11-19T20:00:00Z'),
    by: 'ben',
    nowMs: NOW_MS,
  });
}

const text = (
  shifts = shiftsOfRotation(roster(), 'ops', NOW_MS - 14 * DAY_MS, NOW_MS + 90 * DAY_MS),
): string =>
  shiftCalendar({
    name: 'On call: ops',
    id: 'ops-1',
    shifts,
    title: (shift) => `${roster().people.find((one) => one.id === shift.person)?.name} (${shift.where})`,
    nowMs: NOW_MS,
  });

interface Event {
  summary: unknown;
  start: Date;
  end: Date | undefined;
  uid: string;
}

const events = (calendar: string): Event[] =>
  Object.values(ical.sync.parseICS(calendar)).flatMap((one): Event[] =>
    one?.type === 'VEVENT' ? [{ summary: one.summary, start: one.start, end: one.end, uid: one.uid }] : [],
  );

describe('the calendar of a rotation', () => {
  it('is read by another reader as the shifts that there are', () => {
    const read = events(text());
    expect(
      read.slice(0, 3).map(({ summary, start, end }) => [summary, start.toISOString(), end?.toISOString()]),
    ).toEqual([
      ['Ana López; "A", \\ and more (ops)', '2026-11-02T08:00:00.000Z', '2026-11-09T08:00:00.000Z'],
      ['Ben (ops)', '2026-11-09T08:00:00.000Z', '2026-11-16T08:00:00.000Z'],
      ['Ana López; "A", \\ and more (ops)', '2026-11-16T08:00:00.000Z', '2026-11-23T08:00:00.000Z'],
    ]);
    expect(read).toHaveLength(16);
    expect(new Set(read.map((one) => one.uid)).size).toBe(16);
  });

  it('is read by ours too', () => {
    const { absences } = readAbsences(text(), {
      zone: 'UTC',
      fromMs: 0,
      untilMs: ms('2030-01-01T00:00:00Z'),
    });
    expect(absences.map((one) => one.fromMs)).toEqual([ms('2026-11-02T08:00:00Z')]);
  });

  it('has lines as RFC 5545 wants them', () => {
    const calendar = text();
    expect(calendar.endsWith('END:VCALENDAR\r\n')).toBe(true);
    for (const line of calendar.split('\r\n')) {
      expect(line).not.toContain('\n');
      expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75);
    }
    for (const line of [
      'BEGIN:VCALENDAR',
      'VERSION:2.0',
      'PRODID:-//Relay//On call//EN',
      'X-WR-CALNAME:On call: ops',
      'REFRESH-INTERVAL;VALUE=DURATION:PT1H',
      'DTSTAMP:20261118T000000Z',
      'DTSTART:20261102T080000Z',
      'UID:ops-1.ops.1793606400000@relay',
    ]) {
      expect(calendar.split('\r\n')).toContain(line);
    }
  });

  it('is the same text all day as long as nothing changes', () => {
    expect(text()).toBe(text());
  });
});

describe('the calendar of a person', () => {
  it('has the turns in all rotations and what overrides add', () => {
    const shifts = shiftsOfPerson(roster(), 'ana', NOW_MS, NOW_MS + 7 * DAY_MS);
    expect(shifts).toEqual([
      {
        person: 'ana',
        fromMs: ms('2026-11-16T08:00:00Z'),
        untilMs: ms('2026-11-23T08:00:00Z'),
        where: 'ops',
        note: '',
      },
      {
        person: 'ana',
        fromMs: ms('2026-11-19T08:00:00Z'),
        untilMs: ms('2026-11-19T20:00:00Z'),
        where: 'default, level 1',
        note: 'by an override of ben',
      },
    ]);
  });
});
