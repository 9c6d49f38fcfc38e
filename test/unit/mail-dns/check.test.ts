import { describe, expect, it } from 'vitest';
import { checkMail, type CheckParts, type MailDomains } from '../../../src/relay/mail-dns/check.ts';
import { domainsOf } from '../../../src/relay/mail-dns/domains-of.ts';
import { isPublicAddress, isPublicDomain } from '../../../src/relay/mail-dns/public-name.ts';
import { reverseName } from '../../../src/relay/mail-dns/ptr.ts';
import { quoted } from '../../../src/relay/mail-dns/zone-line.ts';
import { setupClock } from '../../../src/relay/setup/clock.ts';
import { startDns, type DnsServer, type Zone } from './dns-server.ts';

/** Public, and nobody's here: the checks only read what DNS says of it. */
const OURS = '8.8.4.4';

interface Change {
  incoming?: string | null;
  from?: string;
  servers?: string[];
  own?: MailDomains['own'];
}

const domains = ({
  incoming = 'alerts.example.com',
  from = 'example.com',
  servers = ['mail.example.com'],
  own = { name: 'relay.alerts.example.com', addresses: [OURS] },
}: Change): MailDomains => ({ incoming, senders: [{ domain: from, servers }], from: [from], own });

async function look(zone: Zone, change: Change = {}, parts: Partial<CheckParts> = {}) {
  const dns = await startDns(zone);
  return { dns, ...(await ask(dns, change, parts)) };
}

const ask = (dns: DnsServer, change: Change = {}, parts: Partial<CheckParts> = {}) =>
  checkMail(domains(change), {
    lookup: dns.lookup(),
    knock: null,
    isPublic: () => true,
    after: (delayMs, fn) => setupClock.after(delayMs, fn),
    ...parts,
  });

const RIGHT: Zone = {
  'MX alerts.example.com': ['10 relay.alerts.example.com'],
  'A relay.alerts.example.com': [OURS],
  'TXT example.com': ['v=spf1 a:mail.example.com -all'],
  'A mail.example.com': ['9.9.9.9'],
  'TXT _dmarc.example.com': ['v=DMARC1; p=reject'],
};

describe('what DNS says about mail', () => {
  it('all of it in order', async () => {
    const { findings } = await look(RIGHT);
    expect(findings.map(({ about, state }) => [about, state])).toEqual([
      ['mx', 'ok'],
      ['spf', 'ok'],
      ['dmarc', 'ok'],
    ]);
  });

  it('nothing there: each missing record as the line for the zone', async () => {
    const { findings } = await look({ 'A mail.example.com': ['9.9.9.9'] });
    expect(findings.map(({ state }) => state)).toEqual(['wrong', 'wrong', 'wrong']);
    expect(findings.flatMap(({ record }) => record?.split('\n') ?? [])).toEqual([
      'alerts.example.com. 3600 IN MX 10 relay.alerts.example.com.',
      `relay.alerts.example.com. 3600 IN A ${OURS}`,
      'example.com. 3600 IN TXT "v=spf1 a:mail.example.com ~all"',
      '_dmarc.example.com. 3600 IN TXT "v=DMARC1; p=none"',
    ]);
  });

  it('a domain without an MX record takes mail at its own address', async () => {
    const { findings } = await look({
      ...RIGHT,
      'MX alerts.example.com': [],
      'A alerts.example.com': [OURS],
    });
    expect(findings[0]).toMatchObject({ about: 'mx', state: 'ok' });
  });

  it('a null MX says that no mail is wanted', async () => {
    const { findings } = await look({
      ...RIGHT,
      'MX alerts.example.com': ['0 .'],
      'A alerts.example.com': [OURS],
    });
    expect(findings[0]).toMatchObject({ about: 'mx', state: 'wrong' });
  });

  it('DMARC of a domain above counts', async () => {
    const { findings } = await look(
      { ...RIGHT, 'TXT alerts.example.com': ['v=spf1 a:mail.example.com -all'] },
      { from: 'alerts.example.com' },
    );
    expect(findings.find(({ about }) => about === 'dmarc')).toMatchObject({ state: 'ok' });
  });

  it('DNS that never answers: all of it is unknown, and soon', async () => {
    const dns = await startDns(RIGHT);
    dns.isSilent = true;
    const after = (_delayMs: number, fn: () => void): (() => void) => {
      const timer = setImmediate(fn);
      return () => clearImmediate(timer);
    };
    const { findings } = await ask(dns, {}, { after });
    expect(findings.map(({ state }) => state)).toEqual(['unknown', 'unknown', 'unknown']);
    expect(findings[0]?.text).toMatch(/^DNS does not answer for alerts\.example\.com/);
  });

  it('names that nobody outside knows are not asked about', async () => {
    const { dns, wayBack, findings } = await look(RIGHT, {}, { isPublic: isPublicDomain });
    expect(dns.asked).toEqual([]);
    expect(findings).toEqual([]);
    expect(wayBack).toMatchObject({ works: null, text: expect.stringMatching(/no name that others know/) });
  });
});

