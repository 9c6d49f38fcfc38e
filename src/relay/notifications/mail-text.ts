/** What our pages say by mail. Pure; subjects are one line, so that nothing from an alert can become a header. */
import type { Contacted, Mark, Told } from './sms-text.ts';

export interface MailTold extends Told {
  openedAtMs: number;
  /** Longer text from the alert, shown line by line behind a `|`. */
  details?: string;
}

export interface MailInput {
  /** `<person>.<code>`: the last line, which makes the mail unique (rule 5). */
  id: string;
  answerable: boolean;
  /** At least one. */
  members: MailTold[];
  /** So many more incidents it tells of, on these services above all. */
  more?: number;
  services?: string[];
  mark?: Mark;
  /** Rule 13: the host that sends it without a quorum. */
  degraded?: string | null;
  /** Where it can be answered by hand. */
  link?: string | null;
}

export interface MailText {
  subject: string;
  body: string;
}

const SUBJECT_LENGTH = 180;
const DETAILS_LENGTH = 4_000;

/** A page as mail: `[#12] CRITICAL db: disk full on db1`, or `[3 incidents] …`. */
export function emailText(input: MailInput): MailText {
  const [first] = input.members;
  if (first === undefined) throw new Error('a page without an incident');
  const { more = 0, services = [] } = input;
  const single = input.members.length === 1 && more === 0;
  const mark = aloneMark(input.degraded) + (input.mark === undefined ? '' : `(${input.mark}) `);
  const about = single
    ? `[#${first.number}] ${mark}${headline(first)}`
    : `[${input.members.length + more} incidents] ${mark}${input.members.map((one) => `#${one.number} ${oneLine(one.service)}: ${oneLine(one.summary)}`).join('; ')}`;
  const parts = [
    ...input.members.map(described),
    howToAnswer(
      input.members.map((one) => one.number),
      input.answerable,
      { link: input.link ?? null, more },
    ),
  ];
  if (more > 0) {
    parts.unshift(
      `${input.members.length + more} incidents, most of them on ${services.map(oneLine).join(', ')}. The first ${input.members.length} follow; all of them: relay message show ${input.id}, or relay incidents`,
    );
  }
  if (input.mark !== undefined) {
    parts.unshift('This may be a repeat: nobody could tell whether the page before this one arrived.');
  }
  if (input.degraded !== undefined && input.degraded !== null) parts.unshift(alone(input.degraded));
  return { subject: cut(about, SUBJECT_LENGTH), body: `${parts.join('\n\n')}\n\nMessage ${input.id}\n` };
}

const aloneMark = (host: string | null | undefined): string =>
  host === undefined || host === null ? '' : `(no quorum, sent by ${oneLine(host)}) `;

/** Why the same page may come from several hosts. */
const alone = (host: string): string =>
  `${oneLine(host)} sends this on its own: the relay's hosts have no quorum. Others may page about the same thing.`;

/** The mail of `relay test PERSON`. */
export function testMail(
  name: string,
  id: string,
  answerable: boolean,
  { degraded = null, unverified = false }: Contacted = {},
): MailText {
  const answer = answerable
    ? `\n\nReply to this mail with: ack (as the first line)${unverified ? ', which verifies this address' : ''}.`
    : '';
  return {
    subject: `${aloneMark(degraded)}Relay test for ${cut(oneLine(name), 60)}`,
    body: `${degraded === null ? '' : `${alone(degraded)}\n\n`}Pages for ${oneLine(name)} reach this mailbox. Nothing is wrong.${answer}\n\nMessage ${id}\n`,
  };
}

/** A notice from Relay itself; `details` where it has more to say than a text holds. */
export function noticeMail(
  notice: { subject: string; text: string; details?: string; verify?: object },
  id: string,
  degraded: string | null = null,
): MailText {
  const answer =
    notice.verify === undefined
      ? ''
      : '\n\nReply to this mail with: ack (as the first line), which verifies this address.';
  const said = cut(paragraph(notice.details ?? notice.text), DETAILS_LENGTH) + answer;
  return {
    subject: cut(`${aloneMark(degraded)}${oneLine(notice.subject)}`, SUBJECT_LENGTH),
    body: `${degraded === null ? '' : `${alone(degraded)}\n\n`}${said}\n\nMessage ${id}\n`,
  };
}

const headline = (one: MailTold): string =>
  `${one.severity === 'unknown' ? '' : `${one.severity.toUpperCase()} `}${oneLine(one.service)}: ${oneLine(one.summary)}`;

function described(one: MailTold): string {
  const facts = [
    // Never the summary alone: a program that quotes without marking it would make it an answer, were it `ack`.
    `#${one.number} ${headline(one)}`,
    '',
    `Incident: #${one.number}`,
    `Service:  ${oneLine(one.service)}`,
    `Severity: ${one.severity}`,
    `Opened:   ${new Date(one.openedAtMs).toISOString()}`,
  ];
  const details = one.details === undefined ? '' : paragraph(one.details);
  if (details === '') return facts.join('\n');
  // Marked, so that no line of an alert reads as ours, nor as an answer when the mail is quoted back (S8).
  const marked = cut(details, DETAILS_LENGTH)
    .split('\n')
    .map((line) => `| ${line}`.trimEnd());
  return `${facts.join('\n')}\n\n${marked.join('\n')}`;
}

function howToAnswer(
  numbers: number[],
  answerable: boolean,
  { link, more }: { link: string | null; more: number },
): string {
  const commands =
    numbers.length === 1 ? `relay ack ${numbers[0]}` : numbers.map((one) => `relay ack ${one}`).join('\n  ');
  const onHost =
    numbers.length === 1
      ? `To answer on the relay host: ${commands}`
      : `To answer on the relay host:\n  ${commands}`;
  const all = more === 0 ? '' : ` It counts for all ${numbers.length + more} of them.`;
  const ways = [
    ...(answerable ? [`Reply to this mail with: ack or resolve (as the first line).${all}`] : []),
    ...(link === null ? [] : [`${answerable ? 'Or answer' : 'Answer'} here: ${link}`]),
    onHost,
  ];
  return ways.join('\n');
}

/** One line without control characters, line separators or characters that turn the writing direction. */
function oneLine(text: string): string {
  const clean = text
    .toWellFormed()
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/gu, ' ')
    .replace(/ {2,}/g, ' ')
    .trim();
  return clean === '' ? '(no text)' : clean;
}

/** Lines kept, other control characters dropped. */
const paragraph = (text: string): string =>
  text
    .toWellFormed()
    .replace(/\r\n?/g, '\n')
    .replace(/[^\P{Cc}\n\t]/gu, '')
    .trim();

function cut(text: string, length: number): string {
  const chars = [...text];
  return chars.length <= length
    ? text
    : `${chars
        .slice(0, length - 1)
        .join('')
        .trimEnd()}…`;
}
