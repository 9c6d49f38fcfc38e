/** What is said in a call and what its keys do, from the stand-in's call to what is journalled. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Outgoing, Transport } from '../../../src/relay/messaging/port.ts';
import type { SpokenMessage } from '../../../src/relay/messaging/twilio/calls-made.ts';
import type { WebhookAnswer, WebhookRequest } from '../../../src/relay/messaging/twilio/signed.ts';
import {
  statusUrl,
  statusWebhook,
  type ReceivedReceipt,
} from '../../../src/relay/messaging/twilio/status.ts';
import {
  KEY_PATH,
  keyWebhook,
  scriptUrl,
  scriptWebhook,
  type PressedKey,
  type VoiceWebhookOptions,
} from '../../../src/relay/messaging/twilio/voice-webhook.ts';
import { twilioVoice } from '../../../src/relay/messaging/twilio/voice.ts';
import {
  startTwilioStandin,
  type Answering,
  type CallEntry,
  type TwilioStandin,
} from '../../../src/standins/twilio.ts';
import { signature } from '../../../src/standins/twilio-webhook.ts';
import { HandClock } from '../../contract/hand-clock.ts';
import { readTwiml, saidIn } from '../../contract/read-twiml.ts';

const PUBLIC = 'https://relay.example.com/';
const ANA = '+15550101';
const BODY = 'This is Relay. Incident 12, on d b: disk <full> & more. Press 4 to acknowledge.';
const page: Outgoing = {
  id: 'ana.47',
  code: 47,
  person: 'ana',
  channel: 'voice',
  to: ANA,
  body: BODY,
  answerable: true,
};
const SID = `CA${'1'.repeat(32)}`;
let standin: TwilioStandin;
let server: Server;
let transport: Transport;
let message: SpokenMessage | null;
let receipts: ReceivedReceipt[];
let pressed: PressedKey[];
let failing: Set<'read' | 'receipt' | 'key'>;

const failed = (what: 'read' | 'receipt' | 'key'): boolean => failing.has(what);
const options = (): VoiceWebhookOptions => ({
  accountSid: standin.accountSid,
  authToken: () => standin.authToken,
  secondaryToken: () => null,
  publicUrl: PUBLIC,
  log: { info: () => {}, warn: () => {}, error: () => {} },
  speech: { voice: null, language: null },
  message: ({ person, code }) => {
    if (failed('read')) return Promise.reject(new Error('the store is away'));
    return Promise.resolve(`${person}.${code}` === page.id ? message : null);
  },
  onReceipt: (one) => {
    if (failed('receipt')) return Promise.reject(new Error('the disk is full'));
    receipts.push(one);
    return Promise.resolve();
  },
  onKey: (one) => {
    if (failed('key')) return Promise.reject(new Error('the disk is full'));
    pressed.push(one);
    return Promise.resolve('Acknowledged.');
  },
});

function served(request: WebhookRequest): Promise<WebhookAnswer> {
  const [path] = request.url.split('?');
  if (path === '/twilio/voice') return scriptWebhook(options(), request);
  if (path === KEY_PATH) return keyWebhook(options(), request);
  return statusWebhook(options(), request);
}

beforeEach(async () => {
  receipts = [];
  pressed = [];
  failing = new Set();
  message = { to: ANA, body: BODY, answerable: true, providerId: null };
  standin = await startTwilioStandin();
  standin.calls.readTwiml = readTwiml;
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const header = request.headers['x-twilio-signature'];
      void served({
        url: request.url ?? '',
        rawParams: Buffer.concat(chunks).toString(),
        signature: typeof header === 'string' ? header : undefined,
      }).then(({ status, contentType, body }) =>
        response.writeHead(status, { 'content-type': contentType }).end(body),
      );
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const here = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  standin.callbacks.route = (url) => url.replace(PUBLIC, here);
  transport = twilioVoice({
    accountSid: standin.accountSid,
    authToken: () => standin.authToken,
    from: '+15550100',
    baseUrl: standin.baseUrl,
    urls: { script: (id) => scriptUrl(PUBLIC, id), status: (id) => statusUrl(PUBLIC, id) },
    speech: { voice: null, language: null },
    clock: new HandClock(),
  });
});
afterEach(async () => {
  await transport.close();
  await standin.close();
  server.closeAllConnections();
  server.close();
});

/** Calls Ana; resolves when the call is over and everything was told of it. */
async function call(how: Answering): Promise<CallEntry> {
  standin.calls.answering(ANA, how);
  await transport.send(page, { deadlineMs: 8_000, mayStart: () => true });
  await standin.calls.over();
  await standin.callbacks.settled();
  const entry = standin.calls.entries.at(-1);
  if (entry === undefined) throw new Error('no call was accepted');
  expect(entry.errors).toEqual([]);
  return entry;
}

