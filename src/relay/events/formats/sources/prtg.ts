/** PRTG: `[SITE] DEVICE SENSOR STATUS DOWNTIME (MESSAGE)`, in English or German, with the sensor's page in the text. */
import type { AlertEvent, Severity } from '../../types.ts';
import { labelsOf, linksIn } from '../labels.ts';
import type { MailSource, Reading } from '../source.ts';

const SITE = /^\[(?<site>[^\]]{1,200})\] (?<rest>.+)$/u;
const PAGE = /https?:\/\/(?<site>[^/\s]{1,255})\/sensor\.html?\?(?:\S{0,100}&)?id=(?<id>\d{1,12})/u;
const DIGEST = /^\d+ (?:Summarized Notifications|zusammengefasste Benachrichtigungen)/iu;
const NEWS = /\b(?:test notification|new ToDo|neues ToDo|ToDo closed|report)\b/iu;

/** A status stands behind the names and before the downtime or the message; of `OLD ended (now: NEW)` NEW counts. */
const ENDED = /(?<old>\S{1,60}) (?:ended|beendet) \((?:now|jetzt): (?<now>[^()]{1,40})(?:\)|$)/iu;
const STATUS =
  / (?<status>Down \((?:Partial|Acknowledged)\)|Down|Warning|Unusual|Unknown|Up|Paused|Fehler \((?:teilweise|bestätigt)\)|Fehler|Warnung|Ungewöhnlich|Unbekannt|OK|Pausiert)(?= ESCALATION| REPEAT| ESKALATION| \(|$| (?:for |seit |für )?\d+ ?[smhd]\b)/giu;

const STATES: readonly (readonly [RegExp, AlertEvent['action'], Severity])[] = [
  [/acknowledged|bestätigt/iu, 'none', 'unknown'],
  [/^(?:paused?|pausiert)\b/iu, 'none', 'unknown'],
  [/^(?:down|fehler)\b/iu, 'trigger', 'critical'],
  [/^(?:warning|warnung)\b/iu, 'trigger', 'warning'],
  [/^(?:up|ok)\b/iu, 'resolve', 'unknown'],
  [/^(?:unusual|ungewöhnlich|unknown|unbekannt)/iu, 'trigger', 'unknown'],
];

export const prtg: MailSource = {
  name: 'prtg',
  tags: true,
  read({ subject, text, headers }) {
    const line = subject.trim().slice(0, 1_000);
    const page = PAGE.exec(text.slice(0, 128 * 1_024))?.groups;
    const isPrtg = /\bPRTG\b/u.test(
      `${headers.get('x-mailer') ?? ''} ${line} ${headers.get('from') ?? ''} ${text.slice(0, 16_000)}`,
    );
    if (page === undefined && !isPrtg) return null;
    const found = SITE.exec(line)?.groups;
    const { site = '', rest = line } = found ?? {};
    if (isPrtg && (DIGEST.test(rest) || (page === undefined && NEWS.test(rest)))) return [news(line, site)];
    const labels = labelsOf(text.slice(0, 64 * 1_024));
    const status = statusIn(labels.get('status') ?? '') ?? statusIn(rest);
    const state = STATES.find(([pattern]) => pattern.test(status?.now ?? ''));
    if (status === null || state === undefined) return null;
    const [, action, severity] = state;
    const device = labels.get('device') ?? '';
    const sensor = (labels.get('sensor') ?? labels.get('name') ?? '').replace(/[ *]{1,20}$/u, '');
    const names = device === '' && sensor === '' ? (statusIn(rest)?.before ?? rest) : `${device} ${sensor}`;
    return [
      {
        action,
        about: page === undefined ? [site, names] : [page['site'] ?? '', `sensor ${page['id'] ?? ''}`],
        severity,
        summary: rest,
        reason:
          action === 'none'
            ? `"${status.now}" is what somebody did in PRTG, neither a problem nor its end`
            : `read by its status "${status.now}"`,
        host: device,
        check: sensor,
        links: linksIn(text)
          .filter((link) => link.includes('/sensor.htm'))
          .slice(0, 1),
      },
    ];
  },
};

/** The last status of a line, and what stands before it. */
function statusIn(line: string): { now: string; before: string } | null {
  const ended = ENDED.exec(line);
  if (ended !== null)
    return { now: (ended.groups?.['now'] ?? '').trim(), before: line.slice(0, ended.index).trim() };
  // The message stands last, in brackets, and may name a status itself.
  const last = [...` ${line}`.matchAll(STATUS)][0];
  if (last === undefined) return null;
  return { now: last.groups?.['status'] ?? '', before: line.slice(0, Math.max(0, last.index - 1)).trim() };
}

const news = (line: string, site: string): Reading => ({
  action: 'none',
  about: [site, 'news'],
  severity: 'info',
  summary: line,
  reason: 'a digest, a report, a test or a to-do of PRTG, whose alerts come by themselves',
});
