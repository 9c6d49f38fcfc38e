/** Calendars of absences, read by us and, where it can, by another reader too. */
import ical from 'node-ical';
import { describe, expect, it } from 'vitest';
import { readAbsences, type CalendarReading } from '../../../src/relay/calendar/absences.ts';
import { CalendarError } from '../../../src/relay/calendar/errors.ts';
import { readCalendar } from '../../../src/relay/calendar/reader.ts';

const ms = (at: string): number => Temporal.Instant.from(at).epochMilliseconds;
const NOW = '2026-10-01T00:00:00Z';
const THIRTEEN_MONTHS = { zone: 'Europe/Berlin', fromMs: ms(NOW), untilMs: ms('2027-11-01T00:00:00Z') };

/** A calendar of events, each given as its lines. */
const calendar = (...events: string[][]): string =>
  [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Example//Test//EN',
    ...events.flatMap((lines, index) => [
      'BEGIN:VEVENT',
      ...(lines.some((line) => line.startsWith('UID:')) ? [] : [`UID:e${index + 1}@example.com`]),
      'DTSTAMP:20260901T000000Z',
      ...lines,
      'END:VEVENT',
    ]),
    'END:VCALENDAR',
    '',
  ].join('\r\n');

const read = (text: string): CalendarReading => readAbsences(text, THIRTEEN_MONTHS);
const times = (text: string): string[] =>
  read(text).absences.map(({ fromMs, untilMs }) => `${instant(fromMs)} ${instant(untilMs)}`);
const instant = (at: number): string => Temporal.Instant.fromEpochMilliseconds(at).toString();

