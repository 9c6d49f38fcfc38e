/** How a mail becomes events: the readers in the order they are asked. One source a file; the first that knows it wins. */
import type { AlertEvent } from '../types.ts';
import { readGeneralMail } from './general.ts';
import type { MailFormat, ParsedMail } from './mail.ts';
import { readOwnPage } from './own-page.ts';

/** Sources we know by their own look come first; the general reader takes whatever is left. */
const READERS: readonly MailFormat[] = [
  readOwnPage, // our own pages, come back
  readGeneralMail, // any other: by the words of its subject and body
];

/** What a mail says, as events of `service`. Never empty, never throws; headers like Auto-Submitted drop nothing. */
export function readMail(mail: ParsedMail, service: string): AlertEvent[] {
  for (const read of READERS) {
    const events = read(mail, service);
    if (events !== null && events.length > 0) return events;
  }
  return readGeneralMail(mail, service);
}

export { cleanDetails, cleanSummary } from './clean.ts';
export { normaliseSummary } from './normalise.ts';
export { readText } from './general.ts';
export type { ParsedMail } from './mail.ts';
