/** Nagios, Naemon and Icinga 1: their commands.cfg mails labelled lines, by which hosts and services are known. */
import type { AlertEvent, Severity } from '../../types.ts';
import { type Labels, labelsOf, linksIn, paragraphAfter } from '../labels.ts';
import type { MailSource, Reading } from '../source.ts';

/** Before a notification's type; `icinga` is Icinga 1, whose body looks the same. */
const HEADING = /^\*{3,}\s*(?<name>nagios|naemon|icinga|shinken|centreon)\b/imu;
const SUBJECT = /\*\*\s*(?<type>[A-Z]+(?: [A-Z]+)?)\s+(?:Host|Service) Alert:/u;

/** The type word decides, never the state: a flapping notice may say CRITICAL. */
const ACTIONS: Record<string, AlertEvent['action']> = { PROBLEM: 'trigger', RECOVERY: 'resolve' };

const SEVERITIES: Record<string, Severity> = {
  DOWN: 'critical',
  UNREACHABLE: 'critical',
  CRITICAL: 'critical',
  WARNING: 'warning',
};

export const nagios: MailSource = {
  name: 'nagios',
  read(mail) {
    const labels = labelsOf(mail.text);
    const type = (labels.get('notification type') ?? '').toUpperCase();
    const host = labels.get('host') ?? '';
    if (type === '' || host === '') return null;
    if (!HEADING.test(mail.text) && !SUBJECT.test(mail.subject)) return null;
    return [reading(mail.subject, mail.text, { type, host, labels })];
  },
};

function reading(
  subject: string,
  text: string,
  { type, host, labels }: { type: string; host: string; labels: Labels },
): Reading {
  const service = labels.get('service') ?? '';
  const state = (labels.get('state') ?? '').toUpperCase();
  // Somebody wrote it by hand; it is about a problem only while there is one.
  const isCustom = type.startsWith('CUSTOM') && SEVERITIES[state] !== undefined;
  const action = isCustom ? 'trigger' : (ACTIONS[type] ?? 'none');
  const info = labels.get('info') || paragraphAfter(text, (line) => /^additional info:?/iu.test(line));
  const what = service === '' ? host : `${service} on ${host}`;
  return {
    action,
    about: [host, service],
    severity: SEVERITIES[state] ?? 'unknown',
    summary: `${what} is ${state === '' ? subject : state}${info === '' ? '' : `: ${info}`}`,
    reason:
      action === 'none'
        ? `a notification of type ${type} neither opens nor closes anything`
        : `read by its notification type ${type}`,
    host,
    check: service,
    links: linksIn(text),
  };
}
