/** PagerDuty's change events (`/v2/change/enqueue`): a deploy, a new configuration. They page nobody. Pure. */
import { cleanSummary } from '../formats/clean.ts';
import { normaliseSummary } from '../formats/normalise.ts';
import { boundKey } from '../formats/key.ts';
import { fieldsOf } from './body.ts';
import { detailLines } from './details.ts';
import { keyErrors, type PagerDutyReading, text } from './pagerduty.ts';

/** `keyGiven`: the routing key came another way, and the body needs none. */
export function readPagerDutyChange(value: unknown, keyGiven = false): PagerDutyReading {
  const body = fieldsOf(value);
  if (body === null) return { errors: ['the body must be one JSON object'] };
  const routingKey = text(body['routing_key']);
  const payload = fieldsOf(body['payload']);
  const summary = cleanSummary(text(payload?.['summary']));
  const errors = keyGiven ? [] : keyErrors(routingKey);
  if (payload === null) errors.push("'payload' is missing or blank");
  else if (summary === '') errors.push("'payload.summary' is missing or blank");
  if (errors.length > 0) return { errors };
  const details = detailLines([
    ['source', payload?.['source']],
    ['time', payload?.['timestamp']],
    ['', payload?.['custom_details']],
    ['links', body['links']],
  ]);
  return {
    routingKey,
    event: {
      action: 'none',
      dedupKey: boundKey(normaliseSummary(summary)),
      severity: 'unknown',
      summary,
      source: 'pagerduty-v2',
      reason: 'a change event: it tells of a change, and pages nobody',
      ...(details === undefined ? {} : { details }),
    },
  };
}
