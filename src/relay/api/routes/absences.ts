/** Who is away: by hand, from a calendar file once, or from a calendar's URL every hour. */
import { CalendarError } from '../../calendar/errors.ts';
import { addAbsence, removeAbsence } from '../../oncall/absences.ts';
import { findPerson } from '../../oncall/checks.ts';
import type { FeedAbsence } from '../../oncall/feed-absences.ts';
import { addFeed, removeFeed, withFeedAbsences } from '../../oncall/feeds.ts';
import { standsOn } from '../../oncall/named-by.ts';
import { showTime } from '../../oncall/times.ts';
import type { Roster } from '../../oncall/types.ts';
import type { Core } from '../core.ts';
import { edited } from '../edited.ts';
import { ApiError } from '../errors.ts';
import { given } from '../fields.ts';
import { hostZone } from '../oncall-view.ts';
import { ABSENCES, ABSENT_EDIT } from '../schemas/oncall.ts';
import { BY, instantMs, lines, needed, text, ZONE, type ReadAs } from '../table/given.ts';
import { get, post, type Route } from '../table/route.ts';
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

const DAY_MS = 86_400_000;
/** How far ahead a calendar is read. */
export const CALENDAR_AHEAD_MS = 396 * DAY_MS;
const CALENDAR_BODY_BYTES = 3 * 1024 * 1024;

const CALENDAR = {
  person: needed(text(64, 'Who is away.')),
  url: text(2_000, 'An https address, which is read again every hour; either this or a text.'),
  text: lines(CALENDAR_BODY_BYTES, 'An iCalendar file, taken once.'),
  by: BY,
};

/** The calls under /v1/absences. */
export const absenceRoutes = (core: Core): Route[] => [
  get(
    '/v1/absences',
    { name: 'listAbsences', summary: 'Who is away, and calendars of absences.', answer: ABSENCES },
    () => listed(core.roster.current(), core.nowMs()),
  ),
  post(
    '/v1/absences',
    {
      name: 'addAbsence',
      summary: 'Marks a person absent; the next member of each rotation takes over.',
      body: {
        person: needed(text(64, 'Who is away.')),
        fromMs: instantMs('From when; else now.'),
        untilMs: needed(instantMs('Until when.')),
        why: text(80, 'A word for the others.'),
        zone: ZONE,
        by: BY,
      },
      answer: ABSENT_EDIT,
    },
    async ({ body: { person, fromMs, untilMs, why, zone, by } }): Promise<AbsentEdit> => {
      const nowMs = core.nowMs();
      const wish = { person, untilMs, by, nowMs, ...given({ fromMs, why }) };
      const roster = await core.roster.edit(by, (base) => addAbsence(base, wish));
      const name = findPerson(roster, person).name;
      const from = fromMs === undefined || fromMs <= nowMs ? '' : ` from ${showTime(fromMs, nowMs, zone)}`;
      const said = `${name} is away${from} until ${showTime(untilMs, nowMs, zone)}: the next member of each rotation takes over`;
      return edited({ text: said, notes: standing(roster, person) }, core);
    },
  ),
  post(
    '/v1/absences/remove',
    {
      name: 'removeAbsence',
      summary: 'Takes back an absence or a calendar by its id, or all of a person made by hand.',
      body: {
        id: text(200, 'Of an absence or a calendar; either this or a person.'),
        person: text(64, 'All of theirs.'),
        by: BY,
      },
      answer: ABSENT_EDIT,
    },
    async ({ body: { id, person, by }, fields }): Promise<AbsentEdit> => {
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
    },
  ),
  post(
    '/v1/absences/calendar',
    {
      name: 'takeAbsenceCalendar',
      summary: 'Takes the absences of a person from a calendar.',
      body: CALENDAR,
      answer: ABSENT_EDIT,
      bodyLimitBytes: CALENDAR_BODY_BYTES,
    },
    ({ body, fields }) => {
      if ((body.url === undefined) === (body.text === undefined))
        fields.problem('url or text: give one of them');
      fields.check();
      return takeCalendar(core, body);
    },
  ),
];

/** An absence takes nobody off a level that names them. */
function standing(roster: Roster, person: string): string[] {
  const levels = standsOn(roster, person);
  if (levels.length === 0) return [];
  const cure = 'relay oncall set PERSON --service SERVICE --level N puts somebody else there';
  return [`${person} is named on ${levels.join('; ')} and stays there: ${cure}`];
}

/** A calendar's text is taken once; a URL is read now and from now on every hour. */
async function takeCalendar(
  core: Core,
  { person, url, text: said, by }: ReadAs<typeof CALENDAR>,
): Promise<AbsentEdit> {
  const nowMs = core.nowMs();
  const zone = findPerson(core.roster.current(), person).zone ?? hostZone();
  const [{ calendarUrl, downloadCalendar }, { readCalendar }] = await Promise.all([
    import('../../calendar/download.ts'),
    import('../../calendar/reader.ts'),
  ]);
  try {
    const networks = core.calendarNetworks?.() ?? [];
    const content = url === undefined ? said : (await downloadCalendar(url, { networks })).text;
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
      {
        text: `${added} ${added === 1 ? 'absence' : 'absences'} of ${person} taken over${again}`,
        notes: [...notes, ...standing(core.roster.current(), person)],
      },
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
