/** The answers about who is on call, described. */
import type { HandedOverJson, HandoffJson } from '../handoff-wire.ts';
import type {
  CalendarJson,
  CalendarLineJson,
  CalendarSpanJson,
  NextShiftsJson,
  OverrideJson,
  ServiceDetailJson,
} from '../oncall-wire.ts';
import type { AbsenceJson, AbsencesJson, AbsentEdit } from '../routes/absences.ts';
import type { CalendarLinkJson, CalendarMade } from '../routes/calendars.ts';
import type { OncallSet } from '../routes/oncall.ts';
import type { Edited, OncallJson } from '../wire.ts';
import { CHANNEL, NOT_YET_ON, SHIFT, TOLD_OF } from './roster.ts';
import { SERVICE_LISTED_FIELDS } from './services.ts';
import {
  about,
  choice,
  instant,
  integer,
  listOf,
  maybe,
  nullable,
  object,
  shape,
  string,
  yes,
} from '../table/schema.ts';

/** Which version of the roster answers for a time that is over. */
const AS_OF = object<NonNullable<OncallJson['asOf']>>('AsOf', {
  version: integer,
  from: about(nullable(instant), 'Null: there was no roster yet then.'),
  text: string,
});

export const ONCALL = object<OncallJson>('Oncall', {
  service: string,
  policy: string,
  levels: listOf(
    shape<OncallJson['levels'][number]>({
      level: about(integer, 'From 1.'),
      people: listOf(
        shape<OncallJson['levels'][number]['people'][number]>({
          person: string,
          until: about(nullable(instant), 'Null: no end is known.'),
          because: string,
          unverified: maybe(
            about(
              listOf(CHANNEL),
              'Their channels from which no answer has come yet; absent: none, or it is not known.',
            ),
          ),
        }),
      ),
    }),
  ),
  next: nullable(shape<NonNullable<OncallJson['next']>>({ at: instant, text: string })),
  asOf: maybe(AS_OF),
});

export const CALENDAR = object<CalendarJson>('Calendar', {
  of: choice(['rotation', 'service']),
  id: string,
  zone: about(string, 'By whose days it goes.'),
  from: instant,
  until: instant,
  lines: about(
    listOf(
      object<CalendarLineJson>('CalendarLine', {
        level: about(nullable(integer), 'From 1; null for a rotation.'),
        spans: about(
          listOf(
            object<CalendarSpanJson>('CalendarSpan', {
              from: instant,
              until: instant,
              people: about(listOf(string), 'Nobody: empty.'),
              waits: maybe(about(yes, 'By a rule of the policy nobody is told before its end.')),
            }),
          ),
          'Without a hole.',
        ),
      }),
    ),
    'One, or one for each level of a service.',
  ),
  asOf: maybe(AS_OF),
});

export const SERVICE_DETAIL = object<ServiceDetailJson>('ServiceDetail', {
  ...SERVICE_LISTED_FIELDS,
  oncall: ONCALL,
});

export const ONCALL_SET = object<OncallSet>('OncallSet', {
  text: about(string, 'What was understood.'),
  rosterVersion: integer,
  policies: about(listOf(string), 'Those that changed.'),
  notYetOn: NOT_YET_ON,
  ...TOLD_OF,
});

export const OVERRIDE = object<OverrideJson>('Override', {
  id: string,
  person: string,
  where: about(string, '`rotation ops`, or `policy default, level 1`.'),
  from: instant,
  until: about(nullable(instant), 'Null: until it is unset.'),
  instead: about(nullable(string), 'Only in place of this person.'),
  why: nullable(string),
  by: string,
});

export const NEXT_SHIFTS = object<NextShiftsJson>('NextShifts', {
  person: string,
  shifts: listOf(SHIFT),
  always: about(listOf(string), 'Where they are told whenever it is.'),
});

export const ABSENCES = object<AbsencesJson>('Absences', {
  absences: listOf(
    object<AbsenceJson>('Absence', {
      id: string,
      person: string,
      from: instant,
      until: instant,
      why: string,
      by: string,
      calendar: about(nullable(string), 'The calendar it comes from; null: made by hand.'),
    }),
  ),
  calendars: about(
    listOf(
      shape<AbsencesJson['calendars'][number]>({ id: string, person: string, host: string, by: string }),
    ),
    'Calendars that are read every hour.',
  ),
});

export const ABSENT_EDIT = object<AbsentEdit>('AbsentEdit', {
  text: string,
  notes: listOf(string),
  notYetOn: NOT_YET_ON,
});

export const CALENDAR_LINK = object<CalendarLinkJson>('CalendarLink', {
  id: string,
  person: nullable(string),
  rotation: nullable(string),
  by: string,
  at: instant,
});

export const CALENDAR_MADE = object<CalendarMade>('CalendarMade', {
  id: string,
  url: about(string, 'Holds a secret; shown this once.'),
  notYetOn: NOT_YET_ON,
});

export const EDIT_SAID = object<Edited<{ text: string }>>('EditSaid', { text: string, notYetOn: NOT_YET_ON });

const HANDOFF = object<HandoffJson>('Handoff', {
  rotation: string,
  from: about(nullable(string), 'Null: nobody.'),
  to: about(nullable(string), 'Null: nobody.'),
  at: instant,
});

export const HANDED_OVER = object<HandedOverJson>('HandedOver', {
  handed: about(listOf(HANDOFF), 'Both people are told.'),
  skipped: about(listOf(HANDOFF), 'Over a day ago when they were found: nobody is told.'),
  holders: listOf(
    shape<HandedOverJson['holders'][number]>({ rotation: string, person: nullable(string), since: instant }),
  ),
});
