/** Checkmk: its ASCII and its HTML mail, one notification or several in bulk. The body's labels, else the subject. */
import type { AlertEvent, Severity } from '../../types.ts';
import { linesOf, linksIn } from '../labels.ts';
import type { MailSource, Reading } from '../source.ts';

const SUBJECT = /^Check_?MK: /iu;
/** `HOST/SERVICE EVENT` and `HOST - EVENT`: a host's name holds no slash. */
const SERVICE_SUBJECT = /^(?<host>[^/]+)\/(?<service>.+)$/u;
const HOST_SUBJECT = /^(?<host>.+) - $/u;

/** `OLD -> NEW`, where only what is new counts; in HTML the long names with another arrow. */
const CHANGE = /(?:\b(?<old>[A-Z]{2,11}) ?|^ ?)(?:->|→|-->) ?(?<state>[A-Z]{2,11})$/u;
const NEWS =
  /(?:(?:Started|Stopped|Disabled) Flapping|Downtime [A-Z][a-z]+|Acknowledged|Custom Notification|ALERTHANDLER)(?: \([^()]{0,60}\))?$/u;

const STATES: Record<string, readonly [AlertEvent['action'], Severity]> = {
  OK: ['resolve', 'unknown'],
  UP: ['resolve', 'unknown'],
  WARN: ['trigger', 'warning'],
  WARNING: ['trigger', 'warning'],
  CRIT: ['trigger', 'critical'],
  CRITICAL: ['trigger', 'critical'],
  DOWN: ['trigger', 'critical'],
  UNREACH: ['trigger', 'critical'],
  UNREACHABLE: ['trigger', 'critical'],
  UNKN: ['trigger', 'unknown'],
  UNKNOWN: ['trigger', 'unknown'],
};

/** What the labels of one notification say. */
interface Notification {
  host: string;
  service: string;
  event: string;
  output: string;
}

const NOTIFICATIONS_MAX = 200;

export const checkmk: MailSource = {
  name: 'checkmk',
  read({ subject, text }) {
    const line = subject.trim().slice(0, 2_000);
    const isNamed = SUBJECT.test(line);
    const told = notificationsIn(text).filter(({ event }) => CHANGE.test(event) || NEWS.test(event));
    if (told.length > 0) return told.map((one) => reading(one, text));
    if (!isNamed) return null;
    const one = bySubject(line.replace(SUBJECT, ''));
    return one === null ? null : [reading(one, text)];
  },
};

/** Each begins with its host. */
function notificationsIn(text: string): Notification[] {
  const found: Notification[] = [];
  for (const line of linesOf(text)) {
    const [, label = '', said = ''] =
      /^(Host|Service|Event|Output|Summary)(?:[: \t]|$)(.*)$/u.exec(line) ?? [];
    const value = said.trim();
    const now = found.at(-1);
    if (label === 'Host') {
      if (found.length >= NOTIFICATIONS_MAX) break;
      found.push({ host: withoutAlias(value), service: '', event: '', output: '' });
    } else if (now !== undefined) {
      // The first of each: what follows are lines of the check's own.
      if (label === 'Service') now.service ||= value;
      else if (label === 'Event') now.event ||= value;
      else if (label === 'Output' || label === 'Summary') now.output ||= value;
    }
  }
  return found.filter(({ host }) => host !== '');
}

/** `web1 (Web server of the shop)`: the alias of the HTML mail. */
const withoutAlias = (host: string): string => /^(?<name>\S+) \(.*\)$/u.exec(host)?.groups?.['name'] ?? host;

function bySubject(line: string): Notification | null {
  const event = (CHANGE.exec(line) ?? NEWS.exec(line))?.[0];
  if (event === undefined) return null;
  const about = line.slice(0, line.length - event.length);
  const host = HOST_SUBJECT.exec(about)?.groups?.['host'];
  if (host !== undefined) return { host, service: '', event, output: '' };
  const both = SERVICE_SUBJECT.exec(about.trim())?.groups;
  if (both === undefined) return null;
  return { host: both['host'] ?? '', service: both['service'] ?? '', event, output: '' };
}

function reading({ host, service, event, output }: Notification, text: string): Reading {
  const state = CHANGE.exec(event)?.groups?.['state'];
  const [action, severity] = STATES[state ?? ''] ?? (['none', 'unknown'] as const);
  return {
    action,
    about: [host, service],
    severity,
    summary: `${service === '' ? host : `${service} on ${host}`} is ${state ?? event}${output === '' ? '' : `: ${output}`}`,
    reason:
      action === 'none' ? `"${event}" neither opens nor closes anything` : `read by its change "${event}"`,
    host,
    check: service,
    links: linksIn(text).slice(0, 1),
  };
}
