/** What Twilio posts about a text, from the stand-in's send to the receipt that is stored. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Outgoing, Transport } from '../../../src/relay/messaging/port.ts';
import { twilioSms } from '../../../src/relay/messaging/twilio/sms.ts';
import {
  statusUrl,
  statusWebhook,
  type ReceivedReceipt,
  type StatusOptions,
} from '../../../src/relay/messaging/twilio/status.ts';
import { startTwilioStandin, type TwilioStandin } from '../../../src/standins/twilio.ts';
import { signature } from '../../../src/standins/twilio-webhook.ts';
import { HandClock } from '../../contract/hand-clock.ts';

const PUBLIC = 'https://relay.example.com';
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
let standin: TwilioStandin;
let server: Server;
let transport: Transport;
let received: ReceivedReceipt[];
let failStore: boolean;
let secondary: string | null;

const options = (): StatusOptions => ({
  accountSid: standin.accountSid,
  authToken: () => standin.authToken,
  secondaryToken: () => secondary,
  publicUrl: PUBLIC,
  log: { info: () => {}, warn: () => {}, error: () => {} },
  onReceipt: (one) => {
    if (failStore) return Promise.reject(new Error('the disk is full'));
    received.push(one);
    return Promise.resolve();
  },
});

beforeEach(async () => {
  received = [];
  failStore = false;
  secondary = null;
  standin = await startTwilioStandin();
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const header = request.headers['x-twilio-signature'];
      void statusWebhook(options(), {
        url: request.url ?? '',
        rawParams: Buffer.concat(chunks).toString(),
        signature: typeof header === 'string' ? header : undefined,
      }).then((answer) => response.writeHead(answer.status).end(answer.body));
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const here = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  standin.callbacks.route = (url) => url.replace(PUBLIC, here);
  transport = twilioSms({
    accountSid: standin.accountSid,
    authToken: () => standin.authToken,
    from: '+15550100',
    baseUrl: standin.baseUrl,
    statusUrl: (id) => statusUrl(PUBLIC, id),
    clock: new HandClock(),
  });
});

afterEach(async () => {
  await transport.close();
  await standin.close();
  server.closeAllConnections();
  server.close();
});

/** Sends the page; resolves when Twilio has said all that it has to say. */
async function told(): Promise<string> {
  const passedOn = once(standin, 'passedOn');
  const outcome = await transport.send(page, call);
  await passedOn;
  await standin.callbacks.settled();
  return outcome.kind === 'accepted' ? outcome.providerId : outcome.kind;
}

const statuses = (): string[] => received.map(({ receipt }) => receipt.status);

describe('what Twilio says of a text that it took', () => {
  it('is stored as receipts of that message: passed on, then delivered; that it waits says nothing', async () => {
    const sid = await told();
    expect(standin.ledger[0]?.statusCallback).toBe(`${PUBLIC}/twilio/status?m=ana.47`);
    expect(standin.callbacks.posted.map(({ params, status }) => [params['MessageStatus'], status])).toEqual([
      ['queued', 204],
      ['sent', 204],
      ['delivered', 204],
    ]);
    expect(received).toEqual([
      { person: 'ana', code: 47, receipt: { status: 'sent', providerId: sid } },
      { person: 'ana', code: 47, receipt: { status: 'delivered', providerId: sid } },
    ]);
  });

  it.each([
    ['undelivered', 30003, /^30003 the phone could not be reached$/, /other ways/],
    ['undelivered', 30005, /^30005 /, /relay person edit/],
    ['undelivered', 30034, /^30034 .*A2P 10DLC/, /A2P 10DLC/],
    ['failed', 30007, /^30007 filtered as spam$/, /register/],
    ['failed', 39999, /^39999 failed$/, /twilio\.com\/docs\/api\/errors\/39999/],
  ] as const)('%s with code %i is a failure, never a delivery', async (status, code, error, cure) => {
    standin.phone(page.to, { status, code });
    await told();
    expect(received.at(-1)?.receipt).toMatchObject({
      status: 'failed',
      error: expect.stringMatching(error) as string,
      cure: expect.stringMatching(cure) as string,
    });
    expect(statuses()).not.toContain('delivered');
    expect(standin.ledger[0]?.delivered).toBe(0);
  });

  it('an opt-out at the carrier is known as one', async () => {
    standin.phone(page.to, { status: 'failed', code: 21610 });
    await told();
    expect(received.at(-1)?.receipt).toMatchObject({ status: 'failed', optedOut: true });
  });

  it('asked by its id, Twilio says the same', async () => {
    const sid = await told();
    expect(await transport.receipt?.(page, sid)).toEqual({ status: 'delivered', providerId: sid });
    standin.phone(page.to, { status: 'undelivered', code: 30006 });
    const second = await told();
    expect(await transport.receipt?.(page, second)).toEqual(received.at(-1)?.receipt);
    standin.phone(page.to, 'queued');
    expect(await transport.receipt?.(page, await told())).toBeNull();
  });

  it('asking rejects while Twilio can not be asked', async () => {
    const sid = await told();
    standin.failNext({ kind: 'status', status: 503, accept: false }, 'fetch');
    await expect(transport.receipt?.(page, sid)).rejects.toThrow(/503|JSON|Sorry/);
    await expect(transport.receipt?.(page, `SM${'0'.repeat(32)}`)).rejects.toThrow(/not found/);
  });
});

