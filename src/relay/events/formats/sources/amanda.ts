/** Amanda's mails: `CONFIG FAIL: AMANDA MAIL REPORT FOR …` of a night's dumps, and what amcheck finds before them. */
import type { AlertEvent, Severity } from '../../types.ts';
import type { MailSource } from '../source.ts';

const REPORT =
  /^(?<config>\S{1,100}) (?:(?<flags>[A-Z]{3,12}(?:[ ,]{1,2}[A-Z]{3,12}){0,4}): )?AMANDA (?:MAIL|VAULT|VAULTING) REPORT FOR .{4,40}$/u;
const CHECK =
  /^(?<config>\S{1,100}) (?:(?<wrong>AMANDA PROBLEM: FIX BEFORE RUN,? IF POSSIBLE)|(?<well>AMCHECK REPORT: NO PROBLEMS FOUND))$/u;

/** Headings of the text that only stand over what went wrong. */
const BAD = /^(?:\*{3} A TAPE ERROR OCCURRED|FAIL(?:URE|ED) (?:AND STRANGE )?DUMP (?:SUMMARY|DETAILS))/mu;

export const amanda: MailSource = {
  name: 'amanda',
  read({ subject, text, from }) {
    const line = subject.trim().slice(0, 1_000);
    const check = CHECK.exec(line)?.groups;
    const report = REPORT.exec(line)?.groups;
    const found = check ?? report;
    if (found === undefined) return null;
    const { config = '' } = found;
    const [action, severity] =
      check === undefined
        ? dumped(report?.['flags'], BAD.test(text.slice(0, 16_000)))
        : check['well'] === undefined
          ? WRONG
          : WELL;
    return [
      {
        action,
        about: [from, config, check === undefined ? 'dumps' : 'amcheck'],
        severity,
        summary: line,
        reason: 'read by the words of its subject',
        check: config,
      },
    ];
  },
};

type Meaning = readonly [AlertEvent['action'], Severity];
const WRONG: Meaning = ['trigger', 'error'];
const WELL: Meaning = ['resolve', 'unknown'];

/** Without a word in front nothing went wrong; STRANGE is what it can't explain. */
function dumped(flags: string | undefined, isBad: boolean): Meaning {
  if (isBad) return WRONG;
  if (flags === undefined) return WELL;
  return /^STRANGE$/u.test(flags) ? ['trigger', 'warning'] : WRONG;
}
