/** The text of a mail by the library that the world reads mail with, to hold our own reading of its parts against. */
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { type AttachmentStream, MailParser, type MessageText } from 'mailparser';
import { mailOf, readHead } from '../../../src/relay/events/mail/headers.ts';
import { textOfHtml } from '../../../src/relay/events/mail/html.ts';
import type { ParsedMail } from '../../../src/relay/events/formats/index.ts';

/** Rejects with the parser's error. */
export async function byMailparser(raw: Uint8Array): Promise<ParsedMail> {
  const parser = new MailParser({
    skipHtmlToText: true,
    skipTextToHtml: true,
    skipTextLinks: true,
    skipImageLinks: true,
    maxHtmlLengthToParse: Number.MAX_SAFE_INTEGER,
  });
  let text = '';
  let html = '';
  parser.on('data', (part: AttachmentStream | MessageText) => {
    if (part.type === 'text') {
      text = typeof part.text === 'string' ? part.text : '';
      html = typeof part.html === 'string' ? part.html : '';
      return;
    }
    const content = part.content as Readable;
    content.on('end', () => part.release());
    content.resume();
  });
  const ended = once(parser, 'end');
  parser.end(Buffer.from(raw));
  await ended;
  return mailOf(readHead(raw), text.trim() === '' ? textOfHtml(html, 512 * 1024) : text, null);
}
