/** What a reader of one source says of a mail or a request, and how that becomes events. */
import type { AlertEvent, Severity } from '../types.ts';
import { cleanDetails, cleanSummary } from './clean.ts';
import type { Fields } from './fields.ts';
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
}

/** A source whose mails we know by their look. */
export interface MailSource {
  /** As it stands in events: lower case, dashes. */
  name: string;
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
  const details = mailDetails(mail);
  return readings.map((reading) => {
    const event = eventOf(reading, service, source);
    return {
      ...event,
      ...(tag === '' ? {} : { dedupKey: boundKey(tag) }),
      ...(details === '' ? {} : { details }),
    };
  });
}

/** One reading as an event. */
export function eventOf(reading: Reading, service: string, source: string): AlertEvent {
  const { action, about, severity, summary, reason, host, check, links } = reading;
  return {
    action,
    service,
    dedupKey: keyOf(source, about),
    severity: action === 'trigger' ? severity : 'unknown',
    summary: cleanSummary(summary) || `${source}: ${cleanSummary(about.join(' '))}`,
    source,
    reason,
    ...(host === undefined || host === '' ? {} : { host: cleanSummary(host) }),
    ...(check === undefined || check === '' ? {} : { check: cleanSummary(check) }),
    ...(links === undefined || links.length === 0 ? {} : { links: [...links] }),
  };
}

/** Names of one source meet only each other: the same host and service in two monitors are two things. */
const keyOf = (source: string, about: readonly string[]): string =>
  boundKey([source, ...about.map((name) => cleanSummary(name).toLowerCase())].join('/'));

/** Who sent a mail and what it says, for whoever is told. */
export const mailDetails = ({ from, date, text }: ParsedMail): string =>
  cleanDetails(`${from === '' ? '' : `From: ${from}\n`}${date === null ? '' : `Date: ${date}\n`}\n${text}`);
