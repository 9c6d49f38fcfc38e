import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  inboundSms,
  type InboundSms,
  type InboundSmsOptions,
  type ReceivedSms,
} from '../../../src/relay/messaging/twilio/inbound.ts';
import { startTwilioStandin, type TwilioStandin } from '../../../src/standins/twilio.ts';
import { inboundParams, signature } from '../../../src/standins/twilio-webhook.ts';
import { HandClock } from '../../contract/hand-clock.ts';

const ANA = '+15550101';
let standin: TwilioStandin;
let clock: HandClock;
let received: ReceivedSms[];
let failStore: boolean;
let pageOpen: boolean;
let problems: Map<string, string>;
let polls: number;
let open: InboundSms[];

beforeEach(async () => {
  standin = await startTwilioStandin();
  clock = new HandClock();
  received = [];
  failStore = false;
  pageOpen = false;
  problems = new Map();
  polls = 0;
  open = [];
});

afterEach(async () => {
  await Promise.all(open.map((one) => one.stop()));
  await standin.close();
});

function inbound(overrides: Partial<InboundSmsOptions> = {}): InboundSms {
  const made = inboundSms({
    accountSid: standin.accountSid,
    authToken: () => standin.authToken,
    secondaryToken: () => null,
    number: '+15550100',
    baseUrl: standin.baseUrl,
    publicUrl: null,
    clock,
    log: { info: () => {}, warn: () => {}, error: () => {} },
    problems: {
      raise: (id, text) => {
        problems.set(id, text);
        polls += 1;
      },
      clear: (id) => {
        problems.delete(id);
        polls += 1;
      },
    },
    pollSeconds: null,
    pageOpen: () => pageOpen,
    sinceMs: Date.now() - 60_000,
    onSms: (sms) => {
      if (failStore) return Promise.reject(new Error('the disk is full'));
      received.push(sms);
      return Promise.resolve();
    },
    ...overrides,
  });
  open.push(made);
  return made;
}

/** One whole poll: it ends by raising or clearing its problem, and then waits for the next. */
async function polled(act: () => void): Promise<void> {
  const before = polls;
  act();
  await expect.poll(() => polls > before && clock.waiting === 1, { interval: 1, timeout: 5_000 }).toBe(true);
}

describe('polling for answers', () => {
  it('finds what Ana sent, with the time stamp of the provider, and only once however often it polls', async () => {
    const { sid } = await standin.inbound({ from: ANA, body: '47a' });
    const poller = inbound();
    await polled(() => poller.start());
    await polled(() => clock.pass(60_000));
    expect(received).toEqual([
      {
        sid,
        from: ANA,
        to: '+15550100',
        body: '47a',
        sentAtMs: expect.any(Number) as number,
        timeFrom: 'provider',
      },
    ]);
    expect((received[0]?.sentAtMs ?? 1) % 1000).toBe(0);
  });

  it('looks every minute, and every five seconds while a page is open', async () => {
    const poller = inbound();
    let asked = 0;
    standin.on('request', () => {
      asked += 1;
    });
    await polled(() => poller.start());
    for (let seconds = 5; seconds < 60; seconds += 5) clock.pass(5_000);
    expect(asked).toBe(1);
    await polled(() => clock.pass(5_000));
    expect(asked).toBe(2);
    pageOpen = true;
    await polled(() => clock.pass(5_000));
    expect(asked).toBe(3);
  });

  it('reads every page of the list and hands on in the order in which they were sent', async () => {
    const bodies = Array.from({ length: 230 }, (_, index) => `answer ${index}`);
    for (const body of bodies) await standin.inbound({ from: ANA, body });
    const poller = inbound();
    const done = once(standin, 'request');
    poller.start();
    await done;
    await expect.poll(() => received.length, { interval: 1 }).toBe(230);
    expect(new Set(received.map((sms) => sms.body))).toEqual(new Set(bodies));
    const times = received.map((sms) => sms.sentAtMs);
    expect(times).toEqual([...times].sort((a, b) => a - b));
  });

  it('leaves alone what was sent before it was to look', async () => {
    await standin.inbound({ from: ANA, body: 'long ago' });
    const poller = inbound({ sinceMs: Date.now() + 60_000 });
    await polled(() => poller.start());
    expect(received).toEqual([]);
  });

  it('does not take what we sent for what came in', async () => {
    const poller = inbound({ number: ANA });
    await fetch(`${standin.baseUrl}/2010-04-01/Accounts/${standin.accountSid}/Messages.json`, {
      method: 'POST',
      headers: { Authorization: `Basic ${btoa(`${standin.accountSid}:${standin.authToken}`)}` },
      body: new URLSearchParams({ To: ANA, From: '+15550100', Body: 'a page' }),
    });
    expect(standin.ledger).toHaveLength(1);
    await polled(() => poller.start());
    expect(received).toEqual([]);
  });

  it('an answer that could not be stored comes again with the next poll', async () => {
    failStore = true;
    await standin.inbound({ from: ANA, body: '47a' });
    const poller = inbound();
    await polled(() => poller.start());
    expect([received.length, problems.get('sms-inbound')]).toEqual([
      0,
      expect.stringContaining('disk is full'),
    ]);
    failStore = false;
    await polled(() => clock.pass(120_000));
    expect([received.map((sms) => sms.body), problems.size]).toEqual([['47a'], 0]);
  });

  it('a poll that fails raises a problem and waits longer; the next good one clears it', async () => {
    pageOpen = true;
    standin.failNext({ kind: 'status', status: 503, accept: false }, 'list');
    standin.failNext({ kind: 'reset', accept: false }, 'list');
    const poller = inbound();
    await polled(() => poller.start());
    expect(problems.get('sms-inbound')).toMatch(/could not be read/);
    clock.pass(5_000);
    await polled(() => clock.pass(5_000));
    let asked = 0;
    standin.on('request', () => {
      asked += 1;
    });
    for (let seconds = 5; seconds < 20; seconds += 5) clock.pass(5_000);
    expect(asked).toBe(0);
    await polled(() => clock.pass(5_000));
    expect(problems.size).toBe(0);
  });
});

