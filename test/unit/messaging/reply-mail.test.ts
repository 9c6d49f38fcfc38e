import { readFileSync, readdirSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readSmsCommand } from '../../../src/relay/messaging/replies.ts';
import { readReplyMail } from '../../../src/relay/messaging/reply-mail.ts';
import { visibleLine } from '../../../src/relay/messaging/visible-line.ts';
import { ACTING, MACHINES, NOTHING_SAID } from './reply-clients.ts';
import { emailText } from '../../../src/relay/notifications/text.ts';

const FOLDER = new URL('../../fixtures/reply/', import.meta.url);
const to47 = { nullReturnPath: false, code: 47 };

function raw(name: string): Buffer {
  return readFileSync(new URL(`${name}.eml`, FOLDER));
}

/** On the wire lines end so. */
const onTheWire = (mail: Buffer): Buffer =>
  Buffer.from(mail.toString('latin1').replace(/\r?\n/g, '\r\n'), 'latin1');

const mailOf = (headers: string, body: string): Buffer =>
  Buffer.from(`From: Ana <ana@example.com>\r\nSubject: Re: x\r\n${headers}\r\n${body}`);

describe('a reply by mail, as mail programs write it', () => {
  const rows: [mail: string, verb: string, line: string][] = [
    ['gmail-ack', 'ack', 'ack'],
    ['gmail-signature', 'resolve', 'Resolved, thanks!'],
    ['gmail-german', 'ack', 'ack'],
    ['gmail-wrapped-header', 'resolve', 'close'],
    ['gmail-question', 'unclear', 'Is this the same as yesterday? I can not ack it from here.'],
    ['gmail-nothing-written', 'unclear', ''],
    ['outlook-ack', 'ack', 'Acknowledged.'],
    ['outlook-original-message', 'ack', 'ack'],
    ['outlook-nothing-written', 'unclear', ''],
    ['outlook-signature-only', 'unclear', 'Kind regards,'],
    ['outlook-web-html-only', 'resolve', 'resolve'],
    ['outlook-web-html-nothing-written', 'unclear', ''],
    ['apple-mail-ack', 'ack', '47a'],
    ['iphone-ack', 'ack', 'Ack'],
    ['iphone-signature-only', 'unclear', ''],
    ['thunderbird-above', 'resolve', 'fixed – thanks'],
    ['thunderbird-below', 'ack', 'ack'],
    ['thunderbird-german-above', 'ack', 'ack'],
    ['mutt-below', 'resolve', 'resolve'],
    ['mutt-inline', 'unclear', 'Looking, wait.'],
    ['mutt-quoted-only', 'unclear', ''],
    ['unmarked-quote', 'unclear', '#12 CRITICAL db: disk full on db1'],
    ['other-code', 'unclear', '48a'],
    ['stop', 'unclear', 'cancel'],
    ['by-a-person', 'ack', 'ack'],
    ['no-headers', 'ack', 'ack'],
  ];
  it.each(rows)('%s: %s, by the line %j', async (name, verb, line) => {
    for (const bytes of [raw(name), onTheWire(raw(name))]) {
      const reply = await readReplyMail(bytes, to47);
      expect(reply.automatic).toBeNull();
      expect(reply.text).toBe(line);
      expect(reply.command).toEqual(
        verb === 'unclear' ? { verb, code: null, scope: 'bare' } : { verb, code: 47, scope: 'message' },
      );
    }
  });

  const automatic: [mail: string, why: RegExp][] = [
    ['vacation', /Auto-Submitted: auto-replied/],
    ['vacation-exchange', /subject is that of an automatic reply/],
    ['autoreply-header', /x-autoreply/],
    ['precedence-list', /Precedence: list/],
    ['bounce', /report \(multipart\/report\)/],
    ['read-receipt', /report/],
  ];
  it.each(automatic)('%s is no person’s answer', async (name, why) => {
    const reply = await readReplyMail(onTheWire(raw(name)), to47);
    expect(reply.automatic).toMatch(why);
    expect(reply.command.verb).toBe('unclear');
  });

  it('covers every fixture', () => {
    const all = [...rows, ...automatic, ...ACTING, ...NOTHING_SAID, ...MACHINES];
    const covered = all.map(([name]) => `${name}.eml`);
    expect(readdirSync(FOLDER).sort()).toEqual(covered.sort());
  });

  it('says who, when and which', async () => {
    expect(await readReplyMail(raw('gmail-ack'), to47)).toMatchObject({
      from: 'ana@example.com',
      sentAtMs: Date.parse('2025-11-27T13:05:10Z'),
      messageId: '<CAF1@mail.example.com>',
    });
    expect(await readReplyMail(raw('no-headers'), to47)).toMatchObject({
      from: '',
      sentAtMs: null,
      messageId: null,
    });
    const reply = await readReplyMail(mailOf('Date: yesterday\r\n', 'ack'), to47);
    expect(reply.sentAtMs).toBeNull();
  });

  it('without the message’s code leaves it to the text', async () => {
    const open = { nullReturnPath: false };
    expect((await readReplyMail(raw('other-code'), open)).command).toEqual({
      verb: 'ack',
      code: 48,
      scope: 'message',
    });
    expect((await readReplyMail(raw('stop'), open)).command.verb).toBe('unclear');
  });
});

