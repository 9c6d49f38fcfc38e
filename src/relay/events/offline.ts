/** Reads what monitors send where no daemon is: for whoever wants to know beforehand what it would become. */
import { randomUUID } from 'node:crypto';
import type { Tried } from './formats/rules/index.ts';
import { NO_RULES, type RuleSet } from './formats/rules/rule-set.ts';
import { readByShape } from './http/by-shape.ts';
import { messageOfRequest } from './http/message.ts';
import { offlineOf, readWholeRequest, type UnruledReading } from './http/whole-reading.ts';
import { wholeRequestOf } from './http/whole-request.ts';
import { eventsFromHeaders } from './mail/events.ts';
import { readOneMail } from './mail/read-one.ts';
import { Ruler } from './ruler.ts';
import type { AlertEvent } from './types.ts';

export type { Tried } from './formats/rules/index.ts';
export type { RuleSet } from './formats/rules/rule-set.ts';

export type OfflineReading =
  | {
      events: AlertEvent[];
      /** Every rule that was tried, in order. */
      tried: Tried[];
    }
  | { refused: string };

/** The service of a roster that nobody named. */
const SERVICE = 'default';

/** As the daemon's worker does. Never rejects for what is in the mail. NO_RULES: by the built-in readers alone. */
export async function readMailOffline(
  raw: Uint8Array,
  rules: RuleSet | null = NO_RULES,
): Promise<OfflineReading> {
  const context = { service: rules?.defaultService ?? SERVICE, tag: null };
  try {
    return await readOneMail(raw, context, rulerOf(rules));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return {
      events: eventsFromHeaders(raw, context, `the mail could not be parsed (${why.slice(0, 200)})`),
      tried: [],
    };
  }
}

/**
 * As a service's own URL does, or one of the APIs whose bodies are known by their look. `message/http`, or what nobody
 * named and begins as one: a whole request, read as what its address says.
 */
export async function readRequestOffline(
  raw: Uint8Array,
  contentType: string,
  rules: RuleSet | null = NO_RULES,
): Promise<OfflineReading> {
  const service = rules?.defaultService ?? SERVICE;
  const type = contentType.split(';')[0]?.trim().toLowerCase();
  const whole = type === '' || type === 'message/http' ? wholeRequestOf(raw) : null;
  if (whole === null && type === 'message/http')
    return { refused: 'it does not begin with a request line, such as POST /v2/alerts HTTP/1.1' };
  const reading =
    whole === null ? readBodyAlone(raw, contentType, service) : readWholeRequest(whole, service);
  if ('refused' in reading) return reading;
  const message = messageOfRequest(whole?.body ?? raw, { 'content-type': whole?.contentType ?? contentType });
  return rulerOf(rules).rule(message, reading.events);
}

const readBodyAlone = (raw: Uint8Array, contentType: string, service: string): UnruledReading =>
  offlineOf(readByShape(raw, contentType, { service, freshKey: randomUUID, keyGiven: false }).reading);

/** One for each set: what is made ready for a hundred files is made once. */
const rulers = new Map<RuleSet | null, Ruler>();

function rulerOf(rules: RuleSet | null): Ruler {
  const known = rulers.get(rules) ?? new Ruler(() => rules, true);
  rulers.set(rules, known);
  return known;
}
