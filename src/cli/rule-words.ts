/** A policy's rule as people type it: `info,warning outside mon-fri 08:00-18:00: wait`. */
import { CliError, EXIT } from './exit.ts';

/** As the control API takes it. */
export interface Rule {
  severities?: string[];
  during?: string[];
  outside?: string[];
  wait?: true;
  policy?: string;
}

const FORMS =
  'Write it like "info,warning outside mon-fri 08:00-18:00: wait" or "during 22:00-06:00: policy night".';

/**
 * `WHEN: wait` or `WHEN: policy NAME`, where WHEN is some severities, `during` and `outside` with hours, in this order,
 * or `always`. Whether these severities, hours and policies can be is for the daemon to say. Rejects with exit code 2.
 */
export function readRule(text: string): Rule {
  const words = text.trim().replace(/\s+/g, ' ');
  const does = /^(.*?)[ ,:;=>-]*(?:then )?\b(?:(wait)s?|(?:(?:use|by|goes by) )?policy:? ?(\S+))$/i.exec(
    words,
  );
  if (does === null) throw wrong(text, 'doesn’t say what happens then');
  const [, when = '', waits, policy] = does;
  const outcome: Rule = waits === undefined ? { policy: policy ?? '' } : { wait: true };
  const [, whom = '', within, without] =
    /^(.*?)(?:\bduring (.*?))?(?:\boutside (?:of )?(.*))?$/i.exec(when.trim()) ?? [];
  const severities = whom
    .toLowerCase()
    .split(/[ ,]+|\band\b/)
    .filter((one) => one !== '' && !['always', 'all', 'for', 'only', 'if'].includes(one));
  return {
    ...(severities.length === 0 ? {} : { severities }),
    ...(within === undefined ? {} : { during: hoursOf(within, text) }),
    ...(without === undefined ? {} : { outside: hoursOf(without, text) }),
    ...outcome,
  };
}

/**
 * Several with a comma, `;` or `and` between: a comma also stands between days, so that each ends with its times. null:
 * there are none.
 */
export function hoursIn(words: string): string[] | null {
  const found = words.match(/[^;]*?\d{1,2}:\d{2} ?- ?\d{1,2}:\d{2}(?=$|[ ,;])/g) ?? [];
  const rest = words
    .replace(/[^;]*?\d{1,2}:\d{2} ?- ?\d{1,2}:\d{2}(?=$|[ ,;])/g, '')
    .replace(/[ ,;]|and/g, '');
  if (found.length === 0 || rest !== '') return null;
  return found.map((one) =>
    one
      .trim()
      .replace(/^(?:,|and\b)\s*/i, '')
      .toLowerCase()
      .replace(/\s*([-,])\s*/g, '$1')
      .replace(/(^|[ -])(\d):/g, '$10$2:'),
  );
}

function hoursOf(words: string, rule: string): string[] {
  const hours = hoursIn(words);
  if (hours === null) throw wrong(rule, `has no hours in "${words}"`);
  return hours;
}

const wrong = (text: string, what: string): CliError =>
  new CliError(EXIT.usage, `--rule "${text.slice(0, 80)}" ${what}.`, FORMS);
