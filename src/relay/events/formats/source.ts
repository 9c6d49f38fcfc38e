/** What a reader of one source says of a mail or a request, and how that becomes events. */
import type { AlertEvent, Severity } from '../types.ts';
import { cleanDetails, cleanSummary, cut } from './clean.ts';
import { type Fields, isLink } from './fields.ts';
import { boundKey } from './key.ts';
import type { ParsedMail } from './mail.ts';

/** One thing that a source says, in the source's own names. */
export interface Reading {
  action: AlertEvent['action'];
  /** What it is about, from the general to the particular: host, service. Not all of them empty. */
  about: readonly string[];
  severity: Severity;
  summary: string;
  /** Which words it was read by. */
  reason: string;
  host?: string;
  check?: string;
  links?: readonly string[];
  labels?: Readonly<Record<string, string>>;
  /** Of what never recovers by itself; see AlertEvent. */
  expiresAfterMs?: number;
}

/** Labels of one event that are kept, the first ones. */
const LABELS_MAX = 32;
const LINKS_MAX = 5;

/** A source whose mails we know by their look. */
export interface MailSource {
  /** As it stands in events: lower case, dashes. */
  name: string;
  /** Its own subjects may begin with `[something]`, which is no list's tag then. */
  tags?: true;
  /** Null: not its mail. Never throws, and takes time that grows no faster than the mail. */
  read(mail: ParsedMail): readonly Reading[] | null;
}

/** A source whose requests we know by their fields. */
export interface WebhookSource {
  name: string;
  /** `body`: of JSON or a form. Null: not its request. Never throws. */
  read(body: Fields): readonly Reading[] | null;
}

/** A mail's readings as events of `service`. The plus tag of the address is the key where there is one thing only. */
export function eventsOfMail(
  mail: ParsedMail,
  service: string,
  source: string,
  readings: readonly Reading[],
): AlertEvent[] {
  const tag = readings.length === 1 ? cleanSummary(mail.tag ?? '') : '';
  const details = detailsEach(mailDetails(mail), readings.length);
  return readings.map((reading) => {
    const event = eventOf(reading, service, source);
    return {
      ...event,
      ...(tag === '' ? {} : { dedupKey: boundKey(tag) }),
      ...(details === '' ? {} : { details }),
    };
  });
}

/** What all events of one message carry together, so that a group of a thousand alerts isn't megabytes. */
const DETAILS_ALL_MAX = 100_000;
const DETAILS_EACH_MIN = 300;

/** The details of a message, as each of its events carries them: whole where there are few. */
export const detailsEach = (details: string, events: number): string =>
  cut(details, Math.max(DETAILS_EACH_MIN, Math.floor(DETAILS_ALL_MAX / Math.max(1, events))));

/** One reading as an event. */
export function eventOf(reading: Reading, service: string, source: string): AlertEvent {
  const { action, about, severity, summary, reason, host, check, links, labels, expiresAfterMs } = reading;
  return {
    action,
    service,
    dedupKey: keyOf(source, about),
    severity: action === 'trigger' ? severity : 'unknown',
    summary: cleanSummary(summary) || `${source}: ${cleanSummary(about.join(' '))}`,
    source,
    reason: cleanSummary(reason),
    ...(host === undefined || host === '' ? {} : { host: cleanSummary(host) }),
    ...(check === undefined || check === '' ? {} : { check: cleanSummary(check) }),
    ...(links === undefined ? {} : linksFrom(links)),
    ...(labels === undefined ? {} : labelsOf(labels)),
    ...(expiresAfterMs === undefined || action !== 'trigger' ? {} : { expiresAfterMs }),
  };
}

/** The first few that are addresses. */
function linksFrom(links: readonly string[]): Pick<AlertEvent, 'links'> {
  const kept = links.filter(isLink).slice(0, LINKS_MAX);
  return kept.length === 0 ? {} : { links: kept };
}

/** One line each, the empty ones left out. */
function labelsOf(labels: Readonly<Record<string, string>>): Pick<AlertEvent, 'labels'> {
  const kept = Object.entries(labels)
    .map(([name, value]) => [cleanSummary(name), cleanSummary(value)] as const)
    .filter(([name, value]) => name !== '' && value !== '')
    .slice(0, LABELS_MAX);
  return kept.length === 0 ? {} : { labels: Object.fromEntries(kept) };
}

/** Names of one source meet only each other: the same host and service in two monitors are two things. */
const keyOf = (source: string, about: readonly string[]): string =>
  boundKey(
    [source, ...about.map((name, at) => (at < CLEANED_MAX ? cleanSummary(name) : name).toLowerCase())].join(
      '/',
    ),
  );

/** The rest of so many names is in the digest at a long key's end only. */
const CLEANED_MAX = 255;

/** Who sent a mail and what it says, for whoever is told. */
export const mailDetails = ({ from, date, text }: ParsedMail): string =>
  cleanDetails(`${from === '' ? '' : `From: ${from}\n`}${date === null ? '' : `Date: ${date}\n`}\n${text}`);
