/** A month or some weeks of rotations and services. */
import { CALENDAR_WEEKS_MAX, calendarsOf } from '../../oncall/calendar.ts';
import { readDate } from '../../oncall/rotations/civil.ts';
import type { Core } from '../core.ts';
import { given } from '../fields.ts';
import { hostZone } from '../oncall-view.ts';
import type { CalendarJson } from '../oncall-wire.ts';
import { rosterThen } from '../roster-then.ts';
import { CALENDAR } from '../schemas/oncall.ts';
import { choice, queryTime, queryWhole, text, zone } from '../table/given.ts';
import { get, type Route } from '../table/route.ts';
import { listOf } from '../table/schema.ts';

/** The call /v1/oncall/calendar. */
export const calendarRoute = (core: Core): Route[] => [
  get(
    '/v1/oncall/calendar',
    {
      name: 'showCalendar',
      summary: 'Who is on call from when until when: a month, or some weeks.',
      query: {
        name: text(
          64,
          'A rotation or a service; absent: all rotations, or all services where there is none.',
        ),
        of: choice(['rotation', 'service'], 'Which is meant, where both have the name; else the rotation.'),
        month: text(7, 'Such as `2026-12`; else the month of `at`.'),
        weeks: queryWhole(1, `So many weeks from the Monday before \`at\`, at most ${CALENDAR_WEEKS_MAX}.`),
        at: queryTime('Else now. For a time that is over the roster in force then answers.'),
        zone: zone('By whose days; else by those of the rotation.'),
      },
      answer: listOf(CALENDAR),
    },
    async ({ query, fields }): Promise<CalendarJson[]> => {
      const { month, weeks, at, ...rest } = query;
      if (month !== undefined && readDate(`${month}-01`) === null)
        fields.problem('month: must be a month such as 2026-12');
      if (month !== undefined && weeks !== undefined) fields.problem('month, weeks: give one of them');
      if (weeks !== undefined && weeks > CALENDAR_WEEKS_MAX)
        fields.problem(`weeks: must be at most ${CALENDAR_WEEKS_MAX}`);
      fields.check();
      const hereZone = hostZone();
      const atMs = at ?? core.nowMs();
      const wish = { ...given({ ...rest, month, weeks }), atMs, hereZone };
      const { roster, asOf } =
        at === undefined
          ? { roster: core.roster.current() }
          : await rosterThen(core, atMs, query.zone ?? hereZone);
      const calendars = calendarsOf(roster, wish);
      return asOf === undefined ? calendars : calendars.map((one) => ({ ...one, asOf }));
    },
  ),
];
