/** Zabbix 6 and 7: the messages of its media types as they come. A problem's id is the same until it is over. */
import type { AlertEvent, Severity } from '../../types.ts';
import { labelsOf } from '../labels.ts';
import type { MailSource } from '../source.ts';

const SUBJECT =
  /^(?<kind>Problem|Resolved(?: in [^:]+)?|Updated problem(?: in [^:]+)?|Updated problem in [^:]+|Service "[^"]+" (?:problem|resolved)[^:]*|Discovery|Autoregistration): ?(?<name>.*)$/u;
const SEVERITIES: Record<string, Severity> = {
  disaster: 'critical',
  high: 'error',
  average: 'warning',
  warning: 'warning',
  information: 'info',
};

export const zabbix: MailSource = {
  name: 'zabbix',
  read({ subject, text }) {
    const found = SUBJECT.exec(subject.trim())?.groups;
    if (found === undefined) return null;
    const labels = labelsOf(text);
    const id = labels.get('original problem id') ?? '';
    const started = /^Problem (?:started|has been resolved)|has been resolved/mu.test(text);
    const kind = found['kind'] ?? '';
    const isUpdate = kind.startsWith('Updated') && /\bproblem status\b/iu.test(text);
    if (id === '' && !started && !isUpdate) return null;
    const name = labels.get('problem name') ?? found['name'] ?? '';
    const host = labels.get('host') ?? '';
    const action = actionOf(kind);
    return [
      {
        action,
        about: id === '' ? [host, name] : [id],
        severity: SEVERITIES[(labels.get('severity') ?? '').toLowerCase()] ?? 'unknown',
        summary: `${name}${host === '' || name.includes(host) ? '' : ` on ${host}`}`,
        reason:
          action === 'none'
            ? 'an update of a problem (an acknowledgement, a comment) neither opens nor closes anything'
            : `read by Zabbix' "${kind}"`,
        host,
        check: name,
      },
    ];
  },
};

function actionOf(kind: string): AlertEvent['action'] {
  if (kind === 'Problem') return 'trigger';
  return kind.startsWith('Resolved') ? 'resolve' : 'none';
}
