/** Why a mail is no person's answer: vacation notices, bounces, lists, reports (S8). Pure. */

/** Header values by lower-case name; several when the header came several times. */
export type HeaderValues = (name: string) => string[];

const AUTOMATIC_PRECEDENCE = new Set(['bulk', 'auto_reply', 'auto-reply', 'junk', 'list']);
/** Set by whatever answers by itself, each its own; and by mailing lists, which send a person's words to us again. */
const AUTOMATIC_HEADERS =
  'x-autoreply x-autorespond x-autoresponder x-auto-reply x-mail-autoreply x-vacation x-failed-recipients ' +
  'x-fc-machinegenerated x-ms-exchange-generated-message-source ' +
  'list-id list-post list-unsubscribe mailing-list x-beenthere';
const HEADERS = AUTOMATIC_HEADERS.split(' ');
const AUTOMATIC_TYPES =
  /^(?:multipart\/report|message\/(?:delivery-status|disposition-notification|feedback-report))\b/i;
const DAEMONS = /^(?:mailer-daemon|postmaster|no-?reply|do-?not-?reply)(?:[+@]|$)/i;
/** Some send these without any header that says so; in the languages of the mail programs that do. */
const SUBJECTS = new RegExp(
  `^(?:${[
    'automatic reply',
    'auto(?:matic)?[- ]?(?:reply|response)',
    'out of (?:the )?office',
    'undeliverable',
    'delivery status notification',
    'undelivered mail',
    'abwesenheitsnotiz',
    'automatische antwort',
    'réponse automatique',
    'respuesta automática',
    'risposta automatica',
    'automatisch antwoord',
    'resposta automática',
    'odpowiedź automatyczna',
    'automatyczna odpowiedź',
    'autosvar',
    'automatiske?t? svar',
    'automaattinen vastaus',
    'automatická odpov[ěe]ď',
    'automatikus válasz',
    'răspuns automat',
    'автоматический ответ',
    'автоматична відповідь',
    'αυτόματη απάντηση',
    'otomatik yanıt',
    '自動(?:応答|返信|回覆)',
    '自动(?:答复|回复)',
    '자동 ?회신',
  ].join('|')})(?![\\p{L}\\p{N}])`,
  'iu',
);

/** The reason in words, null for a mail that a person may have written. `nullReturnPath`: MAIL FROM was `<>`. */
export function whyAutomatic(mail: {
  header: HeaderValues;
  from: string;
  subject: string;
  nullReturnPath: boolean;
  /** A part of it is a calendar's, and not just attached. */
  isCalendar?: boolean;
}): string | null {
  if (mail.nullReturnPath) return 'its return path is empty, as a bounce has it';
  const submitted = mail.header('auto-submitted').map(firstWord);
  const automatic = submitted.find((value) => value !== 'no' && value !== '');
  if (automatic !== undefined) return `it is marked Auto-Submitted: ${automatic}`;
  const precedence = mail.header('precedence').map(firstWord);
  const bulk = precedence.find((value) => AUTOMATIC_PRECEDENCE.has(value));
  if (bulk !== undefined) return `it is marked Precedence: ${bulk}`;
  const header = HEADERS.find((name) => mail.header(name).length > 0);
  if (header !== undefined) return `it has a header ${header}`;
  const [type] = mail.header('content-type').filter((value) => AUTOMATIC_TYPES.test(value.trim()));
  if (type !== undefined) return `it is a report (${firstWord(type)})`;
  if (mail.isCalendar === true) return 'a calendar wrote it';
  if (mail.header('delivered-to').some((value) => /^autoresponder$/i.test(value.trim())))
    return 'it has a header delivered-to: Autoresponder';
  if (DAEMONS.test(mail.from)) return `it is from ${mail.from}`;
  if (SUBJECTS.test(mail.subject.normalize('NFC').trim())) return 'its subject is that of an automatic reply';
  return null;
}

/** `auto-replied` of `Auto-Replied (vacation); owner=x`. */
const firstWord = (value: string): string => /^\s*([\w/-]{0,40})/.exec(value)?.[1]?.toLowerCase() ?? '';
