/** ElastAlert 2: `ElastAlert: RULE`, or a subject of the team's own. It has no severities and never says that it is over. */
import { linesOf } from '../labels.ts';
import { normaliseSummary } from '../normalise.ts';
import type { MailSource } from '../source.ts';

const SUBJECT = /^(?:\[[^\]]{1,60}\] )?ElastAlert: (?<rule>.+)$/u;
/** What the default text ends with, of whatever rule. */
const COUNTS = /^num_(?:hits|matches): \d+$/u;
/** A day, and an hour: what comes every night is one incident. */
const DAILY_MS = 25 * 3_600_000;

export const elastalert2: MailSource = {
  name: 'elastalert2',
  tags: true,
  read({ subject, text, from }) {
    const line = subject.trim().slice(0, 1_000);
    const rule = SUBJECT.exec(line)?.groups?.['rule'];
    if (rule === undefined) {
      if (line === '') return null;
      const isOurs =
        /^elastalert2?@/u.test(from) || linesOf(text).filter((one) => COUNTS.test(one)).length > 1;
      if (!isOurs) return null;
    }
    return [
      {
        action: 'trigger',
        about: [rule ?? normaliseSummary(line)],
        severity: 'unknown',
        summary: rule ?? line,
        reason: 'ElastAlert never says that it is over',
        check: rule ?? line,
        // A rule that still matches mails again, at the latest after its `realert` of minutes up to hours.
        expiresAfterMs: DAILY_MS,
      },
    ];
  },
};
