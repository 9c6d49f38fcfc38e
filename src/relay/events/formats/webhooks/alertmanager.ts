/** Alertmanager's webhook, and Grafana's, which is its like: one event for each alert of a group. */
import { severityOf } from '../body.ts';
import { type Fields, firstOf, linksOf, objectIn, objectsIn, textIn } from '../fields.ts';
import type { Reading, WebhookSource } from '../source.ts';

export const alertmanager: WebhookSource = {
  name: 'alertmanager',
  read(body) {
    if (textIn(body['groupKey']) === '' || !Array.isArray(body['alerts'])) return null;
    return alertsOf(body);
  },
};

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
  const status = firstOf(alert['status'], body['status']).toLowerCase();
  const said = firstOf(notes['summary'], notes['description'], notes['message'], notes['title']);
  // The fingerprint is of all labels, and stays from firing to resolved.
  const fingerprint = textIn(alert['fingerprint']);
  // What Grafana's button "Test" sends.
  const isTest = name === 'TestAlert' && host === 'Grafana';
  return {
    action: isTest ? 'none' : status === 'resolved' || status === 'ok' ? 'resolve' : 'trigger',
    about: fingerprint === '' ? labelNames(labels) : [fingerprint],
    severity: severityOf(firstOf(labels['severity'], labels['priority'], labels['level'])),
    summary: `${name}${host === '' ? '' : ` on ${host}`}${said === '' || said === name ? '' : `: ${said}`}`,
    reason: isTest ? 'a test of Grafana' : `read by its status "${status === '' ? 'firing' : status}"`,
    host,
    check: name,
    links: linksOf(notes['runbook_url'], alert['dashboardURL'], alert['panelURL'], alert['generatorURL']),
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
  return {
    action: state === 'ok' ? 'resolve' : state === 'paused' || state === 'pending' ? 'none' : 'trigger',
    about: [firstOf(body['orgId']), firstOf(body['ruleId'])],
    severity: 'unknown',
    summary: `${title}${said === '' ? '' : `: ${said}`}`,
    reason: `read by its state "${state}"`,
    check: title,
    links: linksOf(body['ruleUrl']),
  };
}
