/** How a mail becomes events: the readers in the order they are asked. One source a file; the first that knows it wins. */
import type { AlertEvent } from '../types.ts';
import { readGeneralMail } from './general.ts';
import type { ParsedMail } from './mail.ts';
import { readOwnPage } from './own-page.ts';
import { eventsOfMail } from './source.ts';
import { MAIL_SOURCES } from './sources/index.ts';

/** What a mail says, as events of `service`. Never empty, never throws; headers like Auto-Submitted drop nothing. */
export function readMail(mail: ParsedMail, service: string): AlertEvent[] {
  const own = readOwnPage(mail, service);
  if (own !== null && own.length > 0) return own;
  for (const { name, read } of MAIL_SOURCES) {
    const readings = read(mail);
    if (readings !== null && readings.length > 0) return eventsOfMail(mail, service, name, readings);
  }
  return readGeneralMail(mail, service);
}

export { cleanDetails, cleanSummary } from './clean.ts';
export { normaliseSummary } from './normalise.ts';
export { readText } from './general.ts';
export type { ParsedMail } from './mail.ts';
