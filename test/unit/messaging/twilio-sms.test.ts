import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Outgoing, Transport } from '../../../src/relay/messaging/port.ts';
import { phoneText } from '../../../src/relay/messaging/phone-text.ts';
import { twilioSms } from '../../../src/relay/messaging/twilio/sms.ts';
import { startTwilioStandin, type TwilioStandin } from '../../../src/standins/twilio.ts';
import { HandClock } from '../../contract/hand-clock.ts';

const page: Outgoing = {
  id: 'ana.47',
  code: 47,
  person: 'ana',
  channel: 'sms',
  to: '+15550101',
  body: '#12 db: disk full. Reply 47a ack, 47c resolve',
  answerable: true,
};
const call = { deadlineMs: 8_000, mayStart: () => true };
const none: ReadonlySet<string> = new Set();
let nowMs: number;
let standin: TwilioStandin;
let transport: Transport;

beforeEach(async () => {
  nowMs = 1_800_000_000_500;
  standin = await startTwilioStandin({ nowMs: () => nowMs });
  transport = smsThrough(standin.baseUrl);
});
afterEach(async () => {
  await transport.close();
  await standin.close();
});

const smsThrough = (baseUrl: string, accountSid = standin.accountSid): Transport =>
  twilioSms({
    accountSid,
    authToken: () => standin.authToken,
    from: '+15550100',
    baseUrl,
    statusUrl: null,
    clock: new HandClock(),
  });

describe('what an answer of Twilio means', () => {
  it.each([
    [400, 21211, false],
    [400, 21408, false],
    [400, 21608, true],
    [400, 21610, false],
    [400, 21614, false],
    [400, 30034, false],
    [400, 99999, false],
    [400, 21606, true],
    [401, 20003, true],
    [403, 20005, true],
    [403, 77777, true],
  ])(
    'HTTP %i with code %i is a refusal for good with a cure; about the account: %s',
    async (status, code, account) => {
      standin.failNext({ kind: 'error', status, code });
      const outcome = await transport.send(page, call);
      expect(outcome).toMatchObject({ kind: 'refused', permanent: true, code: String(code) });
      expect(outcome).toHaveProperty('cure', expect.stringMatching(/\w{4}/));
      expect('account' in outcome).toBe(account);
    },
  );

  it('a text that was taken carries the second Twilio took it, by its clock', async () => {
    expect(await transport.send(page, call)).toMatchObject({
      kind: 'accepted',
      acceptedAtMs: 1_800_000_000_000,
    });
  });

  it('429 is tried again no sooner than Twilio says, and the library does not try by itself', async () => {
    let asked = 0;
    standin.on('request', () => {
      asked += 1;
    });
    standin.failNext({ kind: 'error', status: 429, code: 20429, retryAfterSeconds: 7 });
    expect(await transport.send(page, call)).toMatchObject({
      kind: 'refused',
      permanent: false,
      retryAfterMs: 7_000,
    });
    expect([asked, standin.ledger.length]).toEqual([1, 0]);
  });

  it.each([
    { kind: 'error', status: 500, code: 20500 },
    { kind: 'error', status: 503, code: 20503 },
    { kind: 'status', status: 502, accept: true },
    { kind: 'status', status: 302, accept: true },
    { kind: 'status', status: 404, accept: true },
    { kind: 'status', status: 408, accept: true },
    { kind: 'garbage', accept: true },
  ] as const)('proves nothing, so it is doubt: %j', async (fault) => {
    standin.failNext(fault);
    expect(await transport.send(page, call)).toMatchObject({ kind: 'doubt' });
  });

  it('a sid that can be none is told before anything is asked', async () => {
    const wrong = smsThrough(standin.baseUrl, 'SK0123');
    expect(await wrong.send(page, call)).toMatchObject({
      kind: 'refused',
      account: true,
      code: 'configuration',
    });
    await wrong.close();
  });

  it('a suspended account is told by the check and by a send', async () => {
    standin.accountStatus = 'suspended';
    expect(await transport.check()).toMatchObject({ error: expect.stringContaining('suspended') as string });
    expect(await transport.send(page, call)).toMatchObject({ kind: 'refused', account: true });
  });

  it('a page expires at Twilio instead of waking somebody hours later', async () => {
    await transport.send(page, call);
    expect(standin.ledger[0]?.validitySeconds).toBe(1800);
  });

  it('a base URL with a path keeps it, and connections are kept', async () => {
    await transport.send(page, call);
    await transport.send({ ...page, body: 'another' }, call);
    expect([standin.connections, standin.ledger.length]).toEqual([1, 2]);
    standin.closeIdle();
    expect(await transport.send({ ...page, body: 'a third' }, call)).toMatchObject({ kind: 'accepted' });
    const prefixed = smsThrough(`${standin.baseUrl}/elsewhere/`);
    expect(await prefixed.send(page, call)).toMatchObject({ code: '20404' });
    await prefixed.close();
  });
});

