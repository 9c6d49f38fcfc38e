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
    ['=?iso-2022-jp?B?GyRCPmMbKEI=?= =?iso-2022-jp?B?GyRCMzIbKEI=?=', '障害'],
    ['=?utf-8*de?q?=C3=BC?=', 'ü'],
    ['=?no-such-charset?q?disk_full?=', 'disk full'],
    ['=?utf-8?q?broken', '=?utf-8?q?broken'],
    ['no words', 'no words'],
  ])('%s reads %s', (raw, text) => {
    expect(decodeWords(raw)).toBe(text);
  });

  test('in a charset by a name that only its program uses', () => {
    const raw = mailOf('Subject: =?eucgb2312_cn?b?ob7W2NKquOa+r6G/?=', '', 'x');
    expect(readSimple(raw, null)?.subject).toBe('【重要告警】');
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

  test('anything survives, and a subject of megabytes is cut', () => {
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
      expect(mailFromHeaders(raw, null).subject.length).toBeLessThanOrEqual(2_048);
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
    'half a megabyte of %s is read to its end',
    (unit) => {
      expect(textOfHtml(unit.repeat(Math.floor(524_288 / unit.length))).length).toBeLessThanOrEqual(524_288);
    },
  );
});

const textOf = (...lines: string[]): string | undefined => readSimple(mailOf(...lines), null)?.text.trim();

describe('text of a mail', () => {
  test.each([
    ['one that names no charset', ['Content-Type: text/plain', '', 'Störung'], 'Störung'],
    [
      'base64 in pieces that are each padded',
      ['Content-Transfer-Encoding: base64', '', 'ZGlzaw==', 'IGZ1bGw='],
      'disk full',
    ],
    [
      'quoted-printable with spaces added on the way',
      ['Content-Transfer-Encoding: quoted-printable', '', 'disk =  ', 'full'],
      'disk full',
    ],
    [
      'flowed text',
      ['Content-Type: text/plain; format=flowed', '', 'disk ', 'full on ', 'db1', '-- ', 'mon'],
      'disk full on db1\n-- \nmon',
    ],
    [
      'flowed text whose spaces go',
      ['Content-Type: text/plain; format=flowed; delsp=yes', '', 'dis ', 'k full'],
      'disk full',
    ],
    [
      'a boundary in pieces (RFC 2231)',
      [
        'Content-Type: multipart/mixed; boundary*0=a; boundary*1="b c"',
        '',
        '--ab c',
        '',
        'disk full',
        '--ab c--',
      ],
      'disk full',
    ],
    [
      "a list's footer below an HTML mail",
      [
        'Content-Type: multipart/mixed; boundary=b',
        '',
        '--b',
        'Content-Type: text/html',
        '',
        '<p>disk full</p>',
        '--b',
        '',
        '_____ footer',
        '--b--',
      ],
      'disk full\n_____ footer',
    ],
    [
      'an inner part that is never closed',
      [
        'Content-Type: multipart/mixed; boundary=b',
        '',
        '--b',
        'Content-Type: multipart/alternative; boundary=c',
        '',
        '--c',
        '',
        'disk full',
        '--b',
        '',
        'on db1',
        '--b--',
      ],
      'disk full\non db1',
    ],
    [
      'a mail forwarded as an attachment, with nothing said besides',
      [
        'Content-Type: multipart/mixed; boundary=b',
        '',
        '--b',
        '',
        '',
        '--b',
        'Content-Type: message/rfc822',
        'Content-Disposition: attachment',
        '',
        'Subject: web1 is DOWN',
        'Content-Type: text/html',
        '',
        '<p>timeout</p>',
        '--b--',
      ],
      'web1 is DOWN\ntimeout',
    ],
    ['a multipart that names no boundary', ['Content-Type: multipart/mixed', '', 'disk full'], 'disk full'],
    [
      'a log that came attached',
      [
        'Content-Type: multipart/mixed; boundary=b',
        '',
        '--b',
        '',
        'see the log',
        '--b',
        'Content-Type: text/plain',
        'Content-Disposition: attachment; filename=log',
        '',
        'web1 is UP',
        '--b--',
      ],
      'see the log',
    ],
    [
      'HTML that names its charset itself',
      ['Content-Type: text/html', '', '<meta charset="koi8-r"><p>disk</p>'],
      'disk',
    ],
  ])('%s', (_, lines, text) => {
    expect(textOf(...lines)).toBe(text);
  });

  test.each([
    ['iso-8859-15', Buffer.from([0xa4]), '€'],
    ['shift_jis', Buffer.from([0x8f, 0xe1, 0x8a, 0x51]), '障害'],
    ['gb18030', Buffer.from([0xb9, 0xca, 0xd5, 0xcf]), '故障'],
    ['koi8-r', Buffer.from([0xd3, 0xc2, 0xcf, 0xca]), 'сбой'],
    ['martian', Buffer.from([0xf6]), 'ö'],
    // Not built in: a library is loaded for them.
    ['cp850', Buffer.from([0x94]), 'ö'],
    ['utf-7', Buffer.from('+APY-'), 'ö'],
    ['utf-16', Buffer.from([0xfe, 0xff, 0x00, 0xf6]), 'ö'],
  ])('in %s', async (charset, bytes, text) => {
    const raw = Buffer.concat([Buffer.from(`Content-Type: text/plain; charset=${charset}\r\n\r\n`), bytes]);
    expect((await readFull(raw, null)).text).toBe(text);
  });

  test('however deep its parts are nested, what stands in front is read', () => {
    const deep = Array.from(
      { length: 10_000 },
      (_, at) => `--b${at}\r\nContent-Type: multipart/mixed; boundary=b${at + 1}\r\n\r\n`,
    );
    const raw = `Content-Type: multipart/mixed; boundary=b0\r\n\r\n--b0\r\n\r\ndisk full\r\n${deep.join('')}`;
    expect(readSimple(Buffer.from(raw), null)?.text).toBe('disk full');
  });

  test('of megabytes of it half a megabyte is kept', () => {
    expect(textOf('', 'disk full on db1\r\n'.repeat(400_000))?.length).toBeLessThanOrEqual(524_288);
  });
});

test('a head of more than 64 KB ends at its blank line all the same', () => {
  const raw = Buffer.from(`Subject: disk full\r\n${'X-Spam: yes\r\n'.repeat(20_000)}\r\non db1`);
  const head = readHead(raw);
  expect(head.headers.get('subject')).toBe('disk full');
  expect(raw.subarray(head.bodyStart).toString()).toBe('on db1');
});
