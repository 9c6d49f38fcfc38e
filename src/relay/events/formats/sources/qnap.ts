/** QNAP's notification center: what it is about stands in labels of the text, under a subject that may be always the same. */
import { severityOf } from '../body.ts';
import { labelsOf } from '../labels.ts';
import { readLine } from '../normalise.ts';
import type { MailSource } from '../source.ts';

/** The program's name stands in front of its message. */
const PROGRAM = /^\[[^\]]{1,60}\] ?/u;

export const qnap: MailSource = {
  name: 'qnap',
  tags: true,
  read({ text }) {
    const labels = labelsOf(text);
    const of = (label: string): string => labels.get(label) ?? '';
    const host = of('nas name');
    const said = of('message').replace(PROGRAM, '');
    if (host === '' || said === '' || of('app name') === '') return null;
    const { state, subject } = readLine(said);
    const isWrong = state.verdict === 'problem' && !state.generic;
    // Most of what it says at this level is a log; what sounds wrong opens all the same.
    const isNews = /^info(?:rmation)?$/iu.test(of('severity')) && !isWrong;
    const isWell = state.verdict === 'recovery';
    const level = severityOf(of('severity'));
    return [
      {
        action: isWell ? 'resolve' : isNews ? 'none' : 'trigger',
        about: [host, of('app name'), subject === '' ? said : subject],
        severity: level === 'unknown' ? state.severity : level,
        summary: `${host}: ${said}`,
        reason:
          isNews && !isWell ? 'a message of a level that says that nothing is wrong' : 'read by its message',
        host,
        check: of('category'),
      },
    ];
  },
};
