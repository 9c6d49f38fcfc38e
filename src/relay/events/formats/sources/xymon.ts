/** Xymon, and Hobbit before it: `Xymon [COOKIE] HOST:TEST CRITICAL (RED)` and `Xymon HOST:TEST recovered`. */
import type { AlertEvent, Severity } from '../../types.ts';
import { linksIn } from '../labels.ts';
import type { MailSource } from '../source.ts';

const SUBJECT =
  /^(?:Xymon|Hobbit|BB) (?:\[-?\d{1,12}\] )?(?<host>[^\s:]{1,255}):(?<test>[^\s:]{1,255}) (?<state>.{1,100})$/iu;

const STATES: readonly (readonly [RegExp, AlertEvent['action'], Severity])[] = [
  [/^recovered\b/iu, 'resolve', 'unknown'],
  [/\(red\)$/iu, 'trigger', 'critical'],
  [/\(yellow\)$/iu, 'trigger', 'warning'],
  // Nobody knows how it is: its reports stay away.
  [/\(purple\)$/iu, 'trigger', 'unknown'],
  [/\(clear\)$|\(blue\)$|^(?:is )?disabled\b|^NOTICE\b/iu, 'none', 'unknown'],
  [/\bgreen\b/iu, 'resolve', 'unknown'],
];

export const xymon: MailSource = {
  name: 'xymon',
  read({ subject, text }) {
    const found = SUBJECT.exec(subject.trim())?.groups;
    if (found === undefined) return null;
    const { host = '', test = '', state = '' } = found;
    const meaning = STATES.find(([pattern]) => pattern.test(state));
    if (meaning === undefined) return null;
    const [, action, severity] = meaning;
    return [
      {
        action,
        about: [host, test],
        severity,
        summary: `${test} on ${host} ${state}`,
        reason:
          action === 'none' ? `"${state}" neither opens nor closes anything` : `read by its state "${state}"`,
        host,
        check: test,
        links: linksIn(text).slice(-1),
      },
    ];
  },
};
