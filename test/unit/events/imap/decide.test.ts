import { describe, expect, it } from 'vitest';
import { envelopeSender } from '../../../../src/relay/events/imap/addresses.ts';
import { decide, type MailboxRules } from '../../../../src/relay/events/imap/decide.ts';
import { placeId } from '../../../../src/relay/events/imap/identity.ts';
import { hashKey } from '../../../../src/relay/events/keys.ts';
import { readHead } from '../../../../src/relay/events/mail/headers.ts';
import { emptyRoster } from '../../../../src/relay/oncall/edits.ts';
import type { Roster } from '../../../../src/relay/oncall/types.ts';

const KEY = '0123456789abcdef0123456789abcdef';
const TOKEN = 'ana.47.abcdefghijklmnop';
const ROSTER: Roster = {
  ...emptyRoster(),
  services: [
    { id: 'default', policy: 'default', keyHashes: [] },
    { id: 'db', policy: 'default', keyHashes: [hashKey(KEY)] },
    { id: 'web', policy: 'default', keyHashes: [] },
  ],
};
const RULES: MailboxRules = {
  user: 'alerts@example.com',
  alerts: true,
  replies: false,
  service: null,
  replyAddress: null,
};

const head = (...lines: string[]) => readHead(Buffer.from(`${lines.join('\r\n')}\r\n\r\nbody\r\n`));
const decided = (lines: string[], rules: Partial<MailboxRules> = {}, isSure = true) =>
  decide(head(...lines), { ...RULES, ...rules }, ROSTER, isSure);
/** `db` or `db+tag` each; the reason where nothing is taken. */
function outcome(lines: string[], rules: Partial<MailboxRules> = {}): string[] | string {
  const decision = decided(lines, rules);
  if (decision.kind !== 'take') return decision.why;
  return decision.recipients.map((one) => {
    if (one.kind === 'reply') return one.token;
    const name = one.kind === 'ping' ? `ping of ${one.heartbeat}` : one.service;
    return `${name}${one.tag === null ? '' : `+${one.tag}`}`;
  });
}

describe('which service a mail in a mailbox is for', () => {
  it.each<[string, string[], string[]]>([
    ['SERVICE@', ['To: db@example.com'], ['db']],
    ['a name and angle brackets', ['To: "DB, the big one" <DB@Example.com>'], ['db']],
    ['SERVICE+TAG@', ['To: db+disk@example.com'], ['db+disk']],
    ['the mailbox with +SERVICE', ['To: alerts+web@example.com'], ['web']],
    ['the mailbox with +SERVICE+TAG', ['To: alerts+web+eu@example.com'], ['web+eu']],
    ['SERVICE-KEY@', [`To: db-${KEY}@example.com`], ['db']],
    ['several who were written to', ['To: db@example.com, web@example.com'], ['db', 'web']],
    ['Cc too', ['To: ana@example.com', 'Cc: web@example.com'], ['web']],
    [
      'what was delivered to goes before what was written',
      ['Delivered-To: db@example.com', 'To: web@example.com'],
      ['db'],
    ],
    [
      'a delivery to the mailbox alone says nothing: what was written does',
      ['Delivered-To: alerts@example.com', 'X-Original-To: alerts@example.com', 'To: web@example.com'],
      ['web'],
    ],
    ['several deliveries', ['Delivered-To: alerts@example.com', 'Delivered-To: db@example.com'], ['db']],
    ['Envelope-To', ['Envelope-To: web@example.com', 'To: undisclosed-recipients:;'], ['web']],
    ['the same twice', ['To: db@example.com', 'Cc: alerts+db@example.com'], ['db']],
  ])('%s', (_name, lines, expected) => {
    expect(outcome(lines)).toEqual(expected);
  });

  it('one that names none goes to the mailbox’s own service, or is left alone without one', () => {
    expect(outcome(['To: alerts@example.com'], { service: 'web' })).toEqual(['web']);
    expect(outcome([], { service: 'web' })).toEqual(['web']);
    expect(outcome(['To: alerts@example.com'])).toMatch(/name no service, and the mailbox has none/);
  });

  it('a mailbox whose service has gone still takes alerts, and says so', () => {
    expect(decided(['To: alerts@example.com'], { service: 'gone' })).toMatchObject({
      recipients: [{ service: 'default', note: expect.stringMatching(/"gone", which is no service/) }],
    });
  });

  it('an old roster may lack the service: such mail waits', () => {
    expect(decided(['To: new@example.com'], {}, false).kind).toBe('later');
  });

  it('a key that is not valid any more is noted, and kept out of the journal', () => {
    const old = KEY.replace('0', '1');
    expect(decided([`To: db-${old}@example.com`])).toMatchObject({
      recipients: [{ service: 'db', key: old, note: expect.stringMatching(/not valid any more/) }],
    });
  });
});

