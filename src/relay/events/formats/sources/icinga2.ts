/** Icinga 2: mail-host-notification.sh and mail-service-notification.sh. */
import type { AlertEvent, Severity } from '../../types.ts';
import { labelsOf, linesOf, linksIn } from '../labels.ts';
import type { MailSource } from '../source.ts';

/** `[TYPE] SERVICE on HOST is STATE!` and `[TYPE] Host HOST is STATE!`, where names are those to be shown. */
const SUBJECT = /^\[(?<type>[A-Za-z]{4,24})\] (?<what>.{1,1000}) is (?<state>[A-Z]{2,12})!?$/u;
/** How the text begins: `***** Service Monitoring on mon1 *****`, and after it the subject's sentence. */
const HEADING = /^\*{3,} ?(?:Host|Service) Monitoring on\b/mu;
const SENTENCE = /^(?<what>.{1,800}) is (?<state>OK|UP|WARNING|CRITICAL|UNKNOWN|DOWN)!$/u;
/** Where somebody changed the subject. */
const TYPE =
  /\b(?<type>PROBLEM|RECOVERY|ACKNOWLEDGEMENT|CUSTOM|FLAPPING(?:START|END)?|DOWNTIME(?:START|END|REMOVED)?)\b/iu;
const ACTIONS: Record<string, AlertEvent['action']> = { PROBLEM: 'trigger', RECOVERY: 'resolve' };
const SEVERITIES: Record<string, Severity> = {
  DOWN: 'critical',
  CRITICAL: 'critical',
  WARNING: 'warning',
};

export const icinga2: MailSource = {
  name: 'icinga2',
  tags: true,
  read({ subject, text }) {
    const line = subject.trim().slice(0, 2_000);
    const found = SUBJECT.exec(line)?.groups;
    if (
      !/^\*{3,}/mu.test(text.slice(0, 4_000)) ||
      (found === undefined && !HEADING.test(text.slice(0, 4_000)))
    )
      return null;
    const labels = labelsOf(afterInfo(text));
    const host = labels.get('host') ?? '';
    if (host === '') return null;
    const service = labels.get('service') ?? '';
    const sentence = linesOf(text.slice(0, 8_000))
      .map((one) => SENTENCE.exec(one)?.groups?.['state'])
      .find((one) => one !== undefined);
    const state = found?.['state'] ?? sentence ?? '';
    const type = (found?.['type'] ?? TYPE.exec(line)?.groups?.['type'] ?? typeOf(state)).toUpperCase();
    if (state === '') return null;
    const action = ACTIONS[type] ?? 'none';
    const info = labelsOf(text.slice(0, 8_000)).get('info') ?? '';
    const what = service === '' ? host : `${service} on ${host}`;
    return [
      {
        action,
        about: [host, service],
        severity: SEVERITIES[state] ?? 'unknown',
        summary: `${what} is ${state}${info === '' ? '' : `: ${info}`}`,
        reason:
          action === 'none'
            ? `a notification of type ${type} neither opens nor closes anything`
            : `read by its notification type ${type}`,
        host,
        check: service,
        links: linksIn(text),
      },
    ];
  },
};

/** What a plugin says may look like labels; the script's own follow behind its last `When:`. */
function afterInfo(text: string): string {
  const at = text.lastIndexOf('\nWhen:');
  return at === -1 ? text : text.slice(at);
}

const typeOf = (state: string): string => (state === 'OK' || state === 'UP' ? 'RECOVERY' : 'PROBLEM');
