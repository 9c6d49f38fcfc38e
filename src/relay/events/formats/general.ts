/** The general reader: any mail or line from a source that no other reader knows. Never passes. */
import type { AlertEvent, Severity } from '../types.ts';
import {
  bodyLines,
  firstSentence,
  severityFromBody,
  severityOf,
  stateFromBody,
  tellingLine,
  testLine,
} from './body.ts';
import { cleanDetails, cleanSummary } from './clean.ts';
import { keyOfMail } from './identity.ts';
import { boundKey } from './key.ts';
import type { ParsedMail } from './mail.ts';
import { newsOf } from './news.ts';
import { readLine } from './normalise.ts';
import type { ReadLine } from './normalise.ts';
import { mailDetails } from './source.ts';
import { worse } from './state.ts';
import { FAILERS, NEGATIONS } from './vocabulary.ts';
import { splitWords } from './words.ts';

type Verdict = Pick<AlertEvent, 'action' | 'severity'> & { reason: string; sure: boolean };

/** Reads any mail by the words of its subject, and of its body where the subject leaves something open. */
export function readGeneralMail(mail: ParsedMail, service: string): AlertEvent[] {
  const lines = bodyLines(mail.text);
  const subject = readLine(mail.subject, listTags(mail));
  const firstLine = readLine(lines.find((line) => cleanSummary(line) !== '') ?? '');
  const shown = subject.summary !== '' ? subject : firstLine;
  const told = toldBy(subject, lines);
  const { action, severity, reason } = isAnswered(mail, firstLine, lines)
    ? decide(firstLine, told, lines)
    : decide(shown, told, lines);
  const summary =
    shown.summary !== ''
      ? shown.summary
      : cleanSummary(`empty mail from ${mail.from === '' ? 'nobody' : mail.from}`);
  const details = mailDetails(mail);
  const hidden = hiddenIn(mail);
  const event: AlertEvent = {
    action,
    service,
    dedupKey: keyOfMail(mail, subject, firstLine, told, lines),
    severity,
    summary,
    source: 'mail',
    reason: hidden === null ? reason : `${reason}; ${hidden}`,
  };
  if (details !== '') event.details = details;
  return [event];
}

/** A tool that answers its own mail: the subject is still the problem's, and the text begins with "RESOLVED - …". */
const isAnswered = (mail: ParsedMail, { state, summary }: ReadLine, lines: readonly string[]): boolean =>
  state.verdict === 'recovery' &&
  state.word !== null &&
  mail.headers.has('in-reply-to') &&
  /^\s*auto-generated/i.test(mail.headers.get('auto-submitted') ?? '') &&
  state.word === state.word.toUpperCase() &&
  ANSWERS.exec(summary)?.groups?.['word'] === state.word &&
  !lines.some((line) => STILL.test(line));

/** The word is a heading of its own, not the beginning of "OK threshold exceeded" or "UP since: never". */
const ANSWERS = /^\W{0,5}(?<word>[A-Z][A-Z ]{0,30})(?:\W{0,3}$|[\])]|\s?[:|]|\s[-–—]{1,3}\s)/u;
/** Another of its alerts, which isn't over. */
const STILL = /^\W{0,5}(?:FIRING|PROBLEM|CRITICAL|DOWN|FAILED|TRIGGERED|STILL)\b/u;

/** Whether its subject says that it gathers what others said. */
export const isDigest = (mail: ParsedMail): boolean =>
  newsOf(readLine(mail.subject, listTags(mail)).summary) !== null;

/** Why there is no text to read; null: it is there. */
function hiddenIn(mail: ParsedMail): string | null {
  const type = (mail.headers.get('content-type') ?? '').slice(0, 500).toLowerCase();
  const isSealed =
    type.includes('multipart/encrypted') ||
    (type.includes('pkcs7-mime') && !type.includes('signed-data')) ||
    mail.text.slice(0, 2_000).includes('-----BEGIN PGP MESSAGE-----');
  if (isSealed) return 'its text is encrypted';
  return type.includes('pkcs7-mime') ? 'its text is in a signature that is not opened' : null;
}

/** Whether a mail that no reader knows says by itself that it is an alert, or the end of one. */
export function isSurelyAlert(mail: ParsedMail): boolean {
  const lines = bodyLines(mail.text);
  const subject = readLine(mail.subject, listTags(mail));
  return decide(subject, toldBy(subject, lines), lines).sure;
}

/** The line of the body that says what a subject doesn't; null: the subject says it ("disk full", "web1 is DOWN"). */
function toldBy(subject: ReadLine, lines: readonly string[]): ReadLine | null {
  if (ANNOUNCES.test(subject.summary)) return tellingLine(lines);
  const { verdict, generic } = subject.state;
  const hostsState = subject.host && verdict !== 'unsure' && !(verdict === 'problem' && generic);
  return subject.tells || hostsState ? null : tellingLine(lines);
}

/** "Warning event from msa1", "Alert from firewall fw1": what of, the text says. */
const ANNOUNCES =
  /\b(?:event|notification|alert|alarm|message|meldung|nachricht|benachrichtigung|ereignis|alerte|alerta|avviso|aviso|melding) (?:from|von|de|da|di|van) (?:your \S{1,40}[: ]{1,2})?\S{1,80}(?: \S{1,80})?\W{0,6}$/iu;

