/** What databases of metrics and logs post: Kapacitor, InfluxDB, Netdata Cloud, Graylog, Honeycomb, Splunk. */
import { severityOf } from '../body.ts';
import { type Fields, firstOf, linksOf, objectIn, tagsIn, textIn, textsIn } from '../fields.ts';
import type { Reading, WebhookSource } from '../source.ts';

const isWell = (level: string): boolean => /^(?:ok|clear|cleared|normal)$/iu.test(level);

/** What InfluxData's programs say by a level. */
const byLevel = (level: string): Pick<Reading, 'action' | 'severity' | 'reason'> => ({
  action: isWell(level) ? 'resolve' : 'trigger',
  severity: severityOf(level),
  reason: `read by its level ${level}`,
});

export const kapacitor: WebhookSource = {
  name: 'kapacitor',
  read(body) {
    const level = textIn(body['level']);
    const id = textIn(body['id']);
    if (id === '' || !/^(?:OK|INFO|WARNING|CRITICAL)$/u.test(level)) return null;
    if (!('data' in body || 'previousLevel' in body || 'recoverable' in body)) return null;
    const data = objectIn(body['data']);
    const [series] = Array.isArray(data['series']) ? data['series'].map(objectIn) : [];
    const tags = textsIn(series?.['tags']);
    return [
      {
        ...byLevel(level),
        about: [id],
        summary: firstOf(body['message'], `${id} is ${level}`),
        host: tags['host'] ?? '',
        check: id,
        labels: tags,
      },
    ];
  },
};

/** InfluxDB's own checks; beside its fields, which begin with an underscore, stand the tags and values of the point. */
export const influx: WebhookSource = {
  name: 'influxdb',
  read(body) {
    const id = textIn(body['_check_id']);
    const level = textIn(body['_level']).toLowerCase();
    if (id === '' || level === '') return null;
    const tags = Object.fromEntries(
      Object.entries(body).filter(
        (pair): pair is [string, string] =>
          !pair[0].startsWith('_') &&
          typeof pair[1] === 'string' &&
          !/^(?:dead|level|message|time)$/u.test(pair[0]),
      ),
    );
    const name = firstOf(body['_check_name'], id);
    return [
      {
        ...byLevel(level),
        about: [
          id,
          ...Object.entries(tags)
            .map(([tag, value]) => `${tag}=${value}`)
            .toSorted(),
        ],
        summary: firstOf(body['_message'], `${name} is ${level}`),
        host: tags['host'] ?? '',
        check: name,
        labels: tags,
      },
    ];
  },
};

export const netdataCloud: WebhookSource = {
  name: 'netdata',
  read(body) {
    const space = textIn(body['space']);
    const said = textIn(body['message']);
    const status = objectIn(body['status']);
    if ('reachable' in status) {
      const well = status['reachable'] === true;
      const host = firstOf(body['host'], said);
      return [
        {
          action: well ? 'resolve' : 'trigger',
          about: [space, host, 'reachable'],
          severity: severityOf(textIn(body['severity'])),
          summary: firstOf(said, `${host} is ${textIn(status['text'])}`),
          reason: `it says that the node is ${well ? 'reachable' : 'not reachable'}`,
          host: textIn(body['host']),
          check: 'reachability',
          links: linksOf(body['url']),
        },
      ];
    }
    const alert = textIn(body['alert']);
    const severity = textIn(body['severity']).toLowerCase();
    if (
      alert === '' ||
      severity === '' ||
      !('chart' in body || 'context' in body) ||
      !('space' in body || 'alert_url' in body)
    )
      return null;
    const host = firstOf(
      body['host'],
      body['node'],
      /\/nodes\/(?<node>[^/?]{1,100})/u.exec(textIn(body['alert_url']))?.groups?.['node'],
      hostIn(said),
    );
    return [
      {
        action: isWell(severity) ? 'resolve' : 'trigger',
        about: [space, host, textIn(body['chart']), alert],
        severity: severityOf(severity),
        summary: firstOf(said, `${alert} is ${severity}`),
        reason: `read by its severity "${severity}"`,
        host,
        check: alert,
        links: linksOf(body['alert_url']),
        labels: { space, context: textIn(body['context']), class: textIn(body['class']) },
      },
    ];
  },
};

