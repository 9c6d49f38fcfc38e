/** How a mail becomes events: the readers in the order they are asked. One source a file; the first that knows it wins. */
import type { AlertEvent } from '../types.ts';
import { cleanSummary } from './clean.ts';
import { isDigest, isSurelyAlert, readGeneralMail } from './general.ts';
import { asSent, withoutTag } from './handed-on.ts';
import { readHandedIn } from './handed-in.ts';
import type { ParsedMail } from './mail.ts';
import { whyNoAlert } from './no-alert.ts';
import { isOwnPage, isPage, readOwnPage } from './own-page.ts';
import { eventsOfMail } from './source.ts';
import { MAIL_SOURCES } from './sources/index.ts';
import { bouncedIn, forwardedIn, type Bounced } from './within.ts';

/** What a mail says, as events of `service`. Never empty, never throws; headers like Auto-Submitted drop nothing. */
export function readMail(mail: ParsedMail, service: string): AlertEvent[] {
  const own = readOwnPage(mail, service) ?? readHandedIn(mail, service);
  if (own !== null && own.length > 0) return own;
  const bounced = bouncedIn(mail);
  if (bounced !== null) return readBounce(mail, service, bounced);
  const why = whyNoAlert(mail, isAlert);
  if (why !== null) return noneOf(mail, service, why);
  const inner = isDigest(mail) ? [] : forwardedIn(mail, isAlert);
  if (inner.length > 0)
    return inner.flatMap((one) => because(readMail(one, service), 'in a mail that somebody forwarded'));
  return readKnown(mail, service) ?? readUnknown(mail, service);
}

/** By the reader of its source; null: none knows it. */
function readKnown(mail: ParsedMail, service: string): AlertEvent[] | null {
  const sent = asSent(mail);
  const untagged = withoutTag(sent);
  for (const { name, tags, read } of MAIL_SOURCES) {
    // A tag in front is somebody else's, unless the source itself has such.
    const readings = tags === true || untagged === null ? read(sent) : null;
    const found = readings ?? (untagged === null ? null : read(untagged));
    if (found !== null && found.length > 0) return eventsOfMail(mail, service, name, found);
  }
  return null;
}

/** What a person forwarded is shown as it was sent; what came some other way, as it came. */
function readUnknown(mail: ParsedMail, service: string): AlertEvent[] {
  const sent = asSent(mail);
  const summary = cleanSummary(mail.subject);
  const events = readGeneralMail(sent, service);
  return sent.text !== mail.text || summary === '' ? events : events.map((event) => ({ ...event, summary }));
}

/** Whether it says by itself that something is wrong, or well again. */
const isAlert = (mail: ParsedMail): boolean => readKnown(mail, '') !== null || isSurelyAlert(asSent(mail));

/** The alert that came back tells somebody who was never told; what else comes back is none. */
function readBounce(mail: ParsedMail, service: string, bounced: Bounced): AlertEvent[] {
  if ('why' in bounced) return noneOf(mail, service, bounced.why);
  const { original } = bounced;
  if (isPage(original)) return noneOf(mail, service, 'a page of a relay came back, which is no alert');
  if (bouncedIn(original) !== null || !isAlert(original))
    return noneOf(mail, service, 'a mail came back that is no alert');
  return because(readMail(original, service), 'in a mail that could not be delivered');
}

const because = (events: readonly AlertEvent[], where: string): AlertEvent[] =>
  events.map((event) => ({ ...event, reason: `${event.reason ?? 'read'}, ${where}` }));

const noneOf = (mail: ParsedMail, service: string, reason: string): AlertEvent[] =>
  readGeneralMail(mail, service).map((event) => ({ ...event, action: 'none', severity: 'unknown', reason }));

export { isOwnPage };
export { cleanDetails, cleanSummary } from './clean.ts';
export { normaliseSummary } from './normalise.ts';
export { readText } from './general.ts';
export type { ParsedMail } from './mail.ts';
