/** More services that look at web sites from outside: Better Stack, Cronitor, Site24x7, Freshping, updown.io, HetrixTools. */
import { byPlainName, firstOf, linksOf, objectIn, textIn } from '../fields.ts';
import type { Reading, WebhookSource } from '../source.ts';

export const betterStack: WebhookSource = {
  name: 'better-stack',
  read(body) {
    const data = objectIn(body['data']);
    const incident = objectIn(data['attributes']);
    const id = textIn(data['id']);
    if (textIn(data['type']) !== 'incident' || id === '' || Object.keys(incident).length === 0) return null;
    const status = textIn(incident['status']).toLowerCase();
    const over = firstOf(incident['resolved_at']) !== '' || status === 'resolved';
    const acknowledged = !over && (firstOf(incident['acknowledged_at']) !== '' || status === 'acknowledged');
    const name = firstOf(incident['name'], incident['url'], `incident ${id}`);
    const said = textIn(incident['cause']);
    return [
      {
        action: over ? 'resolve' : acknowledged ? 'none' : 'trigger',
        about: [id],
        severity: 'critical',
        summary: `${name}${said === '' ? '' : `: ${said}`}`,
        reason: over
          ? 'it says when it was resolved'
          : acknowledged
            ? 'an acknowledgement there neither opens nor closes anything'
            : 'it says neither that it was resolved nor acknowledged',
        check: name,
        links: linksOf(incident['url'], incident['origin_url']),
      },
    ];
  },
};

export const cronitor: WebhookSource = {
  name: 'cronitor',
  read(body) {
    const type = textIn(body['type']).toUpperCase();
    if (!('monitor' in body) || !('rule' in body) || !(type === 'ALERT' || type === 'RECOVERY')) return null;
    const name = textIn(body['monitor']);
    const said = textIn(body['description']);
    return [
      {
        action: type === 'RECOVERY' ? 'resolve' : 'trigger',
        about: [firstOf(body['id'], name), textIn(body['environment'])],
        severity: 'unknown',
        summary: `${name}${said === '' ? '' : `: ${said}`}`,
        reason: `read by its type ${type}`,
        check: name,
        links: linksOf(body['issue_url'], body['monitor_url']),
        labels: { environment: textIn(body['environment']), group: textIn(body['group']) },
      },
    ];
  },
};

const SITE24X7: Record<string, Reading['severity']> = {
  down: 'critical',
  critical: 'critical',
  trouble: 'warning',
};

export const site24x7: WebhookSource = {
  name: 'site24x7',
  read(body) {
    const fields = byPlainName(body);
    const name = textIn(fields['monitorname']);
    const status = textIn(fields['status']).toLowerCase();
    if (name === '' || status === '' || !('incidentreason' in fields || 'monitortype' in fields)) return null;
    const said = textIn(fields['incidentreason']);
    return [
      {
        action:
          status === 'up'
            ? 'resolve'
            : /^(?:maintenance|suspended|discovery)/u.test(status)
              ? 'none'
              : 'trigger',
        about: [firstOf(fields['monitorid'], name)],
        severity: SITE24X7[status] ?? 'unknown',
        summary: `${name} is ${status.toUpperCase()}${said === '' ? '' : `: ${said}`}`,
        reason: `read by its status "${status}"`,
        check: name,
        links: linksOf(fields['monitorurl'], fields['rcalink']),
        labels: { group: textIn(fields['monitorgroupname']), type: textIn(fields['monitortype']) },
      },
    ];
  },
};

export const freshping: WebhookSource = {
  name: 'freshping',
  read(body) {
    const event = { ...body, ...objectIn(body['webhook_event_data']) };
    const id = firstOf(event['check_id'], event['application_id']);
    const state = textIn(event['check_state_name']);
    if (id === '' || state === '') return null;
    const name = firstOf(event['check_name'], event['application_name'], id);
    const isWell = state.toLowerCase() === 'available';
    return [
      {
        action: isWell ? 'resolve' : /^(?:paused|not yet)/iu.test(state) ? 'none' : 'trigger',
        about: [id],
        severity: /degrad|slow/iu.test(state) ? 'warning' : 'critical',
        summary: `${name}: ${state}`,
        reason: `read by its state "${state}"`,
        check: name,
        links: linksOf(event['request_url'], event['check_url']),
      },
    ];
  },
};

/** `check.down`, `check.ssl_invalid` and their like, of which each has its opposite. */
const UPDOWN: Record<string, readonly [Reading['action'], string, Reading['severity']]> = {
  'check.down': ['trigger', '', 'critical'],
  'check.still_down': ['trigger', '', 'critical'],
  'check.up': ['resolve', '', 'unknown'],
  'check.ssl_invalid': ['trigger', 'certificate', 'error'],
  'check.ssl_expiration': ['trigger', 'certificate', 'warning'],
  'check.ssl_valid': ['resolve', 'certificate', 'unknown'],
  'check.ssl_renewed': ['resolve', 'certificate', 'unknown'],
  'check.performance_drop': ['trigger', 'performance', 'warning'],
};

export const updown: WebhookSource = {
  name: 'updown',
  read(body) {
    const event = textIn(body['event']);
    const check = objectIn(body['check']);
    const token = textIn(check['token']);
    if (!event.startsWith('check.') || token === '') return null;
    const [action, topic, severity] = UPDOWN[event] ?? (['trigger', event, 'unknown'] as const);
    const name = firstOf(check['alias'], check['url'], token);
    return [
      {
        action,
        about: [token, topic],
        severity,
        summary: firstOf(body['description'], `${name}: ${event}`),
        reason: `read by its event "${event}"`,
        check: name,
        links: linksOf(check['url']),
      },
    ];
  },
};

export const hetrix: WebhookSource = {
  name: 'hetrixtools',
  read(body) {
    const status = textIn(body['monitor_status']).toLowerCase();
    const name = textIn(body['monitor_name']);
    if (!('monitor_target' in body) || status === '' || name === '') return null;
    return [
      {
        action: status === 'online' ? 'resolve' : /maintenance|paused/u.test(status) ? 'none' : 'trigger',
        about: [firstOf(body['monitor_id'], name)],
        severity: 'critical',
        summary: `${name} is ${status}`,
        reason: `read by its status "${status}"`,
        host: textIn(body['monitor_target']),
        check: name,
        labels: { category: textIn(body['monitor_category']), type: textIn(body['monitor_type']) },
      },
    ];
  },
};
