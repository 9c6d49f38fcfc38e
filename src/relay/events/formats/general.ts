/** The general reader: any mail or line from a source that no other reader knows. Never passes. */
import type { AlertEvent } from '../types.ts';
import { bodyLines, severityFromBody, severityOf, stateFromBody } from './body.ts';
import { cleanDetails, cleanSummary } from './clean.ts';
import { boundKey } from './key.ts';
import type { ParsedMail } from './mail.ts';
import { readLine } from './normalise.ts';
import type { ReadLine } from './normalise.ts';

/** Reads any mail by the words of its subject, and of its body where the subject leaves something open. */
export function readGeneralMail(mail: ParsedMail, service: string): AlertEvent[] {
  const lines = bodyLines(mail.text);
  const subject = readLine(mail.subject);
  const firstLine = readLine(lines.find((line) => cleanSummary(line) !== '') ?? '');
  const shown = subject.summary !== '' ? subject : firstLine;
  const verdict = decide(shown, lines);
  const summary =
    shown.summary !== ''
      ? shown.summary
      : cleanSummary(`empty mail from ${mail.from === '' ? 'nobody' : mail.from}`);
  const details = cleanDetails(
    `${mail.from === '' ? '' : `From: ${mail.from}\n`}${mail.date === null ? '' : `Date: ${mail.date}\n`}\n${mail.text}`,
  );
  const event: AlertEvent = {
    action: verdict.action,
    service,
    dedupKey: keyOf(mail, subject, firstLine),
    severity: verdict.severity,
    summary,
    source: 'mail',
    reason: verdict.reason,
  };
  if (details !== '') event.details = details;
  return [event];
}

/** Reads one line of text that came without any fields, as `curl -d 'disk full' URL` sends it. */
export function readText(text: string, service: string, source: string): AlertEvent {
  const lines = bodyLines(text);
  const line = readLine(
    text
      .slice(0, 8 * 1024)
      .split(/[\r\n]+/)
      .find((one) => cleanSummary(one) !== '') ?? '',
  );
  const verdict = decide(line, lines);
  const event: AlertEvent = {
    action: verdict.action,
    service,
    dedupKey: boundKey(line.subject === '' ? line.summary.toLowerCase() : line.subject),
    severity: verdict.severity,
    summary: line.summary,
    source,
    reason: verdict.reason,
  };
  if (lines.length > 1) event.details = cleanDetails(text);
  return event;
}

/** The plus tag, else what the subject names, else the first line of the body, else who sent it. */
function keyOf(mail: ParsedMail, subject: ReadLine, firstLine: ReadLine): string {
  const tag = cleanSummary(mail.tag ?? '');
  if (tag !== '') return boundKey(tag);
  if (subject.subject !== '') return boundKey(subject.subject);
  const named =
    firstLine.subject !== ''
      ? firstLine.subject
      : subject.summary !== ''
        ? subject.summary.toLowerCase()
        : firstLine.summary.toLowerCase();
  return boundKey(named !== '' ? named : cleanSummary(mail.from));
}

function decide(
  line: ReadLine,
  lines: readonly string[],
): Pick<AlertEvent, 'action' | 'severity'> & { reason: string } {
  const { verdict, severity, word } = line.state;
  if (verdict === 'recovery')
    return { action: 'resolve', severity: 'unknown', reason: `read as a recovery by the word "${word}"` };
  if (verdict === 'neither')
    return { action: 'none', severity: 'unknown', reason: `"${word}" neither opens nor closes anything` };
  const said = severity === 'unknown' ? severityFromBody(lines) : severity;
  if (verdict === 'problem')
    return { action: 'trigger', severity: said, reason: `read as a problem by the word "${word}"` };
  const body = stateFromBody(lines);
  if (body?.state === 'recovery')
    return {
      action: 'resolve',
      severity: 'unknown',
      reason: `read as a recovery by the line "${cleanSummary(body.line)}"`,
    };
  if (body?.state === 'neither')
    return {
      action: 'none',
      severity: 'unknown',
      reason: `the line "${cleanSummary(body.line)}" neither opens nor closes anything`,
    };
  if (body !== null)
    return {
      action: 'trigger',
      severity: said === 'unknown' ? body.severity : said,
      reason: `read as a problem by the line "${cleanSummary(body.line)}"`,
    };
  return {
    action: 'trigger',
    severity: said === 'unknown' ? severityOf(line.subject.split(' ')[0] ?? '') : said,
    reason: 'no word says whether it is a problem or a recovery: taken as a problem',
  };
}
