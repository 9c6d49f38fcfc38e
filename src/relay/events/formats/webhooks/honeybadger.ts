/** Honeybadger: errors of programs, sites that are down, jobs that don't report, alarms; all of one project's id. */
import { type Fields, firstOf, linksOf, objectIn, textIn } from '../fields.ts';
import type { Reading, WebhookSource } from '../source.ts';

/** Each event: what it does, and the record that it is about. */
const EVENTS: Record<string, readonly [Reading['action'], string, Reading['severity']]> = {
  occurred: ['trigger', 'fault', 'error'],
  unresolved: ['trigger', 'fault', 'error'],
  rate_exceeded: ['trigger', 'fault', 'error'],
  resolved: ['resolve', 'fault', 'unknown'],
  down: ['trigger', 'site', 'critical'],
  up: ['resolve', 'site', 'unknown'],
  check_in_missing: ['trigger', 'check_in', 'error'],
  check_in_reporting: ['resolve', 'check_in', 'unknown'],
  alarm_alert: ['trigger', 'alarm', 'unknown'],
  alarm_ok: ['resolve', 'alarm', 'unknown'],
  cert_will_expire: ['trigger', 'site', 'warning'],
  volume_spike: ['trigger', 'project', 'warning'],
  assigned: ['none', 'fault', 'unknown'],
  commented: ['none', 'fault', 'unknown'],
  deployed: ['none', 'project', 'unknown'],
};

/** Of things that are about something else than whether the record is well, and never end by an event. */
const TOPICS: Record<string, string> = { cert_will_expire: 'certificate', volume_spike: 'volume' };

export const honeybadger: WebhookSource = {
  name: 'honeybadger',
  read(body) {
    const event = textIn(body['event']);
    const project = objectIn(body['project']);
    const known = EVENTS[event];
    if (
      known === undefined ||
      !('message' in body) ||
      !('project' in body || 'project_id' in objectIn(body['fault']))
    )
      return null;
    const [action, kind, severity] = known;
    const about = kind === 'project' ? {} : objectIn(body[kind]);
    const id = firstOf(about['id'], about['name'], kind === 'project' ? 'project' : '');
    if (id === '') return null;
    return [
      {
        action,
        about: [firstOf(project['id'], about['project_id']), kind, id, TOPICS[event] ?? ''],
        severity,
        summary: firstOf(body['message'], nameOf(about), event),
        reason:
          action === 'none' ? `"${event}" neither opens nor closes anything` : `read by its event "${event}"`,
        check: firstOf(nameOf(about), project['name']),
        links: linksOf(about['url'], objectIn(about['links'])['web'], objectIn(body['links'])['web']),
        labels: { project: textIn(project['name']), environment: textIn(about['environment']) },
      },
    ];
  },
};

const nameOf = (about: Fields): string => firstOf(about['name'], about['klass']);