/** Its messages begin with the node's name: `web1 is critical, …`. */
const hostIn = (said: string): string =>
  /^(?<host>[\p{L}\p{N}][\p{L}\p{N}._-]{0,200}),? (?:is|has|needs|recovered|was|-)\b/u.exec(said)?.groups?.[
    'host'
  ] ?? '';

const GRAYLOG: Record<string, Reading['severity']> = {
  '1': 'info',
  '2': 'warning',
  '3': 'error',
  '4': 'critical',
};

/** It never says that anything is over. */
export const graylog: WebhookSource = {
  name: 'graylog',
  read(body) {
    const definition = textIn(body['event_definition_id']);
    if (definition === '') return graylogLegacy(body);
    const event = objectIn(body['event']);
    const name = firstOf(body['event_definition_title'], definition);
    const isTest =
      definition === 'EventDefinitionTestId' ||
      textIn(body['event_definition_type']).startsWith('test-dummy');
    const said = textIn(event['message']);
    return [
      {
        action: isTest ? 'none' : 'trigger',
        about: [definition, ...keysOf(event)],
        severity: GRAYLOG[textIn(event['priority'])] ?? 'unknown',
        summary: `${name}${said === '' || said.startsWith(name) ? '' : `: ${said}`}`,
        reason: isTest ? 'a test of Graylog' : 'an event of Graylog, which never says that it is over',
        host: textIn(event['source']),
        check: name,
        labels: textsIn(event['group_by_fields'], event['fields']),
      },
    ];
  },
};

/** Two events of one definition differ by what it groups by. */
function keysOf(event: Fields): string[] {
  const tuple = Array.isArray(event['key_tuple']) ? event['key_tuple'].map(textIn) : [];
  const key = textIn(event['key']);
  if (tuple.length > 0 || key !== '') return tuple.length > 0 ? tuple : [key];
  return Object.entries(textsIn(event['group_by_fields']))
    .map(([name, value]) => `${name}=${value}`)
    .toSorted();
}

function graylogLegacy(body: Fields): Reading[] | null {
  const result = objectIn(body['check_result']);
  const condition = objectIn(result['triggered_condition']);
  const stream = objectIn(body['stream']);
  if (Object.keys(condition).length === 0 || !('stream' in body)) return null;
  const name = firstOf(condition['title'], stream['title']);
  return [
    {
      action: result['triggered'] === false ? 'none' : 'trigger',
      about: [textIn(stream['id']), firstOf(condition['id'], name)],
      severity: 'unknown',
      summary: `${name}: ${textIn(result['result_description'])}`,
      reason: 'an alert of Graylog, which never says that it is over',
      check: name,
      links: linksOf(body['stream_url']),
    },
  ];
}

export const honeycomb: WebhookSource = {
  name: 'honeycomb',
  read(body) {
    const id = textIn(body['id']);
    const status = textIn(body['status']).toUpperCase();
    if (id === '' || !('trigger_url' in body || 'result_groups' in body || 'trigger_description' in body))
      return null;
    const name = firstOf(body['name'], id);
    const isTest = body['is_test'] === true || body['isTest'] === true || /^test\b/iu.test(status);
    return [
      {
        action: isTest ? 'none' : isWell(status) ? 'resolve' : 'trigger',
        about: [id],
        severity: severityOf(firstOf(body['severity'], body['alert_severity'])),
        summary: firstOf(body['summary'], name),
        reason: isTest ? 'a test of Honeycomb' : `read by its status ${status}`,
        check: name,
        links: linksOf(body['trigger_url'], body['result_url']),
        labels: tagsIn(body['tags']),
      },
    ];
  },
};

/** Splunk's alert action "webhook": it tells of results, and never that there are none. */
export const splunk: WebhookSource = {
  name: 'splunk',
  read(body) {
    const name = textIn(body['search_name']);
    if (name === '' || !('sid' in body) || !('results_link' in body || 'result' in body)) return null;
    const result = objectIn(body['result']);
    const host = textIn(result['host']);
    return [
      {
        action: 'trigger',
        about: [textIn(body['app']), name, host],
        severity: severityOf(firstOf(result['severity'], result['urgency'])),
        summary: `${name}${host === '' ? '' : ` on ${host}`}`,
        reason: 'a saved search of Splunk that found something, which never says that it is over',
        host,
        check: name,
        links: linksOf(body['results_link']),
      },
    ];
  },
};
