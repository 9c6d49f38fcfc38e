/** TrueNAS: every mail has the same subject. What is new and what has been cleared stands in lists of sentences. */
import type { Severity } from '../../types.ts';
import { linesOf } from '../labels.ts';
import { normaliseSummary } from '../normalise.ts';
import type { MailSource, Reading } from '../source.ts';

const SUBJECT = /^TrueNAS (?<host>.+): Alerts$/u;
const ITEM = /^[*•-] (?<sentence>.+)$/u;
const ITEMS_MAX = 200;

/** What a list holds, by the line above it. */
const HEADS: readonly (readonly [RegExp, 'trigger' | 'resolve' | null])[] = [
  [/^New alerts?:$/iu, 'trigger'],
  [/^The(?:se| following) alerts? ha(?:s|ve) been cleared:$/iu, 'resolve'],
  // All of them once more, with those that are known already.
  [/^Current alerts?:$/iu, null],
];

export const truenas: MailSource = {
  name: 'truenas',
  read({ subject, text }) {
    const host = SUBJECT.exec(subject.trim())?.groups?.['host'];
    if (host === undefined) return null;
    const readings: Reading[] = [];
    let action: 'trigger' | 'resolve' | null = null;
    for (const line of linesOf(text)) {
      const head = HEADS.find(([pattern]) => pattern.test(line));
      if (head !== undefined) [, action] = head;
      const sentence = ITEM.exec(line)?.groups?.['sentence'];
      if (sentence === undefined || action === null || readings.length >= ITEMS_MAX) continue;
      readings.push({
        action,
        about: [host, normaliseSummary(sentence)],
        severity: severityOfSentence(sentence),
        summary: `${host}: ${sentence}`,
        reason: action === 'trigger' ? 'it stands under new alerts' : 'it stands under cleared alerts',
        host,
      });
    }
    if (readings.length > 0) return readings;
    if (!/\btest alert\b/iu.test(text)) return null;
    return [
      {
        action: 'none',
        about: [host, 'test'],
        severity: 'info',
        summary: `${host}: a test`,
        reason: 'a test of TrueNAS',
        host,
      },
    ];
  },
};

/** A mail names no level. */
function severityOfSentence(sentence: string): Severity {
  if (/\b(?:DEGRADED|FAULTED|OFFLINE|UNAVAIL|unreadable|uncorrectable|failed|failure)\b/iu.test(sentence))
    return 'critical';
  return /^Space usage\b/iu.test(sentence) ? 'warning' : 'unknown';
}
