/** Google Cloud Monitoring's mails: `[ALERT] POLICY on RESOURCE`, and `[RESOLVED]` of the same. */
import { severityOf } from '../body.ts';
import { labelsOf, linksIn } from '../labels.ts';
import type { MailSource } from '../source.ts';

const SUBJECT =
  /^\[(?<state>ALERT|RESOLVED|CLOSED|ACKNOWLEDGED)(?:\s*-\s*(?<severity>[A-Za-z ]{1,20}))?\] ?(?<rest>.{1,900})$/u;
const FROM_GOOGLE = /^alerting-noreply@google\.com$/u;
const SEVERITY = /\b(?:severity|Alert severity)\W{1,10}(?<word>critical|error|warning)\b/iu;

export const googleCloudMail: MailSource = {
  name: 'google-cloud',
  tags: true,
  read({ subject, text, from }) {
    if (!FROM_GOOGLE.test(from)) return null;
    const found = SUBJECT.exec(subject.trim())?.groups;
    if (found === undefined) return null;
    const { state = '', severity = '', rest = '' } = found;
    const at = rest.lastIndexOf(' on ');
    const policy = at < 1 ? rest : rest.slice(0, at);
    const host = at < 1 ? '' : rest.slice(at + 4);
    const said = severity || (SEVERITY.exec(text.slice(0, 64 * 1024))?.groups?.['word'] ?? '');
    return [
      {
        action: state === 'ALERT' ? 'trigger' : state === 'ACKNOWLEDGED' ? 'none' : 'resolve',
        about: ['mail', labelsOf(text).get('project') ?? '', rest],
        severity: severityOf(said),
        summary: rest,
        reason:
          state === 'ACKNOWLEDGED'
            ? 'an acknowledgement there neither opens nor closes anything'
            : `read by its mark [${state}]`,
        host,
        check: policy,
        links: linksIn(text).slice(0, 1),
      },
    ];
  },
};
