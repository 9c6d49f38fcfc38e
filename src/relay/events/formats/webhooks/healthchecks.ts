/** Healthchecks: `$JSON`, or a body of one's own with `$NAME`, `$STATUS` and `$CODE`. */
import { byPlainName, type Fields, firstOf, tagsIn, textIn } from '../fields.ts';
import type { Reading, WebhookSource } from '../source.ts';

const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/iu;

export const healthchecks: WebhookSource = {
  name: 'healthchecks',
  read(body) {
    const fields = byPlainName(body);
    const status = textIn(fields['status']).toLowerCase();
    const name = firstOf(fields['name'], fields['check'], fields['checkname'], fields['slug']);
    if (name === '' || status === '' || !isTheirs(fields, status)) return null;
    const [action, reason] = actionOf(status);
    return [
      {
        action,
        about: [firstOf(fields['uuid'], fields['code'], fields['uniquekey'], name)],
        severity: 'error',
        summary: `${name} is ${status.toUpperCase()}`,
        reason,
        check: name,
        labels: tagsIn(textIn(fields['tags']).replaceAll(' ', ',')),
      },
    ];
  },
};

const isTheirs = (fields: Fields, status: string): boolean =>
  ('pingurl' in fields && 'grace' in fields) ||
  ('npings' in fields && 'lastping' in fields) ||
  ((status === 'up' || status === 'down') && UUID.test(textIn(fields['code'])));

function actionOf(status: string): [Reading['action'], string] {
  if (status === 'up') return ['resolve', 'read by its status "up"'];
  if (/^(?:new|paused|started|grace)$/u.test(status))
    return ['none', `its status "${status}" neither opens nor closes anything`];
  return ['trigger', `read by its status "${status}"`];
}