describe('what is no answer', () => {
  it('comes with an empty return path', async () => {
    const reply = await readReplyMail(raw('gmail-ack'), { nullReturnPath: true, code: 47 });
    expect(reply.automatic).toMatch(/return path is empty/);
    expect(reply.command.verb).toBe('unclear');
  });
  const headers: [header: string, automatic: boolean][] = [
    ['Auto-Submitted: auto-generated', true],
    ['Auto-Submitted: AUTO-REPLIED; owner-email="ana@example.com"', true],
    ['Auto-Submitted: no', false],
    ['Auto-Submitted: No (sent by hand)', false],
    ['Auto-Submitted: no\r\nAuto-Submitted: auto-replied', true],
    ['Precedence: bulk', true],
    ['Precedence: Auto_Reply', true],
    ['Precedence: junk', true],
    ['Precedence: first-class', false],
    ['X-Autorespond: vacation', true],
    ['X-Failed-Recipients: ben@example.com', true],
    ['From: postmaster@example.com', true],
    ['X-Priority: 1', false],
    ['Content-Type: multipart/report; boundary=x', true],
    ['Content-Type: message/delivery-status', true],
  ];
  it.each(headers)('%j: %s', async (header, automatic) => {
    const mail = Buffer.from(`${header}\r\nX-Last: 1\r\n\r\nack`);
    expect((await readReplyMail(mail, to47)).automatic !== null).toBe(automatic);
  });
});

