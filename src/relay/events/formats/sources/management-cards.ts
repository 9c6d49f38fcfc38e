/** Mails of a server's own hardware, whose words differ between wrong and well again: Dell's iDRAC, the MegaRAID Storage Manager. */
import type { AlertEvent } from '../../types.ts';
import { severityOf } from '../body.ts';
import { labelsOf } from '../labels.ts';
import { normaliseSummary, readLine } from '../normalise.ts';
import type { MailSource } from '../source.ts';

const MESSAGE_ID = /^[A-Z]{2,4}\d{3,5}$/u;
/** Behind it stands what a component is or has: what stands in front is the same when it is well again. An error that "was detected" has its place behind. */
const STATE =
  /^(?<part>.{3,200}?)(?: RPM| speed| voltage)? (?:is|are|has|have|was|were) (?!(?:been )?(?:detected|found|reported|encountered|observed)\b).{1,400}$/iu;
const WELL =
  /\b(?:within (?:range|the normal range)|operating normally|(?:has|have) been restored|(?:has|have) returned to (?:normal|ready|a ready state)|are redundant|is (?:online|optimal|present|restored))\b/iu;
const TEST = /\bgenerated a test\b|\btest (?:e-?mail|trap|event|alert|message)\b/iu;

export const idrac: MailSource = {
  name: 'idrac',
  read({ text, from }) {
    const labels = labelsOf(text);
    const of = (label: string): string => labels.get(label) ?? '';
    const said = of('event message');
    if (said === '' || !(MESSAGE_ID.test(of('message id')) || of('system host name') !== '')) return null;
    const host = of('system host name') || of('service tag') || from;
    const part = STATE.exec(said)?.groups?.['part'] ?? normaliseSummary(said);
    const action = actionOf(said, of('severity'));
    return [
      {
        action,
        about: [host, part.toLowerCase().replace(/^the /u, '').replace('input power', 'power input')],
        severity: severityOf(of('severity')),
        summary: `${host}: ${said}`,
        reason:
          action === 'none'
            ? 'a test, or a message of a level that says that nothing is wrong'
            : `read by its message and its severity "${of('severity')}"`,
        host,
        check: part,
      },
    ];
  },
};

/** What tells of no state, at a level that says that nothing is wrong, is a log's. */
function actionOf(said: string, level: string): AlertEvent['action'] {
  if (TEST.test(said)) return 'none';
  const { verdict, generic } = readLine(said).state;
  // Words of recovery at this level say no more than that something is not as it was.
  if (/^critical$/iu.test(level)) return 'trigger';
  if ((WELL.test(said) && !/\b(?:not|no longer|but|predicted)\b/iu.test(said)) || verdict === 'recovery')
    return 'resolve';
  const isNews = /^(?:informational|info|normal|ok)$/iu.test(level);
  return isNews && (verdict !== 'problem' || generic) ? 'none' : 'trigger';
}

/** `HOST: INFORMATION: Controller ID: 0 …`, `[INFORMATION, 0] - EVENT on host: …`. */
const MEGARAID = /(?:^|: |\[)INFO(?:RMATION(?:AL)?)?(?:: |, )/u;

/** What it tells of a level of its own: progress, unless its words say more. All else is read well by its words. */
export const megaraid: MailSource = {
  name: 'megaraid',
  tags: true,
  read({ subject, text }) {
    const line = subject.trim().slice(0, 500);
    const labels = labelsOf(text);
    const said = labels.get('description') ?? '';
    if (said === '' || !MEGARAID.test(line) || !/^INFO/iu.test(labels.get('severity level') ?? ''))
      return null;
    const { verdict, generic } = readLine(said).state;
    if (verdict === 'recovery' || (verdict === 'problem' && !generic)) return null;
    return [
      {
        action: 'none',
        about: [line],
        severity: 'info',
        summary: line,
        reason: 'its severity level says that nothing is wrong',
      },
    ];
  },
};