/** Reads one line of text that came without any fields, as `curl -d 'disk full' URL` sends it. */
export function readText(text: string, service: string, source: string): AlertEvent {
  const lines = bodyLines(text);
  const line = readLine(
    text
      .slice(0, 8 * 1024)
      .split(/[\r\n]+/)
      .find((one) => cleanSummary(one) !== '') ?? '',
  );
  const { action, severity, reason } = decide(line, null, lines);
  const event: AlertEvent = {
    action,
    service,
    dedupKey: boundKey(line.subject === '' ? line.summary.toLowerCase() : line.subject),
    severity,
    summary: line.summary,
    source,
    reason,
  };
  if (lines.length > 1) event.details = cleanDetails(text);
  return event;
}

/** The names by which the mailing list that a mail came over may tag its subject: `<ops.lists.example.com>` is `ops`. */
function listTags(mail: ParsedMail): ReadonlySet<string> {
  const id = mail.headers.get('list-id');
  const name = id === undefined ? undefined : /<([^<>.\s]{1,64})/.exec(id)?.[1];
  return new Set(name === undefined ? [] : [name.toLowerCase()]);
}

/** `told`: a line of the body that says what the subject doesn't. */
function decide(line: ReadLine, told: ReadLine | null, lines: readonly string[]): Verdict {
  const { verdict, severity, word, generic, weak } = line.state;
  // "Job completed", and in its text "Status: Failed".
  const wrong = weak ? stateFromBody(lines) : null;
  if (wrong?.state === 'problem')
    return opens(wrong.severity, `read as a problem by the line "${cleanSummary(wrong.line)}"`);
  if (verdict === 'recovery') return closes(`read as a recovery by the words "${word ?? ''}"`);
  if (verdict === 'neither') return none(`"${word ?? ''}" neither opens nor closes anything`);
  if (verdict === 'problem' && !generic) {
    const labelled = severityFromBody(lines);
    // A word such as "failed" is a guess; what the source calls it counts more.
    const level = severity === 'unknown' || severity === 'error' ? worse(severity, labelled) : severity;
    return opens(level, `read as a problem by the words "${word ?? ''}"`);
  }
  const news = newsOf(line.summary);
  const says =
    news?.mayTell === true
      ? tellingLine(lines.slice(0, SECURITY.test(line.summary) ? SECURITY_LINES : NEWS_LINES))
      : null;
  if (news !== null && !(says?.state.verdict === 'problem' && !says.state.generic)) return none(news.why);
  const test = testLine(lines);
  if (test !== undefined) return none(`the line "${cleanSummary(test)}" neither opens nor closes anything`);
  const body =
    stateFromBody(lines) ?? stateOf(told) ?? (verdict === 'unsure' ? firstSentence(line, lines) : null);
  const said = worse(severity, severityFromBody(lines));
  if (body?.state === 'recovery')
    return closes(`read as a recovery by the line "${cleanSummary(body.line)}"`);
  if (body?.state === 'neither')
    return none(`the line "${cleanSummary(body.line)}" neither opens nor closes anything`);
  if (body !== null)
    return opens(
      said === 'unknown' ? body.severity : said,
      `read as a problem by the line "${cleanSummary(body.line)}"`,
    );
  if (verdict === 'problem' && severity === 'info' && RANKED_LOW.has(said) && !mayBeWrong(line.summary))
    return none(`its sender calls it "${word ?? ''}", and no word says that something is wrong`);
  if (verdict === 'problem') return opens(said, `read as a problem by the words "${word ?? ''}"`);
  return {
    action: 'trigger',
    severity: said === 'unknown' ? severityOf(line.subject.split(' ')[0] ?? '') : said,
    reason: 'no word says whether it is a problem or a recovery: taken as a problem',
    sure: false,
  };
}

/** A digest that begins with a problem is none. */
const NEWS_LINES = 3;
/** What they send every day is what they found. */
const SECURITY = /\b(?:aide|tripwire|rkhunter|chkrootkit|debsums|lynis|samhain|ossec)\b/i;
const SECURITY_LINES = 12;

const RANKED_LOW: ReadonlySet<Severity> = new Set(['info', 'unknown']);
/** "INFO: db1 unable to connect", "Notice: fire alarm in hall 3": a label in front doesn't say that nothing is wrong. */
const mayBeWrong = (summary: string): boolean =>
  NEARLY_ALL.test(summary) ||
  splitWords(summary).some(
    ({ text, folded }) =>
      NEGATIONS.has(folded) || FAILERS.has(folded) || AMISS.test(text) || AMISS.test(folded),
  );
const NEARLY_ALL = /\b(?:[89]\d|100)(?:[.,]\d{1,3})? ?%/;
const AMISS =
  /^(?:alarms?|alerts?|alarme|alerte|alerta|allarme|lost|losing|loss|broke|gone|unexpected(?:ly)?|unerwartet(?:er|e|es)?|fire|water|feuer|wasser|slow|lag|lagging|crash|ransomware|removed|removal|full|voll|leer|steht|left|remaining|läuft|\d{1,6}ms)$/;

const opens = (severity: Severity, reason: string): Verdict => ({
  action: 'trigger',
  severity,
  reason,
  sure: true,
});
const closes = (reason: string): Verdict => ({ action: 'resolve', severity: 'unknown', reason, sure: true });
const none = (reason: string): Verdict => ({ action: 'none', severity: 'unknown', reason, sure: true });

const stateOf = (
  told: ReadLine | null,
): { state: 'problem' | 'recovery' | 'neither'; severity: Verdict['severity']; line: string } | null =>
  told === null || told.state.verdict === 'unsure'
    ? null
    : { state: told.state.verdict, severity: told.state.severity, line: told.summary };
