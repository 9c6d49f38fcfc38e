/** The answers about who is on call, described. */
import type { CalendarJson, CalendarLineJson, CalendarSpanJson } from '../oncall-wire.ts';
import type { OncallJson } from '../wire.ts';
import { CHANNEL } from './roster.ts';
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
