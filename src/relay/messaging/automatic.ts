/** Why a mail is no person's answer: vacation notices, bounces, lists, reports (S8). Pure. */

/** Header values by lower-case name; several when the header came several times. */
export type HeaderValues = (name: string) => string[];

const AUTOMATIC_PRECEDENCE = new Set(['bulk', 'auto_reply', 'auto-reply', 'junk', 'list']);
const AUTOMATIC_HEADERS = ['x-autoreply', 'x-autorespond', 'x-autoresponder', 'x-failed-recipients'];
const AUTOMATIC_TYPES =
  /^(?:multipart\/report|message\/(?:delivery-status|disposition-notification|feedback-report))\b/i;
const DAEMONS = /^(?:mailer-daemon|postmaster|no-?reply|do-?not-?reply)(?:[+@]|$)/i;
/** Some send these without any header that says so. */
const SUBJECTS =
  /^(?:automatic reply|auto(?:matic)?[- ]?(?:reply|response)|out of (?:the )?office|undeliverable|delivery status notification|undelivered mail|abwesenheitsnotiz|automatische antwort|réponse automatique|respuesta automática)\b/i;

/** The reason in words, null for a mail that a person may have written. `nullReturnPath`: MAIL FROM was `<>`. */
export function whyAutomatic(mail: {
  header: HeaderValues;
  from: string;
  subject: string;
  nullReturnPath: boolean;
}): string | null {
  if (mail.nullReturnPath) return 'its return path is empty, as a bounce has it';
  const submitted = mail.header('auto-submitted').map(firstWord);
  const automatic = submitted.find((value) => value !== 'no' && value !== '');
  if (automatic !== undefined) return `it is marked Auto-Submitted: ${automatic}`;
  const precedence = mail.header('precedence').map(firstWord);
  const bulk = precedence.find((value) => AUTOMATIC_PRECEDENCE.has(value));
  if (bulk !== undefined) return `it is marked Precedence: ${bulk}`;
  const header = AUTOMATIC_HEADERS.find((name) => mail.header(name).length > 0);
  if (header !== undefined) return `it has a header ${header}`;
  const [type] = mail.header('content-type').filter((value) => AUTOMATIC_TYPES.test(value.trim()));
  if (type !== undefined) return `it is a report (${firstWord(type)})`;
  if (DAEMONS.test(mail.from)) return `it is from ${mail.from}`;
  if (SUBJECTS.test(mail.subject.trim())) return 'its subject is that of an automatic reply';
  return null;
}

/** `auto-replied` of `Auto-Replied (vacation); owner=x`. */
const firstWord = (value: string): string => /^\s*([\w/-]{0,40})/.exec(value)?.[1]?.toLowerCase() ?? '';
