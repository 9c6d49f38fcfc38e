/** What monitoring platforms post: New Relic, Sentry, Sensu Go, Datadog. */
import { severityOf } from '../body.ts';
import { firstOf, linksOf, objectIn, textIn } from '../fields.ts';
import type { Reading, WebhookSource } from '../source.ts';

export const newRelic: WebhookSource = {
  name: 'new-relic',
  read(body) {
    const state = firstOf(body['state'], body['current_state'], body['currentState']).toUpperCase();
    const id = firstOf(body['id'], body['issueId'], body['incident_id']);
    const isTheirs =
      'issueUrl' in body || 'issueId' in body || 'incident_url' in body || 'impactedEntities' in body;
    if (!isTheirs || id === '' || state === '') return null;
    return [
      {
        action: /^(?:CLOSED|CLOSE)$/u.test(state) ? 'resolve' : state.startsWith('ACK') ? 'none' : 'trigger',
        about: [id],
        severity: severityOf(firstOf(body['priority'], body['severity'])),
        summary: firstOf(
          body['title'],
          body['condition_name'],
          body['conditionName'],
          `New Relic issue ${id}`,
        ),
        reason: `read by its state ${state}`,
        links: linksOf(body['issueUrl'], body['incident_url']),
      },
    ];
  },
};

export const sentry: WebhookSource = {
  name: 'sentry',
  read(body) {
    const data = objectIn(body['data']);
    const action = textIn(body['action']);
    const issue = objectIn(data['issue'] ?? data['event'] ?? data['metric_alert']);
    if (action === '' || !('data' in body) || Object.keys(issue).length === 0) return null;
    const id = firstOf(issue['issue_id'], issue['id'], objectIn(issue['alert_rule'])['id']);
    const title = firstOf(issue['title'], data['description_title'], objectIn(issue['alert_rule'])['name']);
    return [
      {
        action: sentryAction(action),
        about: [id],
        severity: severityOf(firstOf(issue['level'], action)),
        summary: firstOf(title, data['description_text'], `Sentry issue ${id}`),
        reason: `read by its action "${action}"`,
        check: textIn(objectIn(issue['project'])['slug']),
        links: linksOf(issue['web_url'], data['web_url'], issue['url']),
      },
    ];
  },
};

const sentryAction = (action: string): Reading['action'] =>
  action === 'resolved'
    ? 'resolve'
    : /^(?:assigned|archived|ignored|unresolved)$/u.test(action)
      ? 'none'
      : 'trigger';

/** An event as its handlers are given it. */
export const sensu: WebhookSource = {
  name: 'sensu-go',
  read(body) {
    const check = objectIn(body['check']);
    const entity = objectIn(body['entity']);
    if (Object.keys(check).length === 0 || Object.keys(entity).length === 0) return null;
    const named = objectIn(check['metadata']);
    const host = textIn(objectIn(entity['metadata'])['name']);
    const name = textIn(named['name']);
    const status = textIn(check['status']);
    const said = textIn(check['output']).split('\n', 1)[0] ?? '';
    return [
      {
        action: status === '0' ? 'resolve' : 'trigger',
        about: [textIn(named['namespace']), host, name],
        severity: status === '2' ? 'critical' : status === '1' ? 'warning' : 'unknown',
        summary: `${name} on ${host}${said === '' ? '' : `: ${said}`}`,
        reason: `read by its check's status ${status}`,
        host,
        check: name,
      },
    ];
  },
};

const DATADOG_PREFIX =
  /^\[(?<word>Triggered|Re-Triggered|Recovered|Warn|No data|Renotify|Alert)\b[^\]]*\]\s*/iu;

export const datadog: WebhookSource = {
  name: 'datadog',
  read(body) {
    const title = firstOf(body['event_title'], body['title']);
    const isTheirs =
      'alert_transition' in body || ('event_type' in body && 'last_updated' in body) || 'alert_id' in body;
    if (!isTheirs || title === '') return null;
    const word = DATADOG_PREFIX.exec(title)?.groups?.['word'] ?? '';
    const turn = firstOf(body['alert_transition'], word);
    const bare = title.replace(DATADOG_PREFIX, '');
    const isWell = /^recover/iu.test(turn);
    return [
      {
        action: isWell ? 'resolve' : 'trigger',
        about: [
          firstOf(body['alert_id'], bare),
          firstOf(body['alert_scope'], objectIn(body['scope'])['text']),
        ],
        severity: severityOf(firstOf(body['priority'], body['alert_priority'], body['alert_type'])),
        summary: bare,
        reason: `read by its transition "${turn}"`,
        host: textIn(body['hostname']),
        links: linksOf(body['link'], body['event_url']),
      },
    ];
  },
};
