/** NetApp's AutoSupport mails: `HA Group Notification from NODE (EVENT) LEVEL`. It mails what happens, and seldom that it is over. */
import type { Severity } from '../../types.ts';
import type { MailSource } from '../source.ts';

const SUBJECT =
  /^(?:HA Group|System|Cluster) Notification(?: from (?<host>\S{1,255}))? \((?<event>.{1,500})\) (?<level>EMERGENCY|ALERT|CRITICAL|ERROR|WARNING|NOTICE|INFO|INFORMATIONAL|DEBUG)$/iu;
/** Logs that it sends home, weekly or asked for, whatever level they have. */
const LOGS =
  /^(?:[A-Z]{1,20}[_ ]LOGS?|PERFORMANCE[_ ]DATA|USER[_ ]TRIGGERED\b.{0,200}|(?:DAILY|WEEKLY|MONTHLY)\b.{0,60}|(?:AUTOSUPPORT )?TEST(?:[ _:-](?:MAIL|MESSAGE|AUTOSUPPORT)\b.{0,100})?)$/iu;
/** Of a level that says nothing is wrong, in words that say otherwise: the general reader's. */
const WRONG =
  /(?:\b|_)(?:fail|fault|panic|degraded|down|lost|error|broken|offline|missing|low|full|critical|over[ _-]?temp|takeover|abort|removed|unable)/iu;
const LEVELS: Readonly<Record<string, Severity>> = {
  emergency: 'critical',
  alert: 'critical',
  critical: 'critical',
  error: 'error',
  warning: 'warning',
  notice: 'info',
};
const URGENT = /^(?:emergency|alert|critical)$/iu;
const DISK = /\bdisk (?<id>[\da-z]{1,6}(?:\.[\da-z]{1,4}){1,3})(?![\w.]*\w)/iu;
const NAMED =
  /\b(?<kind>volume|aggregate|lun|qtree|port|interface|shelf|plex) ["']?(?<id>[\w./:-]{0,60}\d[\w./:-]{0,60})/iu;

export const netapp: MailSource = {
  name: 'netapp',
  read({ subject, text, headers, from }) {
    const found = SUBJECT.exec(subject.trim().slice(0, 1_000))?.groups;
    if (found === undefined) return null;
    const event = (found['event'] ?? '').trim();
    const level = (found['level'] ?? '').toLowerCase();
    const host = found['host'] ?? headers.get('x-netapp-asup-hostname') ?? '';
    // Of a level that is an alert's, only what somebody asked for is none.
    const isUrgent = URGENT.test(level) && !/^(?:USER[_ ]TRIGGERED|(?:AUTOSUPPORT )?TEST)/iu.test(event);
    const isLog = LOGS.test(event) && !isUrgent;
    const isNews = isLog || LEVELS[level] === undefined;
    if (isNews && !/^USER[_ ]/iu.test(event) && WRONG.test(event)) return null;
    // The event names the disk, or only the text does: two disks are two problems.
    const disk = /\d/u.test(event) ? '' : thingIn(text.slice(0, 16_000));
    return [
      {
        action: isNews ? 'none' : 'trigger',
        about: [host || from, event, disk],
        severity: LEVELS[level] ?? 'info',
        summary: `${host === '' ? '' : `${host}: `}${event}${disk === '' ? '' : ` (${disk})`}`,
        reason: isNews
          ? 'a log that NetApp sends, and no alert'
          : `read by its level "${found['level'] ?? ''}"`,
        host,
        check: event,
      },
    ];
  },
};

/** `disk 1.0.14`, `volume vol1`; empty: the text names none. */
function thingIn(text: string): string {
  const disk = DISK.exec(text)?.groups?.['id'];
  if (disk !== undefined) return `disk ${disk}`;
  const { kind = '', id = '' } = NAMED.exec(text)?.groups ?? {};
  return kind === '' ? '' : `${kind.toLowerCase()} ${id.replace(/[.:]$/u, '')}`;
}
