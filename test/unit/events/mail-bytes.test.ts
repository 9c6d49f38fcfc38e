import { expect, describe, test } from 'vitest';
import { decodeQuoted, decodeWords } from '../../../src/relay/events/mail/encoded.ts';
import { addressOf, mailFromHeaders, readHead } from '../../../src/relay/events/mail/headers.ts';
import { textOfHtml } from '../../../src/relay/events/mail/html.ts';
import { readFull, readSimple } from '../../../src/relay/events/mail/parse.ts';
import { fc } from './property.ts';
import { fixture, mailOf } from './stand-ins.ts';

describe('encoded words', () => {
  test.each([
    ['=?UTF-8?Q?St=C3=B6rung?=', 'Störung'],
    ['=?utf-8?b?U3TDtnJ1bmc=?=', 'Störung'],
    ['=?ISO-8859-1?Q?St=F6rung_in_b2?=', 'Störung in b2'],
    ['=?utf-8?b?U3TD?= =?utf-8?b?tnJ1bmc=?=', 'Störung'],
    ['=?utf-8?q?a?= =?iso-8859-1?q?=F6?= b', 'aö b'],
    ['=?utf-8?q?a?= and =?utf-8?q?b?=', 'a and b'],
    ['=?iso-2022-jp?B?GyRCPmMzMhsoQg==?=', '障害'],
    ['=?utf-8*de?q?=C3=BC?=', 'ü'],
    ['=?no-such-charset?q?disk_full?=', 'disk full'],
    ['=?utf-8?q?broken', '=?utf-8?q?broken'],
    ['no words', 'no words'],
  ])('%s reads %s', (raw, text) => {
    expect(decodeWords(raw)).toBe(text);
  });

  test('quoted-printable: soft breaks, escapes, and what is none', () => {
    expect(Buffer.from(decodeQuoted(Buffer.from('a=\r\nb=3D=C3=B6 100=% =ZZ=\nc='))).toString()).toBe(
      'ab=ö 100=% =ZZc=',
    );
  });
});

describe('plain headers', () => {
  test('folded lines are joined, names lower-cased, repeated ones kept in order', () => {
    const head = readHead(mailOf('Subject: disk', '\tfull', 'X-Env: a', 'x-env: b', '', 'body'));
    expect([...head.headers]).toEqual([
      ['subject', 'disk full'],
      ['x-env', 'a\nb'],
    ]);
  });

  test.each([
    ['Ana <Ana@Example.com>', 'ana@example.com'],
    ['ana@example.com (Ana)', 'ana@example.com'],
    ['"a <b>" <c@example.com>', 'c@example.com'],
    ['Cron Daemon', ''],
    ['<<<<', ''],
  ])('the address of %s is "%s"', (from, address) => {
    expect(addressOf(from)).toBe(address);
  });

  test('raw 8-bit bytes are read as UTF-8, else as Windows-1252', () => {
    expect(mailFromHeaders(fixture('latin1-raw-bytes'), null).subject).toBe('Störung der Kühlung in Raum b2');
    expect(mailFromHeaders(mailOf('Subject: Störung'), null).subject).toBe('Störung');
  });

  test('a mail without any header is all body', () => {
    expect(mailFromHeaders(fixture('no-headers'), null)).toMatchObject({
      subject: '',
      text: expect.stringContaining('disk full on db1') as string,
    });
  });

  test('an mbox "From " line in front is passed over', () => {
    expect(mailFromHeaders(mailOf('From root Sat Nov 21', 'Subject: x', '', 'y'), null).subject).toBe('x');
  });

  test('anything survives, in time', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 3_000 }), (bytes) => {
        const mail = mailFromHeaders(bytes, null);
        expect(typeof mail.subject).toBe('string');
        readSimple(bytes, null);
      }),
      { numRuns: 500 },
    );
    for (const unit of ['=?', '<', '@', ':', ' ', '\n', '\r\n ', 'a:\n', '=?a?q?=?=', '\u0000']) {
      const raw = Buffer.from(`Subject: ${unit.repeat(200_000)}`);
      const began = performance.now();
      mailFromHeaders(raw, null);
      expect(performance.now() - began).toBeLessThan(1_000);
    }
  });
});

describe('text of an HTML mail', () => {
  test('words, line breaks and entities, without styles, scripts and comments', () => {
    expect(
      textOfHtml(
        '<head><title>no</title></head><style>p{}</style><p>a&nbsp;&amp;&#39;b&#x1F600;</p><!-- no --><td>c</td><td>d</td><script>no</script><br>1 < 2',
      ),
    ).toBe("a &'b😀\nc d\n1 < 2");
  });

  test.each(['<div>', '<', '<!--', '<script>', '&#', '<a '])(
    'half a megabyte of %s costs its length',
    (unit) => {
      const began = performance.now();
      textOfHtml(unit.repeat(Math.floor(524_288 / unit.length)));
      expect(performance.now() - began).toBeLessThan(1_000);
    },
  );
});

describe('the cheap reader and the full parser say the same', () => {
  test.each([
    'nagios-problem',
    'nagios-recovery',
    'cron-auto-submitted',
    'encoded-subject-base64-body',
    'blank-subject',
    'list-reply',
  ])('%s', async (name) => {
    const raw = fixture(name);
    const simple = readSimple(raw, null);
    if (!('mail' in simple)) throw new Error('not read by the cheap reader');
    const full = await readFull(raw, readHead(raw), null);
    const lines = (text: string): string[] => text.trim().split(/\r?\n/);
    expect(lines(simple.mail.text)).toEqual(lines(full.text));
    expect({ ...simple.mail, text: '' }).toEqual({ ...full, text: '' });
  });

  test.each(['alertmanager-html-only', 'latin1-raw-bytes'])('%s is left to the full parser', (name) => {
    expect('head' in readSimple(fixture(name), null)).toBe(true);
  });
});
