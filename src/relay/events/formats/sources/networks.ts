/** Network monitors whose words of problem and recovery differ by more than a state: Cacti's thold, SmokePing, OpenNMS, Zenoss. */
import { cleanSummary } from '../clean.ts';
import { severityOf } from '../body.ts';
import { labelsOf, linesOf, linksIn } from '../labels.ts';
import { normaliseSummary } from '../normalise.ts';
import type { MailSource } from '../source.ts';

/** Its figures tell it from others' "CPU usage is above the threshold", which may be of any host. `ALERT: NAME [ds] went above threshold of 8 with 12`, `NORMAL: NAME [ds] Restored to Normal Threshold with Value 1`. */
const THOLD =
  /^(?:(?<level>ALERT|WARNING|NORMAL)(?: -> (?<now>ALERT|WARNING|NORMAL))?: )?(?<name>.{1,500}?) (?:(?<wrong>(?:is still|went|has gone|is) (?:above|below) (?:(?:alert|warning|the|baseline) ){0,2}threshold|(?:changed|restored) to warning threshold)|(?<well>restored to normal threshold))(?: of \S{1,40})? with (?:value )?[\d.+-].{0,200}$/iu;

export const cactiThold: MailSource = {
  name: 'cacti',
  read({ subject, text }) {
    const line = subject.trim().slice(0, 1_000);
    const found = THOLD.exec(line)?.groups;
    if (found === undefined) return null;
    const { name = '', level = '', now = level } = found;
    const isWell = found['well'] !== undefined;
    const isWarning = now.toUpperCase() === 'WARNING' || /to warning/iu.test(found['wrong'] ?? '');
    return [
      {
        action: isWell ? 'resolve' : 'trigger',
        about: [name],
        severity: isWarning ? 'warning' : 'unknown',
        summary: line,
        reason: `read by its words "${found['well'] ?? found['wrong'] ?? ''}"`,
        check: name,
        links: linksIn(text).slice(0, 1),
      },
    ];
  },
};

const SMOKE =
  /^\[SmokeAlert\] (?<alert>\S{1,100}) (?<what>is active|was raised|was cleared) on (?<target>.{1,500})$/iu;

export const smokePing: MailSource = {
  name: 'smokeping',
  tags: true,
  read({ subject, text }) {
    const found = SMOKE.exec(subject.trim())?.groups;
    if (found === undefined) return null;
    const { alert = '', what = '', target = '' } = found;
    return [
      {
        action: what.toLowerCase() === 'was cleared' ? 'resolve' : 'trigger',
        about: [target, alert],
        severity: 'unknown',
        summary: `${alert} ${what} on ${target}`,
        reason: `read by its words "${what}"`,
        host: target,
        check: alert,
        links: linksIn(text).slice(0, 1),
      },
    ];
  },
};

/** The number is all that a notice and its resolution have in common, and all that the subject may say. */
const NOTICE =
  /^(?:(?<end>RESOLVED|RECTIFIED|RECOVERED|CLEARED|FIXED): ?)?Notice #(?<id>\d{1,12})(?:[:. -]{1,3}(?<said>.{1,800}))?$/iu;

export const openNms: MailSource = {
  name: 'opennms',
  read({ subject, text, from }) {
    const found = NOTICE.exec(subject.trim().slice(0, 1_000))?.groups;
    if (found === undefined) return null;
    const { end, id = '' } = found;
    const told = found['said'] ?? linesOf(text).find((line) => cleanSummary(line) !== '') ?? '';
    return [
      {
        action: end === undefined ? 'trigger' : 'resolve',
        about: [from, id],
        severity: severityOf(labelsOf(text).get('severity') ?? ''),
        summary: told === '' ? subject : told,
        reason: end === undefined ? 'a notice of OpenNMS' : `read by its word "${end}"`,
      },
    ];
  },
};

const ZENOSS =
  /^\[zenoss\] (?<clear>CLEAR: ?)?(?<device>\S{1,255}) (?:(?<level>CRITICAL|ERROR|WARNING|INFO): )?(?<said>.{1,700})$/iu;

/** Its clear names the event that is over; the subject says what is so now. */
export const zenoss: MailSource = {
  name: 'zenoss',
  tags: true,
  read({ subject, text }) {
    const found = ZENOSS.exec(subject.trim().slice(0, 1_000))?.groups;
    if (found === undefined) return null;
    const labels = labelsOf(text);
    const { device = '', said = '' } = found;
    const isClear = found['clear'] !== undefined;
    const event = (labels.get('event') ?? '').replace(/^'(?<in>.{1,700})'$/u, '$<in>');
    return [
      {
        action: isClear ? 'resolve' : 'trigger',
        about: [
          device,
          labels.get('component') ?? '',
          normaliseSummary(isClear && event !== '' ? event : said),
        ],
        severity: severityOf(labels.get('severity') || (found['level'] ?? '')),
        summary: `${device}: ${said}`,
        reason: isClear ? 'read by its word CLEAR' : 'an event of Zenoss',
        host: device,
        check: labels.get('component') ?? '',
        links: linksIn(text).slice(0, 1),
      },
    ];
  },
};
