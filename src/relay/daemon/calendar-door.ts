/** `GET /calendar/SECRET.ics`: shifts for those who subscribe, on the listener that takes alerts. */
import { hash } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { hashToken, secretIn } from '../calendar/path.ts';
import { Gauge } from '../events/http/gauge.ts';
import { HTTP_LIMITS, type HttpLimits } from '../events/http/limits.ts';
import { findCalendarLink } from '../oncall/calendar-links.ts';
import { shiftsOfPerson, shiftsOfRotation, type Shift } from '../oncall/shifts-of.ts';
import type { CalendarLink, Roster } from '../oncall/types.ts';

export interface CalendarDoorParts {
  roster(): Roster;
  nowMs(): number;
  /** How many at once; beyond it 429. */
  limits: HttpLimits;
}

/** Few at once: each is written anew, and whoever subscribes can wait. */
export const CALENDAR_LIMITS: HttpLimits = { ...HTTP_LIMITS, maxInFlight: 32 };

const DAY_MS = 86_400_000;
const BACK_MS = 14 * DAY_MS;
const AHEAD_MS = 90 * DAY_MS;

/** The route as a plugin of its own, with a limit of its own: calendars never take the room of alerts. */
export function calendarDoor(app: FastifyInstance, parts: CalendarDoorParts): void {
  const gauge = new Gauge(parts.limits);
  app.addHook('onRequest', (request, reply, done) => {
    if (gauge.admit(request.raw, reply.raw)) return done();
    void reply
      .code(429)
      .header('retry-after', parts.limits.retryAfterSeconds)
      .type('text/plain')
      .send('too many requests at once; try again\n');
  });
  app.get<{ Params: { file: string } }>('/calendar/:file', async (request, reply) => {
    const secret = secretIn(request.params.file);
    const roster = parts.roster();
    const link = secret === null ? null : findCalendarLink(roster, hashToken(secret));
    if (link === null)
      return reply
        .code(404)
        .type('text/plain')
        .send('this address leads to no calendar: ask for another with relay oncall ics\n');
    const body = await textOf(roster, link, parts.nowMs());
    const etag = `"${hash('sha256', body, 'hex').slice(0, 32)}"`;
    void reply.header('etag', etag).header('cache-control', 'private, max-age=300');
    if (matches(request.headers['if-none-match'], etag)) return reply.code(304).send();
    return reply
      .header('content-disposition', 'inline; filename="oncall.ics"')
      .type('text/calendar; charset=utf-8')
      .send(body);
  });
}

async function textOf(roster: Roster, link: CalendarLink, nowMs: number): Promise<string> {
  const { shiftCalendar } = await import('../calendar/shifts.ts');
  const fromMs = nowMs - BACK_MS;
  const untilMs = nowMs + AHEAD_MS;
  const nameOf = (id: string): string => roster.people.find((one) => one.id === id)?.name ?? id;
  const id = link.tokenHash.slice(0, 12);
  if ('person' in link.of) {
    const { person } = link.of;
    return shiftCalendar({
      name: `On call: ${nameOf(person)}`,
      id,
      shifts: shiftsOfPerson(roster, person, fromMs, untilMs),
      title: (shift: Shift) => `On call: ${shift.where}`,
      nowMs,
    });
  }
  const { rotation } = link.of;
  return shiftCalendar({
    name: `On call: ${rotation}`,
    id,
    shifts: shiftsOfRotation(roster, rotation, fromMs, untilMs),
    title: (shift: Shift) => `${nameOf(shift.person)} (${rotation})`,
    nowMs,
  });
}

/** Also `W/"…"`, and several: what a proxy on the way makes of it. */
function matches(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false;
  return header.split(',').some((one) => one.trim().replace(/^W\//, '') === etag || one.trim() === '*');
}
