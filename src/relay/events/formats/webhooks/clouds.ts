/** What clouds post of their alarms: Google Cloud, Azure, and CloudWatch by SNS. */
import { severityOf } from '../body.ts';
import { type Fields, firstOf, linksOf, objectIn, textIn } from '../fields.ts';
import type { Reading, WebhookSource } from '../source.ts';

export const googleCloud: WebhookSource = {
  name: 'google-cloud',
  read(body) {
    const incident = objectIn(body['incident']);
    const id = textIn(incident['incident_id']);
    if (id === '') return null;
    const state = textIn(incident['state']).toLowerCase();
    const name = firstOf(incident['policy_name'], incident['condition_name']);
    return [
      {
        action: state === 'closed' ? 'resolve' : 'trigger',
        about: [id],
        severity: severityOf(textIn(incident['severity'])),
        summary: firstOf(incident['summary'], name, 'Google Cloud incident'),
        reason: `read by its state "${state}"`,
        host: firstOf(incident['resource_display_name'], incident['resource_name']),
        check: name,
        links: linksOf(incident['url']),
      },
    ];
  },
};

const AZURE: Record<string, Reading['severity']> = {
  sev0: 'critical',
  sev1: 'error',
  sev2: 'warning',
  sev3: 'info',
  sev4: 'info',
};

export const azure: WebhookSource = {
  name: 'azure',
  read(body) {
    if (textIn(body['schemaId']) !== 'azureMonitorCommonAlertSchema') return null;
    const data = objectIn(body['data']);
    const essentials = objectIn(data['essentials']);
    const condition = textIn(essentials['monitorCondition']);
    const name = textIn(essentials['alertRule']);
    const [target = ''] = Array.isArray(essentials['alertTargetIDs'])
      ? essentials['alertTargetIDs'].map(textIn)
      : [];
    const host = target.split('/').at(-1) ?? '';
    const said = textIn(essentials['description']);
    return [
      {
        action: condition.toLowerCase() === 'resolved' ? 'resolve' : 'trigger',
        about: [firstOf(essentials['originAlertId'], essentials['alertId'], name)],
        severity: AZURE[textIn(essentials['severity']).toLowerCase()] ?? 'unknown',
        summary: `${name}${host === '' ? '' : ` on ${host}`}${said === '' ? '' : `: ${said}`}`,
        reason: `read by its condition ${condition}`,
        host,
        check: name,
        links: linksOf(essentials['investigationLink']),
      },
    ];
  },
};

/** SNS wraps what it was given as a text in `Message`. */
export const sns: WebhookSource = {
  name: 'cloudwatch',
  read(body) {
    const type = textIn(body['Type']);
    if (textIn(body['TopicArn']) === '' || type === '') return null;
    const alarm = parsed(body['Message']);
    if (type !== 'Notification') {
      return [
        {
          action: 'none',
          about: [textIn(body['TopicArn']), type],
          severity: 'info',
          summary: `SNS: ${type} of ${textIn(body['TopicArn'])}`,
          reason: `${type} is about the subscription, and no alert`,
          links: linksOf(body['SubscribeURL']),
        },
      ];
    }
    return alarm['AlarmName'] === undefined ? [plain(body)] : [cloudWatch(alarm)];
  },
};

function cloudWatch(alarm: Fields): Reading {
  const state = textIn(alarm['NewStateValue']);
  const name = textIn(alarm['AlarmName']);
  const said = firstOf(alarm['AlarmDescription'], alarm['NewStateReason']);
  return {
    action: state === 'ALARM' ? 'trigger' : state === 'OK' ? 'resolve' : 'none',
    about: [textIn(alarm['AWSAccountId']), textIn(alarm['Region']), name],
    severity: 'critical',
    summary: `${name}: ${state}${said === '' ? '' : `: ${said}`}`,
    reason:
      state === 'ALARM' || state === 'OK'
        ? `read by its new state ${state}`
        : `state ${state} neither opens nor closes anything`,
    check: name,
  };
}

/** Somebody's own text on the topic. */
function plain(body: Fields): Reading {
  const summary = firstOf(body['Subject'], body['Message']);
  return {
    action: 'trigger',
    about: [textIn(body['TopicArn']), summary],
    severity: 'unknown',
    summary,
    reason: 'a message of its own on an SNS topic',
  };
}

function parsed(value: unknown): Fields {
  if (typeof value !== 'string' || !value.trimStart().startsWith('{')) return {};
  try {
    return objectIn(JSON.parse(value));
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}
