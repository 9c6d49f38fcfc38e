/** Nagios, Naemon and Icinga 1: their commands.cfg mails labelled lines, by which hosts and services are known. */
import type { AlertEvent, Severity } from '../../types.ts';
import { type Labels, labelsOf, linksIn, paragraphAfter } from '../labels.ts';
import type { MailSource, Reading } from '../source.ts';

const SUBJECT = /\*\*\s*(?<type>[A-Z]+(?: [A-Z]+)?)\s+(?:Host|Service) Alert:/u;

/** The type word decides, never the state: a flapping notice may say CRITICAL, and so may one written by hand. */
const ACTIONS: Record<string, AlertEvent['action']> = { PROBLEM: 'trigger', RECOVERY: 'resolve' };

const SEVERITIES: Record<string, Severity> = {
  DOWN: 'critical',
  UNREACHABLE: 'critical',
  CRITICAL: 'critical',
  WARNING: 'warning',
};

export const naemon = family('naemon', /^\*{3,}\s*naemon\b/imu);
/** Icinga 1. */
export const icinga = family('icinga', /^\*{3,}\s*icinga\b/imu);
/** Also those of its heirs that name themselves otherwise, or not at all. */
export const nagios = family('nagios', /^\*{3,}/mu);

/** `heading`: how the body begins. */
function family(name: string, heading: RegExp): MailSource {
  return {
    name,
    read({ subject, text }) {
      const labels = labelsOf(text);
      const type = (labels.get('notification type') ?? '').toUpperCase();
      const host = labels.get('host') ?? '';
      if (type === '' || host === '') return null;
      if (!heading.test(text) && !(name === 'nagios' && SUBJECT.test(subject))) return null;
      return [reading(subject, text, { type, host, labels })];
    },
  };
}

function reading(
  subject: string,
  text: string,
  { type, host, labels }: { type: string; host: string; labels: Labels },
): Reading {
  const service = labels.get('service') ?? '';
  const state = (labels.get('state') ?? '').toUpperCase();
  const action = ACTIONS[type] ?? 'none';
  const info = labels.get('info') || paragraphAfter(text, (line) => /^additional info:?/iu.test(line));
  const what = service === '' ? host : `${service} on ${host}`;
  return {
    action,
    about: [host, service],
    severity: SEVERITIES[state] ?? 'unknown',
    summary: `${what} is ${state === '' ? subject : state}${info === '' ? '' : `: ${info}`}`,
    reason:
      action === 'none'
        ? `a notification of type ${type} neither opens nor closes anything`
        : `read by its notification type ${type}`,
    host,
    check: service,
    links: linksIn(text),
  };
}
