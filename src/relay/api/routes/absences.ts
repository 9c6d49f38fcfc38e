/** Who is away: by hand, from a calendar file once, or from a calendar's URL every hour. */
import type { FastifyInstance } from 'fastify';
import { CalendarError } from '../../calendar/errors.ts';
import { addAbsence, removeAbsence } from '../../oncall/absences.ts';
import { findPerson } from '../../oncall/checks.ts';
import { addFeed, removeFeed, withFeedAbsences, type FeedAbsence } from '../../oncall/feeds.ts';
import { isZone, showTime } from '../../oncall/times.ts';
import type { Roster } from '../../oncall/types.ts';
import type { Core } from '../core.ts';
import { edited } from '../edited.ts';
import { ApiError } from '../errors.ts';
import { Fields, given } from '../fields.ts';
import { hostZone } from '../oncall-view.ts';
import type { Edited } from '../wire.ts';

export interface AbsenceJson {
  id: string;
  person: string;
  from: string;
  until: string;
  why: string;
  by: string;
  /** The calendar it comes from; null: made by hand. */
  calendar: string | null;
}

export interface AbsencesJson {
  absences: AbsenceJson[];
  /** Calendars that are read every hour. Only the host of the address: the rest of it is a secret. */
  calendars: { id: string; person: string; host: string; by: string }[];
}

export type AbsentEdit = Edited<{ text: string; notes: string[] }>;

/** The year 2200: later is a mistake. */
const LATEST_MS = Date.UTC(2200, 0);
const DAY_MS = 86_400_000;
/** How far ahead a calendar is read. */
export const CALENDAR_AHEAD_MS = 396 * DAY_MS;
const CALENDAR_BODY_BYTES = 3 * 1024 * 1024;

/** Registers the calls under /v1/absences. */
export function absenceRoutes(app: FastifyInstance, core: Core): void {
  app.get('/v1/absences', () => listed(core.roster.current(), core.nowMs()));

  app.post('/v1/absences', async (request): Promise<AbsentEdit> => {
    const fields = new Fields(request.body, ['person', 'fromMs', 'untilMs', 'why', 'zone', 'by']);
    const person = fields.text('person', 64);
    const fromMs = fields.integer('fromMs', 0, LATEST_MS);
    const untilMs = fields.integer('untilMs', 0, LATEST_MS);
    const why = fields.optionalText('why', 80);
    const zone = fields.optionalText('zone', 64) ?? hostZone();
    const by = fields.optionalText('by', 64) ?? 'api';
    if (untilMs === undefined) fields.problem('untilMs: is missing');
    if (!isZone(zone)) fields.problem('zone: must be a time zone such as Europe/Berlin');
    fields.check();
    const nowMs = core.nowMs();
    const wish = { person, untilMs: untilMs ?? 0, by, nowMs, ...given({ fromMs, why }) };
    const roster = await core.roster.edit(by, (base) => addAbsence(base, wish));
    const name = findPerson(roster, person).name;
    const from = fromMs === undefined || fromMs <= nowMs ? '' : ` from ${showTime(fromMs, nowMs, zone)}`;
    const text = `${name} is away${from} until ${showTime(wish.untilMs, nowMs, zone)}: the next member of each rotation takes over`;
    return edited({ text, notes: [] }, core);
  });

  app.post('/v1/absences/remove', async (request): Promise<AbsentEdit> => {
    const fields = new Fields(request.body, ['id', 'person', 'by']);
    const id = fields.optionalText('id', 200);
    const person = fields.optionalText('person', 64);
    const by = fields.optionalText('by', 64) ?? 'api';
    if ((id === undefined) === (person === undefined)) fields.problem('id or person: give one of them');
    fields.check();
    let gone = 0;
    await core.roster.edit(by, (base) => {
      const isFeed = base.feeds?.some((one) => one.id === id) === true;
      const changed =
        id !== undefined && isFeed
          ? removeFeed(base, id)
          : removeAbsence(base, id === undefined ? { person: person ?? '', nowMs: core.nowMs() } : { id });
      gone = (base.absences?.length ?? 0) - (changed.absences?.length ?? 0);
      return changed;
    });
    return edited({ text: `${gone} ${gone === 1 ? 'absence' : 'absences'} removed`, notes: [] }, core);
  });

  app.post('/v1/absences/calendar', { bodyLimit: CALENDAR_BODY_BYTES }, async (request) =>
    takeCalendar(core, request.body),
  );
}

/** A calendar's text is taken once; a URL is read now and from now on every hour. */
async function takeCalendar(core: Core, body: unknown): Promise<AbsentEdit> {
  const fields = new Fields(body, ['person', 'url', 'text', 'by']);
  const person = fields.text('person', 64);
  const url = fields.optionalText('url', 2_000);
  const text = fields.lines('text', CALENDAR_BODY_BYTES);
  const by = fields.optionalText('by', 64) ?? 'api';
  if ((url === undefined) === (text === undefined)) fields.problem('url or text: give one of them');
  fields.check();
  const nowMs = core.nowMs();
  const zone = findPerson(core.roster.current(), person).zone ?? hostZone();
  const [{ calendarUrl, downloadCalendar }, { readCalendar }] = await Promise.all([
    import('../../calendar/download.ts'),
    import('../../calendar/reader.ts'),
  ]);
  try {
    const networks = core.calendarNetworks?.() ?? [];
    const content = url === undefined ? text : (await downloadCalendar(url, { networks })).text;
    const reading = await readCalendar(content ?? '', {
      zone,
      fromMs: nowMs,
      untilMs: nowMs + CALENDAR_AHEAD_MS,
    });
    const { absences, notes } = reading;
    let added = absences.length;
    await core.roster.edit(by, (base) => {
      if (url !== undefined) {
        const withFeed = addFeed(base, { person, url: calendarUrl(url).href, by, nowMs });
        return withFeedAbsences(withFeed, withFeed.feeds?.at(-1)?.id ?? '', absences, nowMs);
      }
      const fresh = absences.filter((one) => !isKnown(base, person, one));
      added = fresh.length;
      return fresh.reduce((sum, one) => addAbsence(sum, { person, ...timesOf(one), by, nowMs }), base);
    });
    const again = url === undefined ? '' : '; the calendar is read again every hour';
    return edited(
      { text: `${added} ${added === 1 ? 'absence' : 'absences'} of ${person} taken over${again}`, notes },
      core,
    );
  } catch (error) {
    if (error instanceof CalendarError) throw new ApiError('usage', error.message, error.cure);
    throw error;
  }
}

const timesOf = ({ fromMs, untilMs, why }: FeedAbsence): FeedAbsence => ({ fromMs, untilMs, why });

const isKnown = (roster: Roster, person: string, one: FeedAbsence): boolean =>
  (roster.absences ?? []).some(
    (old) => old.person === person && old.fromMs === one.fromMs && old.untilMs === one.untilMs,
  );

function listed(roster: Roster, nowMs: number): AbsencesJson {
  const iso = (ms: number): string => new Date(ms).toISOString();
  return {
    absences: (roster.absences ?? [])
      .filter((one) => one.untilMs > nowMs)
      .toSorted((a, b) => a.fromMs - b.fromMs)
      .map((one) => ({
        id: one.id,
        person: one.person,
        from: iso(one.fromMs),
        until: iso(one.untilMs),
        why: one.why,
        by: one.by,
        calendar: one.feed ?? null,
      })),
    calendars: (roster.feeds ?? []).map(({ id, person, url, by }) => ({
      id,
      person,
      host: URL.parse(url)?.hostname ?? '?',
      by,
    })),
  };
}