describe('an address for receipts that Twilio does not take', () => {
  it.each(['http://localhost:8080', 'https://relay_1.example.com'])(
    '%s: the page is refused for now, and goes without it; Twilio is asked instead',
    async (publicUrl) => {
      const sends = twilioSms({
        accountSid: standin.accountSid,
        authToken: () => standin.authToken,
        from: '+15550100',
        baseUrl: standin.baseUrl,
        statusUrl: (id) => statusUrl(publicUrl, id),
        clock: new HandClock(),
      });
      expect(await sends.send(page, call)).toMatchObject({
        kind: 'refused',
        permanent: false,
        code: '21609',
        retryAfterMs: 0,
        cure: expect.stringMatching(/publicUrl/) as string,
      });
      expect(standin.ledger).toEqual([]);
      const outcome = await sends.send(page, call);
      expect(outcome).toMatchObject({ kind: 'accepted' });
      expect(standin.ledger).toMatchObject([{ statusCallback: null }]);
      const { providerId = '' } = outcome as { providerId?: string };
      await expect.poll(() => sends.receipt?.(page, providerId)).toMatchObject({ status: 'delivered' });
      await sends.close();
    },
  );
});

describe('calls that are lost, doubled, late and out of order', () => {
  it('each that comes is answered and handed on; a lost one by asking', async () => {
    standin.callbacks.fate = () => 'doubled';
    await told();
    expect(statuses()).toEqual(['sent', 'sent', 'delivered', 'delivered']);
    received = [];
    standin.callbacks.fate = () => 'held';
    await told();
    expect(received).toEqual([]);
    await standin.callbacks.release('reversed');
    expect(statuses()).toEqual(['delivered', 'sent']);
    received = [];
    standin.callbacks.fate = () => 'lost';
    const sid = await told();
    expect(received).toEqual([]);
    expect(await transport.receipt?.(page, sid)).toMatchObject({ status: 'delivered' });
  });

  it('503 when it could not be stored', async () => {
    failStore = true;
    await told();
    expect(standin.callbacks.posted.map(({ status }) => status)).toEqual([204, 503, 503]);
  });
});

describe('what is not Twilio’s word on this message', () => {
  const params = {
    MessageSid: `SM${'a'.repeat(32)}`,
    MessageStatus: 'delivered',
    To: page.to,
    From: '+15550100',
  };
  const post = async (
    more: Record<string, string> = {},
    by: { url?: string; token?: string; signedUrl?: string } = {},
  ): Promise<number> => {
    const { url = '/twilio/status?m=ana.47', token = standin.authToken, signedUrl = PUBLIC + url } = by;
    const posted = { AccountSid: standin.accountSid, ...params, ...more };
    const answer = await statusWebhook(options(), {
      url,
      rawParams: new URLSearchParams(posted).toString(),
      signature: signature(token, signedUrl, posted),
    });
    return answer.status;
  };

  it('another token, or another message than Twilio was given, is refused; the secondary token counts', async () => {
    expect(await post({}, { token: 'another token' })).toBe(403);
    const forged = `${PUBLIC}/twilio/status?m=ana.47`;
    expect(await post({}, { url: '/twilio/status?m=ben.12', signedUrl: forged })).toBe(403);
    expect(received).toEqual([]);
    secondary = 'the new token';
    expect(await post({}, { token: 'the new token' })).toBe(204);
    expect(received).toHaveLength(1);
  });

  it('no message, none that could be one, another account and something that is no text are refused', async () => {
    expect(await post({}, { url: '/twilio/status' })).toBe(400);
    expect(await post({}, { url: '/twilio/status?m=Ana%00.47' })).toBe(400);
    expect(await post({ MessageSid: 'SM1' })).toBe(400);
    expect(await post({ AccountSid: `AC${'9'.repeat(32)}` })).toBe(400);
    expect(received).toEqual([]);
  });

  it('a word that Twilio may come to say says nothing', async () => {
    for (const status of ['accepted', 'scheduled', 'sending', 'constructor', '']) {
      expect(await post({ MessageStatus: status })).toBe(204);
    }
    expect(received).toEqual([]);
  });

  it('without a public address there is nothing to call', async () => {
    const request = { url: '/twilio/status?m=ana.47', rawParams: '', signature: 'any' };
    expect((await statusWebhook({ ...options(), publicUrl: null }, request)).status).toBe(404);
  });
});
