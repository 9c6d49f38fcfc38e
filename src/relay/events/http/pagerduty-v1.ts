/** PagerDuty's older Events API, `create_event.json`: checks the fields as PagerDuty does and reads the event. Pure. */
import { cleanSummary } from '../formats/clean.ts';
import { firstOf, linksOf, objectIn, objectsIn, textIn } from '../formats/fields.ts';
import { KEY_MAX } from '../formats/key.ts';
import type { AlertEvent } from '../types.ts';
import { fieldsOf } from './body.ts';
import { detailLines } from './details.ts';
import { labelsOf } from './labels.ts';
import type { PagerDutyReading } from './pagerduty.ts';

const ACTIONS = ['trigger', 'acknowledge', 'resolve'] as const;

/**
 * Reads the parsed body. `freshKey` makes the key of a trigger that has none. Fields of v2 and unknown ones are left
 * alone; a description of any length is taken and cut. `keyGiven`: the routing key came another way.
 */
export function readPagerDutyV1(
  value: unknown,
  freshKey: () => string,
  { keyGiven = false }: { keyGiven?: boolean } = {},
): PagerDutyReading {
  const body = fieldsOf(value);
  if (body === null) return { errors: ['Event must be one JSON object'] };
  const errors: string[] = [];
  const routingKey = textIn(body['service_key']);
  if (!keyGiven && routingKey === '') errors.push('Service key is missing or blank');
  else if (!keyGiven && routingKey.length !== 32)
    errors.push('Service key is the wrong length (should be 32 characters)');
  const said = textIn(body['event_type']).toLowerCase();
  const action = ACTIONS.find((one) => one === said);
  if (action === undefined)
    errors.push(
      said === ''
        ? 'Event type is missing or blank'
        : 'Event type is invalid (must be one of the following: trigger, acknowledge or resolve)',
    );
  const given = textIn(body['incident_key']);
  if (given.length > KEY_MAX) errors.push(`Incident key is too long (maximum is ${KEY_MAX} characters)`);
  if (given === '' && action !== undefined && action !== 'trigger')
    errors.push('Incident key is missing or blank');
  const summary = cleanSummary(textIn(body['description']));
  if (action === 'trigger' && summary === '') errors.push('Description is missing or blank');
  if (errors.length > 0 || action === undefined) return { errors };
  const dedupKey = given === '' ? freshKey() : given;
  const contexts = objectsIn(body['contexts']);
  const links = linksOf(body['client_url'], ...contexts.map(({ href, src }) => firstOf(href, src)));
  const details = detailLines([
    ['', body['details']],
    ['client', body['client']],
    ['client_url', body['client_url']],
    ['contexts', body['contexts']],
  ]);
  const event: Omit<AlertEvent, 'service'> = {
    action,
    dedupKey,
    severity: 'unknown',
    summary: summary === '' ? `${action} of ${cleanSummary(dedupKey)}` : summary,
    source: 'pagerduty-v1',
    ...labelsOf(objectIn(body['details'])),
    ...(links.length === 0 ? {} : { links }),
    ...(details === undefined ? {} : { details }),
  };
  return { event, routingKey };
}
