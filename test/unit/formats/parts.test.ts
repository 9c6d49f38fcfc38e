import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readMail } from '../../../src/relay/events/formats/index.ts';
import { readFull } from '../../../src/relay/events/mail/parse.ts';
import { fixtures } from '../../formats/fixtures.ts';
import { fc } from '../events/property.ts';
import { byMailparser } from './mailparser.ts';

/** What ends the lines and the text is no part of what it says. */
const plain = (text: string): string =>
  text
    .split(/\r?\n/)
    .map((line) => line.trimEnd())
    .join('\n')
    .trim();

describe('what is read of a mail is what mailparser reads of it', () => {
  // Awkward mails are those that it doesn't read as their senders meant them.
  const mails = fixtures().filter(({ source, http }) => http === null && source !== 'awkward');
  test.each(mails.map(({ source, file, path }) => [`${source}/${file}`, path]))('%s', async (_, path) => {
    const raw = readFileSync(path);
    const [ours, theirs] = [await readFull(raw, null), await byMailparser(raw)];
    expect(plain(ours.text)).toBe(plain(theirs.text));
    expect({ ...ours, text: '' }).toEqual({ ...theirs, text: '' });
    expect(readMail(ours, 'db')).toEqual(readMail(theirs, 'db'));
  });
});

interface Node {
  headers: string[];
  body: Buffer;
}

const line = fc
  .stringMatching(/^[A-Za-z0-9 ,.=:<&\-_äöüßéЖ漢\u{1f600}]{0,90}$/u)
  .map((text) => text.trimEnd());
const lines = fc.array(line, { minLength: 1, maxLength: 12 }).map((all) => all.join('\r\n'));

const encodings = {
  '8bit': (bytes: Buffer) => bytes,
  base64: (bytes: Buffer) => Buffer.from(bytes.toString('base64').replace(/(.{76})/g, '$1\r\n')),
  'quoted-printable': (bytes: Buffer) =>
    Buffer.from(
      [...bytes]
        .map((byte) =>
          byte === 0x0d || byte === 0x0a || (byte > 0x20 && byte < 0x7f && byte !== 0x3d)
            ? String.fromCharCode(byte)
            : `=${byte.toString(16).toUpperCase().padStart(2, '0')}`,
        )
        .join('')
        .replace(/([^\r\n]{60}(?:=..)?)(?=[^\r\n]{3})/g, '$1=\r\n'),
    ),
};

const charsets = {
  'utf-8': (text: string) => Buffer.from(text),
  '"UTF-8"': (text: string) => Buffer.from(text),
  'iso-8859-1': (text: string) => Buffer.from(text.replace(/[^\0-\xff]/gu, '?'), 'latin1'),
};

function leaf(subtype: 'plain' | 'html'): fc.Arbitrary<Node> {
  return fc
    .tuple(
      lines,
      fc.constantFrom(...(Object.keys(encodings) as (keyof typeof encodings)[])),
      fc.constantFrom(...(Object.keys(charsets) as (keyof typeof charsets)[])),
    )
    .map(([text, encoding, charset]) => ({
      headers: [
        `Content-Type: text/${subtype}; charset=${charset}`,
        `Content-Transfer-Encoding: ${encoding}`,
      ],
      body: encodings[encoding](charsets[charset](subtype === 'html' ? `<p>${text}</p>` : text)),
    }));
}

const attachment: fc.Arbitrary<Node> = fc.uint8Array({ maxLength: 300 }).map((bytes) => ({
  headers: [
    'Content-Type: application/octet-stream',
    'Content-Transfer-Encoding: base64',
    'Content-Disposition: attachment; filename="log--.gz"',
  ],
  body: encodings.base64(Buffer.from(bytes)),
}));

let boundaries = 0;
function multipart(subtype: string, parts: fc.Arbitrary<Node[]>): fc.Arbitrary<Node> {
  return fc.tuple(parts, fc.boolean()).map(([nodes, hasPreamble]) => {
    boundaries += 1;
    const boundary = `=_b${boundaries}_.x'`;
    return {
      headers: [`Content-Type: multipart/${subtype};\r\n\tboundary="${boundary}"`],
      body: Buffer.concat([
        Buffer.from(hasPreamble ? 'This is a multi-part message in MIME format.\r\n' : ''),
        ...nodes.flatMap(({ headers, body }) => [
          Buffer.from(`--${boundary}\r\n${headers.join('\r\n')}\r\n\r\n`),
          body,
          Buffer.from('\r\n'),
        ]),
        Buffer.from(`--${boundary}--\r\n`),
      ]),
    };
  });
}

const alternative = multipart('alternative', fc.tuple(leaf('plain'), leaf('html')));
const text = fc.oneof(leaf('plain'), alternative, multipart('related', fc.tuple(alternative, attachment)));
const mixed = multipart('mixed', fc.array(fc.oneof(text, attachment), { minLength: 1, maxLength: 4 }));
const any = fc.oneof(leaf('html'), text, mixed, multipart('mixed', fc.tuple(mixed, attachment)));

test('any tree of parts, encodings and charsets says what mailparser says it does', async () => {
  await fc.assert(
    fc.asyncProperty(any, async ({ headers, body }) => {
      const raw = Buffer.concat([
        Buffer.from(`Subject: x\r\nMIME-Version: 1.0\r\n${headers.join('\r\n')}\r\n\r\n`),
        body,
      ]);
      expect(plain((await readFull(raw, null)).text)).toBe(plain((await byMailparser(raw)).text));
    }),
    { numRuns: 200 },
  );
});