describe('an absence from a calendar', () => {
  it.each<[string, string[], string[]]>([
    [
      'whole days are days of the person’s zone, also where the clocks change',
      ['DTSTART;VALUE=DATE:20261024', 'DTEND;VALUE=DATE:20261027', 'SUMMARY:Holiday'],
      ['2026-10-23T22:00:00Z 2026-10-26T23:00:00Z'],
    ],
    [
      'a date without an end is one day',
      ['DTSTART;VALUE=DATE:20261224'],
      ['2026-12-23T23:00:00Z 2026-12-24T23:00:00Z'],
    ],
    [
      'times in UTC',
      ['DTSTART:20261110T080000Z', 'DTEND:20261110T120000Z'],
      ['2026-11-10T08:00:00Z 2026-11-10T12:00:00Z'],
    ],
    [
      'times of a zone of their own, the end in another',
      ['DTSTART;TZID=America/New_York:20261110T080000', 'DTEND;TZID=Europe/London:20261110T200000'],
      ['2026-11-10T13:00:00Z 2026-11-10T20:00:00Z'],
    ],
    [
      'a zone with the name of whoever wrote it before',
      ['DTSTART;TZID=/example.com/20260101/America/New_York:20261110T080000', 'DURATION:PT2H'],
      ['2026-11-10T13:00:00Z 2026-11-10T15:00:00Z'],
    ],
    [
      'times without a zone are the person’s',
      ['DTSTART:20261110T080000', 'DTEND:20261110T120000'],
      ['2026-11-10T07:00:00Z 2026-11-10T11:00:00Z'],
    ],
    [
      'every Friday at the same local time, but for one taken out and one moved',
      [
        'DTSTART;TZID=Europe/Berlin:20261009T140000',
        'DTEND;TZID=Europe/Berlin:20261009T180000',
        'RRULE:FREQ=WEEKLY;COUNT=5',
        'EXDATE;TZID=Europe/Berlin:20261016T140000',
      ],
      [
        '2026-10-09T12:00:00Z 2026-10-09T16:00:00Z',
        '2026-10-23T12:00:00Z 2026-10-23T16:00:00Z',
        '2026-10-30T13:00:00Z 2026-10-30T17:00:00Z',
        '2026-11-06T13:00:00Z 2026-11-06T17:00:00Z',
      ],
    ],
    [
      'an end and a date taken out that are written in UTC',
      [
        'DTSTART;TZID=America/New_York:20261005T200000',
        'DURATION:PT1H',
        'RRULE:FREQ=DAILY;UNTIL=20261009T000000Z',
        'EXDATE:20261007T000000Z',
      ],
      [
        '2026-10-06T00:00:00Z 2026-10-06T01:00:00Z',
        '2026-10-08T00:00:00Z 2026-10-08T01:00:00Z',
        '2026-10-09T00:00:00Z 2026-10-09T01:00:00Z',
      ],
    ],
    [
      'dates added',
      ['DTSTART;VALUE=DATE:20261105', 'RDATE;VALUE=DATE:20261120,20261201'],
      [
        '2026-11-04T23:00:00Z 2026-11-05T23:00:00Z',
        '2026-11-19T23:00:00Z 2026-11-20T23:00:00Z',
        '2026-11-30T23:00:00Z 2026-12-01T23:00:00Z',
      ],
    ],
    [
      'a year’s day, of a rule that began long ago',
      ['DTSTART;VALUE=DATE:20001224', 'RRULE:FREQ=YEARLY'],
      ['2026-12-23T23:00:00Z 2026-12-24T23:00:00Z'],
    ],
  ])('%s', (_name, lines, expected) => {
    expect(times(calendar(lines))).toEqual(expected);
  });

  it('moves with an exception, and goes when that is cancelled', () => {
    const series = [
      'UID:series@example.com',
      'DTSTART;TZID=Europe/Berlin:20261012T090000',
      'DTEND;TZID=Europe/Berlin:20261012T100000',
      'RRULE:FREQ=WEEKLY;COUNT=3',
      'SUMMARY:Course',
    ];
    const moved = [
      'UID:series@example.com',
      'RECURRENCE-ID:20261019T070000Z',
      'DTSTART;TZID=Europe/Berlin:20261020T150000',
      'DTEND;TZID=Europe/Berlin:20261020T170000',
      'SUMMARY:Course\\, moved',
    ];
    const cancelled = [
      'UID:series@example.com',
      'RECURRENCE-ID;TZID=Europe/Berlin:20261026T090000',
      'DTSTART;TZID=Europe/Berlin:20261026T090000',
      'STATUS:CANCELLED',
    ];
    const reading = read(calendar(series, moved, cancelled));
    expect(reading.absences.map(({ fromMs, why }) => [instant(fromMs), why])).toEqual([
      ['2026-10-12T07:00:00Z', 'Course'],
      ['2026-10-20T13:00:00Z', 'Course, moved'],
    ]);
  });

  it('counts where the calendar shows it as free, not where it is cancelled, over or without a length', () => {
    const text = calendar(
      ['DTSTART;VALUE=DATE:20261111', 'TRANSP:TRANSPARENT'],
      ['DTSTART;VALUE=DATE:20261113', 'STATUS:CANCELLED'],
      ['DTSTART;VALUE=DATE:20260901'],
      ['DTSTART:20261115T080000Z'],
    );
    expect(times(text)).toEqual(['2026-11-10T23:00:00Z 2026-11-11T23:00:00Z']);
  });

  it('says in a line why, and nothing of what is private', () => {
    const text = calendar(
      ['DTSTART;VALUE=DATE:20261101', `SUMMARY:${'long '.repeat(40)}`],
      ['DTSTART;VALUE=DATE:20261103', 'SUMMARY:Doctor', 'CLASS:PRIVATE'],
      ['DTSTART;VALUE=DATE:20261105', 'SUMMARY:two\\nlines'],
    );
    expect(read(text).absences.map((one) => one.why)).toEqual([
      'long '.repeat(16).trim(),
      'away',
      'two lines',
    ]);
  });

  it('is one with those that it touches', () => {
    const text = calendar(
      ['DTSTART;VALUE=DATE:20261102', 'SUMMARY:Sea'],
      ['DTSTART;VALUE=DATE:20261103', 'DTEND;VALUE=DATE:20261105', 'SUMMARY:Mountains'],
    );
    expect(read(text).absences).toEqual([
      {
        fromMs: ms('2026-11-01T23:00:00Z'),
        untilMs: ms('2026-11-04T23:00:00Z'),
        why: 'Sea',
        uid: 'e1@example.com',
      },
    ]);
  });

  it('keeps the soonest of very many, and says so', () => {
    const reading = read(calendar(['DTSTART;VALUE=DATE:20260101', 'RRULE:FREQ=WEEKLY']));
    expect(reading.absences).toHaveLength(40);
    expect(instant(reading.absences[0]?.fromMs ?? 0)).toBe('2026-09-30T22:00:00Z');
    expect(reading.notes).toEqual([expect.stringMatching(/of 5\d absences the first 40 are kept/)]);
  });

  it('reads a zone that only the file describes, and says when nothing does', () => {
    const described = [
      'BEGIN:VTIMEZONE',
      'TZID:W. Europe Standard Time',
      'BEGIN:STANDARD',
      'DTSTART:16010101T030000',
      'TZOFFSETFROM:+0200',
      'TZOFFSETTO:+0100',
      'RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10',
      'END:STANDARD',
      'BEGIN:DAYLIGHT',
      'DTSTART:16010101T020000',
      'TZOFFSETFROM:+0100',
      'TZOFFSETTO:+0200',
      'RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3',
      'END:DAYLIGHT',
      'END:VTIMEZONE',
    ].join('\r\n');
    const event = [
      'DTSTART;TZID=W. Europe Standard Time:20261024T090000',
      'DURATION:PT1H',
      'RRULE:FREQ=DAILY;COUNT=3',
    ];
    const text = calendar(event);
    const whole = text.replace('BEGIN:VEVENT', `${described}\r\nBEGIN:VEVENT`);
    expect(times(whole)).toEqual([
      '2026-10-24T07:00:00Z 2026-10-24T08:00:00Z',
      '2026-10-25T08:00:00Z 2026-10-25T09:00:00Z',
      '2026-10-26T08:00:00Z 2026-10-26T09:00:00Z',
    ]);
    expect(read(whole).notes).toEqual([]);
    expect(read(text).notes).toEqual([
      'the time zone "W. Europe Standard Time" is not known; its times are read in Europe/Berlin',
    ]);
  });
});

