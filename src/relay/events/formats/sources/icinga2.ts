/** Icinga 2: mail-host-notification.sh and mail-service-notification.sh. */
import type { AlertEvent, Severity } from '../../types.ts';
import { labelsOf, linksIn } from '../labels.ts';
import type { MailSource } from '../source.ts';

/** `[TYPE] SERVICE on HOST is STATE!` and `[TYPE] Host HOST is STATE!`, where names are those to be shown. */
const SUBJECT = /^\[(?<type>[A-Za-z]+)\] (?<what>.+) is (?<state>[A-Z]+)!?$/u;
const ACTIONS: Record<string, AlertEvent['action']> = { PROBLEM: 'trigger', RECOVERY: 'resolve' };
const SEVERITIES: Record<string, Severity> = {
  DOWN: 'critical',
  CRITICAL: 'critical',
  WARNING: 'warning',
};

export const icinga2: MailSource = {
  name: 'icinga2',
  read({ subject, text }) {
    const found = SUBJECT.exec(subject.trim())?.groups;
    if (found === undefined) return null;
    const labels = labelsOf(text);
    const host = labels.get('host') ?? '';
    if (host === '' || !/^\*{3,}/mu.test(text)) return null;
    const service = labels.get('service') ?? '';
    const type = (found['type'] ?? '').toUpperCase();
    const state = found['state'] ?? '';
    const action = ACTIONS[type] ?? 'none';
    const info = labels.get('info') ?? '';
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
