/**
 * Calendars of absences that are read again every hour, each time by one host: whoever takes the hour's slot. What can't
 * be read leaves the absences as they were, and is a problem until it can be.
 */
import type { Clock, Log, Problems } from '../engine/ports.ts';
import type { RosterBook } from '../oncall/book.ts';
import { withFeedAbsences } from '../oncall/feeds.ts';
import type { Feed } from '../oncall/types.ts';
import type { Store } from '../store/port.ts';

export interface FeedsParts {
  store: Pick<Store, 'takeSlot'>;
  roster: Pick<RosterBook, 'current' | 'edit'>;
  clock: Clock;
  log: Log;
  problems: Problems;
  networks(): readonly string[];
  /** This host's zone, for people who have none. */
  zone: string;
}

const SLOT = 'calendars';
const HOUR_MS = 3_600_000;
const FIRST_LOOK_MS = 90_000;
/** Several looks an hour: an hour that its host did not live through is another's. */
const LOOK_MS = 10 * 60_000;
const AHEAD_MS = 396 * 24 * HOUR_MS;

export class Feeds {
  readonly #parts: FeedsParts;
  /** What each address said last, so that the same is not sent again. */
  readonly #etags = new Map<string, string>();
  /** The hour that is known to be taken. */
  #hour: string | null = null;
  #raised = new Set<string>();
  #cancel: () => void = () => undefined;
  #looking: Promise<void> = Promise.resolve();
  readonly #stopping = new AbortController();

  constructor(parts: FeedsParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#lookIn(FIRST_LOOK_MS);
  }

  /** Nothing begins any more; resolves when what is under way has ended. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#cancel();
    await this.#looking;
  }

  #lookIn(delayMs: number): void {
    if (this.#stopping.signal.aborted) return;
    this.#cancel = this.#parts.clock.after(delayMs, () => {
      this.#looking = this.look().finally(() => this.#lookIn(LOOK_MS));
    });
  }

  /** Reads all calendars if this hour is this host's. Never rejects. */
  async look(): Promise<void> {
    const { clock, log, roster, store } = this.#parts;
    const { people, feeds: all = [] } = roster.current();
    const feeds = all.filter((feed) => people.some((one) => one.id === feed.person));
    this.#clearGone(feeds);
    const hour = new Date(clock.wallMs()).toISOString().slice(0, 'yyyy-mm-ddThh'.length);
    if (feeds.length === 0 || this.#hour === hour) return;
    try {
      const mine = await store.takeSlot(SLOT, hour);
      this.#hour = hour;
      if (!mine) return this.#clearGone([]);
    } catch (error) {
      log.info({ err: error }, 'it is not known whether the calendars have been read this hour; asked again');
      return;
    }
    for (const feed of feeds) {
      if (this.#stopping.signal.aborted) return;
      await this.#read(feed);
    }
  }

  async #read(feed: Feed): Promise<void> {
    const { clock, log, problems, roster } = this.#parts;
    const problem = problemOf(feed);
    const { signal } = this.#stopping;
    try {
      const [{ downloadCalendar }, { readCalendar }] = await Promise.all([
        import('../calendar/download.ts'),
        import('../calendar/reader.ts'),
      ]);
      const known = this.#etags.get(feed.url) ?? null;
      const { text, etag } = await downloadCalendar(feed.url, {
        etag: known,
        networks: this.#parts.networks(),
        signal,
      });
      if (text !== null) {
        const nowMs = clock.wallMs();
        const zone = roster.current().people.find((one) => one.id === feed.person)?.zone ?? this.#parts.zone;
        const stretch = { zone, fromMs: nowMs, untilMs: nowMs + AHEAD_MS };
        const reading = await readCalendar(text, stretch, { signal });
        const change = (before: ReturnType<RosterBook['current']>): ReturnType<RosterBook['current']> =>
          withFeedAbsences(before, feed.id, reading.absences, nowMs);
        // What changes nothing makes no version, and asks the store for nothing.
        if (change(roster.current()) !== roster.current()) await roster.edit(`calendar ${feed.id}`, change);
        for (const note of reading.notes) log.info({ calendar: feed.id }, note);
        this.#remember(feed, etag);
      }
      this.#raised.delete(problem);
      problems.clear(problem);
    } catch (error) {
      if (signal.aborted) return;
      const why = error instanceof Error ? error.message : String(error);
      log.warn({ calendar: feed.id, err: error }, 'a calendar of absences could not be read');
      this.#raised.add(problem);
      problems.raise(
        problem,
        `absences of ${feed.person} are as they were: ${why}`,
        `it is tried again every hour; without it: relay oncall absent --remove ${feed.id}`,
      );
    }
  }

  #remember(feed: Feed, etag: string | null): void {
    // What repeats goes on with time although the calendar is the same: once a day it is read whole.
    const isFirstHour = new Date(this.#parts.clock.wallMs()).getUTCHours() === 0;
    if (etag === null || isFirstHour) this.#etags.delete(feed.url);
    else this.#etags.set(feed.url, etag);
  }

  /** A calendar that was removed, or that another host reads now, is no problem of this one any more. */
  #clearGone(feeds: readonly Feed[]): void {
    const present = new Set(feeds.map(problemOf));
    for (const problem of this.#raised) {
      if (present.has(problem)) continue;
      this.#raised.delete(problem);
      this.#parts.problems.clear(problem);
    }
  }
}

const problemOf = (feed: Feed): string => `calendar-${feed.id}`;
