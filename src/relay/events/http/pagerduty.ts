/** PagerDuty Events API v2, `POST /v2/enqueue`: checks the fields as PagerDuty does and reads the event. Pure. */
import { cleanSummary } from '../formats/clean.ts';
import { type Fields, firstOf, linksOf, objectIn, objectsIn, textIn } from '../formats/fields.ts';
import { KEY_MAX } from '../formats/key.ts';
import type { AlertEvent, Severity } from '../types.ts';
import { fieldsOf } from './body.ts';
import { detailLines } from './details.ts';
import { labelsOf } from './labels.ts';

/** The longest summary, in characters as a person counts them: clients cut by code points. */
const SUMMARY_MAX_POINTS = 1_024;
const ACTIONS = ['trigger', 'acknowledge', 'resolve'] as const;
const SEVERITIES: readonly Severity[] = ['critical', 'warning', 'error', 'info'];

export type PagerDutyReading =
  | { event: Omit<AlertEvent, 'service'>; routingKey: string }
  | { errors: string[] };

/**
 * Reads the parsed body. Lenient where real clients need it: a trigger may come without a dedup_key (`freshKey` makes
 * one), a payload on acknowledge and resolve is no error, unknown fields and timestamps without a zone are ignored.
 * `keyGiven`: the routing key came another way, and the body needs none.
 */
export function readPagerDuty(
  value: unknown,
  freshKey: () => string,
  { keyGiven = false }: { keyGiven?: boolean } = {},
): PagerDutyReading {
  const body = fieldsOf(value);
  if (body === null) return { errors: ['the body must be one JSON object'] };
  const routingKey = text(body['routing_key']);
  const errors = keyGiven ? [] : keyErrors(routingKey);
  const action = ACTIONS.find((one) => one === text(body['event_action']).toLowerCase());
  if (action === undefined)
    errors.push(
      `'event_action' is ${text(body['event_action']) === '' ? 'missing or blank' : 'invalid'} (must be one of the following: 'trigger', 'acknowledge' or 'resolve')`,
    );
  let dedupKey = text(body['dedup_key']);
  if (dedupKey.length > KEY_MAX) errors.push(`'dedup_key' is too long (maximum is ${KEY_MAX} characters)`);
  if (dedupKey === '' && action !== undefined && action !== 'trigger')
    errors.push("'dedup_key' is missing or blank");
  if (action === 'trigger' && fieldsOf(body['payload']) === null)
    errors.push("'payload' is missing or blank");
  const payload = fieldsOf(body['payload']) ?? {};
  if (action === 'trigger' && fieldsOf(body['payload']) !== null) errors.push(...payloadErrors(payload));
  if (errors.length > 0 || action === undefined) return { errors };
  if (dedupKey === '') dedupKey = freshKey();
  const severity = SEVERITIES.find((one) => one === text(payload['severity']).toLowerCase()) ?? 'unknown';
  const event: Omit<AlertEvent, 'service'> = {
    action,
    dedupKey,
    severity: action === 'trigger' ? severity : 'unknown',
    summary: cleanSummary(text(payload['summary'])) || `${action} of ${cleanSummary(dedupKey)}`,
    source: 'pagerduty-v2',
    ...placeOf(payload),
  };
  const links = linksOf(body['client_url'], ...objectsIn(body['links']).map(({ href }) => href));
  if (links.length > 0) event.links = links;
  const details = detailLines([
    ['source', payload['source']],
    ['component', payload['component']],
    ['group', payload['group']],
    ['class', payload['class']],
    ['time', payload['timestamp']],
    ['', payload['custom_details']],
    ['client', body['client']],
    ['client_url', body['client_url']],
    ['links', body['links']],
  ]);
  if (details !== undefined) event.details = details;
  return { event, routingKey };
}

/** What is wrong with a routing key by its look. */
export function keyErrors(routingKey: string): string[] {
  if (routingKey === '') return ["'routing_key' is missing or blank"];
  return routingKey.length === 32 ? [] : ["Length of 'routing_key' is incorrect (should be 32 characters)"];
}

/** What it is about, for rules and groups. */
function placeOf(payload: Fields): Pick<AlertEvent, 'host' | 'check' | 'labels'> {
  const custom = objectIn(payload['custom_details']);
  // Some put more than a name into `source`: Zabbix `db1 : 192.0.2.1`.
  const host = cleanSummary(
    firstOf(custom['host'], custom['hostname'], custom['Event host'], payload['source']),
  );
  const check = cleanSummary(firstOf(payload['class'], payload['component']));
  const { component, group, class: kind } = payload;
  return {
    ...(host === '' ? {} : { host }),
    ...(check === '' ? {} : { check }),
    ...labelsOf({ ...custom, component, group, class: kind }),
  };
}

function payloadErrors(payload: Record<string, unknown>): string[] {
  const errors: string[] = [];
  const summary = text(payload['summary']);
  if (summary === '') errors.push("'payload.summary' is missing or blank");
  else if (summary.length > SUMMARY_MAX_POINTS && [...summary].length > SUMMARY_MAX_POINTS)
    errors.push(`'payload.summary' is too long (maximum is ${SUMMARY_MAX_POINTS} characters)`);
  if (text(payload['source']) === '') errors.push("'payload.source' is missing or blank");
  const severity = text(payload['severity']).toLowerCase();
  if (!SEVERITIES.some((one) => one === severity)) {
    errors.push(
      `'payload.severity' is ${severity === '' ? 'missing or blank' : 'invalid'} (must be one of the following: 'critical', 'warning', 'error' or 'info')`,
    );
  }
  return errors;
}

/** Strings trimmed at the ends; numbers and booleans as text; anything else as nothing. */
export const text = textIn;