describe('the webhook', () => {
  let server: Server;
  let inboundUnderTest: InboundSms;
  let publicUrl: string;

  async function serve(overrides: Partial<InboundSmsOptions> = {}): Promise<void> {
    server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const header = request.headers['x-twilio-signature'];
        void inboundUnderTest
          .handle({
            url: request.url ?? '',
            rawParams: Buffer.concat(chunks).toString(),
            signature: typeof header === 'string' ? header : undefined,
          })
          .then((answer) =>
            response.writeHead(answer.status, { 'Content-Type': answer.contentType }).end(answer.body),
          );
      });
    });
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    publicUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    standin.webhookUrl = `${publicUrl}/twilio/sms`;
    inboundUnderTest = inbound({ publicUrl, ...overrides });
  }

  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  it('takes what is signed and answers TwiML; Twilio calling twice hands it on once', async () => {
    await serve();
    const { sid, webhook } = await standin.inbound({ from: ANA, body: "47a & it's done +1 Ä" });
    expect(webhook).toEqual({ status: 200, body: expect.stringContaining('<Response/>') as string });
    expect(await standin.redeliver(sid)).toMatchObject({ status: 200 });
    expect(received).toMatchObject([{ sid, body: "47a & it's done +1 Ä", timeFrom: 'provider' }]);
  });

  it('what the webhook brought is not handed on again by the poll', async () => {
    await serve();
    await standin.inbound({ from: ANA, body: '47a' });
    await polled(() => inboundUnderTest.start());
    expect(received).toHaveLength(1);
  });

  it('takes the arrival for the time stamp when Twilio does not tell, and says so', async () => {
    await serve();
    standin.failNext({ kind: 'status', status: 500, accept: false }, 'fetch');
    await standin.inbound({ from: ANA, body: '47a' });
    expect(received).toMatchObject([{ timeFrom: 'arrival' }]);
  });

  it('refuses a signature by another token, for another URL, or none; the secondary token counts', async () => {
    await serve({ secondaryToken: () => 'the new token' });
    const sms = { sid: `SM${'a'.repeat(32)}`, from: ANA, to: '+15550100', body: 'ack' };
    const params = inboundParams(standin.accountSid, sms);
    const rawParams = new URLSearchParams(params).toString();
    const url = `${publicUrl}/twilio/sms`;
    const statusOf = async (signed: string | undefined): Promise<number> =>
      (await inboundUnderTest.handle({ url: '/twilio/sms', rawParams, signature: signed })).status;
    expect(await statusOf(undefined)).toBe(403);
    expect(await statusOf('')).toBe(403);
    expect(await statusOf(signature('another token', url, params))).toBe(403);
    expect(await statusOf(signature(standin.authToken, 'https://evil.example/twilio/sms', params))).toBe(403);
    expect(received).toEqual([]);
    expect(await statusOf(signature('the new token', url, params))).toBe(200);
    expect(received).toHaveLength(1);
  });

  it('a text changed on the way is refused, and so is a parameter slipped in', async () => {
    await serve();
    const params = inboundParams(standin.accountSid, {
      sid: `SM${'b'.repeat(32)}`,
      from: ANA,
      to: '+15550100',
      body: 'help',
    });
    const signed = signature(standin.authToken, `${publicUrl}/twilio/sms`, params);
    for (const changed of [
      { ...params, Body: 'ack' },
      { ...params, Extra: '1' },
    ]) {
      const rawParams = new URLSearchParams(changed).toString();
      expect(
        await inboundUnderTest.handle({ url: '/twilio/sms', rawParams, signature: signed }),
      ).toMatchObject({ status: 403 });
    }
    expect(received).toEqual([]);
  });

  it('answers 503 when it could not be stored, and takes it when Twilio calls again', async () => {
    await serve();
    failStore = true;
    const { sid, webhook } = await standin.inbound({ from: ANA, body: '47a' });
    expect(webhook?.status).toBe(503);
    failStore = false;
    expect(await standin.redeliver(sid)).toMatchObject({ status: 200 });
    expect(received).toHaveLength(1);
  });
});
