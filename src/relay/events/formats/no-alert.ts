/** Mails that are no alerts whatever their words say: answers of machines and of people, reports, invitations. */
import type { ParsedMail } from './mail.ts';

/** The languages' words that mail programs put in front of an answer's subject. */
const REPLY = /^(?:\[[^\]]{1,60}\] ?)?(?:re|aw|antw|sv|rif|ref|res|odp|vs|отв|ynt)(?:\[\d{1,3}\])? ?:/iu;
/** In front of the subject of an automatic answer, in the languages of the mail programs that send them. */
const AUTOMATIC =
  /^(?:\[[^\]]{1,40}\] ?)?(?:automatic reply|auto(?:matic)?[- ]?(?:reply|response|answer)|autoreply|out of (?:the )?office|vacation (?:reply|notice)|abwesenheitsnotiz|abwesenheit|automatische antwort|réponse automatique|absent du bureau|respuesta automática|fuera de la oficina|risposta automatica|fuori sede|automatisch antwoord|afwezig|resposta automática|odpowiedź automatyczna|automatyczna odpowiedź|autosvar|automatiskt? svar|frånvaro|автоматический ответ|автоответ|iu)(?![\p{L}\p{N}])/iu;
const AUTOMATIC_HEADERS = ['x-autoreply', 'x-autorespond', 'x-autoresponder', 'x-auto-reply', 'x-vacation'];
/** Of mail that people write. */
const AGENT =
  /thunderbird|outlook|apple mail|iphone mail|ipad mail|evolution|mutt|claws|kmail|roundcube|k-9|sogo|zimbra|gnus|pine|webmail|the bat|emclient/i;
const ATTRIBUTION =
  /(?:wrote|schrieb|écrit|escribió|ha scritto|schreef|escreveu|napisał\(?a?\)?|skrev|пишет|написал\(?а?\)?) ?:\s{0,3}$/imu;
const ORIGINAL =
  /^-{2,20} ?(?:original|ursprüngliche nachricht|message d.origine|mensaje original|messaggio originale|oorspronkelijk bericht|mensagem original|wiadomość oryginalna|ursprungligt meddelande|исходное сообщение)/imu;

/** Why a mail is no alert; null: it may be one. `isAlert`: whether a mail is, had it come by itself. */
export function whyNoAlert(mail: ParsedMail, isAlert: (mail: ParsedMail) => boolean): string | null {
  const header = (name: string): string => (mail.headers.get(name) ?? '').toLowerCase();
  const type = header('content-type');
  const parts = mail.parts ?? [];
  if (
    /report-type="?disposition-notification/.test(type) ||
    parts.includes('message/disposition-notification')
  )
    return 'it says that a mail was read, which is no alert';
  if (isReportOnMail(mail, type, parts)) return "it is a report on a domain's mail, which is no alert";
  if (parts.includes('text/calendar')) return 'a calendar wrote it, which is no alert';
  const subject = mail.subject.slice(0, 1_000).normalize('NFC').trim();
  if (AUTOMATIC.test(subject)) return 'it is an automatic answer to a mail, which is no alert';
  const isReply = REPLY.test(subject);
  const isAutomatic =
    /^\s{0,9}auto-replied/.test(header('auto-submitted')) ||
    AUTOMATIC_HEADERS.some((name) => header(name) !== '');
  // What is marked so and says by itself that something is wrong is a monitor's.
  if (isAutomatic && !isBounceType(type) && (isReply || !isAlert(mail)))
    return 'it is an automatic answer to a mail, which is no alert';
  if (isReply && isByPerson(mail) && isAlert(withoutReply(mail)))
    return 'somebody answers an alert by mail, which is no alert itself';
  return null;
}

const isBounceType = (type: string): boolean => type.includes('delivery-status');

/** DMARC aggregates (RFC 7489) and those on TLS (RFC 8460). */
function isReportOnMail(mail: ParsedMail, type: string, parts: readonly string[]): boolean {
  return (
    /report-type="?tlsrpt/.test(type) ||
    mail.headers.has('tls-report-domain') ||
    parts.some((part) => part.startsWith('application/tlsrpt')) ||
    /^(?:\[preview\] )?report domain: {0,3}\S{1,255}\s{0,3}submitter:/i.test(
      mail.subject.slice(0, 400).trim(),
    ) ||
    /^(?:dmarc aggregate report|aggregate dmarc report)/i.test(mail.subject.trim())
  );
}

/** An answer that a mail program made: it says what it answers, and quotes it or names the program. */
function isByPerson(mail: ParsedMail): boolean {
  const { headers } = mail;
  if (!headers.has('in-reply-to') && !headers.has('references')) return false;
  if (/auto-generated/i.test(headers.get('auto-submitted') ?? '')) return false;
  const agent = `${headers.get('user-agent') ?? ''} ${headers.get('x-mailer') ?? ''}`.slice(0, 200);
  if (AGENT.test(agent)) return true;
  const text = mail.text.slice(0, 16 * 1024);
  return /^>/m.test(text) || ORIGINAL.test(text) || ATTRIBUTION.test(text);
}

const withoutReply = (mail: ParsedMail): ParsedMail => ({
  ...mail,
  subject: mail.subject.trim().replace(REPLY, '').trim(),
  text: '',
});
