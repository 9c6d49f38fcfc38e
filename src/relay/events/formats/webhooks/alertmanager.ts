/** Alertmanager's webhook, and Grafana's, which is its like: one event for each alert of a group. */
import { severityOf } from '../body.ts';
import { type Fields, firstOf, linksOf, objectIn, objectsIn, textIn, textsIn } from '../fields.ts';
import type { Reading, WebhookSource } from '../source.ts';

export const alertmanager: WebhookSource = {
  name: 'alertmanager',
  read(body) {
    const isGroup = textIn(body['groupKey']) !== '' || 'groupLabels' in body || 'commonLabels' in body;
    if (isAlone(body)) return [alertOf(body, {})];
    if (!Array.isArray(body['alerts'])) return 'groupKey' in body && isGroup ? alertsOf(body) : null;
    // Programs like it (vmalert's own, Karma, Mimir) leave out the group.
    return isGroup || objectsIn(body['alerts']).every(isAlert) ? alertsOf(body) : null;
  },
};

/** One alert by itself, as lists of Alertmanager's own API hold them. */
const isAlone = (body: Fields): boolean =>
  textIn(objectIn(body['labels'])['alertname']) !== '' && ('annotations' in body || 'startsAt' in body);

const isAlert = (alert: Fields): boolean =>
  'labels' in alert && ('status' in alert || 'startsAt' in alert || 'fingerprint' in alert);

export const grafana: WebhookSource = {
  name: 'grafana',
  read(body) {
    const isUnified = Array.isArray(body['alerts']) && 'orgId' in body;
    if (isUnified) return alertsOf(body);
    return 'ruleId' in body && 'state' in body ? [legacy(body)] : null;
  },
};

const alertsOf = (body: Fields): Reading[] => {
  const alerts = objectsIn(body['alerts']);
  // A group without alerts tells of none.
  if (alerts.length === 0)
    return [
      {
        action: 'none',
        about: ['empty group'],
        severity: 'unknown',
        summary: 'a group without alerts',
        reason: 'it holds no alert',
      },
    ];
  return alerts.map((alert) => alertOf(alert, body));
};

function alertOf(alert: Fields, body: Fields): Reading {
  const labels = objectIn(alert['labels']);
  const notes = objectIn(alert['annotations']);
  const name = firstOf(labels['alertname'], 'alert');
  const host = firstOf(labels['instance'], labels['host'], labels['node'], labels['hostname']);
  const status = firstOf(alert['status'], objectIn(alert['status'])['state'], body['status']).toLowerCase();
  const said = firstOf(notes['summary'], notes['description'], notes['message'], notes['title']);
  // The fingerprint is of all labels, and stays from firing to resolved.
  const fingerprint = textIn(alert['fingerprint']);
  // What Grafana's button "Test" sends.
  const isTest = name === 'TestAlert' && host === 'Grafana';
  const isWell = status === 'resolved' || status === 'ok' || status === 'normal' || status === 'inactive';
  // Of a list of its own API: silenced, or inhibited by another.
  const isSuppressed = status === 'suppressed';
  return {
    action: isTest || isSuppressed ? 'none' : isWell ? 'resolve' : 'trigger',
    about: fingerprint === '' ? labelNames(labels) : [fingerprint],
    severity: severityOf(firstOf(labels['severity'], labels['priority'], labels['level'])),
    summary: `${name}${host === '' ? '' : ` on ${host}`}${said === '' || said === name ? '' : `: ${said}`}`,
    reason: isTest ? 'a test of Grafana' : `read by its status "${status === '' ? 'firing' : status}"`,
    host,
    check: name,
    links: linksOf(notes['runbook_url'], alert['dashboardURL'], alert['panelURL'], alert['generatorURL']),
    labels: textsIn(labels),
  };
}

const labelNames = (labels: Fields): string[] =>
  Object.keys(labels)
    .toSorted()
    .map((name) => `${name}=${textIn(labels[name])}`);

/** Before Grafana 9: one rule, of which several series may be bad. */
function legacy(body: Fields): Reading {
  const state = textIn(body['state']).toLowerCase();
  const title = firstOf(body['ruleName'], body['title']);
  const said = textIn(body['message']);
  const tags = objectIn(body['tags']);
  // The rule of its button "Test" has no id.
  const isTest =
    /^(?:test notification|\[alerting\] test notification)$/iu.test(title) &&
    firstOf(body['ruleId'], '0') === '0';
  return {
    action: isTest
      ? 'none'
      : state === 'ok'
        ? 'resolve'
        : state === 'paused' || state === 'pending'
          ? 'none'
          : 'trigger',
    about: [firstOf(body['orgId']), firstOf(body['ruleId'])],
    severity: severityOf(firstOf(tags['severity'], tags['priority'])),
    summary: `${title}${said === '' ? '' : `: ${said}`}`,
    reason: isTest ? 'a test of Grafana' : `read by its state "${state}"`,
    check: title,
    links: linksOf(body['ruleUrl']),
    labels: textsIn(tags),
  };
}