describe('our own mail quoted back', () => {
  const summaries = [
    'ack',
    '47a',
    'resolve',
    'a',
    'disk full',
    'On call: ack',
    '> ack',
    '-- ',
    'From: ana <a@example.com>',
  ];
  const anyPage = fc
    .record({
      summary: fc.constantFrom(...summaries),
      details: fc.option(fc.array(fc.constantFrom(...summaries, '', 'x'.repeat(300)), { maxLength: 6 }), {
        nil: undefined,
      }),
      count: fc.integer({ min: 1, max: 3 }),
      repeat: fc.boolean(),
    })
    .map(({ summary, details, count, repeat }) =>
      emailText({
        id: 'ana.47',
        answerable: true,
        ...(repeat ? { mark: 'may be a repeat' as const } : {}),
        members: Array.from({ length: count }, (_, i) => ({
          number: 12 + i,
          service: 'db',
          severity: 'critical' as const,
          summary,
          openedAtMs: 0,
          ...(details === undefined ? {} : { details: details.join('\n') }),
        })),
      }),
    );
  const quotings: ((page: { subject: string; body: string }) => string)[] = [
    ({ body }) => body,
    ({ body }) => `\n\n${body}`,
    ({ body }) =>
      `On Thu, Nov 27, 2025 at 2:00 PM Relay <relay@alerts.example.com> wrote:\n\n${marked(body)}`,
    ({ body }) => `\nAm 27.11.25 um 14:00 schrieb Relay:\n${marked(body)}\n`,
    ({ body }) => marked(body),
    ({ subject, body }) =>
      `\n-----Original Message-----\nFrom: Relay <relay@alerts.example.com>\nSubject: ${subject}\n\n${body}`,
    ({ subject, body }) => `\n________________________________\nFrom: Relay\nSubject: ${subject}\n\n${body}`,
    ({ subject, body }) => `From: Relay <relay@alerts.example.com>\nSubject: ${subject}\n\n${body}`,
    ({ body }) => `Begin forwarded message:\n\n${body}`,
  ];
  const marked = (body: string): string =>
    body
      .split('\n')
      .map((line) => (line === '' ? '>' : `> ${line}`))
      .join('\n');

  it('never acts while nothing was written, however it is quoted', async () => {
    await fc.assert(
      fc.asyncProperty(anyPage, fc.constantFrom(...quotings), async (page, quoting) => {
        const text = quoting(page);
        const plain = await readReplyMail(mailOf('Content-Type: text/plain; charset=utf-8\r\n', text), to47);
        expect(plain.command.verb, text).toBe('unclear');
      }),
      { numRuns: 300 },
    );
  });
  it('has no line that is an answer', () => {
    fc.assert(
      fc.property(anyPage, ({ body }) => {
        for (const line of body.split('\n')) expect(readSmsCommand(line).verb, line).toBe('unclear');
      }),
    );
  });
  it('lets what was written above it decide', async () => {
    const line = fc.constantFrom('ack', 'resolve', 'looking into it');
    await fc.assert(
      fc.asyncProperty(
        anyPage,
        fc.constantFrom(...quotings.slice(2, 7)),
        line,
        async (page, quoting, written) => {
          const text = `${written}\n\n${quoting(page)}`;
          const reply = await readReplyMail(
            mailOf('Content-Type: text/plain; charset=utf-8\r\n', text),
            to47,
          );
          expect(reply.text, text).toBe(written);
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe('hostile mails', () => {
  const html = 'Content-Type: text/html\r\n';
  const mails: [name: string, mail: Buffer][] = [
    ['200,000 nested divs', mailOf(html, `${'<div>'.repeat(200_000)}ack${'</div>'.repeat(200_000)}`)],
    ['tags that never end', mailOf(html, '<'.repeat(300_000))],
    ['scripts that never end', mailOf(html, '<script>'.repeat(40_000))],
    ['a line of dashes', mailOf(html, '-'.repeat(300_000))],
    ['spaces in a style', mailOf(html, `border-top:${' '.repeat(60_000)}`)],
    ['a date of brackets', mailOf(`Date: ${'('.repeat(60_000)}\r\n`, 'no')],
    ['10,000 headers', mailOf('X: y\r\n'.repeat(10_000), 'no')],
    ['addresses without end', mailOf(`To: ${'a:'.repeat(30_000)}\r\n`, 'no')],
    [
      '900 multiparts in each other',
      mailOf(
        'Content-Type: multipart/mixed; boundary=a0\r\n',
        Array.from(
          { length: 900 },
          (_, i) => `--a${i}\r\nContent-Type: multipart/mixed; boundary=a${i + 1}\r\n\r\n`,
        ).join(''),
      ),
    ],
    [
      'more parts than the parser takes',
      mailOf('Content-Type: multipart/mixed; boundary=a\r\n', '--a\r\n\r\nx\r\n'.repeat(6_000)),
    ],
    ['quote headers that almost match', mailOf('', 'Op x schreef\n'.repeat(5_000))],
    [
      'invalid UTF-8',
      Buffer.concat([
        mailOf('Content-Type: text/plain; charset=utf-8\r\n', ''),
        Buffer.from([0xff, 0xc0, 0x80, 10]),
      ]),
    ],
    ['nothing', Buffer.alloc(0)],
  ];
  it.each(mails)('%s: read in time, and nothing acts', async (_name, mail) => {
    await readReplyMail(raw('gmail-ack'), to47);
    const before = process.cpuUsage();
    const reply = await readReplyMail(mail, to47);
    const used = process.cpuUsage(before);
    // Processor time, so that a busy machine doesn't count: some 150 ms at worst, over a second once quadratic.
    expect((used.user + used.system) / 1_000).toBeLessThan(1_000);
    expect(reply.command.verb).toBe('unclear');
    expect(reply.text).not.toMatch(/\p{Cc}/u);
    expect(reply.text.length).toBeLessThanOrEqual(200);
  });
  it('take any bytes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 2_000 }), async (bytes) => {
        expect(['unclear', 'ack', 'resolve', 'escalate', 'help']).toContain(
          (await readReplyMail(bytes, to47)).command.verb,
        );
      }),
    );
  });
  it('any text gives one line', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 3_000 }), (text) => {
        expect(visibleLine(text)).not.toMatch(/[\r\n]/);
      }),
    );
  });
});
