/** Munin: its contact command as munin.conf shows it. One mail may hold several plugins of a host, worst first. */
import type { AlertEvent, Severity } from '../../types.ts';
import { linesOf } from '../labels.ts';
import type { MailSource, Reading } from '../source.ts';

/** `Munin WORST: GROUP::HOST::PLUGIN`, or the older `Munin notification for HOST - PLUGIN`. */
const SUBJECT = /^Munin(?:[ -](?<worst>\w+))?(?:: | notification ?(?:for )?)(?<what>.+)$/u;
/** `GROUP :: HOST :: TITLE` begins the text. */
const HEAD = /^(?<group>.+?) :: (?<host>.+?) :: (?<title>.+)$/u;
const LEVELS: Record<string, [AlertEvent['action'], Severity]> = {
  CRITICALs: ['trigger', 'critical'],
  WARNINGs: ['trigger', 'warning'],
  UNKNOWNs: ['trigger', 'unknown'],
  OKs: ['resolve', 'unknown'],
};

export const munin: MailSource = {
  name: 'munin',
  read({ subject, text }) {
    if (!SUBJECT.test(subject.trim())) return null;
    const lines = linesOf(text);
    const readings: Reading[] = [];
    let head: { group: string; host: string; title: string } | null = null;
    let found: { action: AlertEvent['action']; severity: Severity; line: string }[] = [];
    const end = (): void => {
      if (head === null || found.length === 0) return;
      const worst = found.find(({ action }) => action === 'trigger') ?? found[0];
      if (worst === undefined) return;
      const { group, host, title } = head;
      readings.push({
        action: worst.action,
        about: [group, host, title],
        severity: worst.severity,
        summary: `${title} on ${host}: ${worst.line}`,
        reason: `read by Munin's line "${worst.line.slice(0, 60)}"`,
        host,
        check: title,
      });
      found = [];
    };
    for (const line of lines) {
      const named = HEAD.exec(line)?.groups;
      if (named !== undefined) {
        end();
        head = { group: named['group'] ?? '', host: named['host'] ?? '', title: named['title'] ?? '' };
        continue;
      }
      const [level, [action, severity]] = Object.entries(LEVELS).find(([word]) =>
        line.startsWith(`${word}:`),
      ) ?? [null, [null, null]];
      if (level !== null && action !== null) found.push({ action, severity: severity ?? 'unknown', line });
    }
    end();
    return readings.length === 0 ? null : readings;
  },
};
