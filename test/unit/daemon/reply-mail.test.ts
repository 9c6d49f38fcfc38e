/** Mails to a reply address, as the daemon takes them: what goes into the journal, and what is refused. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { takeReplyMail, type ReplyParts } from '../../../src/relay/daemon/replies.ts';
import type { NewInput } from '../../../src/relay/events/accept.ts';
import type { ReplyToTake } from '../../../src/relay/events/smtp/deliver.ts';
import type { Input } from '../../../src/relay/events/types.ts';
import { readReplyMail } from '../../../src/relay/messaging/reply-mail.ts';
import { makeToken } from '../../../src/relay/messaging/token.ts';
import { replyFrom, signerOf } from '../messaging/signed-mail.ts';
import { startDns, type DnsServer } from '../mail-dns/dns-server.ts';
import { HandClock } from '../observe/hand-clock.ts';
import { team } from '../oncall/rosters.ts';
import { silent } from './moving-config.ts';

const KEY = new Uint8Array(32).fill(7);
const TOKEN = makeToken(KEY, 'ana.47');
const ana = signerOf('example.com');
const ZONE = { [ana.record[0]]: [ana.record[1]], 'TXT _dmarc.example.com': ['v=DMARC1; p=reject'] };

interface Desk {
  takes(raw: Uint8Array, more?: Partial<ReplyToTake>): Promise<string>;
  inputs(): Input[];
  ids(): (string | undefined)[];
  dns: DnsServer;
}

async function desk(requireDmarc = false): Promise<Desk> {
  const accepted: NewInput[] = [];
  const dns = await startDns({ ...ZONE });
  const parts: ReplyParts = {
    accept: (inputs) => {
      accepted.push(...inputs);
      return Promise.resolve([]);
    },
    roster: team,
    rosterIsSure: () => true,
    tokenKey: KEY,
    mailAuth: { openDns: () => dns.lookup(), clock: new HandClock(0) },
    requireDmarc: () => requireDmarc,
    log: silent,
    nowMs: () => 1_000,
  };
  return {
    dns,
    takes: (raw, more = {}) =>
      takeReplyMail(parts, {
        raw,
        token: TOKEN,
        mailFrom: 'ana@example.com',
        remote: '127.0.0.1',
        helo: null,
        whole: true,
        read: readReplyMail,
        ...more,
      }),
    inputs: () => accepted.map(({ input }) => input),
    ids: () => accepted.map(({ stableId }) => stableId),
  };
}

const report = (name: string): Buffer =>
  readFileSync(new URL(`../../fixtures/bounce/${name}.eml`, import.meta.url));

describe('who a reply is from', () => {
  it('is noted beside it, whatever it is', async () => {
    const { takes, inputs } = await desk();
    expect(await takes(await ana.sign(replyFrom('ana@example.com')))).toBe('taken');
    expect(await takes(Buffer.from(replyFrom('somebody@example.net')))).toBe('taken');
    expect(inputs()).toMatchObject([
      { kind: 'reply', command: { verb: 'ack', code: 47 }, auth: { dkim: 'pass', dmarc: 'pass' } },
      { kind: 'reply', command: { verb: 'ack', code: 47 }, auth: { dkim: 'none', dmarc: 'none' } },
    ]);
    for (const input of inputs()) expect(input).not.toHaveProperty('auth.refused');
  });
  it('must be proven where the configuration asks for it', async () => {
    const { takes, inputs } = await desk(true);
    expect(await takes(await ana.sign(replyFrom('ana@example.com')))).toBe('taken');
    expect(inputs()[0]).not.toHaveProperty('auth.refused');
    expect(await takes(Buffer.from(replyFrom('ana@example.com')))).toBe('taken');
    expect(inputs()[1]).toMatchObject({ auth: { refused: 'DKIM none, SPF none, DMARC none' } });
    expect(await takes(await ana.sign(replyFrom('someone.else@example.com')))).toBe('taken');
    expect(inputs()[2]).toMatchObject({
      auth: { dmarc: 'pass', refused: 'someone.else@example.com is none of your addresses' },
    });
    expect(await takes(await ana.sign(replyFrom('ana@example.com', 'close')), { whole: false })).toBe(
      'taken',
    );
    expect(inputs()[3]).toMatchObject({ auth: { refused: expect.stringContaining('too large') } });
  });
  it('that can not be looked up now is asked again later, where it must be proven', async () => {
    const { takes, inputs, dns } = await desk(true);
    const raw = await ana.sign(replyFrom('ana@example.com'));
    dns.isBroken = true;
    expect(await takes(raw)).toBe('later');
    expect(inputs()).toEqual([]);
    dns.isBroken = false;
    expect(await takes(raw)).toBe('taken');
    expect(inputs()).toMatchObject([{ kind: 'reply', auth: { dmarc: 'pass' } }]);
  });
  it('that can not be looked up is noted as such, and holds nothing up, where it need not be proven', async () => {
    const { takes, inputs, dns } = await desk();
    dns.isBroken = true;
    expect(await takes(await ana.sign(replyFrom('ana@example.com')))).toBe('taken');
    expect(inputs()).toMatchObject([{ kind: 'reply', auth: { dkim: 'temperror' } }]);
  });
});

describe('a mail server’s report', () => {
  it('becomes a receipt of the message that its address names, with a cure', async () => {
    const { takes, inputs, ids } = await desk(true);
    expect(await takes(report('postfix-unknown-user'), { mailFrom: '' })).toBe('taken');
    expect(inputs()).toMatchObject([
      {
        kind: 'receipt',
        person: 'ana',
        code: 47,
        receipt: {
          status: 'failed',
          providerId: null,
          error: expect.stringContaining('550 5.1.1') as string,
          cure: expect.stringContaining('relay person edit ana --email') as string,
        },
      },
    ]);
    expect(ids()[0]).toMatch(/^bounce-/);
    await takes(report('postfix-unknown-user'), { mailFrom: '' });
    expect(new Set(ids()).size, 'the same report has the same id').toBe(1);
  });
  it('of a delay, a delivery, or that it was passed on says only that', async () => {
    const { takes, inputs } = await desk();
    for (const name of ['gmail-delay', 'postfix-delivered', 'postfix-relayed'])
      await takes(report(name), { mailFrom: '' });
    expect(inputs()).toMatchObject([
      { kind: 'receipt', receipt: { status: 'sent', error: expect.stringContaining('4.4.2') as string } },
      { kind: 'receipt', receipt: { status: 'delivered' } },
      { kind: 'receipt', receipt: { status: 'sent' } },
    ]);
  });
  it('that says nothing, like a notice of absence, leaves no trace but a line in the log', async () => {
    const { takes, inputs } = await desk();
    for (const name of ['out-of-office-null-path', 'read-receipt']) {
      expect(await takes(report(name), { mailFrom: '' })).toBe('taken');
    }
    expect(inputs()).toEqual([]);
  });
  it('to a forged address is refused', async () => {
    const { takes, inputs } = await desk();
    const token = TOKEN.slice(0, -1) + (TOKEN.endsWith('a') ? 'b' : 'a');
    expect(await takes(report('postfix-unknown-user'), { mailFrom: '', token })).toBe('unknown-token');
    expect(inputs()).toEqual([]);
  });
});
