/** What AWS posts: SNS around CloudWatch's alarms, events of EventBridge, and what scripts publish. */
import { type Fields, firstOf, linksOf, objectIn, objectsIn, parsedIn, textIn } from '../fields.ts';
import { readRecord } from '../records/read.ts';
import type { Reading, WebhookSource } from '../source.ts';

/** SNS wraps what it was given as a text in `Message`. */
export const sns: WebhookSource = {
  name: 'cloudwatch',
  read(body) {
    // As a function of AWS hands them on.
    const wrapped = objectsIn(body['Records']).map((one) => objectIn(one['Sns']));
    if (wrapped.length > 0 && wrapped.every((one) => 'TopicArn' in one))
      return wrapped.flatMap((one) => sns.read({ Type: 'Notification', ...one }) ?? []);
    const type = textIn(body['Type']);
    const topic = textIn(body['TopicArn']);
    if (topic === '' || type === '') return null;
    if (type === 'SubscriptionConfirmation' || type === 'UnsubscribeConfirmation')
      return [aboutSubscription(body, type, topic)];
    const inner = parsedIn(body['Message']);
    return known(inner) ?? [plain(body, inner, topic)];
  },
};

/** The same, delivered raw: without SNS' own fields. */
export const aws: WebhookSource = { name: 'cloudwatch', read: (body) => known(body) };

function aboutSubscription(body: Fields, type: string, topic: string): Reading {
  const began = type === 'SubscriptionConfirmation';
  return {
    action: 'none',
    about: [topic, type],
    severity: 'info',
    summary: `SNS: ${type} of ${topic}`,
    reason: began
      ? "asks to confirm a subscription; relay's daemon does so, when the signature is right"
      : 'tells that a subscription ended; its link takes that back',
    links: linksOf(body['SubscribeURL']),
  };
}

function known(message: Fields): Reading[] | null {
  if ('AlarmName' in message && 'NewStateValue' in message) return [alarm(message)];
  if ('detail-type' in message && 'detail' in message) return [eventBridge(message)];
  if (textIn(message['Event']) === 's3:TestEvent')
    return [news(['s3 test', textIn(message['Bucket'])], 'a test of S3', 'a test of S3, and no alert')];
  if ('AutoScalingGroupName' in message && 'Event' in message) return [autoScaling(message)];
  return null;
}

const news = (about: string[], summary: string, reason: string): Reading => ({
  action: 'none',
  about,
  severity: 'info',
  summary,
  reason,
});

const ACTIONS: Record<string, Reading['action']> = { ALARM: 'trigger', OK: 'resolve' };

const stateReason = (state: string): string =>
  state in ACTIONS ? `read by its new state ${state}` : `state ${state} neither opens nor closes anything`;

function alarm(message: Fields): Reading {
  const state = textIn(message['NewStateValue']);
  const name = textIn(message['AlarmName']);
  const said = firstOf(message['AlarmDescription'], message['NewStateReason']);
  const account = textIn(message['AWSAccountId']);
  const region = textIn(message['Region']);
  return {
    action: ACTIONS[state] ?? 'none',
    about: [account, region, name],
    severity: 'critical',
    summary: `${name}: ${state}${said === '' ? '' : `: ${said}`}`,
    reason: stateReason(state),
    check: name,
    labels: { account, region, ...dimensions(objectIn(message['Trigger'])['Dimensions']) },
  };
}

/** `[{name, value}]`. */
function dimensions(list: unknown): Record<string, string> {
  if (!Array.isArray(list)) return {};
  return Object.fromEntries(
    list
      .slice(0, 30)
      .map(objectIn)
      .map((one) => [textIn(one['name']), textIn(one['value'])] as const)
      .filter(([name]) => name !== ''),
  );
}

const CLOSED = /^(?:closed|resolved|ok|succeeded|running|available)$/iu;
const UNDER_WAY = /^(?:started|in_progress|pending|queued|resumed|superseded)$/iu;

/** An event as EventBridge hands it on; those of alarms name the state, those of AWS Health whether it is over. */
function eventBridge(message: Fields): Reading {
  const detail = objectIn(message['detail']);
  const type = textIn(message['detail-type']);
  const account = textIn(message['account']);
  const region = textIn(message['region']);
  const name = textIn(detail['alarmName']);
  const state = textIn(objectIn(detail['state'])['value']);
  if (name !== '' && state !== '') {
    const said = textIn(objectIn(detail['state'])['reason']);
    return {
      action: ACTIONS[state] ?? 'none',
      about: ['event', account, region, name],
      severity: 'critical',
      summary: `${name}: ${state}${said === '' ? '' : `: ${said}`}`,
      reason: stateReason(state),
      check: name,
      labels: { account, region },
    };
  }
  const status = firstOf(detail['statusCode'], detail['status'], detail['state']);
  const what = firstOf(detail['eventTypeCode'], detail['title'], detail['type'], detail['description']);
  const [resource] = Array.isArray(message['resources']) ? message['resources'].map(textIn) : [];
  return {
    action: CLOSED.test(status) ? 'resolve' : UNDER_WAY.test(status) ? 'none' : 'trigger',
    about: [
      'event',
      account,
      region,
      type,
      firstOf(detail['eventArn'], detail['id'], resource, message['id']),
    ],
    severity: byNumber(detail['severity']),
    summary: `${type}${what === '' ? '' : `: ${what}`}${resource === undefined ? '' : ` (${resource})`}`,
    reason:
      status === '' ? 'an event that says no state: taken as a problem' : `read by its status "${status}"`,
    labels: { account, region },
  };
}

function autoScaling(message: Fields): Reading {
  const event = textIn(message['Event']);
  const group = textIn(message['AutoScalingGroupName']);
  const isError = event.endsWith('_ERROR');
  return {
    action: isError ? 'trigger' : 'none',
    about: [textIn(message['AccountId']), 'auto scaling', group, event],
    severity: isError ? 'error' : 'info',
    summary: firstOf(message['Description'], `${event} of ${group}`),
    reason: isError ? `read by its event ${event}` : `${event} is news, and no alert`,
    check: group,
  };
}

/** GuardDuty's scale: from 7 high, from 4 medium. */
function byNumber(value: unknown): Reading['severity'] {
  if (typeof value !== 'number') return 'unknown';
  return value >= 9 ? 'critical' : value >= 7 ? 'error' : value >= 4 ? 'warning' : 'info';
}

/** Somebody's own text on the topic, or another's JSON: read by what it means, kept apart by it. */
function plain(body: Fields, inner: Fields, topic: string): Reading {
  const subject = textIn(body['Subject']);
  const fields =
    Object.keys(inner).length > 0
      ? { ...(subject === '' ? {} : { title: subject }), ...inner }
      : { ...(subject === '' ? {} : { title: subject }), message: textIn(body['Message']) };
  const event = readRecord(fields, '', '');
  if (event === null) return news([topic, 'no text'], 'a message without text', 'it says nothing');
  const { action, severity, dedupKey, summary, reason, host, check } = event;
  return {
    action,
    about: [topic, dedupKey],
    severity,
    summary,
    reason: `a message of its own on an SNS topic: ${reason ?? 'taken as a problem'}`,
    ...(host === undefined ? {} : { host }),
    ...(check === undefined ? {} : { check }),
  };
}
