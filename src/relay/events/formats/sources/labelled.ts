/** Sources whose mails say all of it in labels, or in headers of their own: collectd and Netdata. */
import type { AlertEvent, Severity } from '../../types.ts';
import { labelsOf, linksIn } from '../labels.ts';
import type { MailSource } from '../source.ts';

type Meaning = readonly [AlertEvent['action'], Severity];

const COLLECTD = /^Collectd notify: (?<level>FAILURE|WARNING|OKAY)@(?<host>.*)$/u;
const LEVELS: Record<string, Meaning> = {
  FAILURE: ['trigger', 'critical'],
  WARNING: ['trigger', 'warning'],
  OKAY: ['resolve', 'unknown'],
};

export const collectd: MailSource = {
  name: 'collectd',
  read({ subject, text }) {
    const found = COLLECTD.exec(subject.trim())?.groups;
    const meaning = LEVELS[found?.['level'] ?? ''];
    if (found === undefined || meaning === undefined) return null;
    const labels = labelsOf(text);
    const of = (label: string): string => labels.get(label) ?? '';
    const host = of('host') || (found['host'] ?? '');
    const check = [of('plugin'), of('plugin instance'), of('type'), of('type instance')]
      .filter((part) => part !== '')
      .join(' ');
    const [action, severity] = meaning;
    return [
      {
        action,
        about: [host, of('plugin'), of('plugin instance'), of('type'), of('type instance')],
        severity,
        summary: `${check === '' ? 'collectd' : check} on ${host}: ${of('message') || (found['level'] ?? '')}`,
        reason: `read by its level ${found['level'] ?? ''}`,
        host,
        check,
      },
    ];
  },
};

const NETDATA: Record<string, Meaning> = {
  critical: ['trigger', 'critical'],
  warning: ['trigger', 'warning'],
  clear: ['resolve', 'unknown'],
};

export const netdata: MailSource = {
  name: 'netdata',
  read({ subject, text, headers }) {
    const said = (headers.get('x-netdata-severity') ?? '').toLowerCase();
    const host = headers.get('x-netdata-host') ?? '';
    const name = headers.get('x-netdata-alert-name') ?? '';
    if (said === '' || name === '') return null;
    // Its own `test` goes through critical and clear.
    const isTest = name === 'test_alarm';
    const [action, severity] = NETDATA[said] ?? (['none', 'unknown'] as const);
    return [
      {
        action: isTest ? 'none' : action,
        about: [host, headers.get('x-netdata-chart') ?? '', name],
        severity,
        summary: subject,
        reason: isTest ? 'a test of Netdata' : `read by its header X-Netdata-Severity: ${said}`,
        host,
        check: name,
        links: linksIn(text).slice(0, 1),
      },
    ];
  },
};
