/** Sentry's mails: an issue as `SHORTID - TITLE`, a metric's alert as `[Critical] RULE - PROJECT`. */
import type { AlertEvent, Severity } from '../../types.ts';
import { severityOf } from '../body.ts';
import { labelsOf, linesOf, linksIn } from '../labels.ts';
import type { ParsedMail } from '../mail.ts';
import type { MailSource, Reading } from '../source.ts';

const METRIC = /^\[(?<state>Critical|Warning|Resolved)\] (?<rule>.{1,500}) - (?<project>[^\s]{1,100})$/u;
/** The prefix is the installation's own, `[Sentry] ` where nobody changed it. */
const ISSUE =
  /^(?:\[[^\]]{1,100}\] ?)?(?<id>[\p{Lu}\p{N}][\p{Lu}\p{N}_-]{0,60}-[A-Z0-9]{1,12}) - (?<title>.{1,900})$/u;
const MONITOR =
  /^(?:\[[^\]]{1,100}\] ?)?(?<title>(?:Your monitor|Cron failure|Uptime check|Downtime detected).{0,500})$/iu;
const NEWS =
  /\b(?:Weekly Report|Daily Report|Daily Summary|Spike Protection|quota|Deployed version|Assigned|Resolved Issue|Re-opened|Regression|Note|Unassigned|joined|invited|request(?:ed)?|new login|password)\b/iu;
/** Nobody else's reports name their week so. */
const REPORT =
  /^(?:Weekly|Daily) (?:Report|Summary) for .{1,200}: \p{Lu}\p{Ll}{2} \d{1,2}(?:, \d{4})? - \p{Lu}\p{Ll}{2} \d{1,2}(?:, \d{4})?$/u;
/** What its mails about what people did begin with. */
const ACTIVITY =
  /^(?:# )?(?<what>Resolved Issue|Resolved|Regression|Escalated|Unresolved|Reopened|Assigned|Unassigned|Note|Archived|Ignored|Marked as Ongoing|Comment|Linked Issue|Created Issue|Deploy(?:ed)?|User Feedback)(?: Issue)?$/u;
/** The first link of such a mail names it once more. */
const ACTIVITY_LINK = /\breferrer=(?<what>[a-z]{1,40}(?:[-_][a-z]{1,20}){0,3})[-_]activity[-_]email\b/u;
const METRIC_STATES: Record<string, readonly [AlertEvent['action'], Severity]> = {
  Critical: ['trigger', 'critical'],
  Warning: ['trigger', 'warning'],
  Resolved: ['resolve', 'unknown'],
};

export const sentryMail: MailSource = {
  name: 'sentry',
  tags: true,
  read(mail) {
    // What was done with an issue answers the mail about it; an alias may have put its tag before that.
    const line = mail.subject
      .trim()
      .slice(0, 1_000)
      .replace(/^(?:\[[^\]]{1,60}\] ?)?Re: ?/iu, '');
    if (!isTheirs(mail) && !REPORT.test(line)) return null;
    const metric = METRIC.exec(line)?.groups;
    if (metric !== undefined) return [metricAlert(metric, mail)];
    const level = mail.headers.get('x-sentry-logger-level') ?? '';
    const issue = ISSUE.exec(line)?.groups;
    const activity = issue === undefined ? undefined : activityIn(mail.text);
    if (issue !== undefined && activity !== undefined) return [activityOf(issue, activity, mail)];
    if (issue !== undefined && (level !== '' || !NEWS.test(issue['title'] ?? '')))
      return [issueAlert(issue, level, mail)];
    const cause = MONITOR.test(line) || level !== '' ? null : 'news of Sentry, and no alert';
    if (cause === null) return null;
    if (!NEWS.test(line)) return null;
    return [{ action: 'none', about: [line], severity: 'info', summary: line, reason: cause }];
  },
};

/** Of its mails only: where the subject's prefix was emptied, a forward says it by nothing else. */
const ISSUE_LINK = /\/issues\/\d{1,20}\/\S{0,200}\breferrer=alert_email\b/u;

/** Forwarded by a person it has lost its headers, and keeps what it says. */
const isTheirs = ({ headers, from, subject, text }: ParsedMail): boolean =>
  headers.has('x-sentry-project') ||
  headers.has('x-sentry-reply-to') ||
  headers.has('x-sentry-team') ||
  /\b(?:get)?sentry\b/u.test(from) ||
  /\bsentry\b/iu.test(headers.get('list-id') ?? '') ||
  subject.trim().startsWith('[Sentry] ') ||
  ISSUE_LINK.test(text.slice(0, 16 * 1024)) ||
  /^(?:[>\s]{0,20})Alert: https?:\/\/[^\s]{1,500}\/alerts\//mu.test(text.slice(0, 16 * 1024));

function metricAlert(metric: Record<string, string>, mail: ParsedMail): Reading {
  const { state = '', rule = '', project = '' } = metric;
  const [action, severity] = METRIC_STATES[state] ?? ['trigger', 'unknown'];
  return {
    action,
    about: ['rule', project, rule],
    severity,
    summary: `${rule} (${project})`,
    reason: `read by its state ${state}`,
    check: rule,
    links: linksIn(mail.text).slice(0, 1),
    labels: { project, environment: labelsOf(mail.text).get('environment') ?? '' },
  };
}

function issueAlert(issue: Record<string, string>, level: string, mail: ParsedMail): Reading {
  const { id = '', title = '' } = issue;
  const tags = tagsIn(mail.text);
  return {
    action: 'trigger',
    about: [id],
    severity: severityOf(level || (tags['level'] ?? '')),
    summary: `${id}: ${title}`,
    reason: 'an issue of Sentry',
    host: tags['server_name'] ?? '',
    check: mail.headers.get('x-sentry-project') ?? '',
    links: linksIn(mail.text).slice(0, 1),
    labels: { project: mail.headers.get('x-sentry-project') ?? '', ...tags },
  };
}

/** What was done with an issue, in lower case; undefined: the mail is about the issue itself. */
function activityIn(text: string): string | undefined {
  const first = linesOf(text).find((line) => line !== '') ?? '';
  const said = ACTIVITY.exec(first) ?? ACTIVITY_LINK.exec(text.slice(0, 16 * 1024));
  return said?.groups?.['what']?.toLowerCase();
}

/** Resolved it is over, whoever did it; what comes back is a problem again; the rest is talk. */
function activityOf(issue: Record<string, string>, what: string, mail: ParsedMail): Reading {
  const { id = '', title = '' } = issue;
  const isAgain = /^(?:regression|escalat|unresolved|reopened)/u.test(what);
  const action = what.startsWith('resolved') ? 'resolve' : isAgain ? 'trigger' : 'none';
  return {
    action,
    about: [id],
    severity: severityOf(mail.headers.get('x-sentry-logger-level') ?? ''),
    summary: `${id}: ${title}`,
    reason:
      action === 'none' ? `"${what}" neither opens nor closes anything` : `read by what was done: "${what}"`,
    check: mail.headers.get('x-sentry-project') ?? '',
    links: linksIn(mail.text).slice(0, 1),
  };
}

/** `* environment = production`, below the heading "Tags". */
function tagsIn(text: string): Record<string, string> {
  const tags: Record<string, string> = {};
  for (const match of text.slice(0, 64 * 1024).matchAll(/^\* (?<name>[\w.-]{1,60}) = (?<value>.{1,200})$/gmu))
    tags[match.groups?.['name'] ?? ''] ??= (match.groups?.['value'] ?? '').trim();
  return tags;
}