describe('settling doubt by the list (rule 5)', () => {
  const claim = (adopted = none): Parameters<Transport['settle']>[1] => ({ claimedAtMs: nowMs, adopted });

  it('finds the message among many, pages away', async () => {
    const claimed = claim();
    await transport.send(page, call);
    for (let index = 0; index < 450; index += 1) {
      await transport.send({ ...page, body: `#${index} later` }, call);
    }
    expect(await transport.settle(page, claimed)).toEqual({
      kind: 'found',
      providerId: standin.ledger[0]?.sid,
      acceptedAtMs: 1_800_000_000_000,
    });
  });

  it('takes no other text, no other number and nothing another message has adopted', async () => {
    await transport.send({ ...page, body: `${page.body}.` }, call);
    await transport.send({ ...page, to: '+15550102' }, call);
    expect(await transport.settle(page, claim())).toEqual({ kind: 'absent' });
    await transport.send(page, call);
    expect(await transport.settle(page, claim(new Set([standin.ledger[2]?.sid ?? ''])))).toEqual({
      kind: 'absent',
    });
  });

  it('allows for whole seconds on their clock', async () => {
    await transport.send(page, call);
    expect(await transport.settle(page, { claimedAtMs: nowMs + 400, adopted: none })).toMatchObject({
      kind: 'found',
    });
  });

  it('the same text from before the claim proves neither: it is never sent again for that', async () => {
    await transport.send(page, call);
    nowMs += 60_000;
    expect(await transport.settle(page, claim())).toMatchObject({ kind: 'unclear', retry: false });
  });

  it('knows a text by what a trial account puts before it', async () => {
    await transport.send({ ...page, body: `Sent from your Twilio trial account - ${page.body}` }, call);
    expect(await transport.settle(page, claim())).toMatchObject({ kind: 'found' });
  });

  it('a list that fails, even on its second page, is no proof: ask again', async () => {
    for (let index = 0; index < 201; index += 1) await transport.send({ ...page, body: `${index}` }, call);
    let lists = 0;
    standin.fault = ({ kind }) =>
      kind === 'list' && ++lists === 2 ? { kind: 'status', status: 500, accept: false } : null;
    expect(await transport.settle(page, claim())).toMatchObject({ kind: 'unclear', retry: true });
    expect(lists).toBe(2);
  });

  it('a list that lags shows the message once the settle time has passed', async () => {
    standin.listLagMs = transport.settleMs;
    const claimed = claim();
    standin.failNext({ kind: 'reset', accept: true });
    expect(await transport.send(page, call)).toMatchObject({ kind: 'doubt' });
    nowMs += transport.settleMs;
    expect(await transport.settle(page, claimed)).toMatchObject({ kind: 'found' });
    expect(standin.ledger).toHaveLength(1);
  });
});

it('a text for a phone keeps its line feeds and loses what is no text', () => {
  expect(phoneText('a\r\nb\rc\u2028d\u0000\u0007\u001b\u007f\u0085\ud800')).toBe('a\nb\nc\nd\ufffd');
});