/** Presses these, one for each time it is asked; then none. */
const keys = (...all: string[]): Answering => {
  const left = [...all];
  return () => left.shift() ?? null;
};

/** What Twilio posts, by hand. */
function posted(
  path: string,
  params: Record<string, string>,
  token = standin.authToken,
): Promise<WebhookAnswer> {
  const url = `${path}?m=ana.47`;
  const all = { AccountSid: standin.accountSid, CallSid: SID, To: ANA, From: '+15550100', ...params };
  const signed = signature(token, PUBLIC.slice(0, -1) + url, all);
  return served({ url, rawParams: new URLSearchParams(all).toString(), signature: signed });
}

describe('a call that somebody takes', () => {
  it.each([
    ['4', 'acknowledges'],
    ['6', 'resolves'],
    ['9', 'escalates'],
  ])('hears the text three times, presses %s and %s', async (key) => {
    const entry = await call(keys(key));
    expect(entry.heard).toEqual([BODY, BODY, BODY, 'Acknowledged. Goodbye.']);
    expect(pressed).toEqual([
      {
        person: 'ana',
        code: 47,
        contact: ANA,
        callSid: entry.sid,
        key,
        receipt: { status: 'sent', providerId: entry.sid },
      },
    ]);
  });

  it('proves by fetching the text that Twilio took it, and at its end that it was taken', async () => {
    const { sid } = await call(keys('4'));
    expect(receipts.map((one) => one.receipt)).toEqual([
      { status: 'sent', providerId: sid },
      { status: 'delivered', providerId: sid },
    ]);
    expect(receipts.every((one) => one.person === 'ana' && one.code === 47)).toBe(true);
  });

  it('another key has no meaning, and the choices are told again; so are star and hash', async () => {
    const entry = await call(keys('5', '#', '*', '4'));
    expect(entry.heard.filter((one) => one === `This key has no meaning here. ${BODY}`)).toHaveLength(9);
    expect(pressed.map((one) => one.key)).toEqual(['4']);
  });

  it('a key that could not be stored changes nothing, says so, and may be pressed again', async () => {
    failing.add('key');
    let presses = 0;
    const entry = await call((heard) => {
      presses += 1;
      if (presses === 2) failing.clear();
      expect(heard).toContain(presses === 2 ? 'could not be stored' : BODY);
      return '4';
    });
    expect(entry.heard.at(-1)).toBe('Acknowledged. Goodbye.');
    expect(pressed).toHaveLength(1);
  });

  it('where no key is taken, hears the text all the same, and a key changes nothing', async () => {
    message = { to: ANA, body: BODY, answerable: false, providerId: null };
    expect((await call(keys('4'))).heard).toEqual([BODY, BODY, BODY]);
    const answer = await posted(KEY_PATH, { Digits: '4' });
    expect(saidIn(readTwiml(answer.body))).toEqual([BODY, BODY, BODY]);
    expect(pressed).toEqual([]);
  });

  it('hears that there is something, when what it is can not be read', async () => {
    failing.add('read');
    const entry = await call(keys('4'));
    expect(entry.heard).toEqual([expect.stringContaining('it can not be read at present')]);
    expect([pressed, receipts.filter((one) => one.receipt.status === 'sent')]).toEqual([[], []]);
  });

  it('hears the text also when that it was taken could not be stored', async () => {
    failing.add('receipt');
    expect((await call(keys())).heard).toContain(BODY);
  });
});

