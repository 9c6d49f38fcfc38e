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
    const { action, severity } = judged(text);
    const said = linesOf(text).find((line) => line !== '') ?? '';
    return [
      {
        action,
        about: [host, user, command],
        severity,
        summary: `cron on ${host}: ${command}${said === '' ? '' : `: ${said}`}`,
        reason:
          action === 'none'
            ? 'what the job printed says that it went well'
            : 'cron mails only what a job printed, and never that it is well again',
        host,
        check: command,
      },
    ];
  },
};

const WENT_WELL =
  /\b(?:success(?:ful(?:ly)?)?|completed|finished|done|0 errors?|no errors?|0 fehler|keine fehler|ok)\b/iu;
/** "0 errors" is no error. */
const NONE_OF = /\b(?:0|no|keine|without)\s+(?:errors?|warnings?|failures?|fehler)\b/giu;
const TROUBLE =
  /\b(?:cannot|can't|could not|couldn't|unable|denied|refused|no such|not found|abort(?:ed|ing)?|killed|tim(?:ed ?out|eout)|errors?|fail\w*|warn\w*|critical|unexpected\w*|invalid|missing|full|corrupt\w*|fehler\w*)\b/iu;
const THROWN = /^(?:Traceback \(most recent call last\):|(?:\w+\.)*\w*(?:Error|Exception): )/u;

/** By the words of what was printed. Only what says that it went well, and nothing else, is no alert. */
function judged(text: string): { action: 'trigger' | 'none'; severity: Severity } {
  const lines = linesOf(text);
  for (const line of lines) {
    if (THROWN.test(line)) return { action: 'trigger', severity: 'error' };
    const { verdict, severity } = readLine(line).state;
    if (verdict === 'problem')
      return { action: 'trigger', severity: severity === 'unknown' ? 'error' : severity };
  }
  const isTroubled = lines.some((line) => TROUBLE.test(line.replaceAll(NONE_OF, '')));
  const wentWell = !isTroubled && lines.some((line) => WENT_WELL.test(line));
  return { action: wentWell ? 'none' : 'trigger', severity: 'unknown' };
}
