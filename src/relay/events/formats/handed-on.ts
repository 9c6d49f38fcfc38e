/** Mail that a list or a person handed on, as it was before: what stands in front of its subject and its text is gone. */
import type { ParsedMail } from './mail.ts';

/** What mail programs put in front of a subject; a reply's is gone too, though what it quotes stays quoted. */
const PREFIX =
  /^(?:(?:re|aw|antw|sv|vs|rif|ref|res|odp|отв|ynt|fwd?|wg|tr|rv|enc|i|vb|pd|doorst|ilt)(?:\[\d{1,3}\])? ?: ?)/iu;
const FORWARDED = /^(?:fwd?|wg|tr|rv|enc|i|vb|pd|doorst|ilt) ?: ?/iu;
/** What gateways add. A source's own `[PROBLEM]` is no such mark. */
const MARK =
  /^(?:\[(?:ext(?:ern(?:al)?)?|outside|caution|spam\??|suspected spam|bulk|virus checked|signed|encrypted)\]|\*{3,5}(?:spam|external)\*{3,5}|\{(?:spam|external)\??\}) ?/iu;
const TAG = /^\[(?<tag>[^\][]{1,60})\] ?/u;

/** Where a person's mail program put the original: its marks, or its own copy of the headers. */
const BEGINS =
  /^[> \t]{0,8}(?:-{2,20} ?(?:Forwarded message|Original Message|Original-Nachricht|Ursprüngliche Nachricht|Weitergeleitete Nachricht|Message transféré|Message d.origine|Mensaje reenviado|Mensaje original|Messaggio inoltrato|Messaggio originale|Doorgestuurd bericht|Oorspronkelijk bericht|Mensagem encaminhada|Mensagem original|Przekazana wiadomość|Wiadomość oryginalna|Vidarebefordrat meddelande|Ursprungligt meddelande|Пересланное сообщение|Пересылаемое сообщение|Исходное сообщение)(?![\p{L}]).{0,40}|Begin forwarded message:|Anfang der weitergeleiteten Nachricht:|Début du message (?:réexpédié|transféré) ?:|Inizio messaggio inoltrato:|Inicio del mensaje reenviado:|Begin doorgestuurd bericht:)$/iu;
const HEADER =
  /^[> \t]{0,8}\*?(?<name>From|Von|De|Da|Van|Od|Från|От|От кого|Sent|Gesendet|Date|Datum|Envoyé|Fecha|Enviado(?: el)?|Enviada(?: em)?|Inviato|Data|Verzonden|Wysłano|Skickat|Отправлено|Дата|To|An|À|Para|A|Aan|Do|Till|Кому|Cc|Kopie|Копия|Subject|Betreff|Objet|Asunto|Oggetto|Onderwerp|Assunto|Temat|Ämne|Тема|Reply-To|Antwort an)\*?[ \u00a0]?:\*?[ \t]{0,4}(?<value>.*)$/iu;
