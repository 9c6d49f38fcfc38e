/** Addresses under which others subscribe to shifts. The secret in one is shown once, when it is made. */
import { randomBytes } from 'node:crypto';
import { calendarPath, hashToken } from '../../calendar/path.ts';
import { addCalendarLink, ownerOf, revokeCalendarLinks } from '../../oncall/calendar-links.ts';
import type { Core } from '../core.ts';
import { edited } from '../edited.ts';
import { ApiError } from '../errors.ts';
import { CALENDAR_LINK, CALENDAR_MADE, EDIT_SAID } from '../schemas/oncall.ts';
import { BY, flag, needed, text } from '../table/given.ts';
import { get, post, type Route } from '../table/route.ts';
import { listOf } from '../table/schema.ts';
import type { Edited } from '../wire.ts';

export interface CalendarLinkJson {
  id: string;
  person: string | null;
  rotation: string | null;
  by: string;
  at: string;
}

/** `url`: shown this once. */
export type CalendarMade = Edited<{ id: string; url: string }>;

/** What any service's address is made with, to learn where HTTP is reached. */
const PROBE = '0'.repeat(32);
const SECRET_BYTES = 24;

const WISH = {
  name: needed(text(64, 'A person or a rotation, whose shifts it shows.')),
  rotation: flag('The name is of a rotation, also where a person has it too.'),
  by: BY,
};

/** The calls under /v1/calendars. */
export const calendarRoutes = (core: Core): Route[] => [
  get(
    '/v1/calendars',
    {
      name: 'listCalendarLinks',
      summary: 'The addresses under which calendars are subscribed to, without their secrets.',
      answer: listOf(CALENDAR_LINK),
    },
    (): CalendarLinkJson[] =>
      (core.roster.current().calendarLinks ?? []).map(({ id, of, by, madeAtMs }) => ({
        id,
        person: 'person' in of ? of.person : null,
        rotation: 'rotation' in of ? of.rotation : null,
        by,
        at: new Date(madeAtMs).toISOString(),
      })),
  ),
  post(
    '/v1/calendars',
    {
      name: 'addCalendarLink',
      summary: 'Makes an address under which a calendar program subscribes to shifts.',
      body: WISH,
      answer: CALENDAR_MADE,
    },
    async ({ body: { name, rotation, by } }): Promise<CalendarMade> => {
      const base = baseOf(core);
      const secret = randomBytes(SECRET_BYTES).toString('base64url');
      const roster = await core.roster.edit(by, (before) =>
        addCalendarLink(before, {
          of: ownerOf(before, name, rotation),
          tokenHash: hashToken(secret),
          by,
          nowMs: core.nowMs(),
        }),
      );
      const id = roster.calendarLinks?.find((one) => one.tokenHash === hashToken(secret))?.id ?? '';
      return edited({ id, url: `${base}${calendarPath(secret)}` }, core);
    },
  ),
  post(
    '/v1/calendars/revoke',
    {
      name: 'revokeCalendarLinks',
      summary: 'Takes back all addresses of a person or a rotation.',
      body: WISH,
      answer: EDIT_SAID,
    },
    async ({ body: { name, rotation, by } }) => {
      await core.roster.edit(by, (before) => revokeCalendarLinks(before, ownerOf(before, name, rotation)));
      return edited({ text: `the calendar addresses of ${name} lead nowhere any more` }, core);
    },
  ),
];

function baseOf(core: Core): string {
  const { url } = core.addresses('calendar', PROBE);
  if (url === null)
    throw new ApiError(
      'usage',
      'Calendars are served over HTTP, which is not configured',
      'Set http.listen, and http.publicUrl for others to reach it.',
    );
  return new URL(url).origin;
}
