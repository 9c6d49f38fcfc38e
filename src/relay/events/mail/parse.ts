/** One mail's bytes to its text: what runs in the worker. mailparser is loaded when the first mail needs it. */
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import type * as Mailparser from 'mailparser';
import type { ParsedMail } from '../formats/mail.ts';
import { mailOf, readHead } from './headers.ts';
import type { Head } from './headers.ts';
import { textOfHtml } from './html.ts';
import { plainText } from './plain.ts';

/** The parsed mail at once, or what is needed to get it from the full parser. */
export function readSimple(raw: Uint8Array, tag: string | null): { mail: ParsedMail } | { head: Head } {
  const head = readHead(raw);
  const text = plainText(raw, head);
  return text === null ? { head } : { mail: mailOf(head, text, tag) };
}

let library: Promise<typeof Mailparser> | null = null;

/** Resolves when mailparser is loaded (it takes tens of milliseconds, which no mail's deadline should pay for). */
export function loadParser(): Promise<typeof Mailparser> {
  library ??= import('mailparser');
  return library;
}

/** Multipart, HTML, other charsets: rejects with the parser's error. */
export async function readFull(raw: Uint8Array, head: Head, tag: string | null): Promise<ParsedMail> {
  const { MailParser } = await loadParser();
  const parser = new MailParser({
    skipHtmlToText: true,
    skipTextToHtml: true,
    skipTextLinks: true,
    skipImageLinks: true,
    maxHtmlLengthToParse: Number.MAX_SAFE_INTEGER,
  });
  let text = '';
  let html = '';
  parser.on('data', (part: Mailparser.AttachmentStream | Mailparser.MessageText) => {
    if (part.type === 'text') {
      text = typeof part.text === 'string' ? part.text : '';
      html = typeof part.html === 'string' ? part.html : '';
      return;
    }
    // Attachments are no part of an alert; the parser goes on only when each has been read to its end.
    const content = part.content as Readable;
    content.on('end', () => part.release());
    content.resume();
  });
  const ended = once(parser, 'end');
  parser.end(Buffer.from(raw.buffer, raw.byteOffset, raw.length));
  await ended;
  return mailOf(head, text.trim() === '' ? textOfHtml(html) : text, tag);
}
