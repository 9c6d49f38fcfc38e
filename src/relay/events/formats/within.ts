/** Mails within a mail: what a mail server returns, and what a person forwards as an attachment. */
import type { ParsedMail } from './mail.ts';
import { originalHeaders } from './handed-on.ts';

/** What a bounce is about. */
export type Bounced =
  /** The mail that came back. */
  | { original: ParsedMail }
  /** Nothing is lost yet, or nothing was. */
  | { why: string };

const SUBJECTS =
  /^(?:undelivered mail returned|undeliverable|undeliverable mail|delivery status notification|delivery failure|mail delivery (?:failed|failure|system|subsystem)|failure notice|returned mail|mail could not be delivered|delayed mail|warning: could not send message|warning: message .{1,60} delayed|successful mail delivery report|unzustellbar|non remis|no se puede entregar|mancato recapito|onbestelbaar|não entregue|nie można dostarczyć|olevererbart|не удается доставить)/iu;
const DAEMON = /^(?:mailer-daemon|postmaster|mail-daemon|mdaemon)@/i;
const COPY =
  /^(?:-{2,10} ?(?:this is a copy of|below this line is a copy of|original message|the body of the message|the header)|returned message:|original message headers?:)/iu;
/** "Undeliverable: PROBLEM disk full": what some put in front of the original's subject. */
const WITH_SUBJECT =
  /^(?:undeliverable|unzustellbar|non remis|no se puede entregar|mancato recapito|onbestelbaar|não entregue|olevererbart) ?: ?(?<subject>.{1,900})$/iu;
const LINES_MAX = 400;

/** What a mail server says became of a mail; null: it is no such report. */
export function bouncedIn(mail: ParsedMail): Bounced | null {
  const type = mail.headers.get('content-type') ?? '';
  const subject = mail.subject.slice(0, 1_000).trim();
  const isReport = /delivery-status/i.test(type) || (mail.parts ?? []).includes('message/delivery-status');
  if (!isReport && !(SUBJECTS.test(subject) && isFromServer(mail))) return null;
  const action = /^action: {0,9}(?<action>[a-z]{1,20})/imu.exec(mail.text)?.groups?.['action']?.toLowerCase();
  if (action !== undefined && action !== 'failed')
    return { why: `a mail server says that it has ${action} a mail, which is no alert` };
  if (action === undefined && /^(?:delayed mail|warning: |successful)/i.test(subject))
    return { why: 'a mail server says that it still tries to deliver a mail, or has, which is no alert' };
  const original = mail.attached?.[0] ?? copyIn(mail) ?? bySubject(mail, subject);
  if (original !== null) return { original };
  // Without one, only what is marked as a report is one for sure.
  return isReport ? { why: "a mail came back that isn't with it, which is no alert" } : null;
}

const isFromServer = (mail: ParsedMail): boolean =>
  DAEMON.test(mail.from) ||
  mail.headers.has('x-failed-recipients') ||
  (mail.headers.get('return-path') ?? '').startsWith('<>') ||
  /^\s{0,9}auto-replied/i.test(mail.headers.get('auto-submitted') ?? '');

/** A copy in the text, as exim and qmail make it. */
function copyIn(mail: ParsedMail): ParsedMail | null {
  const lines = mail.text.slice(0, 128 * 1024).split(/\r?\n/u, LINES_MAX);
  const mark = lines.findIndex((line) => COPY.test(line.trim()));
  if (mark === -1) return null;
  const rest = lines.slice(mark + 1);
  const from = rest.findIndex((line) => line.trim() !== '');
  if (from === -1) return null;
  const head = originalHeaders(rest.slice(from));
  return head === null ? null : { ...head, to: '', tag: mail.tag };
}

const bySubject = (mail: ParsedMail, subject: string): ParsedMail | null => {
  const original = WITH_SUBJECT.exec(subject)?.groups?.['subject'];
  return original === undefined
    ? null
    : { ...mail, subject: original, text: '', headers: new Map(), attached: [] };
};

const FORWARD = /^(?:fwd?|wg|tr|rv|vb|vs|enc|pd|i|doorst|fs|ilt)(?:\[\d{1,3}\])? ?:/iu;

/** The mails that a person attached to one that is no alert itself; empty: none, or they say nothing of their own. */
export function forwardedIn(mail: ParsedMail, isAlert: (mail: ParsedMail) => boolean): readonly ParsedMail[] {
  const { attached = [] } = mail;
  if (attached.length === 0) return [];
  const subject = mail.subject.trim();
  if (subject !== '' && !FORWARD.test(subject) && isAlert(mail)) return [];
  return attached.filter(isAlert);
}
