/** A mail that `relay send` wrote because no daemon answered it: a header says what it would have told the daemon. */
import { parseBounded } from './bounded.ts';
import { SEVERITIES, type AlertEvent } from '../types.ts';
import { cleanDetails, cleanSummary } from './clean.ts';
import { boundKey } from './key.ts';
import type { MailFormat } from './mail.ts';
import { normaliseSummary } from './normalise.ts';

const HEADER = 'x-relay-alert';
const HEADER_MAX = 4_000;

/** The key is the same as that of an alert which the daemon took, so that the two meet. */
export const readHandedIn: MailFormat = (mail, service) => {
  const header = mail.headers.get(HEADER);
  const said = header === undefined ? null : fieldsOf(header);
  const summary = cleanSummary(mail.subject);
  if (said === null || summary === '') return null;
  const key = typeof said['key'] === 'string' ? cleanSummary(said['key']) : '';
  const isResolve = said['action'] === 'resolve';
  const severity = SEVERITIES.find((one) => one === said['severity']) ?? 'unknown';
  const details = cleanDetails(mail.text);
  const event: AlertEvent = {
    action: isResolve ? 'resolve' : 'trigger',
    service,
    dedupKey: boundKey(key === '' ? normaliseSummary(summary) : key),
    severity: isResolve ? 'unknown' : severity,
    summary,
    ...(details === '' || details === summary ? {} : { details }),
    source: 'send',
    reason: 'relay send mailed it, since no daemon answered',
  };
  return [event];
};

/** Null: not what relay writes. */
function fieldsOf(header: string): Record<string, unknown> | null {
  const text = Buffer.from(header.replaceAll(/\s/g, '').slice(0, HEADER_MAX), 'base64url').toString();
  try {
    const said = parseBounded(text);
    return typeof said === 'object' && said !== null ? { ...said } : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
