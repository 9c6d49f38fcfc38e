/** What monitoring platforms post: New Relic and Datadog. */
import { severityOf } from '../body.ts';
import { readTitle, transitionAction, transitionSeverity } from '../datadog-title.ts';
import { byPlainName, type Fields, firstOf, linksOf, objectIn, tagsIn, textIn, textsIn } from '../fields.ts';
import type { Reading, WebhookSource } from '../source.ts';

const LISTED = 5;

const listed = (value: unknown): string[] =>
  Array.isArray(value)
    ? value
        .slice(0, LISTED)
        .map(textIn)
        .filter((one) => one !== '')
    : [];

export const newRelic: WebhookSource = {
  name: 'new-relic',
  read(body) {
    const state = firstOf(body['state'], body['current_state'], body['currentState']).toUpperCase();
    const id = firstOf(body['id'], body['issueId'], body['issue_id'], body['incident_id']);
    const isTheirs = [
      'issueUrl',
      'issueId',
      'incident_url',
      'impactedEntities',
      'workflowName',
      'issuePageUrl',
    ].some((name) => name in body);
    if (!isTheirs || id === '' || state === '') return null;
    const cause = firstOf(body['trigger'], body['triggerEvent']).toUpperCase();
    const [action, reason] = newRelicAction(
      state,
      cause,
      `${textIn(body['event_type'])} ${textIn(body['title'])}`,
    );
    const [host = ''] = listed(body['impactedEntities']);
    const [target] = Array.isArray(body['targets']) ? body['targets'].map(objectIn) : [];
    return [
      {
        action,
        about: [id],
        severity: severityOf(firstOf(body['priority'], body['severity'])),
        summary: firstOf(
          listed(body['title']).join(', '),
          body['title'],
          body['condition_name'],
          body['conditionName'],
          `New Relic issue ${id}`,
        ),
        reason,
        host: firstOf(host, target?.['name']),
        check: firstOf(listed(body['alertConditionNames'])[0], body['condition_name'], body['conditionName']),
        links: linksOf(body['issueUrl'], body['issuePageUrl'], body['incident_url']),
        labels: {
          policy: firstOf(listed(body['alertPolicyNames'])[0], body['policy_name']),
          ...textsIn(body['labels'], body['tags']),
        },
      },
    ];
  },
};

function newRelicAction(state: string, cause: string, said: string): [Reading['action'], string] {
  if (state === 'TEST' || /^(?:NOTIFICATION\b| ?Test (?:notification|issue|workflow)\b)/u.test(said))
    return ['none', 'a test of New Relic'];
  if (/^(?:CLOSED?|RESOLVED|DEACTIVATED)$/u.test(state)) return ['resolve', `read by its state ${state}`];
  if (state.startsWith('ACK') || cause.startsWith('ACK') || cause.includes('ACKNOWLEDGE'))
    return ['none', 'an acknowledgement there neither opens nor closes anything'];
  if (state === 'CREATED') return ['none', 'its state CREATED: it is not active yet'];
  return ['trigger', `read by its state ${state}`];
}

/** The default payload tells the state in its title only; own ones name `$ALERT_TRANSITION`, in any spelling of names. */
export const datadog: WebhookSource = {
  name: 'datadog',
  read(body) {
    const fields = byPlainName(body);
    if (!isDatadog(fields)) return null;
    const shown = firstOf(fields['eventtitle'], fields['title'], fields['alerttitle'], fields['textonlymsg']);
    const title = readTitle(shown);
    const bare = firstOf(title?.bare, fields['alerttitle'], shown, fields['eventmsg'], 'Datadog monitor');
    const turn = firstOf(fields['alerttransition'], title?.word, fields['alertstatus']);
    const scope = firstOf(
      fields['alertscope'],
      objectIn(fields['scope'])['text'],
      fields['scope'],
      title?.scope,
    );
    const host = firstOf(fields['hostname'], fields['host']);
    const id = firstOf(fields['alertid'], fields['monitorid']);
    const isTest = title?.action === 'none' || transitionAction(turn) === 'none';
    return [
      {
        action: isTest ? 'none' : isSuccess(fields, turn) ? 'resolve' : transitionAction(turn),
        about: id === '' ? [bare, scope] : [id, scope === '' ? host : scope],
        severity: datadogSeverity(fields, title?.severity ?? 'unknown', turn),
        summary: bare,
        reason: isTest
          ? `its transition "${turn}" neither opens nor closes anything`
          : `read by its transition "${turn}"`,
        host,
        check: bare,
        links: linksOf(fields['link'], fields['eventurl'], fields['url']),
        labels: { ...tagsIn(scope), ...tagsIn(fields['tags']) },
      },
    ];
  },
};

function isDatadog(fields: Fields): boolean {
  const has = (name: string): boolean => name in fields;
  return (
    has('alerttransition') ||
    has('alertcyclekey') ||
    (has('eventtype') && has('lastupdated')) ||
    (has('alertid') && (has('alertscope') || has('alertmetric') || has('aggregkey') || has('eventtitle')))
  );
}

/** Where no transition is named at all. */
const isSuccess = (fields: Fields, turn: string): boolean =>
  turn === '' && textIn(fields['alerttype']).toLowerCase() === 'success';

function datadogSeverity(fields: Fields, fromTitle: Reading['severity'], turn: string): Reading['severity'] {
  // Datadog's own `$PRIORITY` is that of an event: normal or low.
  const priority = [fields['alertpriority'], fields['priority']]
    .map(textIn)
    .find((one) => /^p[1-5]$/iu.test(one));
  const named = severityOf(firstOf(fields['severity'], fields['alertseverity']));
  if (priority !== undefined) return severityOf(priority);
  if (named !== 'unknown') return named;
  if (fromTitle !== 'unknown') return fromTitle;
  const type = textIn(fields['alerttype']).toLowerCase();
  const byType = type === 'error' || type === 'warning' || type === 'info' ? severityOf(type) : 'unknown';
  return transitionSeverity(turn) === 'unknown' ? byType : transitionSeverity(turn);
}
