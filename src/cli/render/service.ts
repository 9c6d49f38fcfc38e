/** A service's addresses, ready to be copied. */
import type { ServiceJson } from '../../relay/api/wire.ts';

/** Everything a sender needs; the key is shown only when it has just been made. */
export function renderService(one: ServiceJson): string {
  const lines = [
    ['mail', one.email],
    ['mail, from outside', one.emailWithKey],
    ['routing key', one.routingKey],
    ['url', one.url],
    ['PagerDuty v2', one.apis?.pagerduty],
    ['PagerDuty v1', one.apis?.pagerdutyV1],
    ['Opsgenie', one.apis?.opsgenie],
    ['key in a header', one.apis?.webhook],
  ].filter((line): line is [string, string] => typeof line[1] === 'string');
  let text = `Service ${one.name}\n`;
  for (const [name, value] of lines) text += `  ${name.padEnd(18)}  ${value}\n`;
  if (one.routingKey !== null) text += '\nThe key is kept only hashed and not shown again.\n';
  if (one.url !== null) text += `Try it:\n  curl -d 'disk full' ${one.url}\n`;
  return text;
}
