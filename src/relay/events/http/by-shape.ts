/**
 * What a request's body says where its path doesn't tell: the bodies of PagerDuty's and Opsgenie's own APIs are known by
 * their fields, all others are read as any. Pure.
 */
import { textIn } from '../formats/fields.ts';
import type { AlertEvent } from '../types.ts';
import { fieldsOf, parseJson, textOf } from './body.ts';
import { byField } from './field-errors.ts';
import { readCreate } from './opsgenie/create.ts';
import { readPagerDuty } from './pagerduty.ts';
import { readPagerDutyChange } from './pagerduty-change.ts';
import { readPagerDutyV1 } from './pagerduty-v1.ts';
import { type BodyReading, readBody } from './read-body.ts';

export interface ByShape {
  service: string;
  /** Makes the key of a trigger that has none. */
  freshKey: () => string;
  /** The routing key came another way, and the body needs none. */
  keyGiven: boolean;
}

type Bare = { event: Omit<AlertEvent, 'service'> } | { errors: string[] };

/** The events of a body, and the key that stands in it: '' where none does. */
export function readByShape(
  raw: Uint8Array,
  contentType: string,
  { service, freshKey, keyGiven }: ByShape,
): { reading: BodyReading; key: string } {
  const json = parseJson(textOf(raw));
  const fields = fieldsOf(json?.value);
  const api = fields === null ? null : apiOf(fields, keyGiven);
  if (fields === null || api === null) return { reading: readBody(raw, contentType, service, json), key: '' };
  const bare = api.read(fields, freshKey, keyGiven);
  const key = textIn(fields[api.key]);
  if ('errors' in bare) return { reading: { errors: bare.errors.map(byField) }, key };
  return { reading: { events: [{ ...bare.event, service }] }, key };
}

interface Api {
  /** The field that holds the routing key. */
  key: string;
  read(fields: Record<string, unknown>, freshKey: () => string, keyGiven: boolean): Bare;
}

const V2: Api = {
  key: 'routing_key',
  read: (fields, freshKey, keyGiven) => readPagerDuty(fields, freshKey, { keyGiven }),
};
const V1: Api = {
  key: 'service_key',
  read: (fields, freshKey, keyGiven) => readPagerDutyV1(fields, freshKey, { keyGiven }),
};
const CHANGE: Api = {
  key: 'routing_key',
  read: (fields, _, keyGiven) => readPagerDutyChange(fields, keyGiven),
};
const OPSGENIE: Api = { key: '', read: readCreate };

function apiOf(fields: Record<string, unknown>, keyGiven: boolean): Api | null {
  const has = (...names: string[]): boolean => names.some((name) => name in fields);
  const payload = fieldsOf(fields['payload']);
  const isV2 = payload !== null && 'summary' in payload;
  if (has('event_action') && (has('routing_key') || isV2)) return V2;
  if (has('event_type') && (has('service_key') || (keyGiven && has('incident_key')))) return V1;
  if (has('routing_key') && isV2) return CHANGE;
  const isOpsgenie = has('message') && has('alias', 'responders', 'visibleTo') && !has('key');
  return isOpsgenie ? OPSGENIE : null;
}
