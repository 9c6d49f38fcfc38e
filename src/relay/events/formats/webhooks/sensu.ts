/** Sensu: an event as its handlers are given it, of Sensu Go and of the Sensu before it. */
import { type Fields, firstOf, objectIn, textIn, textsIn } from '../fields.ts';
import type { Reading, WebhookSource } from '../source.ts';

const SEVERITIES: Record<string, Reading['severity']> = { '1': 'warning', '2': 'critical' };

export const sensu: WebhookSource = {
  name: 'sensu-go',
  read(body) {
    const check = objectIn(body['check']);
    const entity = objectIn(body['entity'] ?? body['client']);
    if (!('status' in check) || Object.keys(entity).length === 0) return null;
    const named = objectIn(check['metadata']);
    const host = firstOf(objectIn(entity['metadata'])['name'], entity['name'], entity['id']);
    const name = firstOf(named['name'], check['name']);
    const namespace = firstOf(named['namespace'], objectIn(body['metadata'])['namespace']);
    const said = textIn(check['output']).split('\n', 1)[0] ?? '';
    const [action, reason] = actionOf(body, check);
    return [
      {
        action,
        about: [namespace, host, name],
        severity: SEVERITIES[textIn(check['status'])] ?? 'unknown',
        summary: `${name} on ${host}${said === '' ? '' : `: ${said}`}`,
        reason,
        host,
        check: name,
        labels: {
          namespace,
          ...textsIn(named['labels'], objectIn(entity['metadata'])['labels']),
        },
      },
    ];
  },
};

function actionOf(body: Fields, check: Fields): [Reading['action'], string] {
  const status = textIn(check['status']);
  if (textIn(check['state']) === 'flapping' || textIn(body['action']) === 'flapping')
    return ['none', 'it is flapping'];
  if (check['is_silenced'] === true || body['silenced'] === true) return ['none', 'it is silenced'];
  const isWell = status === '0';
  return [isWell ? 'resolve' : 'trigger', `read by its check's status ${status}`];
}
