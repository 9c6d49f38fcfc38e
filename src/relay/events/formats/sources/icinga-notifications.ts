/** Icinga Notifications, which comes after Icinga 2's scripts: `[#12] state OBJECT is crit`, and the object's tags. */
import type { AlertEvent, Severity } from '../../types.ts';
import { labelsOf, linksIn } from '../labels.ts';
import type { MailSource } from '../source.ts';

const SUBJECT =
  /^\[#(?<incident>\d{1,12})\] (?<type>[a-z]{2,20}(?:-[a-z]{2,20})?) (?<object>.{1,500}?)(?: is (?<severity>[a-z]{2,10}))?$/u;
const SEVERITIES: Readonly<Record<string, readonly [AlertEvent['action'], Severity]>> = {
  ok: ['resolve', 'unknown'],
  debug: ['trigger', 'info'],
  info: ['trigger', 'info'],
  notice: ['trigger', 'info'],
  warning: ['trigger', 'warning'],
  err: ['trigger', 'error'],
  crit: ['trigger', 'critical'],
  alert: ['trigger', 'critical'],
  emerg: ['trigger', 'critical'],
};

export const icingaNotifications: MailSource = {
  name: 'icinga-notifications',
  tags: true,
  read({ subject, text }) {
    const found = SUBJECT.exec(subject.trim().slice(0, 1_000))?.groups;
    if (found === undefined || !/^Tags:$/mu.test(text.slice(0, 64 * 1_024))) return null;
    const { type = '', object = '', severity: said = '' } = found;
    // What a plugin says stands first and may look like labels.
    const body = text.slice(0, 64 * 1_024);
    const labels = labelsOf(body.slice(body.lastIndexOf('\nTags:')));
    if (!labels.has('incident')) return null;
    const host = labels.get('host') ?? '';
    const service = labels.get('service') ?? '';
    const [action, severity] =
      type === 'state' ? (SEVERITIES[said] ?? ['none', 'unknown']) : (['none', 'unknown'] as const);
    const info = labelsOf(text.slice(0, 8_000)).get('info') ?? '';
    return [
      {
        action,
        about: host === '' ? [object] : [host, service],
        severity,
        summary: `${object}${said === '' ? ` ${type}` : ` is ${said}`}${info === '' ? '' : `: ${info}`}`,
        reason:
          action === 'none'
            ? `an event of type ${type} neither opens nor closes anything`
            : `read by its severity "${said}"`,
        host,
        check: service,
        links: linksIn(text),
      },
    ];
  },
};
