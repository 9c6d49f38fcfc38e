/** Calendars at URLs, from which a person's absences come. Pure: reading them is the daemon's. */
import { RosterError } from './book.ts';
import { clean, findPerson } from './checks.ts';
import { feedAbsences, type FeedAbsence } from './feed-absences.ts';
import type { Absence, Feed, Roster } from './types.ts';

/** Each is asked for every hour. */
const FEEDS_MAX = 100;
/** Absences of calendars in the whole roster; the soonest count. The roster is one document that every host holds. */
const ABSENCES_MAX = 100;

/** Adds a calendar of a person's absences. Rejects with RosterError. */
export function addFeed(
  roster: Roster,
  input: { person: string; url: string; by: string; nowMs: number },
): Roster {
  findPerson(roster, input.person);
  const feeds = roster.feeds ?? [];
  if (feeds.some((one) => one.person === input.person && one.url === input.url))
    throw new RosterError(
      'conflict',
      `This calendar is one of ${input.person}'s already`,
      'It is read every hour by itself.',
    );
  if (feeds.length >= FEEDS_MAX)
    throw new RosterError(
      'usage',
      `There are ${FEEDS_MAX} calendars already`,
      'Remove one: relay oncall absent --list names them.',
    );
  const feed: Feed = {
    id: newFeedId(feeds, input.person),
    person: input.person,
    url: input.url,
    by: input.by,
    madeAtMs: input.nowMs,
  };
  return { ...roster, feeds: [...feeds, feed] };
}

/** Removes a calendar by its id, and the absences that came from it. Rejects with RosterError. */
export function removeFeed(roster: Roster, id: string): Roster {
  const feeds = roster.feeds ?? [];
  if (!feeds.some((one) => one.id === id)) {
    const known = feeds.map((one) => `${one.id} (${one.person})`).join(', ');
    throw new RosterError(
      'not_found',
      `There is no calendar ${clean(id)}`,
      known === '' ? 'No absences come from calendars.' : `Calendars are: ${known}.`,
    );
  }
  return {
    ...roster,
    feeds: feeds.filter((one) => one.id !== id),
    absences: (roster.absences ?? []).filter((one) => one.feed !== id),
  };
}

/**
 * With what a calendar says now in place of what it said before. The same roster when nothing has changed, or the
 * calendar, or its person, is gone. What it said before keeps when that was said: see feedAbsences.
 */
export function withFeedAbsences(
  roster: Roster,
  id: string,
  read: readonly FeedAbsence[],
  nowMs: number,
): Roster {
  const feed = roster.feeds?.find((one) => one.id === id);
  if (feed === undefined || !roster.people.some((one) => one.id === feed.person)) return roster;
  const current = (roster.absences ?? []).filter((one) => one.untilMs > nowMs);
  const own = feedAbsences(roster, feed, read, nowMs);
  const byHand = current.filter((one) => one.feed === undefined);
  const others = current.filter((one) => one.feed !== undefined && one.feed !== id);
  const kept = soonest(roster, [...others, ...own]);
  const after = [...byHand, ...kept];
  const isSame = after.length === current.length && after.every((one) => current.includes(one));
  return isSame ? roster : { ...roster, absences: after };
}

/** As many as there is room for. One in spite of which somebody stands in is known for longer than the stand-in: it stays. */
function soonest(roster: Roster, all: readonly Absence[]): Absence[] {
  const isCounted = (one: Absence): boolean =>
    roster.overrides.some(
      (other) =>
        other.person === one.person &&
        other.madeAtMs >= one.madeAtMs &&
        other.fromMs < one.untilMs &&
        (other.untilMs === null || other.untilMs > one.fromMs),
    );
  const bySoonest = (a: Absence, b: Absence): number => a.fromMs - b.fromMs || (a.id < b.id ? -1 : 1);
  return all
    .map((one) => ({ one, rank: isCounted(one) ? 0 : 1 }))
    .toSorted((a, b) => a.rank - b.rank || bySoonest(a.one, b.one))
    .slice(0, ABSENCES_MAX)
    .map(({ one }) => one)
    .toSorted(bySoonest);
}

/** `ana-1`: short, for it is typed to remove the calendar. */
function newFeedId(feeds: readonly Feed[], person: string): string {
  for (let count = 1; ; count += 1) {
    const id = `${person}-${count}`;
    if (!feeds.some((one) => one.id === id)) return id;
  }
}