describe('SPF', () => {
  const spf = async (record: string, change: Change = {}) => {
    const { findings } = await look({ ...RIGHT, 'TXT example.com': [record] }, { incoming: null, ...change });
    return findings.find(({ about }) => about === 'spf');
  };

  it('of a server elsewhere that is not named: a hint, since it may send from other addresses', async () => {
    expect(await spf('v=spf1 mx -all')).toMatchObject({
      state: 'unknown',
      text: expect.stringMatching(/doesn't name mail\.example\.com \(9\.9\.9\.9\).*what to include/),
      record: 'example.com. 3600 IN TXT "v=spf1 mx a:mail.example.com -all"',
    });
  });

  it('of this machine that is not named: wrong', async () => {
    expect(await spf('v=spf1 -all', { servers: ['127.0.0.1'] })).toMatchObject({
      state: 'wrong',
      record: `example.com. 3600 IN TXT "v=spf1 ip4:${OURS} -all"`,
    });
  });

  it('of this machine that is named', async () => {
    expect(await spf(`v=spf1 ip4:${OURS} -all`, { servers: ['localhost'] })).toMatchObject({ state: 'ok' });
  });

  it('behind NAT nobody here knows the address that others see', async () => {
    const own = { name: 'relay.example.com', addresses: ['10.0.0.7'] };
    expect(await spf('v=spf1 mx -all', { servers: ['127.0.0.1'], own })).toMatchObject({ state: 'unknown' });
  });

  it('a broken record, and two of them', async () => {
    expect(await spf('v=spf1 include: -all')).toMatchObject({
      state: 'wrong',
      text: expect.stringMatching(/broken/),
    });
    const { findings } = await look({ ...RIGHT, 'TXT example.com': ['v=spf1 -all', 'v=spf1 mx -all'] });
    expect(findings.find(({ about }) => about === 'spf')?.text).toMatch(/has 2 SPF records/);
  });
});

describe('the name of the address that this machine sends from', () => {
  const reverse = reverseName(OURS);
  const ptr = async (zone: Zone) => {
    const { findings } = await look({ ...RIGHT, ...zone }, { servers: ['127.0.0.1'] });
    return findings.find(({ about }) => about === 'ptr');
  };

  it('known both ways', async () => {
    expect(await ptr({ [`PTR ${reverse}`]: ['relay.alerts.example.com'] })).toMatchObject({ state: 'ok' });
  });

  it('missing', async () => {
    expect(await ptr({})).toMatchObject({
      state: 'wrong',
      record: '4.4.8.8.in-addr.arpa. 3600 IN PTR relay.alerts.example.com.',
    });
  });

  it('of a name that has another address', async () => {
    const zone = { [`PTR ${reverse}`]: ['old.example.com'], 'A old.example.com': ['9.9.9.9'] };
    expect(await ptr(zone)).toMatchObject({ state: 'wrong', record: `old.example.com. 3600 IN A ${OURS}` });
  });

  it('of an IPv6 address has 32 digits', () => {
    expect(reverseName('2001:db8::1')).toBe(`1${'.0'.repeat(23)}.8.b.d.0.1.0.0.2.ip6.arpa`);
  });
});

it('which names and addresses the world knows', () => {
  const names = ['relay.dev', 'alerts.example.com', 'localhost', 'pager.lan', 'alerts.test', 'alerts'];
  expect(names.filter(isPublicDomain)).toEqual(['relay.dev']);
  expect(
    ['10.0.0.1', '127.0.0.1', '192.168.1.1', 'fe80::1', '100.64.0.1', OURS].filter(isPublicAddress),
  ).toEqual([OURS]);
});

it('a long text stands in parts', () => {
  expect(quoted('x'.repeat(300))).toBe(`"${'x'.repeat(255)}" "${'x'.repeat(45)}"`);
});

describe('which domains a configuration is about', () => {
  const own = { name: 'relay.example.com', addresses: [] };
  const mail = {
    url: 'smtps://u@Mail.Example.com:465',
    from: 'Relay <relay@Example.com>',
    replyWorks: 'auto' as const,
  };
  const smtp = { domain: 'alerts.example.com' };

  it('answers come in at smtp.domain, which bounces go to as well', () => {
    expect(domainsOf({ mail, smtp }, own)).toMatchObject({
      incoming: 'alerts.example.com',
      senders: [
        { domain: 'example.com', servers: ['mail.example.com'] },
        { domain: 'alerts.example.com', servers: ['mail.example.com'] },
      ],
      from: ['example.com'],
    });
  });

  it('without answers nothing has to come in', () => {
    expect(domainsOf({ mail: { ...mail, replyWorks: false }, smtp }, own)).toMatchObject({
      incoming: null,
      senders: [{ domain: 'example.com' }],
    });
  });

  it('with a mailbox for answers no MX has to lead here, and its domain is who bounces go to', () => {
    const imap = [{ replies: true, replyAddress: 'relay+{token}@box.example.com' }];
    expect(domainsOf({ mail, smtp, imap }, own)).toMatchObject({
      incoming: null,
      senders: [{ domain: 'example.com' }, { domain: 'box.example.com', servers: ['mail.example.com'] }],
    });
  });

  it('each server may send for the domain of its own From address, and all for that of the answers', () => {
    const behind = [{ url: 'smtp://127.0.0.1:25', from: 'relay@other.example.com' }];
    expect(domainsOf({ mail: { ...mail, behind }, smtp }, own)).toMatchObject({
      senders: [
        { domain: 'example.com', servers: ['mail.example.com'] },
        { domain: 'other.example.com', servers: ['127.0.0.1'] },
        { domain: 'alerts.example.com', servers: ['mail.example.com', '127.0.0.1'] },
      ],
      from: ['example.com', 'other.example.com'],
    });
  });
});
