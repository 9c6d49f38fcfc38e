/** What collectors of programs' errors post: Sentry, Rollbar, Bugsnag. */
import { severityOf } from '../body.ts';
import { type Fields, firstOf, linksOf, objectIn, textIn } from '../fields.ts';
import type { Reading, WebhookSource } from '../source.ts';

export const sentry: WebhookSource = {
  name: 'sentry',
  read(body) {
    const action = textIn(body['action']);
    const data = objectIn(body['data']);
    const [kind, subject] = sentrySubject(data);
    if (action === '' || kind === '') return sentryPlugin(body);
    if (kind === 'metric_alert') return [metric(action, data, subject)];
    if (kind !== 'issue' && kind !== 'event' && kind !== 'error') {
      const what = `${kind} ${action}`;
      return [
        {
          action: 'none',
          about: [what],
          severity: 'info',
          summary: what,
          reason: `${what}: news, and no alert`,
        },
      ];
    }
    const id = firstOf(subject['issue_id'], subject['id']);
    const does = issueAction(action);
    return [
      {
        action: does,
        about: [id],
        severity: severityOf(textIn(subject['level'])),
        summary: firstOf(
          subject['title'],
          subject['message'],
          objectIn(data['issue_alert'])['title'],
          `Sentry issue ${id}`,
        ),
        reason:
          does === 'none'
            ? `its action "${action}" neither opens nor closes anything`
            : `read by its action "${action}"`,
        check: firstOf(objectIn(subject['project'])['slug'], subject['project']),
        links: linksOf(subject['web_url'], subject['permalink'], data['web_url'], subject['url']),
        labels: { project: firstOf(objectIn(subject['project'])['slug']), ...pairs(subject['tags']) },
      },
    ];
  },
};

const SUBJECTS = ['metric_alert', 'issue', 'event', 'error', 'comment', 'installation'] as const;

function sentrySubject(data: Fields): [string, Fields] {
  const kind =
    SUBJECTS.find((name) => name in data && typeof data[name] === 'object') ??
    ('comment' in data ? 'comment' : '');
  return [kind, objectIn(data[kind])];
}

function issueAction(action: string): Reading['action'] {
  if (action === 'resolved') return 'resolve';
  return /^(?:assigned|archived|ignored|unassigned|viewed|deleted)$/u.test(action) ? 'none' : 'trigger';
}

/** `[["server_name", "web1"]]`. */
function pairs(tags: unknown): Record<string, string> {
  if (!Array.isArray(tags)) return {};
  return Object.fromEntries(
    tags
      .slice(0, 30)
      .filter(Array.isArray)
      .map((pair: unknown[]): [string, string] => [textIn(pair[0]), textIn(pair[1])])
      .filter(([name]) => name !== ''),
  );
}

function metric(action: string, data: Fields, alert: Fields): Reading {
  const rule = objectIn(alert['alert_rule']);
  const id = firstOf(alert['id'], alert['identifier'], rule['id']);
  const name = firstOf(data['description_title'], alert['title'], rule['name']);
  const said = textIn(data['description_text']);
  const [project] = Array.isArray(alert['projects']) ? alert['projects'].map(textIn) : [];
  return {
    action: action === 'resolved' ? 'resolve' : 'trigger',
    about: ['metric', id],
    severity: severityOf(action),
    summary: `${name}${said === '' ? '' : `: ${said}`}`,
    reason: `read by its action "${action}"`,
    check: firstOf(rule['name'], name),
    links: linksOf(data['web_url']),
    labels: { project: project ?? '' },
  };
}

/** The older plugin: no action, since it only tells of problems. */
function sentryPlugin(body: Fields): Reading[] | null {
  const id = textIn(body['id']);
  const event = objectIn(body['event']);
  if (id === '' || !('culprit' in body || 'triggering_rules' in body) || !('event' in body)) return null;
  return [
    {
      action: 'trigger',
      about: [id],
      severity: severityOf(firstOf(body['level'], event['level'])),
      summary: firstOf(event['title'], body['message'], body['culprit'], `Sentry issue ${id}`),
      reason: 'an issue of Sentry',
      check: firstOf(body['project_slug'], body['project']),
      links: linksOf(body['url']),
      labels: { project: firstOf(body['project_slug'], body['project']), ...pairs(event['tags']) },
    },
  ];
}

/** By its numbers: 50 critical, 40 error, 30 warning, 20 info, 10 debug. */
const ROLLBAR_LEVELS: Record<string, Reading['severity']> = {
  '50': 'critical',
  '40': 'error',
  '30': 'warning',
  '20': 'info',
  '10': 'info',
};

export const rollbar: WebhookSource = {
  name: 'rollbar',
  read(body) {
    const name = textIn(body['event_name']);
    const data = objectIn(body['data']);
    const item = objectIn(data['item']);
    if (name === '' || !('data' in body)) return null;
    if (!('item' in data)) {
      if (!/^(?:test|deploy)$/u.test(name)) return null;
      return [
        {
          action: 'none',
          about: [name],
          severity: 'info',
          summary: `Rollbar: ${name}`,
          reason: `"${name}" is no alert`,
        },
      ];
    }
    const level = firstOf(item['level'], objectIn(data['occurrence'])['level']);
    const id = firstOf(item['id'], item['counter']);
    const isWell = name === 'resolved_item';
    return [
      {
        action: isWell
          ? 'resolve'
          : /^(?:test|deploy|assigned_item|comment_item)$/u.test(name)
            ? 'none'
            : 'trigger',
        about: [firstOf(item['project_id'], objectIn(item['project'])['id']), id],
        severity: ROLLBAR_LEVELS[level] ?? severityOf(level),
        summary: firstOf(item['title'], `Rollbar item ${id}`),
        reason: `read by its event "${name}"`,
        check: firstOf(objectIn(item['project'])['name'], item['framework']),
        links: linksOf(data['url'], item['url']),
        labels: { environment: textIn(item['environment']) },
      },
    ];
  },
};

export const bugsnag: WebhookSource = {
  name: 'bugsnag',
  read(body) {
    const trigger = objectIn(body['trigger']);
    const type = textIn(trigger['type']);
    const error = objectIn(body['error']);
    const project = objectIn(body['project']);
    if (type === '' || !('project' in body) || !('account' in body || 'error' in body)) return null;
    const id = firstOf(error['errorId'], error['id']);
    const fixed = /^(?:fixed|resolved)$/iu.test(firstOf(trigger['stateChange'], error['status']));
    const isNews = /^(?:comment|errorStateManualChange|release|collaborator\w*|projectEvent)$/u.test(type);
    const said = firstOf(error['message'], trigger['message']);
    const name = firstOf(error['exceptionClass'], trigger['message'], type);
    return [
      {
        action: fixed ? 'resolve' : isNews ? 'none' : 'trigger',
        about: [firstOf(project['id'], project['name']), id === '' ? type : id],
        severity: severityOf(textIn(error['severity'])),
        summary: `${name}${said === '' || said === name ? '' : `: ${said}`} (${textIn(project['name'])})`,
        reason: isNews && !fixed ? `its trigger "${type}" is no alert` : `read by its trigger "${type}"`,
        check: textIn(project['name']),
        links: linksOf(error['url']),
        labels: {
          project: textIn(project['name']),
          stage: firstOf(error['releaseStage'], objectIn(error['app'])['releaseStage']),
        },
      },
    ];
  },
};
