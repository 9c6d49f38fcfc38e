/** monit: what fails and what succeeds are pairs. In its own mail format, in that of its manual, or with an own subject. */
import type { AlertEvent } from '../../types.ts';
import { linesOf } from '../labels.ts';
import { normaliseSummary } from '../normalise.ts';
import type { MailSource } from '../source.ts';

/** Every event that monit 5 knows, by the words of its subjects. */
const EVENT =
  /\b(?:(?:Action|Checksum|Connection|Content|Data access|Download bytes|Download packets|Execution|Existence|Filesystem flags|GID|Heartbeat|ICMP|Link|Monit instance|PID|PPID|Permission|Resource limit|Saturation|Security attribute|Size|Speed|Status|Timestamp|Timeout|Type|UID|Upload bytes|Upload packets|Uptime) (?:failed|succeeded|changed|not changed|matched|match|doesn't match|exceeded|ok|up|down|error|recovery|done)|Does not exist|Exists not|Does exist|Exists|Invalid type|Timeout)(?![\p{L}\p{N}])/u;
const SUBJECT = /^monit alert --\s{1,8}(?<rest>.+)$/u;
const BODY = /^(?<event>.{1,60}?) Service (?<service>.+)$/u;
/** `Monit ACTION SERVICE at DATE on HOST: DESCRIPTION.`, as the manual's example has it. */
const SENTENCE =
  /^Monit [a-z]{1,20} (?<service>.{1,300}) at [A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d on (?<host>[^\s:]{1,255}): (?<told>.*)$/u;
const DATE = / at [A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d$/u;
/** A day, and an hour: what comes every night is one incident. */
const DAILY_MS = 25 * 3_600_000;

const OVER =
  /(?:\b(?:succeeded|recovered|unchanged|not changed|doesn't match|recovery|ok|up)|^Exists|^Exists not)$/u;
/** News of monit itself. */
const NEWS = /^(?:Monit instance|Action)\b/u;
/** What something is now, not that it is wrong: never mailed to be over. */
const CHANGES = / (?:changed|match)$/u;

export const monit: MailSource = {
  name: 'monit',
  read({ subject, text, headers }) {
    const line = subject.trim().slice(0, 1_000);
    const isMonit = SUBJECT.test(line) || /^monit\b/iu.test(headers.get('x-mailer') ?? '');
    const lines = linesOf(text.slice(0, 64 * 1_024));
    const said = byBody(lines) ?? bySentence(lines, line) ?? (isMonit ? bySubject(line) : null);
    if (said === null || (!isMonit && said.told === '')) return null;
    const { event, service, host, told } = said;
    const action = actionOf(event);
    return [
      {
        action,
        about: [host, service, stemOf(event), facetOf(event, told)],
        severity: 'unknown',
        summary: `${event} ${service}${host === '' ? '' : ` on ${host}`}${told === '' ? '' : `: ${told}`}`,
        reason: action === 'none' ? `"${event}" is news of monit itself` : `read by monit's event "${event}"`,
        host,
        check: service,
        ...(CHANGES.test(event) ? { expiresAfterMs: DAILY_MS } : {}),
      },
    ];
  },
};

interface Said {
  event: string;
  service: string;
  host: string;
  told: string;
}

function byBody(lines: readonly string[]): Said | null {
  for (const line of lines) {
    const found = BODY.exec(line)?.groups;
    const event = EVENT.exec(found?.['event'] ?? '')?.[0];
    if (found === undefined || event === undefined || event !== found['event']) continue;
    return {
      event,
      service: found['service'] ?? '',
      host: valueOf(lines, 'Host'),
      told: valueOf(lines, 'Description'),
    };
  }
  return null;
}

function bySentence(lines: readonly string[], subject: string): Said | null {
  const event = EVENT.exec(subject)?.[0];
  if (event === undefined) return null;
  for (const line of lines) {
    const found = SENTENCE.exec(line)?.groups;
    if (found === undefined) continue;
    const { service = '', host = '', told = '' } = found;
    return { event, service, host, told };
  }
  return null;
}

function bySubject(subject: string): Said | null {
  const line = SUBJECT.exec(subject)?.groups?.['rest'] ?? subject;
  const event = EVENT.exec(line);
  if (event === null) return null;
  const rest = `${line.slice(0, event.index)} ${line.slice(event.index + event[0].length)}`;
  return { event: event[0], service: normaliseSummary(rest.trim().replace(DATE, '')), host: '', told: '' };
}

function actionOf(event: string): AlertEvent['action'] {
  if (NEWS.test(event)) return 'none';
  return OVER.test(event) ? 'resolve' : 'trigger';
}

/** "Connection failed" and "Connection succeeded" are about "connection". */
function stemOf(event: string): string {
  if (/^(?:Does not exist|Exists)$/u.test(event)) return 'missing';
  if (/^(?:Does exist|Exists not)$/u.test(event)) return 'there';
  return event
    .replace(/^Invalid type$/u, 'Type')
    .replace(
      / (?:failed|succeeded|changed|not changed|matched|match|doesn't match|exceeded|ok|up|down|error|recovery)$/u,
      '',
    )
    .toLowerCase();
}

/** A service may be tested for several things of a kind: which, stands in the description in both cases. */
function facetOf(event: string, told: string): string {
  if (!/^(?:Resource|Connection) /u.test(event)) return '';
  const line = told.slice(0, 500);
  const [, metric] =
    /^(?:'[^']{1,200}' )?([a-z][a-z ()\d]{1,60}?)(?: of)? [\d.]{1,20}\S{0,3} ?[a-zA-Z]{0,3}\b[^[]{0,20} matches resource limit/u.exec(
      line,
    ) ??
    /^(?:'[^']{1,200}' )?([a-z][a-z ()\d]{1,60}?) (?:check|test) succeeded/u.exec(line) ??
    [];
  if (metric !== undefined) return metric;
  // `at [192.0.2.1]:80 [TCP/IP]`, `to INET[192.0.2.1:80] via TCP`, a socket's path.
  return (
    /\b(?:at|to) (?:INET6?)?(?<at>\[[^\]\s]{1,255}\](?::\d{1,5})?|\/\S{1,255})/u.exec(line)?.groups?.['at'] ??
    ''
  );
}

/** `Host:        web1`, indented. */
const valueOf = (lines: readonly string[], name: string): string =>
  lines
    .find((line) => line.startsWith(`${name}:`))
    ?.slice(name.length + 1)
    .trim() ?? '';
