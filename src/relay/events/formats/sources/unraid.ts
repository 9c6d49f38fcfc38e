/** Unraid's notifications: `Alert [TOWER] - Disk 3 in error state (…)`, after a subject of the owner's. By its labels. */
import type { AlertEvent, Severity } from '../../types.ts';
import { labelsOf, linksIn } from '../labels.ts';
import type { MailSource } from '../source.ts';

const SUBJECT = /^(?<kind>Alert|Warning|Notice) \[(?<server>[^\]]{1,64})\] - (?<told>.{1,500})$/u;
const IMPORTANCES: Record<string, Severity> = { alert: 'critical', warning: 'warning', normal: 'info' };

/** What its monitor watches: the words for wrong, those for well again, and what it is called in a key. */
const WATCHED: readonly { wrong: RegExp; well: RegExp; topic: string }[] = [
  {
    wrong: / (?:is hot|overheated) \(.*$/u,
    well: / returned to normal temperature$/u,
    topic: 'temperature',
  },
  {
    wrong: / is (?:low on space|high on usage) \(.*$/u,
    well: / returned to normal utilization level$/u,
    topic: 'usage',
  },
  {
    wrong: / (?:in error state \(.*|is not read-write)$/u,
    well: / returned to normal operation$/u,
    topic: 'state',
  },
  { wrong: / is (?:DEGRADED|FAULTED)$/u, well: / recovered to (?:ONLINE|HEALTHY)$/u, topic: 'state' },
  { wrong: / has errors$/u, well: / turned good$/u, topic: 'errors' },
  {
    wrong: / disk utilization of \d{1,3}%$/u,
    well: / disk utilization returned to normal level$/u,
    topic: 'disk utilization',
  },
];
/** Of SMART the subject names the attribute only; the event names the disk. */
const SMART = /^Unraid (?<disk>.{1,100}) SMART (?:health|message) \[(?<id>\d{1,3})\]$/u;
const WELL_VALUE = / returned to normal value$/u;

export const unraid: MailSource = {
  name: 'unraid',
  tags: true,
  read({ subject, text }) {
    const labels = labelsOf(text);
    const of = (label: string): string => labels.get(label) ?? '';
    const severity = IMPORTANCES[of('importance')];
    if (severity === undefined || of('event') === '') return null;
    const said = SUBJECT.exec(of('subject'))?.groups;
    if (said === undefined) return null;
    const { kind = '', server = '', told = '' } = said;
    const { about, isWell } = aboutOf(told, of('event'));
    const action = actionOf(isWell, kind, severity, told);
    return [
      {
        action,
        about: [server, ...about],
        severity,
        summary: `${told} on ${server}`,
        reason:
          action === 'none'
            ? 'a notice of Unraid, neither a problem nor its end'
            : `read by its words and its importance "${of('importance')}" (${subject.slice(0, 100)})`,
        host: server,
        check: about.join(' '),
        links: linksIn(text).slice(0, 1),
      },
    ];
  },
};

function aboutOf(told: string, event: string): { about: readonly string[]; isWell: boolean } {
  const { disk, id } = SMART.exec(event)?.groups ?? {};
  if (disk !== undefined && id !== undefined)
    return { about: [disk, `smart ${id}`], isWell: WELL_VALUE.test(told) };
  for (const { wrong, well, topic } of WATCHED) {
    const isWell = well.test(told);
    if (isWell || wrong.test(told))
      return { about: [told.replace(isWell ? well : wrong, ''), topic], isWell };
  }
  return { about: [told.replace(/ \[(?:PASS|FAIL)\]$| \([^()]{1,100}\)$/u, '')], isWell: false };
}

/** A notice is news, unless it says how important it is: a parity check that found errors. That one began is no problem. */
function actionOf(isWell: boolean, kind: string, severity: Severity, told: string): AlertEvent['action'] {
  if (isWell) return 'resolve';
  const isNews = severity === 'info' || told.endsWith(' started');
  return kind === 'Notice' && isNews ? 'none' : 'trigger';
}