describe('which mail answers a page', () => {
  const answers = { alerts: false, replies: true, replyAddress: 'relay+{token}@example.com' };

  it.each<[string, string[]]>([
    ['the configured address', [`To: relay+${TOKEN}@example.com`]],
    ['in capitals, as some clients send it back', [`To: RELAY+${TOKEN.toUpperCase()}@EXAMPLE.COM`]],
    ['ack+TOKEN of any domain', [`To: ack+${TOKEN}@alerts.example.com`]],
    ['where it was delivered to', ['To: hidden@example.com', `X-Original-To: relay+${TOKEN}@example.com`]],
  ])('%s', (_name, lines) => {
    expect(outcome(lines, answers)).toEqual([TOKEN]);
  });

  it('another mail in a mailbox for answers alone is left alone', () => {
    expect(outcome(['To: db@example.com'], answers)).toMatch(/addressed to no page/);
    expect(outcome(['To: relay+hello@example.com'], answers)).toMatch(/addressed to no page/);
  });

  it('an answer in a mailbox for alerts alone pages nobody', () => {
    expect(outcome([`To: ack+${TOKEN}@example.com`], { service: 'web' })).toMatch(/not for replies/);
  });

  it('one mailbox may serve both', () => {
    const both = { ...answers, alerts: true, user: 'relay@example.com', service: 'web' };
    expect(outcome([`To: relay+${TOKEN}@example.com`], both)).toEqual([TOKEN]);
    expect(outcome(['To: relay+db@example.com'], both)).toEqual(['db']);
    expect(outcome(['To: relay@example.com'], both)).toEqual(['web']);
  });

  it('points and pluses of the address are taken as they are', () => {
    const odd = { ...answers, replyAddress: 'a.b+x.{token}@example.com' };
    expect(outcome([`To: a.b+x.${TOKEN}@example.com`], odd)).toEqual([TOKEN]);
    expect(outcome([`To: aXb+x.${TOKEN}@example.com`], odd)).toMatch(/addressed to no page/);
  });
});

it('who sent it: the return path, nobody for a bounce, and the From address where no server noted it', () => {
  expect(envelopeSender(head('Return-Path: <a@example.com>', 'From: b@example.com'))).toBe('a@example.com');
  expect(envelopeSender(head('Return-Path: <>', 'From: b@example.com'))).toBe('');
  expect(envelopeSender(head('From: B <B@example.com>'))).toBe('b@example.com');
  expect(envelopeSender(head('Subject: x'))).toBe('unknown');
});

it('a place names a mail the same everywhere, and another once the mailbox is numbered anew', () => {
  const place = { host: 'Mail.example.com', user: 'a', mailbox: 'INBOX' };
  expect(placeId(place, '7', 1)).toBe(placeId({ ...place, host: 'mail.example.com' }, '7', 1));
  const ids = [
    placeId(place, '7', 1),
    placeId(place, '8', 1),
    placeId(place, '7', 2),
    placeId(place, '71', 1),
  ];
  expect(new Set(ids).size).toBe(4);
});