const SENDER = /^(?:from|von|de|da|van|od|från|от|от кого)$/iu;
const SUBJECT = /^(?:subject|betreff|objet|asunto|oggetto|onderwerp|assunto|temat|ämne|тема)$/iu;
const ADDRESS = /<?(?<address>[^\s<>@"']{1,64}@[^\s<>@"',;]{1,255})>?/u;
const LINES_MAX = 2_000;
/** A person's own words in front are short. */
const PREFACE_MAX = 60;

/** The mail without what a list, a gateway or `Fwd:` put in front of its subject; the same one when there is nothing. */
export function asSent(mail: ParsedMail): ParsedMail {
  const list = `${mail.headers.get('list-id') ?? ''} ${mail.headers.get('list-post') ?? ''}`.toLowerCase();
  let subject = mail.subject.slice(0, 4_000).trim();
  let wasForwarded = false;
  for (let count = 0; count < 8; count += 1) {
    const tag = TAG.exec(subject);
    const isListTag =
      tag !== null && list.trim() !== '' && list.includes((tag.groups?.['tag'] ?? '').toLowerCase());
    const found = PREFIX.exec(subject) ?? MARK.exec(subject) ?? (isListTag ? tag : null);
    if (found === null || found[0].length >= subject.length) break;
    wasForwarded ||= FORWARDED.test(found[0]);
    subject = subject.slice(found[0].length).trimStart();
  }
  const original = wasForwarded ? originalIn(mail.text) : null;
  if (original === null) return subject === mail.subject.trim() ? mail : { ...mail, subject };
  return {
    ...mail,
    subject:
      original.subject === '' ? subject : asSent({ ...mail, text: '', subject: original.subject }).subject,
    text: original.text,
    from: original.from === '' ? mail.from : original.from,
  };
}

/** Without one more `[tag]` in front, whosever it is; null: there is none. */
export function withoutTag(mail: ParsedMail): ParsedMail | null {
  const tag = TAG.exec(mail.subject.trim())?.[0];
  if (tag === undefined || tag.length >= mail.subject.trim().length) return null;
  return { ...mail, subject: mail.subject.trim().slice(tag.length) };
}

/** The mail inside a forwarded one, its quoting taken off; null: none is to be seen. */
function originalIn(text: string): { subject: string; from: string; text: string } | null {
  const lines = text.slice(0, 512 * 1_024).split(/\r?\n|\r/u, LINES_MAX);
  const marked = lines.slice(0, PREFACE_MAX).findIndex((line) => BEGINS.test(line.trimEnd()));
  const from = lines.findIndex((line, at) => at > marked && at < marked + PREFACE_MAX && HEADER.test(line));
  if (from === -1) return null;
  let subject = '';
  let sender = '';
  let at = from;
  for (; at < Math.min(lines.length, from + 20); at += 1) {
    const found = HEADER.exec(lines[at] ?? '')?.groups;
    if (found === undefined) break;
    const { name = '', value = '' } = found;
    if (SUBJECT.test(name)) subject ||= value.trim();
    else if (SENDER.test(name)) sender ||= ADDRESS.exec(value)?.groups?.['address']?.toLowerCase() ?? '';
  }
  // One line of a log that says "Date:" is no copy of headers.
  if (subject === '') return null;
  const rest = lines.slice(at);
  const said = rest.filter((line) => line.trim() !== '');
  const isQuoted = said.length > 0 && said.every((line) => line.startsWith('>'));
  return {
    subject,
    from: sender,
    text: (isQuoted ? rest.map((line) => line.replace(/^> ?/u, '')) : rest).join('\n').replace(/^\n+/u, ''),
  };
}

/** A mail whose headers stand in a text as they were sent, from its first line on; null: it has no subject. */
export function originalHeaders(lines: readonly string[]): ParsedMail | null {
  const headers = new Map<string, string>();
  let name = '';
  let at = 0;
  for (; at < Math.min(lines.length, 100); at += 1) {
    const line = lines[at] ?? '';
    if (line.trim() === '') break;
    const folded = /^[ \t]/u.test(line);
    const found = /^(?<name>[A-Za-z][A-Za-z0-9-]{0,60}): {0,3}(?<value>.*)$/u.exec(line)?.groups;
    if (folded && name !== '') headers.set(name, `${headers.get(name) ?? ''} ${line.trim()}`.slice(0, 4_000));
    else if (found === undefined) return null;
    else {
      name = (found['name'] ?? '').toLowerCase();
      if (!headers.has(name)) headers.set(name, (found['value'] ?? '').trim());
    }
  }
  const subject = headers.get('subject') ?? '';
  if (subject === '') return null;
  return {
    from: ADDRESS.exec(headers.get('from') ?? '')?.groups?.['address']?.toLowerCase() ?? '',
    to: headers.get('to') ?? '',
    subject,
    text: lines.slice(at + 1).join('\n'),
    headers,
    messageId: headers.get('message-id') ?? null,
    date: headers.get('date') ?? null,
    tag: null,
  };
}
