/** CloudWatch alarms that SNS mails: `ALARM: "NAME" in REGION`. What else SNS mails of itself is no alert. */
import { cleanSummary } from '../clean.ts';
import { parsedIn, textIn } from '../fields.ts';
import { readText } from '../general.ts';
import { labelsOf, linksIn, linesOf } from '../labels.ts';
import type { MailSource, Reading } from '../source.ts';

/** A name may hold quotation marks and state words itself. */
const SUBJECT = /^(?<state>ALARM|OK|INSUFFICIENT_DATA): "(?<name>.{1,500})" in (?<region>.{1,100})$/u;
const FROM_SNS = /@sns\.amazonaws\.(?:com|eu)(?:\.cn)?$/u;
const ABOUT_SUBSCRIPTION = /^AWS Notifications? - (?:Subscription Confirmation|Unsubscribe Confirmation)/iu;

export const cloudWatch: MailSource = {
  name: 'cloudwatch',
  read({ subject, text, from }) {
    const line = subject.trim();
    const found = SUBJECT.exec(line)?.groups;
    if (found !== undefined) return [alarm(found, text)];
    if (line === UNTITLED) return untitled(text);
    if (
      !ABOUT_SUBSCRIPTION.test(line) ||
      !(FROM_SNS.test(from) || /\barn:aws[\w-]{0,8}:sns:/.test(text.slice(0, 8_000)))
    )
      return null;
    return [
      {
        action: 'none',
        about: [line],
        severity: 'info',
        summary: line,
        reason: 'about a subscription of SNS, and no alert: open its link to confirm it',
        links: linksIn(text).slice(0, 1),
      },
    ];
  },
};

/** What was published without a subject has this one: only the text tells one message from another. */
const UNTITLED = 'AWS Notification Message';

function untitled(text: string): Reading[] | null {
  const [said = ''] = text.split(/^--[ \t]*$/mu, 1);
  const inner = parsedIn(said.trim());
  const name = textIn(inner['AlarmName']);
  if (name !== '') {
    const state = textIn(inner['NewStateValue']);
    return [
      alarm(
        { state, name, region: textIn(inner['Region']) },
        `- AWS Account: ${textIn(inner['AWSAccountId'])}`,
      ),
    ];
  }
  const first = linesOf(said).find((line) => cleanSummary(line) !== '');
  if (first === undefined) return null;
  const { action, severity, dedupKey, summary, reason } = readText(said, '', '');
  return [
    {
      action,
      about: ['message', dedupKey],
      severity,
      summary,
      reason: `a message of its own on an SNS topic: ${reason ?? 'taken as a problem'}`,
    },
  ];
}

function alarm({ state = '', name = '', region = '' }: Record<string, string>, text: string): Reading {
  const labels = labelsOf(text);
  const said = labels.get('- description') || labels.get('- reason for state change') || '';
  return {
    action: state === 'ALARM' ? 'trigger' : state === 'OK' ? 'resolve' : 'none',
    about: [labels.get('- aws account') ?? '', region, name],
    severity: 'critical',
    summary: `${name}: ${state}${said === '' ? '' : `: ${said}`}`,
    reason:
      state === 'INSUFFICIENT_DATA'
        ? 'INSUFFICIENT_DATA neither opens nor closes anything'
        : `read by its new state ${state}`,
    check: name,
    links: linksIn(text).slice(0, 1),
    labels: { region, account: labels.get('- aws account') ?? '' },
  };
}
