/** What forges post: a run that fails opens, the next one of the same that succeeds closes; all else is news. */
import { type Fields, firstOf, linksOf, objectIn, textIn } from '../fields.ts';
import type { Reading, WebhookSource } from '../source.ts';

const FAILED = /^(?:failure|failed|error|timed_out|startup_failure|action_required)$/u;
const DONE = /^(?:success|passed|succeeded|fixed)$/u;

interface Run {
  what: string;
  result: string;
  /** The repository, then what runs on which branch. */
  about: string[];
  name: string;
  link: unknown;
}

function readingOf({ what, result, about, name, link }: Run): Reading {
  const action = FAILED.test(result) ? 'trigger' : DONE.test(result) ? 'resolve' : 'none';
  return {
    action,
    about,
    severity: 'error',
    summary: `${name}: ${result === '' ? 'under way' : result}`,
    reason:
      action === 'none'
        ? `${what} "${result}" neither opens nor closes anything`
        : `read by ${what} "${result}"`,
    host: about[0] ?? '',
    check: name,
    links: linksOf(link),
    labels: { repository: about[0] ?? '' },
  };
}

const news = (source: string, what: string): Reading => ({
  action: 'none',
  about: [what],
  severity: 'info',
  summary: `${source}: ${what}`,
  reason: `${what} of ${source} is news, and no alert`,
});

export const github: WebhookSource = {
  name: 'github',
  read(body) {
    const repository = textIn(objectIn(body['repository'])['full_name']);
    if ('zen' in body && 'hook_id' in body) return [news('GitHub', 'ping')];
    if (repository === '' || !('sender' in body)) return null;
    const run = objectIn(
      body['workflow_run'] ?? body['check_suite'] ?? body['check_run'] ?? body['workflow_job'],
    );
    if (Object.keys(run).length > 0) {
      const name = firstOf(run['name'], objectIn(run['app'])['name'], 'run');
      const branch = firstOf(run['head_branch'], objectIn(run['check_suite'])['head_branch']);
      const isOver = textIn(body['action']) === 'completed';
      return [
        readingOf({
          what: 'its conclusion',
          result: isOver ? textIn(run['conclusion']) : textIn(run['status']),
          about: [repository, name, branch],
          name: `${repository} ${name}${branch === '' ? '' : ` (${branch})`}`,
          link: run['html_url'],
        }),
      ];
    }
    const deployed = objectIn(body['deployment_status']);
    if ('state' in deployed) {
      const environment = firstOf(deployed['environment'], 'deployment');
      return [
        readingOf({
          what: 'its state',
          result: textIn(deployed['state']),
          about: [repository, 'deployment', environment],
          name: `${repository} deployment to ${environment}`,
          link: firstOf(deployed['log_url'], deployed['target_url']),
        }),
      ];
    }
    return [security(body, repository) ?? news('GitHub', firstOf(body['action'], 'an event'))];
  },
};

const OVER = /^(?:fixed|resolved|dismissed|auto_dismissed|closed_by_user|publicly_leaked)$/u;

/** Alerts about dependencies, code and secrets. */
function security(body: Fields, repository: string): Reading | null {
  const alert = objectIn(body['alert']);
  if (!('number' in alert)) return null;
  const action = textIn(body['action']);
  const advisory = objectIn(alert['security_advisory']);
  const rule = objectIn(alert['rule']);
  const name = firstOf(
    advisory['summary'],
    rule['description'],
    alert['secret_type'],
    `alert ${textIn(alert['number'])}`,
  );
  const severity = firstOf(
    advisory['severity'],
    rule['security_severity_level'],
    rule['severity'],
  ).toLowerCase();
  return {
    action: OVER.test(action)
      ? 'resolve'
      : /^(?:created|reopened|reintroduced|appeared_in_branch|auto_reopened)$/u.test(action)
        ? 'trigger'
        : 'none',
    about: [repository, 'alert', textIn(alert['number'])],
    severity:
      severity === 'critical'
        ? 'critical'
        : severity === 'high'
          ? 'error'
          : severity === ''
            ? 'unknown'
            : 'warning',
    summary: `${repository}: ${name}`,
    reason: `read by its action "${action}"`,
    host: repository,
    links: linksOf(alert['html_url']),
  };
}

export const gitlab: WebhookSource = {
  name: 'gitlab',
  read(body) {
    const kind = textIn(body['object_kind']);
    if (kind === '') return null;
    const project = firstOf(
      objectIn(body['project'])['path_with_namespace'],
      body['project_name'],
      objectIn(body['repository'])['name'],
    );
    const attributes = objectIn(body['object_attributes']);
    if (kind === 'pipeline') {
      const branch = textIn(attributes['ref']);
      return [
        readingOf({
          what: 'its status',
          result: textIn(attributes['status']),
          about: [project, 'pipeline', branch],
          name: `${project} pipeline (${branch})`,
          link: firstOf(attributes['url'], objectIn(body['project'])['web_url']),
        }),
      ];
    }
    if (kind === 'build' || kind === 'deployment') {
      const branch = textIn(body['ref']);
      const name = firstOf(body['build_name'], body['environment'], kind);
      const isAllowed = body['build_allow_failure'] === true;
      return [
        readingOf({
          what: 'its status',
          result: isAllowed ? 'allowed to fail' : firstOf(body['build_status'], body['status']),
          about: [project, kind, name, branch],
          name: `${project} ${name}${branch === '' ? '' : ` (${branch})`}`,
          link: firstOf(body['deployable_url'], objectIn(body['project'])['web_url']),
        }),
      ];
    }
    return [news('GitLab', kind)];
  },
};
