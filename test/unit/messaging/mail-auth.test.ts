/** Who a mail is really from, asked of a DNS server of the test's own. */
import { describe, expect, it } from 'vitest';
import { checkMailAuth, type HandedIn, type MailAuth } from '../../../src/relay/messaging/mail-auth.ts';
import { startDns, type DnsServer, type Zone } from '../mail-dns/dns-server.ts';
import { HandClock } from '../observe/hand-clock.ts';
import { replyFrom, signerOf } from './signed-mail.ts';

const ana = signerOf('example.com');
const stranger = signerOf('example.net');
const DMARC = 'v=DMARC1; p=reject';
const ALL: Zone = {
  [ana.record[0]]: [ana.record[1]],
  [stranger.record[0]]: [stranger.record[1]],
  'TXT _dmarc.example.com': [DMARC],
  'TXT example.com': ['v=spf1 ip4:198.51.100.7 -all'],
  'TXT example.org': ['v=spf1 ip4:198.51.100.7 -all'],
};
/** Public enough for SPF to be asked about; nobody connects to it. */
const THEIRS = '8.8.8.8';

async function judge(
  raw: Uint8Array,
  more: Partial<HandedIn> & { zone?: Zone; dns?: DnsServer } = {},
): Promise<MailAuth> {
  const { zone = ALL, dns = await startDns(zone), ...handed } = more;
  return checkMailAuth(
    { raw, whole: true, mailFrom: 'ana@example.com', remote: null, helo: null, ...handed },
    { openDns: () => dns.lookup(), clock: new HandClock(0), deadlineMs: 5_000 },
  );
}

describe('a reply', () => {
  it('signed by its own domain is proven', async () => {
    const raw = await ana.sign(replyFrom('ana@example.com'));
    expect(await judge(raw)).toEqual({
      auth: { dkim: 'pass', spf: 'none', dmarc: 'pass' },
      from: 'ana@example.com',
      proven: true,
      later: false,
    });
  });
  it('signed by its own domain is proven where that has no DMARC record, too', async () => {
    const { 'TXT _dmarc.example.com': _gone, ...zone } = ALL;
    const raw = await ana.sign(replyFrom('ana@example.com'));
    expect(await judge(raw, { zone })).toMatchObject({
      auth: { dkim: 'pass', dmarc: 'none' },
      proven: true,
    });
  });
  it('changed after it was signed is not', async () => {
    const raw = await ana.sign(replyFrom('ana@example.com', 'no'));
    const changed = Buffer.from(raw.toString('latin1').replace('\r\n\r\nno', '\r\n\r\nack'), 'latin1');
    expect(await judge(changed)).toMatchObject({
      auth: { dkim: 'fail', dmarc: 'fail' },
      proven: false,
      later: false,
    });
  });
  it('signed by another domain than it says it is from is not', async () => {
    const raw = await stranger.sign(replyFrom('ana@example.com'));
    expect(await judge(raw)).toMatchObject({ auth: { dkim: 'pass', dmarc: 'fail' }, proven: false });
    const { 'TXT _dmarc.example.com': _gone, ...zone } = ALL;
    expect(await judge(raw, { zone })).toMatchObject({ auth: { dmarc: 'none' }, proven: false });
  });
  it('without a signature proves nothing, and costs no look-up', async () => {
    const dns = await startDns(ALL);
    expect(await judge(Buffer.from(replyFrom('ana@example.com')), { dns })).toEqual({
      auth: { dkim: 'none', spf: 'none', dmarc: 'none' },
      from: null,
      proven: false,
      later: false,
    });
    expect(dns.asked).toEqual([]);
  });
  it('handed in by a server that SPF names is proven; by another it is not', async () => {
    const raw = Buffer.from(replyFrom('ana@example.com'));
    const zone = { ...ALL, 'TXT example.com': [`v=spf1 ip4:${THEIRS} -all`] };
    expect(await judge(raw, { remote: THEIRS, helo: 'mail.example.com', zone })).toMatchObject({
      auth: { dkim: 'none', spf: 'pass', dmarc: 'pass' },
      proven: true,
    });
    expect(await judge(raw, { remote: THEIRS })).toMatchObject({
      auth: { spf: 'fail', dmarc: 'fail' },
      proven: false,
    });
  });
  it('handed on by a server of ours: SPF says nothing of it', async () => {
    const raw = await ana.sign(replyFrom('ana@example.com'));
    for (const remote of ['127.0.0.1', '::1', '10.1.2.3', '192.168.1.1', '::ffff:10.0.0.1'])
      expect((await judge(raw, { remote })).auth.spf).toBe('none');
  });
  it('with two From lines is proven to be from nobody', async () => {
    const raw = await ana.sign(`From: Ben <ben@example.org>\r\n${replyFrom('ana@example.com')}`);
    expect(await judge(raw)).toMatchObject({ from: null, proven: false });
  });
  it('with hundreds of signatures is not looked into', async () => {
    const dns = await startDns(ALL);
    const raw = Buffer.from(
      'DKIM-Signature: v=1; d=example.com; s=s1\r\n'.repeat(300) + replyFrom('a@example.com'),
    );
    expect(await judge(raw, { dns })).toMatchObject({ auth: { dkim: 'permerror' }, proven: false });
    expect(dns.asked).toEqual([]);
  });
  it('with a header of half a megabyte is not looked into either', async () => {
    const dns = await startDns(ALL);
    const raw = await ana.sign(`X-Long: ${'a:'.repeat(250_000)}\r\n${replyFrom('ana@example.com')}`);
    expect(await judge(raw, { dns })).toMatchObject({ auth: { dkim: 'permerror' }, proven: false });
    expect(dns.asked).toEqual([]);
  });
  it('whose end was cut off is not judged by its signature', async () => {
    const raw = await ana.sign(replyFrom('ana@example.com', `ack\r\n${'x'.repeat(500)}`));
    const { auth, proven } = await judge(raw.subarray(0, raw.length - 100), { whole: false });
    expect([auth.dkim, proven]).toEqual(['none', false]);
  });
});

describe('DNS', () => {
  it('that fails says so: it may be proven later', async () => {
    const dns = await startDns(ALL);
    dns.isBroken = true;
    const raw = await ana.sign(replyFrom('ana@example.com'));
    expect(await judge(raw, { dns })).toMatchObject({
      auth: { dkim: 'temperror' },
      proven: false,
      later: true,
    });
  });
  it('that is silent holds nobody up past the deadline', async () => {
    const dns = await startDns(ALL);
    dns.isSilent = true;
    const clock = new HandClock(0);
    const raw = await ana.sign(replyFrom('ana@example.com'));
    const judging = checkMailAuth(
      { raw, whole: true, mailFrom: 'ana@example.com', remote: null, helo: null },
      { openDns: () => dns.lookup(), clock, deadlineMs: 5_000 },
    );
    await expect.poll(() => dns.asked.length).toBeGreaterThan(0);
    clock.advance(5_000);
    expect(await judging).toEqual({
      auth: { dkim: 'temperror', spf: 'temperror', dmarc: 'temperror' },
      from: null,
      proven: false,
      later: true,
    });
  });
});
