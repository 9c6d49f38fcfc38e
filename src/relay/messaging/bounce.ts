/**
 * What a mail server says became of a mail of ours: a delivery status notification (RFC 3464), or one of the forms
 * that some still write in its place (exim, qmail, Exchange). Pure. In doubt it says nothing: a notice of absence has an
 * empty return path too.
 */
import type { HeaderValues } from './automatic.ts';

export interface Bounce {
  /** failed: it never arrives; delayed: it is still tried; delivered: it is in the mailbox; relayed: the rest isn't told. */
  action: 'failed' | 'delayed' | 'delivered' | 'relayed';
  /** `5.1.1`, as RFC 3463 has them; null where none is given. */
  status: string | null;
  /** What the remote server said, in one line, at most 200 characters; empty where it said nothing. */
  words: string;
  /** Whom it was for, in lower case; null where that isn't told. */
  recipient: string | null;
}

/** What of a mail is looked at. */
export interface ReportParts {
  header: HeaderValues;
  from: string;
  subject: string;
  /** The plain text, without attachments. */
  text: string;
  /** The content of its part message/delivery-status; null without one. */
  deliveryStatus: string | null;
}

/** Longer texts hold the mail that came back. */
const LOOKED_AT = 8_192;
const WORDS_LENGTH = 200;

/** Null when it is no report about a mail of ours, or doesn't say what became of it. */
export function readBounce(mail: ReportParts): Bounce | null {
  if (mail.deliveryStatus !== null) {
    const told = fromFields(mail.deliveryStatus.slice(0, LOOKED_AT));
    if (told !== null) return told;
  }
  return isFromMailSystem(mail) ? fromText(mail) : null;
}

const ACTIONS: Record<string, Bounce['action']> = {
  failed: 'failed',
  delayed: 'delayed',
  delivered: 'delivered',
  relayed: 'relayed',
  expanded: 'relayed',
};
/** What counts when a report tells of several tries at one mail. */
const WEIGHT: Bounce['action'][] = ['failed', 'delayed', 'relayed', 'delivered'];

/** The fields of RFC 3464: groups parted by blank lines, the first about the report, then one a recipient. */
function fromFields(text: string): Bounce | null {
  const groups = text
    .replace(/\r\n?/g, '\n')
    .split(/\n[ \t]*\n/)
    .map(fieldsOf);
  const told = groups.flatMap((fields): Bounce[] => {
    const action = ACTIONS[(fields.get('action') ?? '').split(/[\s(;]/, 1)[0]?.toLowerCase() ?? ''];
    if (action === undefined) return [];
    const status = STATUS.exec(fields.get('status') ?? '')?.[0] ?? null;
    const recipient = withoutType(fields.get('original-recipient') ?? fields.get('final-recipient') ?? '');
    const words = oneLine(withoutType(fields.get('diagnostic-code') ?? ''));
    return [{ action, status, words, recipient: recipient === '' ? null : recipient.toLowerCase() }];
  });
  return told.sort((a, b) => WEIGHT.indexOf(a.action) - WEIGHT.indexOf(b.action))[0] ?? null;
}

function fieldsOf(group: string): Map<string, string> {
  const fields = new Map<string, string>();
  let name = '';
  for (const line of group.split('\n')) {
    if (/^[ \t]/.test(line) && name !== '') {
      fields.set(name, `${fields.get(name) ?? ''} ${line.trim()}`);
      continue;
    }
    const colon = line.indexOf(':');
    name = colon > 0 ? line.slice(0, colon).trim().toLowerCase() : '';
    if (name !== '' && !fields.has(name)) fields.set(name, line.slice(colon + 1).trim());
  }
  return fields;
}

/** `smtp; 550 5.1.1 no such user`: the type says nothing to people. */
const withoutType = (text: string): string => text.replace(/^[\w-]{1,20}\s*;\s*/, '');

const MAIL_SYSTEMS = /^(?:mailer-daemon|postmaster|mail-?system|microsoftexchange[\da-f]*)(?:[+@]|$)/i;

const isFromMailSystem = ({ header, from }: ReportParts): boolean =>
  MAIL_SYSTEMS.test(from) || header('x-failed-recipients').length > 0;

/** Words that only a report has, by what they mean. Those of a delay come first: they too say what could fail. */
const DELAYED =
  /\b(?:message .{0,40}delayed|delayed mail|could not be delivered (?:yet|after more than)|has not (?:yet )?been delivered|will (?:be retried|continue to (?:be )?(?:try|retr))|still being retried|delivery incomplete|no action is required|warning: (?:could not send|message))/i;
const FAILED =
  /\b(?:permanent (?:error|failure)|permanently|returning message to sender|failure notice|i've given up|giving up|could not be delivered|couldn't be delivered|wasn't able to deliver|unable to deliver|did not reach|undeliverable|undelivered|delivery (?:has )?failed|(?:delivery status notification|returned mail).{0,40}fail|fatal errors?|wasn't found at)\b/i;
const STATUS = /\b[245]\.\d{1,3}\.\d{1,3}\b/;
const SMTP_LINE = /\b[45]\d\d[ :-](?:#?[245]\.\d{1,3}\.\d{1,3}\b)?.{0,150}/;

function fromText({ header, subject, text }: ReportParts): Bounce | null {
  const whole = `${subject}\n${beforeReturned(text.slice(0, LOOKED_AT))}`;
  const delayed = DELAYED.test(whole);
  if (!delayed && !FAILED.test(whole)) return null;
  const status = STATUS.exec(whole)?.[0] ?? null;
  const said = SMTP_LINE.exec(whole)?.[0] ?? '';
  const [recipient = null] = header('x-failed-recipients').map((one) => one.trim().toLowerCase());
  return { action: delayed ? 'delayed' : 'failed', status, words: oneLine(said), recipient };
}

/** Below this the mail that came back begins, whose words mean nothing. */
const RETURNED =
  /^-{2,}\s*(?:below this line|this is a copy|original message|the following (?:is|text)|message (?:header|body)|return(?:ed)? )/im;

const beforeReturned = (text: string): string => text.slice(0, RETURNED.exec(text)?.index ?? text.length);

const oneLine = (text: string): string =>
  text
    .toWellFormed()
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .trim()
    .slice(0, WORDS_LENGTH)
    .trim();

/** The failure as a receipt says it: `5.1.1: 550 no such user`. */
export const bounceError = ({ status, words }: Bounce): string =>
  words === ''
    ? `the mail came back (${status ?? 'no status'})`
    : status === null || words.includes(status)
      ? words
      : `${status}: ${words}`;

/** What can be done about a mail that came back, by its status; `person` and `address` as the roster has them. */
export function bounceCure({ status }: Bounce, person: string, address: string): string {
  const [, subject = '', detail = ''] = (status ?? '').split('.');
  if (subject === '1' || (subject === '2' && detail !== '2'))
    return `correct the address: relay person edit ${person} --email ADDRESS (now ${address})`;
  if (subject === '2') return `the mailbox of ${address} is full: somebody has to make room in it`;
  if (subject === '4')
    return `the mail server of ${address} was not reached: see whether it is up, and its MX`;
  if (subject === '7')
    return `the mail server of ${address} refuses mail from here: check SPF, DKIM and DMARC of mail.from, and block lists`;
  return `see what the mail server of ${address} says, or correct the address: relay person edit ${person} --email ADDRESS`;
}
