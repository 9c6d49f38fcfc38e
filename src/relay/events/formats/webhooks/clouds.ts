/** What clouds post of their alarms: Google Cloud and Azure. Amazon's are in aws.ts. */
import { severityOf } from '../body.ts';
import { type Fields, firstOf, linksOf, objectIn, textIn, textsIn } from '../fields.ts';
import { AZURE_SEVERITIES } from '../sources/azure.ts';
import type { Reading, WebhookSource } from '../source.ts';

const TEST = /^test (?:notification|incident)\b|\bthis is a test (?:incident|notification)\b/iu;

export const googleCloud: WebhookSource = {
  name: 'google-cloud',
  read(body) {
    const incident = objectIn(body['incident']);
    const id = firstOf(incident['incident_id'], incident['id']);
    const isTheirs = [
      'policy_name',
      'condition_name',
      'resource_name',
      'scoping_project_id',
      'resource_type_display_name',
    ].some((name) => name in incident);
    if (id === '' || !isTheirs) return null;
    const state = textIn(incident['state']).toLowerCase();
    const name = firstOf(incident['policy_name'], incident['condition_name']);
    const said = firstOf(incident['summary'], name, 'Google Cloud incident');
    const isTest = textIn(body['version']) === 'test' || TEST.test(said) || TEST.test(name);
    const resource = objectIn(incident['resource']);
    return [
      {
        action: isTest ? 'none' : state === 'closed' ? 'resolve' : 'trigger',
        about: [id],
        severity: severityOf(textIn(incident['severity'])),
        summary: said,
        reason: isTest ? 'a test of Google Cloud' : `read by its state "${state}"`,
        host: firstOf(
          objectIn(resource['labels'])['instance_name'],
          incident['resource_display_name'],
          incident['resource_name'],
        ),
        check: name,
        links: linksOf(incident['url']),
        labels: textsIn(
          incident['policy_user_labels'],
          objectIn(incident['metadata'])['user_labels'],
          objectIn(incident['metric'])['labels'],
          resource['labels'],
        ),
      },
    ];
  },
};

export const azure: WebhookSource = {
  name: 'azure',
  read(body) {
    const schema = textIn(body['schemaId']).toLowerCase();
    const data = objectIn(body['data']);
    if ('essentials' in data) return [common(data)];
    if (schema === 'azuremonitormetricalert' || 'context' in data) return metric(body, data);
    if (schema === 'microsoft.insights/activitylogs') return activity(data);
    return 'context' in body && 'status' in body ? metric(body, body) : null;
  },
};

const isOver = (condition: string): boolean => /^(?:resolved|deactivated)$/iu.test(condition);

/** The button "Test" of an action group sends an example of each kind, of a subscription that nobody has. */
const isTestRule = (rule: string, id: string): boolean =>
  rule.toLowerCase().startsWith('test-') && id.includes('11111111-1111-1111-1111-111111111111');

/** The common alert schema. */
function common(data: Fields): Reading {
  const essentials = objectIn(data['essentials']);
  const condition = textIn(essentials['monitorCondition']);
  const name = textIn(essentials['alertRule']);
  const targets = Array.isArray(essentials['alertTargetIDs']) ? essentials['alertTargetIDs'].map(textIn) : [];
  const items = Array.isArray(essentials['configurationItems'])
    ? essentials['configurationItems'].map(textIn)
    : [];
  const host = firstOf(targets[0]?.split('/').at(-1), items[0]);
  const said = textIn(essentials['description']);
  const isTest = isTestRule(name, textIn(essentials['alertId']));
  const health = healthOf(essentials, objectIn(data['alertContext']));
  return {
    action: isTest ? 'none' : health?.over === true || isOver(condition) ? 'resolve' : 'trigger',
    about: health === null ? ids(essentials, name, host) : [...health.about, name],
    severity: AZURE_SEVERITIES[textIn(essentials['severity']).toLowerCase()] ?? 'unknown',
    summary: `${name}${host === '' ? '' : ` on ${host}`}${said === '' ? '' : `: ${said}`}`,
    reason: isTest ? 'a test of an action group' : `read by its condition ${condition}`,
    host,
    check: name,
    links: linksOf(essentials['investigationLink']),
    labels: {
      ...textsIn(data['customProperties'], objectIn(data['alertContext'])['properties']),
      resourceGroup: textIn(essentials['targetResourceGroup']),
      resourceType: textIn(essentials['targetResourceType']),
    },
  };
}

/**
 * Alerts on the health of services and resources are always "Fired": what they are about, and whether it is over, stands
 * in their context.
 */
function healthOf(essentials: Fields, context: Fields): { over: boolean; about: string[] } | null {
  if (!/^(?:service ?health|resource ?health)$/iu.test(textIn(essentials['monitoringService']))) return null;
  const properties = objectIn(context['properties']);
  const stage = firstOf(properties['stage'], properties['currentHealthStatus'], context['status']);
  const tracked = firstOf(properties['trackingId'], properties['trackingID']);
  const [target = ''] = Array.isArray(essentials['alertTargetIDs'])
    ? essentials['alertTargetIDs'].map(textIn)
    : [];
  if (tracked === '' && target === '') return null;
  return {
    over: /^(?:resolved|complete|available)$/iu.test(stage),
    about: [tracked === '' ? target : tracked],
  };
}

/** The alert's own id stays the same until it is resolved; that of its origin not with every service. */
function ids(essentials: Fields, name: string, host: string): string[] {
  const id = firstOf(essentials['originAlertId'], essentials['alertId']);
  return id === '' ? [host, name] : [id];
}

/** The older form of metric alerts. */
function metric(body: Fields, data: Fields): Reading[] | null {
  const context = objectIn(data['context']);
  const name = textIn(context['name']);
  const status = firstOf(data['status'], body['status']);
  if (name === '' || !/^(?:activated|deactivated|resolved|fired)$/iu.test(status)) return null;
  const host = firstOf(context['resourceName'], textIn(context['resourceId']).split('/').at(-1));
  return [
    {
      action: isOver(status) ? 'resolve' : 'trigger',
      about: [firstOf(context['resourceId'], host), firstOf(context['id'], name)],
      severity: AZURE_SEVERITIES[`sev${textIn(context['severity'])}`] ?? 'unknown',
      summary: `${name}${host === '' ? '' : ` on ${host}`}`,
      reason: `read by its status ${status}`,
      host,
      check: name,
      links: linksOf(context['portalLink']),
      labels: textsIn(data['properties']),
    },
  ];
}

/** The older form of the activity log: what Azure itself, or an administrator, did to a resource. */
function activity(data: Fields): Reading[] | null {
  const log = objectIn(objectIn(data['context'])['activityLog']);
  const operation = textIn(log['operationName']);
  if (operation === '') return null;
  const status = firstOf(log['status'], data['status']);
  const resource = textIn(log['resourceId']);
  return [
    {
      action: /^(?:resolved|deactivated)$/iu.test(status) ? 'resolve' : 'trigger',
      about: [resource, operation, textIn(objectIn(log['properties'])['trackingId'])],
      severity: severityOf(textIn(log['level'])),
      summary: `${operation}${resource === '' ? '' : ` on ${resource.split('/').at(-1) ?? ''}`}: ${status}`,
      reason: `read by its status ${status}`,
      host: resource.split('/').at(-1) ?? '',
      check: operation,
    },
  ];
}
