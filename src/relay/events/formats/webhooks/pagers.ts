/**
 * What monitors post to other pagers, whose URL somebody changed to ours (Splunk On-Call, Grafana OnCall), and what other
 * pagers post of their own (PagerDuty, Opsgenie).
 */
import { severityOf } from '../body.ts';
import { firstOf, linksOf, objectIn, textIn } from '../fields.ts';
import type { Reading, WebhookSource } from '../source.ts';

const MESSAGE_TYPES: Record<string, readonly [Reading['action'], Reading['severity']]> = {
  CRITICAL: ['trigger', 'critical'],
  WARNING: ['trigger', 'warning'],
  INFO: ['none', 'info'],
  ACKNOWLEDGEMENT: ['acknowledge', 'unknown'],
  ACK: ['acknowledge', 'unknown'],
  RECOVERY: ['resolve', 'unknown'],
  OK: ['resolve', 'unknown'],
};

/** Splunk On-Call's REST endpoint, VictorOps before. */
export const victorOps: WebhookSource = {
  name: 'splunk-oncall',
  read(body) {
    const type = textIn(body['message_type']).toUpperCase();
    const isTheirs = 'entity_id' in body || 'state_message' in body || 'entity_display_name' in body;
    const meaning = MESSAGE_TYPES[type];
    if (!isTheirs || meaning === undefined) return null;
    const name = firstOf(body['entity_display_name'], body['entity_id'], body['state_message']);
    const said = textIn(body['state_message']).split('\n', 1)[0] ?? '';
    return [
      {
        action: meaning[0],
        about: [firstOf(body['entity_id'], name)],
        severity: meaning[1],
        summary: `${name}${said === '' || said === name ? '' : `: ${said}`}`,
        reason:
          type === 'INFO'
            ? 'INFO is a line for a timeline, and no alert'
            : `read by its message type ${type}`,
        host: firstOf(body['host_name'], body['hostname'], body['host']),
        check: firstOf(body['service'], body['check'], body['entity_display_name']),
        links: linksOf(body['alert_url'], body['url']),
      },
    ];
  },
};

/** Grafana OnCall's formatted webhook: what others were told to post to it. */
export const grafanaOnCall: WebhookSource = {
  name: 'grafana-oncall',
  read(body) {
    const id = textIn(body['alert_uid']);
    const state = textIn(body['state']).toLowerCase();
    if (id === '' || state === '') return null;
    const said = textIn(body['message']);
    const title = firstOf(body['title'], said, id);
    return [
      {
        action: /^(?:ok|resolved|normal)$/u.test(state) ? 'resolve' : 'trigger',
        about: [id],
        severity: severityOf(firstOf(body['severity'], body['priority'])),
        summary: `${title}${said === '' || said === title ? '' : `: ${said}`}`,
        reason: `read by its state "${state}"`,
        links: linksOf(body['link_to_upstream_details']),
      },
    ];
  },
};

/** What PagerDuty posts of its own incidents: another pager's, when two run side by side. */
export const pagerDutyIncident: WebhookSource = {
  name: 'pagerduty-webhook',
  read(body) {
    const event = objectIn(body['event']);
    const type = textIn(event['event_type']);
    const data = objectIn(event['data']);
    if (!type.startsWith('incident.') && type !== 'pagey.ping') return null;
    const id = firstOf(data['id'], type);
    const does =
      type === 'incident.resolved'
        ? 'resolve'
        : /^incident\.(?:triggered|reopened|unacknowledged)$/u.test(type)
          ? 'trigger'
          : 'none';
    return [
      {
        action: does,
        about: [id],
        severity:
          textIn(data['urgency']) === 'low'
            ? 'warning'
            : severityOf(textIn(objectIn(data['priority'])['summary'])),
        summary: firstOf(data['title'], data['summary'], type),
        reason:
          does === 'none' ? `"${type}" neither opens nor closes anything` : `read by its event "${type}"`,
        links: linksOf(data['html_url']),
      },
    ];
  },
};

/** What Opsgenie posts of its own alerts. Whoever acknowledges there is not who is on call here. */
export const opsgenieAlert: WebhookSource = {
  name: 'opsgenie-webhook',
  read(body) {
    const action = textIn(body['action']).toLowerCase();
    const alert = objectIn(body['alert']);
    const id = textIn(alert['alertId']);
    if (action === '' || id === '' || !('integrationId' in body || 'tinyId' in alert)) return null;
    const does = action === 'close' ? 'resolve' : OPSGENIE_OPENS.test(action) ? 'trigger' : ('none' as const);
    const priority = textIn(alert['priority']);
    return [
      {
        action: does,
        about: [id],
        severity: severityOf(/^[1-5]$/u.test(priority) ? `p${priority}` : priority),
        summary: firstOf(alert['message'], alert['alias'], `Opsgenie alert ${id}`),
        reason:
          does === 'none'
            ? `its action "${action}" neither opens nor closes anything`
            : `read by its action "${action}"`,
        host: textIn(alert['entity']),
        labels: { alias: textIn(alert['alias']), source: textIn(alert['source']) },
      },
    ];
  },
};

const OPSGENIE_OPENS = /^(?:create|unacknowledge|escalate(?:next)?)$/u;
