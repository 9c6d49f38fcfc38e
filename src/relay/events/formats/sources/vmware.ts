/** VMware vCenter's alarm mails: the subject names the alarm, and only the text which datastore, host or machine it is of. */
import type { AlertEvent, Severity } from '../../types.ts';
import { labelsOf, linesOf } from '../labels.ts';
import type { MailSource } from '../source.ts';

const SUBJECT = /^\[VMware vCenter - Alarm (?<alarm>[^\]]{1,300})\] ?(?<rest>.{0,700})$/iu;
/** Where the text lacks the label. A colour names how bad it is; gray that nobody knows. */
const CHANGED = /\bfrom (?:Green|Yellow|Red|Gr[ae]y) to (?<state>Green|Yellow|Red|Gr[ae]y)\b/iu;
const LEVELS: Readonly<Record<string, Severity>> = { yellow: 'warning', red: 'critical' };

export const vcenter: MailSource = {
  name: 'vcenter',
  tags: true,
  read({ subject, text, from }) {
    const found = SUBJECT.exec(subject.trim().slice(0, 1_000))?.groups;
    const labels = labelsOf(text);
    const target = labels.get('target') ?? '';
    if (found === undefined || target === '') return null;
    const { alarm = '', rest = '' } = found;
    const state = (labels.get('new status') || (CHANGED.exec(rest)?.groups?.['state'] ?? '')).toLowerCase();
    // One that stands for a single event has no state: it only ever tells that something happened.
    const action: AlertEvent['action'] = state === 'green' ? 'resolve' : 'trigger';
    const told = linesOf(text).find((line) => line.startsWith('Alarm ') && line.includes(target)) ?? '';
    return [
      {
        action,
        about: [from, target, alarm],
        severity: LEVELS[state] ?? 'unknown',
        summary: told === '' ? `${alarm} on ${target}${state === '' ? '' : ` is ${state}`}` : told,
        reason: state === '' ? 'an event of vCenter without a state' : `read by its new status "${state}"`,
        host: target,
        check: alarm,
      },
    ];
  },
};
