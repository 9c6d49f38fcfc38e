/** cron mails what a job printed. It says neither how the job ended nor, ever, that it is well again. */
import type { Severity } from '../../types.ts';
import { linesOf } from '../labels.ts';
import { readLine } from '../normalise.ts';
import type { MailSource } from '../source.ts';

const SUBJECT = /^Cron <(?<user>[^@>\s]+)@(?<host>[^>\s]+)>\s*(?<command>.*)$/u;

export const cron: MailSource = {
  name: 'cron',
  read({ subject, text }) {
    const found = SUBJECT.exec(subject.trim())?.groups;
    if (found === undefined) return null;
    const { user = '', host = '', command = '' } = found;
    const said = linesOf(text).find((line) => line !== '') ?? '';
    return [
      {
        action: 'trigger',
        about: [host, user, command],
        severity: worstOf(text),
        summary: `cron on ${host}: ${command}${said === '' ? '' : `: ${said}`}`,
        reason: 'cron mails only what a job printed, and never that it is well again',
        host,
        check: command,
      },
    ];
  },
};

/** By the words of what was printed; a job that only talks is no error. */
function worstOf(text: string): Severity {
  for (const line of linesOf(text)) {
    const { verdict, severity } = readLine(line).state;
    if (verdict === 'problem') return severity === 'unknown' ? 'error' : severity;
  }
  return 'unknown';
}