describe('nobody acknowledges by', () => {
  it.each([
    ['picking up and saying nothing', keys()],
    ['a mailbox that picks up', 'mailbox'],
    ['hanging up', 'hangs up'],
    ['being busy', 'busy'],
    ['not being there', 'no-answer'],
  ] as const)('%s', async (_what, how) => {
    await call(how);
    expect(pressed).toEqual([]);
  });

  it('a tone that a machine plays, should Twilio know that it is one', async () => {
    for (const by of ['machine_start', 'machine_end_beep', 'fax']) {
      const answer = await posted(KEY_PATH, { Digits: '4', AnsweredBy: by });
      expect(saidIn(readTwiml(answer.body)).join()).toContain('nothing more to be said');
    }
    expect(pressed).toEqual([]);
    await posted(KEY_PATH, { Digits: '4', AnsweredBy: 'human' });
    expect(pressed).toHaveLength(1);
  });

  it('pressing nothing: the choices are told again', async () => {
    const answer = await posted(KEY_PATH, { Digits: '' });
    expect(saidIn(readTwiml(answer.body))[0]).toBe(BODY);
    expect(pressed).toEqual([]);
  });
});

describe('a call acts only for its own message', () => {
  it('whose sid it has, once that is known', async () => {
    message = { to: ANA, body: BODY, answerable: true, providerId: SID };
    const other = { CallSid: `CA${'2'.repeat(32)}` };
    for (const path of ['/twilio/voice', KEY_PATH]) {
      const answer = await posted(path, { ...other, Digits: '4' });
      expect(saidIn(readTwiml(answer.body)).join()).not.toContain('disk');
    }
    expect([pressed, receipts]).toEqual([[], []]);
    await posted(KEY_PATH, { Digits: '4' });
    expect(pressed).toHaveLength(1);
  });

  it('at the number that was called for it', async () => {
    await posted(KEY_PATH, { Digits: '4', To: '+15550102' });
    expect(pressed).toEqual([]);
  });

  it('that is there', async () => {
    message = null;
    const answer = await posted('/twilio/voice', {});
    expect([answer.status, saidIn(readTwiml(answer.body)).join()]).toEqual([
      200,
      expect.stringContaining('nothing more to be said'),
    ]);
  });

  it('and only when Twilio has signed it', async () => {
    expect((await posted(KEY_PATH, { Digits: '4' }, 'not-the-token')).status).toBe(403);
    expect((await posted('/twilio/voice', {}, 'not-the-token')).status).toBe(403);
    expect((await posted(KEY_PATH, { Digits: '4', CallSid: 'CA1' })).status).toBe(400);
    expect((await posted(KEY_PATH, { Digits: '4', AccountSid: 'AC2' })).status).toBe(400);
    expect([pressed, receipts]).toEqual([[], []]);
  });
});

it('a text that Twilio could not fetch the first time is fetched again', async () => {
  let fetched = 0;
  const { route } = standin.callbacks;
  standin.callbacks.route = (url) => {
    if (!url.includes('/twilio/voice?')) return route(url);
    fetched += 1;
    return fetched === 1 ? 'http://127.0.0.1:1/' : route(url);
  };
  standin.calls.answering(ANA, keys('4'));
  await transport.send(page, { deadlineMs: 8_000, mayStart: () => true });
  await standin.calls.over();
  expect(standin.calls.entries[0]?.errors).toHaveLength(1);
  expect([fetched, pressed.length]).toEqual([2, 1]);
});
