import { describe, expect, it, onTestFinished } from 'vitest';
import type { Config } from '../../../src/relay/config/types.ts';
import { CallsMade } from '../../../src/relay/messaging/twilio/calls-made.ts';
import { MailDomain } from '../../../src/relay/daemon/mail-domain.ts';
import { MailReplies, noteReplies } from '../../../src/relay/daemon/mail-replies.ts';
import { Providers } from '../../../src/relay/daemon/providers.ts';
import type { Channels } from '../../../src/relay/daemon/transports.ts';
import { startSmtp } from '../../../src/relay/events/smtp.ts';
import { doorId } from '../../../src/relay/mail-dns/door-id.ts';
import { nowhere } from '../../../src/relay/messaging/nowhere.ts';
import { emptyRoster } from '../../../src/relay/oncall/edits.ts';
import { HandClock } from '../../contract/hand-clock.ts';
import { startDns } from '../mail-dns/dns-server.ts';

const KEY = new Uint8Array(32).fill(7);
const nothing = (): void => undefined;
const log = { info: nothing, warn: nothing, error: nothing };

const configOf = (replyWorks: boolean | 'auto', domain = 'alerts.example.com'): Config =>
  ({
    http: null,
    smtp: { domain },
    mail: { url: 'smtp://127.0.0.1:25', from: `relay@${domain}`, replyWorks },
  }) as unknown as Config;

function channelsOf(config: Config): Channels {
  const channels: Channels = {
    transports: new Map([['email', [nowhere()]]]),
    pace: { atOnce: 4, everyMs: 60_000 },
    answerable: new Set(),
    mailReplies: new MailReplies(config, KEY),
    made: new CallsMade(),
  };
  noteReplies(channels);
  return channels;
}

/** The real mail server of a relay with this key. */
async function openDoor(key: Uint8Array): Promise<number> {
  const smtp = await startSmtp({
    listen: { host: '127.0.0.1', port: 0 },
    domain: 'alerts.example.com',
    id: doorId(key),
    allowFrom: [],
    tls: null,
    users: null,
    roster: emptyRoster,
    accept: () => Promise.resolve([]),
    reader: {
      read: () => Promise.resolve([]),
      readReply: () => Promise.reject(new Error('no reply is read here')),
      close: () => Promise.resolve(),
    },
    reply: null,
    log,
  });
  onTestFinished(() => smtp.close());
  return smtp.address.port;
}

async function setUp(replyWorks: boolean | 'auto' = 'auto') {
  const dns = await startDns({
    'MX alerts.example.com': ['10 mx.example.com'],
    'A mx.example.com': ['127.0.0.1'],
  });
  const config = configOf(replyWorks);
  const channels = channelsOf(config);
  const clock = new HandClock();
  const parts = { channels, tokenKey: KEY, clock, log, newLookup: () => dns.lookup(), isPublic: () => true };
  return { dns, config, channels, clock, parts };
}

describe('pages offer an answer by mail only while it comes back', () => {
  it('from the first look on where the MX leads to this relay', async () => {
    const { config, channels, parts } = await setUp();
    expect(channels.answerable.has('email'), 'before anybody has looked').toBe(false);
    const watch = new MailDomain({ ...parts, port: await openDoor(KEY) });
    await watch.start(config);
    expect(channels.answerable.has('email')).toBe(true);
    expect(channels.mailReplies.address('ana.47')).toMatch(
      /^ack\+ana\.47\.[a-z2-7]{16}@alerts\.example\.com$/,
    );
    watch.stop();
  });

  it('not where it leads to another relay; status says so', async () => {
    const { config, channels, parts } = await setUp();
    const watch = new MailDomain({ ...parts, port: await openDoor(new Uint8Array(32)) });
    await watch.start(config);
    expect(channels.answerable.has('email')).toBe(false);
    expect(channels.mailReplies.address('ana.47')).toBeNull();
    expect(channels.mailReplies.state.text).toMatch(/mx\.example\.com, which is another mail server/);
    expect(watch.last?.report.findings.find(({ about }) => about === 'mx')).toMatchObject({ state: 'wrong' });
    watch.stop();
  });

  it('a DNS that fails later leaves what is known; one that says otherwise does not', async () => {
    const { dns, config, channels, parts } = await setUp();
    const watch = new MailDomain({ ...parts, port: await openDoor(KEY) });
    await watch.start(config);
    dns.isBroken = true;
    await watch.start(config);
    expect(channels.answerable.has('email')).toBe(true);
    dns.isBroken = false;
    dns.zone = {};
    await watch.start(config);
    expect(channels.answerable.has('email')).toBe(false);
    watch.stop();
  });

  it('looks again after an hour', async () => {
    const { config, clock, dns, parts } = await setUp();
    const watch = new MailDomain({ ...parts, port: await openDoor(KEY) });
    await watch.start(config);
    const before = dns.asked.length;
    clock.pass(60 * 60_000);
    await expect.poll(() => dns.asked.length).toBeGreaterThan(before);
    watch.stop();
  });

  it('a look that fails altogether ends nothing: there is another in an hour', async () => {
    const { config, clock, channels, parts } = await setUp();
    const { newLookup } = parts;
    let isBroken = true;
    const watch = new MailDomain({
      ...parts,
      port: await openDoor(KEY),
      newLookup: () => {
        if (isBroken) throw new Error('no resolver on this machine');
        return newLookup();
      },
    });
    await watch.start(config);
    expect(watch.last).toBeNull();
    isBroken = false;
    clock.pass(60 * 60_000);
    await expect.poll(() => channels.answerable.has('email'), { timeout: 30_000 }).toBe(true);
    watch.stop();
  });

  it('what the configuration says by hand counts, whatever is found', async () => {
    expect(channelsOf(configOf(true)).answerable.has('email')).toBe(true);
    expect(channelsOf(configOf(false)).answerable.has('email')).toBe(false);
    const { config, channels, parts } = await setUp(true);
    const watch = new MailDomain({ ...parts, port: await openDoor(new Uint8Array(32)) });
    await watch.start(config);
    expect(channels.answerable.has('email')).toBe(true);
    watch.stop();
  });

  it('a reload keeps what was found for the same domain, and forgets it for another', async () => {
    const { config, channels, clock, parts } = await setUp();
    const watch = new MailDomain({ ...parts, port: await openDoor(KEY) });
    await watch.start(config);
    watch.stop();
    const problems = { raise: nothing, clear: nothing };
    const providers = new Providers(channels, { clock, log, problems });
    await providers.replace(channelsOf(configOf('auto')));
    expect(channels.answerable.has('email')).toBe(true);
    await providers.replace(channelsOf(configOf('auto', 'pager.example.com')));
    expect(channels.answerable.has('email')).toBe(false);
  });
});
