/** Ways in which the same mail may come: other encodings, through a list, forwarded by a person, as HTML only. */
import type { ParsedMail } from '../../src/relay/events/formats/mail.ts';

/** Of a mail taken apart, another mail's bytes that say the same. */
export type Disguise = (mail: ParsedMail) => Uint8Array;

/** Header fields that a relaying list leaves as they are, and a person's forward doesn't. */
const KEPT = /^(?:x-|auto-submitted|message-id|list-id)/u;

const kept = ({ headers }: ParsedMail): string[] =>
  [...headers]
    .filter(([name]) => KEPT.test(name))
    .map(([name, value]) => `${name}: ${value.replaceAll('\n', ' ')}`);

const encoded = (text: string): string => {
  // A word of at most 75 characters holds 45 bytes.
  const words: string[] = [];
  let word = '';
  for (const char of text) {
    if (Buffer.byteLength(word + char) > 45) {
      words.push(word);
      word = '';
    }
    word += char;
  }
  if (word !== '') words.push(word);
  return words.map((one) => `=?utf-8?B?${Buffer.from(one).toString('base64')}?=`).join('\r\n ');
};

const mailOf = (lines: readonly string[], body: string | Uint8Array): Uint8Array =>
  Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`), Buffer.from(body)]);

const crlf = (text: string): string => text.replaceAll(/\r?\n/gu, '\r\n');
const base64 = (text: string): string =>
  (
    Buffer.from(text)
      .toString('base64')
      .match(/.{1,76}/gu) ?? []
  ).join('\r\n');
const from = (mail: ParsedMail): string => mail.headers.get('from')?.replaceAll('\n', ' ') ?? mail.from;

const quoted = (text: string): string =>
  [...Buffer.from(text)]
    .map((byte) =>
      byte === 10
        ? '\r\n'
        : byte === 61 || byte < 32 || byte > 126
          ? `=${byte.toString(16).toUpperCase().padStart(2, '0')}`
          : String.fromCharCode(byte),
    )
    .join('')
    .split('\r\n')
    .map((line) => line.replaceAll(/((?:[^=]|=..){70})(?=.)/gu, '$1=\r\n').replace(/ $/u, '=20'))
    .join('\r\n');

const html = (text: string): string =>
  text
    .split(/\r?\n/u)
    .map((line) => line.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;'))
    .map((line) => `<p class="MsoPlainText">${line === '' ? '&nbsp;' : line}</p>`)
    .join('\n');

const typed = (encoding: string, type = 'text/plain; charset=utf-8'): string[] => [
  'MIME-Version: 1.0',
  `Content-Type: ${type}`,
  `Content-Transfer-Encoding: ${encoding}`,
];

export const DISGUISES: Readonly<Record<string, Disguise>> = {
  'in base64, its subject in folded words': (mail) =>
    mailOf(
      [
        `From: ${encoded(from(mail))} <${mail.from}>`,
        'To: oncall@example.org',
        `Subject: ${encoded(mail.subject)}`,
        ...kept(mail),
        ...typed('base64'),
      ],
      base64(mail.text),
    ),
  'quoted-printable, with CRLF': (mail) =>
    mailOf(
      [
        `From: <${mail.from}>`,
        'To: a@example.org,\r\n b@example.org',
        `Subject: ${encoded(mail.subject)}`,
        ...kept(mail),
        ...typed('quoted-printable'),
      ],
      quoted(mail.text.replaceAll('\r\n', '\n')),
    ),
  'through a mailing list with a tag and a footer': (mail) =>
    mailOf(
      [
        `From: ${mail.from}`,
        'To: server-alarms@lists.example.org',
        `Subject: ${encoded(`[Server-Alarms] ${mail.subject}`)}`,
        'List-Id: Alarms of all servers <server-alarms.lists.example.org>',
        'Precedence: list',
        ...kept(mail).filter((line) => !line.startsWith('list-id')),
        ...typed('8bit'),
      ],
      crlf(
        `${mail.text}\n_______________________________________________\nServer-Alarms mailing list -- server-alarms@lists.example.org\nTo unsubscribe send an email to server-alarms-leave@lists.example.org\n`,
      ),
    ),
  'marked by a gateway as from outside': (mail) =>
    mailOf(
      [
        `From: ${mail.from}`,
        'To: oncall@example.org',
        `Subject: ${encoded(`[EXTERNAL] ${mail.subject}`)}`,
        ...kept(mail),
        ...typed('8bit'),
      ],
      crlf(mail.text),
    ),
  'with a tag that some alias adds': (mail) =>
    mailOf(
      [
        `From: ${mail.from}`,
        'To: oncall@example.org',
        `Subject: ${encoded(`[kunde-7] ${mail.subject}`)}`,
        ...kept(mail),
        ...typed('8bit'),
      ],
      crlf(mail.text),
    ),
  'forwarded by a person': (mail) =>
    mailOf(
      [
        'From: Anna Beispiel <anna@example.com>',
        'To: oncall@example.org',
        `Subject: ${encoded(`Fwd: ${mail.subject}`)}`,
        ...typed('8bit'),
      ],
      crlf(
        `FYI\n\n---------- Forwarded message ---------\nFrom: <${mail.from}>\nDate: Sun, 22 Nov 2026 at 06:41\nSubject: ${mail.subject}\nTo: <anna@example.com>\n\n\n${mail.text}\n`,
      ),
    ),
  'forwarded from a German Outlook': (mail) =>
    mailOf(
      [
        'From: Anna Beispiel <anna@example.com>',
        'To: oncall@example.org',
        `Subject: ${encoded(`WG: ${mail.subject}`)}`,
        ...typed('8bit'),
      ],
      crlf(
        `Bitte ansehen.\n\n-----Ursprüngliche Nachricht-----\nVon: Monitor <${mail.from}>\nGesendet: Sonntag, 22. November 2026 06:41\nAn: Anna Beispiel <anna@example.com>\nBetreff: ${mail.subject}\n\n${mail.text}\n`,
      ),
    ),
  'made HTML of by a server': (mail) =>
    mailOf(
      [
        `From: ${from(mail).replaceAll(/[^ -~]/gu, '')} <${mail.from}>`,
        'To: oncall@example.org',
        `Subject: ${encoded(mail.subject)}`,
        ...kept(mail),
        ...typed('base64', 'text/html; charset=utf-8'),
      ],
      base64(
        `<html><head><style>p.MsoPlainText { margin: 0 }</style></head><body>\n${html(mail.text)}\n</body></html>`,
      ),
    ),
};
