/** Reads what monitors send where no daemon is: for whoever wants to know beforehand what it would become. */
import { randomUUID } from 'node:crypto';
import { fieldsOf, parseJson, textOf } from './http/body.ts';
import { readPagerDuty } from './http/pagerduty.ts';
import { readBody } from './http/read-body.ts';
import { eventsFromHeaders } from './mail/events.ts';
import { readOneMail } from './mail/read-one.ts';
import type { AlertEvent } from './types.ts';

/** No service is asked for here: rules of services don't apply. */
const SERVICE = 'default';

export type OfflineReading = { events: AlertEvent[] } | { refused: string };

/** As the daemon's worker does. Never rejects for what is in the mail. */
export async function readMailOffline(raw: Uint8Array): Promise<OfflineReading> {
  const context = { service: SERVICE, tag: null };
  try {
    return { events: await readOneMail(raw, context) };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return {
      events: eventsFromHeaders(raw, context, `the mail could not be parsed (${why.slice(0, 200)})`),
    };
  }
}

/** As a service's own URL does, or /v2/enqueue where that is what it was made for. */
export function readRequestOffline(raw: Uint8Array, contentType: string): OfflineReading {
  const fields = fieldsOf(parseJson(textOf(raw))?.value);
  if (fields !== null && 'routing_key' in fields && 'event_action' in fields) {
    const reading = readPagerDuty(fields, randomUUID);
    return 'errors' in reading
      ? { refused: reading.errors.join('; ') }
      : { events: [{ ...reading.event, service: SERVICE }] };
  }
  const reading = readBody(raw, contentType, SERVICE);
  return 'errors' in reading
    ? { refused: reading.errors.map((one) => `${one.field} ${one.message}`).join('; ') }
    : reading;
}
