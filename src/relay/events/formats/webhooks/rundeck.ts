/** Rundeck's notifications: a job that failed, until a run of it succeeds. */
import { firstOf, linksOf, objectIn, textIn } from '../fields.ts';
import type { Reading, WebhookSource } from '../source.ts';

/** One that is slow, or will be tried again, is no failure yet; the end of the run says which it is. */
const TRIGGERS: Record<string, readonly [Reading['action'], Reading['severity']]> = {
  start: ['none', 'unknown'],
  success: ['resolve', 'unknown'],
  failure: ['trigger', 'error'],
  retryablefailure: ['trigger', 'warning'],
  avgduration: ['trigger', 'warning'],
};

export const rundeck: WebhookSource = {
  name: 'rundeck',
  read(body) {
    const trigger = textIn(body['trigger']).toLowerCase();
    const execution = objectIn(body['execution']);
    const job = objectIn(execution['job']);
    const known = TRIGGERS[trigger];
    const id = firstOf(job['id'], job['name']);
    if (known === undefined || id === '') return null;
    const [action, severity] = known;
    const name = [textIn(job['group']), textIn(job['name'])].filter((one) => one !== '').join('/');
    return [
      {
        action,
        about: [firstOf(execution['project'], job['project']), id],
        severity,
        summary: `Job ${firstOf(name, id)}: ${firstOf(body['status'], execution['status'], trigger)}`,
        reason:
          action === 'none'
            ? `"${trigger}" neither opens nor closes anything`
            : `read by its trigger "${trigger}"`,
        check: firstOf(name, id),
        links: linksOf(execution['permalink'], execution['href']),
        labels: { project: textIn(execution['project']) },
      },
    ];
  },
};
