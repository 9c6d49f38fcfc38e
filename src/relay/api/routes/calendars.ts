/** Addresses under which others subscribe to shifts. The secret in one is shown once, when it is made. */
import { randomBytes } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { calendarPath, hashToken } from '../../calendar/path.ts';
import { addCalendarLink, ownerOf, revokeCalendarLinks } from '../../oncall/calendar-links.ts';
import type { Core } from '../core.ts';
import { edited } from '../edited.ts';
import { ApiError } from '../errors.ts';
import { Fields } from '../fields.ts';
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

/** Registers the calls under /v1/calendars. */
export function calendarRoutes(app: FastifyInstance, core: Core): void {
  app.get('/v1/calendars', (): CalendarLinkJson[] =>
    (core.roster.current().calendarLinks ?? []).map(({ id, of, by, madeAtMs }) => ({
      id,
      person: 'person' in of ? of.person : null,
      rotation: 'rotation' in of ? of.rotation : null,
      by,
      at: new Date(madeAtMs).toISOString(),
    })),
  );

  app.post('/v1/calendars', async (request): Promise<CalendarMade> => {
    const { name, isRotation, by } = wish(request.body);
    const base = baseOf(core);
    const secret = randomBytes(SECRET_BYTES).toString('base64url');
    const roster = await core.roster.edit(by, (before) =>
      addCalendarLink(before, {
        of: ownerOf(before, name, isRotation),
        tokenHash: hashToken(secret),
        by,
        nowMs: core.nowMs(),
      }),
    );
    const id = roster.calendarLinks?.find((one) => one.tokenHash === hashToken(secret))?.id ?? '';
    return edited({ id, url: `${base}${calendarPath(secret)}` }, core);
  });

  app.post('/v1/calendars/revoke', async (request): Promise<Edited<{ text: string }>> => {
    const { name, isRotation, by } = wish(request.body);
    await core.roster.edit(by, (before) => revokeCalendarLinks(before, ownerOf(before, name, isRotation)));
    return edited({ text: `the calendar addresses of ${name} lead nowhere any more` }, core);
  });
}

function wish(body: unknown): { name: string; isRotation: boolean; by: string } {
  const fields = new Fields(body, ['name', 'rotation', 'by']);
  const name = fields.text('name', 64);
  const isRotation = fields.flag('rotation');
  const by = fields.optionalText('by', 64) ?? 'api';
  fields.check();
  return { name, isRotation, by };
}

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
