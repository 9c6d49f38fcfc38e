/** What a whole request would become, by its address and its body, where no daemon is. */
import { randomUUID } from 'node:crypto';
import type { AlertEvent } from '../types.ts';
import { fieldsOf, parseJson, textOf } from './body.ts';
import { readByShape } from './by-shape.ts';
import { readAct } from './opsgenie/act.ts';
import { callOf } from './opsgenie/call.ts';
import { readCreate } from './opsgenie/create.ts';
import { keyOf } from './opsgenie/ids.ts';
import { readPagerDuty } from './pagerduty.ts';
import { readPagerDutyChange } from './pagerduty-change.ts';
import { readPagerDutyV1 } from './pagerduty-v1.ts';
import type { BodyReading } from './read-body.ts';
import type { WholeRequest } from './whole-request.ts';

export type UnruledReading = { events: AlertEvent[] } | { refused: string };

type Bare = { event: Omit<AlertEvent, 'service'> } | { errors: string[] };

/** By the routes' own readers. No key is looked at. */
export function readWholeRequest(request: WholeRequest, service: string): UnruledReading {
  const path = request.url.split('?')[0] ?? '';
  if (/^\/(?:e|integration)(?:\/|$)/u.test(path)) {
    const { body, contentType } = request;
    return offlineOf(
      readByShape(body, contentType, { service, freshKey: randomUUID, keyGiven: true }).reading,
    );
  }
  const bare = bareOf(path, request);
  return 'errors' in bare ? { refused: bare.errors.join('; ') } : { events: [{ ...bare.event, service }] };
}

function bareOf(path: string, request: WholeRequest): Bare {
  if (path.startsWith('/v2/alerts')) return opsgenieOf(request);
  const { value } = parseJson(textOf(request.body)) ?? { value: null };
  switch (path) {
    case '/v2/enqueue':
      return readPagerDuty(value, randomUUID);
    case '/v2/change/enqueue':
      return readPagerDutyChange(value);
    case '/generic/2010-04-15/create_event.json':
      return readPagerDutyV1(value, randomUUID);
    default:
      return { errors: [`there is nothing at ${path}`] };
  }
}

/** An alert that is named by its number is taken as named by its alias: which it is, only the daemon knows. */
function opsgenieOf({ method, url, body }: WholeRequest): Bare {
  const fields = fieldsOf(parseJson(textOf(body))?.value);
  const call = callOf(method, url);
  if (call.kind === 'create') return readCreate(fields ?? {}, randomUUID);
  if (call.kind !== 'act')
    return { errors: [call.kind === 'unknown' ? call.why : 'it asks, and says nothing'] };
  const { by, value } = call.target;
  return { event: readAct(call.verb, keyOf(by === 'tiny' ? 'alias' : by, value), fields ?? {}) };
}

/** A body's reading as whoever asks beforehand wants it. */
export const offlineOf = (reading: BodyReading): UnruledReading =>
  'errors' in reading
    ? { refused: reading.errors.map((one) => `${one.field} ${one.message}`).join('; ') }
    : reading;
