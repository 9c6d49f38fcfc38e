/** cron mails what a job printed. It says neither how the job ended nor, ever, that it is well again. */
import type { Severity } from '../../types.ts';
import { linesOf } from '../labels.ts';
import { readLine } from '../normalise.ts';
import type { MailSource } from '../source.ts';

const SUBJECT = /^Cron <(?<user>[^@>\s]+)@(?<host>[^>\s]+)>(?<command>.*)$/u;

/** A day, and an hour: what fails every night is one incident, whenever somebody has acknowledged it. */
const DAILY_MS = 25 * 3_600_000;

export const cron: MailSource = {
  name: 'cron',
  read({ subject, text }) {
    const found = SUBJECT.exec(subject.trim())?.groups;
    if (found === undefined) return null;
    const { user = '', host = '' } = found;
    const command = (found['command'] ?? '').trim();
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
        expiresAfterMs: DAILY_MS,
      },
    ];
  },
};

const WENT_WELL =
  /\b(?:success(?:ful(?:ly)?)?|completed|finished|done|0 errors?|no errors?|0 fehler|keine fehler|ok|deleted|removed|rotated|unchanged|up[ -]to[ -]date|nothing to do|0 upgraded|total size is|renewed|not yet due|saved|created|exported|imported|archived|sync(?:ed|hroni[sz]ed)|copied|processed|erfolgreich|fertig|abgeschlossen|gelöscht|kopiert|gesichert|exportiert|importiert|terminé|completado)(?![\p{L}\p{N}])/iu;
/** "0 errors" is no error. */
const NONE_OF = /\b(?:0|no|keine|without)\s+(?:errors?|warnings?|failures?|fehler)\b/giu;
const TROUBLE =
  /\b(?:cannot|can't|could not|couldn't|unable|denied|refused|no such|not found|abort(?:ed|ing)?|killed|tim(?:ed ?out|eout)|errors?|fail\w*|warn\w*|critical|unexpected\w*|invalid|missing|full|corrupt\w*|fehler\w*|exceptions?|segfault|segmentation|panic|not permitted|permission|unreachable|no route|quota|locked|stale|terminated|non-zero|(?:code|status) [1-9]\d{0,2}|nicht gefunden|verweigert|abgebrochen|konnten? nicht|ungültig\w*|échec|erreur|refusée?|[1-9]\d{0,8} (?:skipped|missing|conflicts?))(?![\p{L}\p{N}])/iu;
/** By its own name, with a colon or a number behind it. */
const ERROR = /\b(?:error|fehler)(?::| \d)/iu;
const THROWN = /^(?:Traceback \(most recent call last\):|(?:\w+\.)*\w*(?:Error|Exception): )/u;

/** Of a line: further on, what a job printed tells of its data. */
const JUDGED_MAX = 300;

/** By the words of what was printed. Only what says that it went well, and nothing else, is no alert. */
function judged(text: string): { action: 'trigger' | 'none'; severity: Severity } {
  const lines = linesOf(text);
  for (const line of lines) {
    if (THROWN.test(line)) return { action: 'trigger', severity: 'error' };
    const { verdict, severity } = readLine(line.slice(0, JUDGED_MAX)).state;
    if (verdict === 'problem')
      return { action: 'trigger', severity: severity === 'unknown' ? 'error' : severity };
  }
  const isTroubled = lines.some((line) => TROUBLE.test(line.replaceAll(NONE_OF, '')));
  if (lines.some((line) => ERROR.test(line.replaceAll(NONE_OF, ''))))
    return { action: 'trigger', severity: 'error' };
  const wentWell = !isTroubled && lines.some((line) => WENT_WELL.test(line));
  return { action: wentWell ? 'none' : 'trigger', severity: 'unknown' };
}
