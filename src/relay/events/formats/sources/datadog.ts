/** Datadog's monitor mails: `[Monitor Alert] Triggered: TITLE`; before that name, `[P1] [Triggered on {SCOPE}] TITLE`. */
import { readTitle } from '../datadog-title.ts';
import { linksIn } from '../labels.ts';
import type { MailSource } from '../source.ts';

const MARK = /^\[Monitor Alert\]\s*/iu;
const FROM_DATADOG = /@(?:[a-z0-9-]+\.)*(?:dtdg\.co|datadoghq\.(?:com|eu))$/u;
const NEWS = /\b(?:daily|weekly|monthly) (?:digest|report|summary)\b/iu;

export const datadogMail: MailSource = {
  name: 'datadog',
  tags: true,
  read({ subject, text, from }) {
    const line = subject.trim().slice(0, 1_000);
    const marked = MARK.test(line);
    if (!marked && !FROM_DATADOG.test(from)) return null;
    const title = readTitle(line.replace(MARK, ''));
    if (title === null) {
      if (!NEWS.test(line)) return null;
      return [
        { action: 'none', about: [line], severity: 'info', summary: line, reason: 'a report, and no alert' },
      ];
    }
    return [
      {
        action: title.action,
        about: [title.bare, title.scope],
        severity: title.severity,
        summary: title.bare,
        reason: `read by its transition "${title.word}"`,
        check: title.bare,
        links: linksIn(text).slice(0, 1),
        labels: title.labels,
      },
    ];
  },
};
