/** fail2ban's mails: it has dealt with what it tells of. */
import type { MailSource } from '../source.ts';

const SUBJECT = /^\[Fail2Ban\] (?<jail>[^:]+): (?<what>.+)$/u;

export const fail2ban: MailSource = {
  name: 'fail2ban',
  tags: true,
  read({ subject }) {
    const found = SUBJECT.exec(subject.trim())?.groups;
    if (found === undefined) return null;
    const { jail = '', what = '' } = found;
    return [
      {
        action: 'none',
        about: [jail, what],
        severity: 'info',
        summary: subject,
        reason: 'fail2ban tells of what it has already dealt with',
        check: jail,
      },
    ];
  },
};
