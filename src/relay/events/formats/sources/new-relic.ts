/** New Relic's mails. Its issue's id stands in the links of every mail about it. */
import { severityOf } from '../body.ts';
import { linksIn } from '../labels.ts';
import type { MailSource } from '../source.ts';

const FROM_THEM = /@(?:[a-z0-9-]+\.)*newrelic\.com$/u;
const ISSUE_LINK = /\/issues\/(?<id>[0-9a-f]{8}-[0-9a-f-]{27})/u;
const STATE =
  /\b(?<state>activated|opened|created|acknowledged|closed|resolved)\b|\b(?<still>open|still open|is critical)\b/iu;
const PRIORITY =
  /\b(?<word>critical|high|medium|low|warning)\b(?: priority)? (?:priority|issue|incident|violation)/iu;
/** What differs between the mails of one issue. */
const STATE_PREFIX =
  /^(?:\[[^\]]{1,60}\]\s*|(?:new relic|issue|incident|alert|violation|critical|high|medium|low|warning|priority|is|was|has been|activated|opened|created|acknowledged|closed|resolved|open)\b[\s:|-]*){1,12}/iu;

export const newRelicMail: MailSource = {
  name: 'new-relic',
  tags: true,
  read({ subject, text, from }) {
    if (!FROM_THEM.test(from)) return null;
    const line = subject.trim().slice(0, 500);
    const id = ISSUE_LINK.exec(text.slice(0, 128 * 1024))?.groups?.['id'] ?? '';
    const found = STATE.exec(line)?.groups;
    const name = line.replace(STATE_PREFIX, '').trim();
    if (found === undefined || (id === '' && name === '')) return null;
    const state = (found['state'] ?? 'open').toLowerCase();
    const priority =
      PRIORITY.exec(line)?.groups?.['word'] ?? PRIORITY.exec(text.slice(0, 4_000))?.groups?.['word'] ?? '';
    return [
      {
        action: /^(?:closed|resolved)$/u.test(state)
          ? 'resolve'
          : /^(?:acknowledged|created)$/u.test(state)
            ? 'none'
            : 'trigger',
        about: id === '' ? ['mail', name] : [id],
        severity: severityOf(priority),
        summary: name === '' ? line : name,
        reason: `read by the word "${state}"`,
        check: name,
        links: linksIn(text).slice(0, 1),
      },
    ];
  },
};
