/** Mails that came back, as mail servers write them. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { bounceCure, bounceError, type Bounce } from '../../../src/relay/messaging/bounce.ts';
import { readReplyMail } from '../../../src/relay/messaging/reply-mail.ts';

const FOLDER = new URL('../../fixtures/bounce/', import.meta.url);

/** On the wire lines end so. */
const raw = (name: string): Buffer =>
  Buffer.from(readFileSync(new URL(`${name}.eml`, FOLDER), 'latin1').replace(/\r?\n/g, '\r\n'), 'latin1');
const read = (name: string) => readReplyMail(raw(name), { nullReturnPath: true, code: 47 });

const ROWS: [mail: string, action: Bounce['action'], status: string | null, words: RegExp][] = [
  ['postfix-unknown-user', 'failed', '5.1.1', /^550 5\.1\.1 <ana@example\.com>: .* User unknown$/],
  ['postfix-delayed', 'delayed', '4.4.1', /Connection timed out/],
  ['postfix-delivered', 'delivered', '2.0.0', /250 2\.0\.0 Ok/],
  ['postfix-relayed', 'relayed', '2.0.0', /^$/],
  ['postfix-expired', 'failed', '4.4.1', /Connection timed out/],
  ['gmail-not-found', 'failed', '5.1.1', /does not exist/],
  ['gmail-delay', 'delayed', '4.4.2', /timeout/],
  ['exchange-365', 'failed', '5.1.10', /RecipientNotFound/],
  ['mailbox-full', 'failed', '5.2.2', /Mailbox is full/],
  ['refused-by-policy', 'failed', '5.7.26', /DMARC policy/],
  ['sendmail', 'failed', '5.1.1', /User unknown/],
  ['several-recipients', 'failed', '5.2.1', /mailbox disabled/],
  ['global-status', 'failed', '5.1.3', /^$/],
  ['exim', 'failed', '5.1.1', /^550 5\.1\.1/],
  ['exim-delayed', 'delayed', null, /^$/],
  ['qmail', 'failed', null, /^550 no such user here/],
  ['exchange-2003', 'failed', '5.1.1', /^$/],
  ['yahoo', 'failed', null, /^554: delivery error/],
];
const NO_REPORT = ['out-of-office-null-path', 'postmaster-by-hand', 'read-receipt'];

describe('a mail that came back', () => {
  it.each(ROWS)('%s: %s', async (name, action, status, words) => {
    const { bounce, automatic, command } = await read(name);
    expect(bounce).toMatchObject({ action, status });
    expect(bounce?.words).toMatch(words);
    expect(bounce?.words).not.toMatch(/\p{Cc}/u);
    expect(automatic, 'it is no answer').not.toBeNull();
    expect(command.verb).toBe('unclear');
  });
  it.each(ROWS)('%s is a report with another return path too, and never an answer', async (name, action) => {
    const reply = await readReplyMail(raw(name), { nullReturnPath: false, code: 47 });
    expect(reply.bounce?.action).toBe(action);
    expect(reply.command.verb).toBe('unclear');
  });
  it.each(NO_REPORT)('%s reports on nothing, and is no answer', async (name) => {
    const { bounce, automatic, command } = await read(name);
    expect([bounce, command.verb]).toEqual([null, 'unclear']);
    expect(automatic).not.toBeNull();
  });
  it('is covered, every one', () => {
    const names = [...ROWS.map(([name]) => name), ...NO_REPORT].map((name) => `${name}.eml`);
    expect(readdirSync(FOLDER).toSorted()).toEqual(names.toSorted());
  });
  it('names whom it was for where that is told', async () => {
    expect((await read('exchange-365')).bounce?.recipient).toBe('ana@example.com');
    expect((await read('several-recipients')).bounce?.recipient).toBe('ana@example.com');
    expect((await read('exim')).bounce?.recipient).toBe('ana@example.com');
    expect((await read('qmail')).bounce?.recipient).toBeNull();
  });
  it('that a person sends on says nothing: only a mail server does', async () => {
    const forwarded = Buffer.from(
      'From: Ana <ana@example.com>\r\nSubject: Fwd: failure notice\r\n\r\nThis is a permanent error; 550 5.1.1 no such user\r\n',
    );
    expect((await readReplyMail(forwarded, { nullReturnPath: false, code: 47 })).bounce).toBeNull();
  });
  it('broken in any way is read without harm', async () => {
    const whole = raw('postfix-unknown-user');
    for (let end = 0; end < whole.length; end += 37) {
      const { command } = await readReplyMail(whole.subarray(0, end), { nullReturnPath: true, code: 47 });
      expect(command.verb).toBe('unclear');
    }
  });
});

describe('what is said of it', () => {
  const cures: [mail: string, cure: RegExp][] = [
    ['postfix-unknown-user', /^correct the address: relay person edit ana --email/],
    ['exchange-365', /^correct the address/],
    ['several-recipients', /^correct the address/],
    ['mailbox-full', /full/],
    ['postfix-expired', /was not reached/],
    ['refused-by-policy', /SPF, DKIM and DMARC/],
    ['qmail', /see what the mail server .* says/],
  ];
  it.each(cures)('%s is cured: %s', async (name, cure) => {
    const { bounce } = await read(name);
    expect(bounce === null ? '' : bounceCure(bounce, 'ana', 'ana@example.com')).toMatch(cure);
  });
  it('its status and the server’s own words, each once', () => {
    const of = (status: string | null, words: string): string =>
      bounceError({ action: 'failed', status, words, recipient: null });
    expect(of('5.1.1', '550 no such user')).toBe('5.1.1: 550 no such user');
    expect(of('5.1.1', '550 5.1.1 no such user')).toBe('550 5.1.1 no such user');
    expect(of('5.1.1', '')).toBe('the mail came back (5.1.1)');
    expect(of(null, '')).toBe('the mail came back (no status)');
  });
});