describe('a calendar that is none', () => {
  it.each(['', '<html>log in</html>', 'BEGIN:VCARD\r\nEND:VCARD\r\n', 'BEGIN:VCALENDAR\r\nno property\r\n'])(
    'is refused with what to give: %j',
    (text) => {
      expect(() => read(text)).toThrow(CalendarError);
    },
  );

  it('with one event that makes no sense has the others', () => {
    const reading = read(calendar(['DTSTART:soon', 'SUMMARY:x'], ['DTSTART;VALUE=DATE:20261111']));
    expect(reading.absences).toHaveLength(1);
  });
});

describe('a calendar read in a thread', () => {
  const text = calendar(['DTSTART;VALUE=DATE:20261111', 'SUMMARY:Holiday']);

  it('gives the same', async () => {
    expect(await readCalendar(text, THIRTEEN_MONTHS)).toEqual(read(text));
    await expect(readCalendar('<html>', THIRTEEN_MONTHS)).rejects.toThrow('This is no calendar');
  });

  it('stops at a rule that nothing ever matches', async () => {
    const endless = calendar([
      'DTSTART:20260101T090000Z',
      'DURATION:PT1H',
      'RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30',
    ]);
    await expect(readCalendar(endless, THIRTEEN_MONTHS, { deadlineMs: 300 })).rejects.toThrow(
      'it took longer than 0.3 s',
    );
  });
});

describe('another reader', () => {
  it.each([
    ['FREQ=WEEKLY;BYDAY=MO,WE,FR;COUNT=30'],
    ['FREQ=MONTHLY;BYDAY=-1FR;COUNT=12'],
    ['FREQ=MONTHLY;BYMONTHDAY=31;COUNT=6'],
    ['FREQ=DAILY;INTERVAL=10;UNTIL=20270601T000000Z'],
    ['FREQ=YEARLY;BYMONTH=5;BYDAY=2SU;COUNT=3'],
  ])('finds the same: %s', (rule) => {
    const text = calendar([
      'DTSTART;TZID=Europe/Berlin:20261005T080000',
      'DTEND;TZID=Europe/Berlin:20261005T093000',
      `RRULE:${rule}`,
    ]);
    const [event] = Object.values(ical.sync.parseICS(text)).filter((one) => one?.type === 'VEVENT');
    if (event?.type !== 'VEVENT') throw new Error('the other reader found no event');
    const theirs = ical
      .expandRecurringEvent(event, {
        from: new Date(THIRTEEN_MONTHS.fromMs),
        to: new Date(THIRTEEN_MONTHS.untilMs),
      })
      .map((one) => one.start.getTime());
    expect(theirs.length).toBeGreaterThan(0);
    // DTSTART is the first occurrence even where its rule leaves it out: readers differ in that alone.
    const ours = read(text).absences.map((one) => one.fromMs);
    expect(ours.filter((at) => at !== ms('2026-10-05T06:00:00Z'))).toEqual(
      theirs.filter((at) => at !== ms('2026-10-05T06:00:00Z')),
    );
  });
});
