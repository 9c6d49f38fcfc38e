/** mon: `ALERT GROUP/SERVICE: …` and `UPALERT …`. Which hosts of the group are bad changes from one mail to the next. */
import type { MailSource } from '../source.ts';

const SUBJECT =
  /^(?<kind>ALERT|UPALERT|TEST ?ALERT|STARTUP ALERT)\s{1,8}(?<group>\S{1,200})\/(?<service>[^\s:]{1,200}):?(?<said>.*)$/u;

export const mon: MailSource = {
  name: 'mon',
  read({ subject }) {
    const found = SUBJECT.exec(subject.trim())?.groups;
    if (found === undefined) return null;
    const { kind = '', group = '', service = '' } = found;
    const said = (found['said'] ?? '').trim();
    const action = kind === 'ALERT' ? 'trigger' : kind === 'UPALERT' ? 'resolve' : 'none';
    return [
      {
        action,
        about: [group, service],
        severity: 'unknown',
        summary: `${group}/${service}${said === '' ? '' : `: ${said}`}`,
        reason: `read by its word ${kind}`,
        host: group,
        check: service,
      },
    ];
  },
};
