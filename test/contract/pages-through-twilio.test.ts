/**
 * A page by SMS, the whole way: the engine with the real transport, Twilio's stand-in beside it, and a clock moved by
 * hand. Whatever Twilio does, the phone gets the page once, or another way is tried.
 */
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EngineParts } from '../../src/relay/engine/engine-parts.ts';
import type { Receipt } from '../../src/relay/events/types.ts';
import type { JournalRow } from '../../src/relay/store/port.ts';
import type { Duty } from '../../src/relay/oncall/types.ts';
import { MESSAGE, responderKey, type MessageRow } from '../../src/relay/notifications/rows.ts';
import { twilioSms } from '../../src/relay/messaging/twilio/sms.ts';
import type { Transport } from '../../src/relay/messaging/port.ts';
import {
  startTwilioStandin,
  throttled,
  type TwilioFault,
  type TwilioStandin,
} from '../../src/standins/twilio.ts';
import { oneEngine } from '../unit/engine/one-engine.ts';
import { alertRow } from '../unit/engine/rows.ts';

const ANA = '+15550101';
const SEND_DEADLINE_MS = 8_000;
/** A claim lasts 10 s, and Twilio's list may lag for 20 s more before it is asked (rule 6). */
const SETTLED_MS = 30_000;
/** Nothing here waits for longer. */
const MOST_MS = 120_000;

/** Nobody else is there to be told, for as long as a test takes. */
const duty = (): Duty => ({
  rosterVersion: 1,
  policy: 'standard',
  levels: [{ people: ['ana'], afterMs: 3_600_000, because: 'policy standard' }],
  repeat: 0,
  catchAll: ['ana'],
});

const disable: EngineParts['disable'] = ({ person, channel, address, why }) => {
  switchedOff.add(`${person} ${channel} ${address}: ${why}`);
  return Promise.resolve();
};

let twilio: TwilioStandin;
let sms: Transport;
let relay: ReturnType<typeof oneEngine>;
/** Contacts that were switched off, and why. */
let switchedOff: Set<string>;
/** By kind, what Twilio was asked. */
let asked: string[];

beforeEach(async () => {
  // One time for all, moved by hand: a slow machine makes nothing late.
  let nowMs = (): number => 0;
  twilio = await startTwilioStandin({ nowMs: () => nowMs() });
  asked = [];
  twilio.on('request', ({ kind }) => void asked.push(kind));
  const transports = new Map<'sms', Transport[]>();
  relay = oneEngine({ transports, duty, disable });
  const { clock } = relay;
  const startMs = Date.now();
  nowMs = () => startMs + clock.monoMs();
  clock.wallMs = nowMs;
  sms = twilioSms({
    accountSid: twilio.accountSid,
    authToken: () => twilio.authToken,
    from: '+15550100',
    baseUrl: twilio.baseUrl,
    statusUrl: null,
    clock,
  });
  transports.set('sms', [sms]);
  switchedOff = new Set();
  await relay.engine.start();
});

afterEach(async () => {
  await relay.engine.stop();
  await sms.close();
  await twilio.close();
});

/** An alert comes in: somebody pages ana. */
async function alert(): Promise<void> {
  const row = alertRow(1);
  await relay.store.append([row]);
  relay.engine.accepted([row]);
}

/** The page as it stands. */
async function page(): Promise<MessageRow | undefined> {
  const [row] = await relay.store.rows(responderKey('ana'), MESSAGE, { limit: 1 });
  return row?.body as MessageRow | undefined;
}

/** Resolves with the page once that has happened to it last. */
async function pageIs(kind: MessageRow['log'][number]['kind']): Promise<MessageRow> {
  await expect
    .poll(async () => (await page())?.log.at(-1)?.kind, { interval: 1, timeout: 10_000 })
    .toBe(kind);
  return (await page()) as MessageRow;
}

/** Resolves once Twilio has been asked so often in all. */
const wasAsked = (times: number): Promise<void> =>
  expect.poll(() => asked.length, { interval: 1, timeout: 10_000 }).toBe(times);

/** Lets time pass until Twilio has been asked so often in all; the answer is not waited for. */
async function timeUntilAsked(times: number): Promise<void> {
  for (let passedMs = 0; asked.length < times && passedMs < MOST_MS; passedMs += 250) await relay.pass(250);
  expect(asked).toHaveLength(times);
}

const happened = (row: MessageRow): string[] => row.log.map(({ kind }) => kind);

describe('in doubt, a page is neither repeated nor lost', () => {
  const doubts: [string, TwilioFault][] = [
    ['takes it and breaks off', { kind: 'reset', accept: true }],
    ['answers 500 and has taken it', { kind: 'error', status: 500, code: 20500, accept: true }],
    ['has a gateway answer 502, and has taken it', { kind: 'status', status: 502, accept: true }],
    ['answers 201 with half a document', { kind: 'garbage', accept: true }],
    ['breaks off and has not taken it', { kind: 'reset', accept: false }],
    ['answers 503 and has not taken it', { kind: 'error', status: 503, code: 20503 }],
  ];
  it.each(doubts)('Twilio %s: the list settles it, and the phone gets it once', async (_what, fault) => {
    twilio.failNext(fault);
    const taken = fault.kind !== 'slow' && fault.accept === true;
    await alert();
    await pageIs('doubt');
    // Known fault of others: a network error retried blindly. Until the list may be asked, nothing is.
    await relay.pass(SETTLED_MS - 1_000);
    expect(asked).toEqual(['send']);
    await timeUntilAsked(2);
    const ended = await pageIs('ended');
    expect(happened(ended)).toEqual(
      taken ? ['claimed', 'doubt', 'ended'] : ['claimed', 'doubt', 'absent', 'claimed', 'ended'],
    );
    expect(asked).toEqual(taken ? ['send', 'list'] : ['send', 'list', 'send']);
    expect(ended).toMatchObject({ status: 'accepted', providerId: twilio.ledger[0]?.sid });
    expect(twilio.ledger.map(({ to, delivered }) => [to, delivered])).toEqual([[ANA, 1]]);
  });

  it.each([true, false])(
    'Twilio hangs past the deadline, having taken it: %s. It is abandoned by a reset, and never given up',
    async (accept) => {
      twilio.failNext({ kind: 'hang', accept });
      const hanging = once(twilio, 'request');
      const abandoned = once(twilio, 'abandoned');
      await alert();
      await hanging;
      await relay.pass(SEND_DEADLINE_MS);
      expect(await abandoned).toEqual([{ kind: 'send', reset: true }]);
      await pageIs('doubt');
      await timeUntilAsked(2);
      // Known fault of others: a send past its deadline marked failed and never retried.
      expect(await pageIs('ended')).toMatchObject({ status: 'accepted', providerId: twilio.ledger[0]?.sid });
      expect(twilio.ledger.map(({ delivered }) => delivered)).toEqual([1]);
    },
  );

  it('a list that lags, and one that fails, are waited for: what was taken is found', async () => {
    twilio.listLagMs = sms.settleMs;
    twilio.failNext({ kind: 'reset', accept: true });
    twilio.failNext({ kind: 'status', status: 503, accept: false }, 'list', 2);
    await alert();
    await pageIs('doubt');
    await timeUntilAsked(2);
    await pageIs('unclear');
    await timeUntilAsked(3);
    await timeUntilAsked(4);
    expect(await pageIs('ended')).toMatchObject({ status: 'accepted', providerId: twilio.ledger[0]?.sid });
    expect(twilio.ledger.map(({ delivered }) => delivered)).toEqual([1]);
  });
});

describe('refused, nothing was sent', () => {
  it('a storm of 429 is waited out as Twilio asks, and then the page goes once', async () => {
    twilio.failNext(throttled(5), 'send', 8);
    await alert();
    for (let refused = 1; refused <= 8; refused += 1) {
      await wasAsked(refused);
      await pageIs('refused');
      await relay.pass(4_750);
      expect(asked).toHaveLength(refused);
      await relay.pass(500);
    }
    const ended = await pageIs('ended');
    expect(ended.status).toBe('accepted');
    expect(twilio.ledger.map(({ delivered }) => delivered)).toEqual([1]);
  });

  it.each([
    ['suspended', null, '20005'],
    ['refusing our credentials', { kind: 'error', status: 401, code: 20003 }, '20003'],
  ] as const)(
    'an account that is %s is a problem of its own, and the page has failed',
    async (_what, fault, code) => {
      if (fault === null) twilio.accountStatus = 'suspended';
      else twilio.failNext(fault);
      await alert();
      const ended = await pageIs('ended');
      expect(ended).toMatchObject({ status: 'failed', cure: expect.stringMatching(/console/) as string });
      expect(ended.error).toContain(code);
      expect([...relay.problems.values()].join()).toContain(code);
      expect([asked, twilio.ledger]).toEqual([['send'], []]);
    },
  );

  it('a person who opted out at the carrier is switched off', async () => {
    twilio.failNumber(ANA, { kind: 'error', status: 400, code: 21610 });
    await alert();
    await pageIs('ended');
    await expect
      .poll(() => [...switchedOff], { interval: 1 })
      .toEqual([`ana sms ${ANA}: opted out at the carrier`]);
  });
});

describe('undelivered is never sent', () => {
  it('a text that the carrier gave back has failed, with the code and its cure, however the word comes', async () => {
    // Known fault of others: the carrier gave it back, and it counted as sent.
    twilio.phone(ANA, { status: 'undelivered', code: 30003 });
    await alert();
    const accepted = await pageIs('ended');
    const receipt = await sms.receipt?.(accepted, accepted.providerId ?? '');
    expect(receipt).toMatchObject({ status: 'failed', error: '30003 the phone could not be reached' });
    const said: JournalRow = {
      ...alertRow(2, { stableId: 'receipt' }),
      input: { kind: 'receipt', person: 'ana', code: accepted.code, receipt: receipt as Receipt },
    };
    await relay.store.append([said]);
    relay.engine.accepted([said]);
    const failed = await pageIs('receipt');
    expect(failed).toMatchObject({
      status: 'failed',
      error: '30003 the phone could not be reached',
      cure: expect.stringMatching(/\w/) as string,
    });
    expect(twilio.ledger.map(({ status, delivered }) => [status, delivered])).toEqual([['undelivered', 0]]);
  });

  it('what no webhook told of is asked for, a few times, and then it has failed', async () => {
    twilio.phone(ANA, 'sent');
    await alert();
    await pageIs('ended');
    await timeUntilAsked(2);
    expect(asked).toEqual(['send', 'fetch']);
    await pageIs('receipt');
    expect((await page())?.status).toBe('accepted');
    twilio.goesOn(twilio.ledger[0]?.sid ?? '', { status: 'undelivered', code: 30005 });
    await timeUntilAsked(3);
    await expect.poll(async () => (await page())?.status, { interval: 1 }).toBe('failed');
    expect((await page())?.error).toMatch(/^30005 /);
    expect([...switchedOff]).toEqual([]);
  });

  it('an opt-out that shows only when Twilio is asked switches the contact off too', async () => {
    twilio.phone(ANA, { status: 'failed', code: 21610 });
    await alert();
    await pageIs('ended');
    await timeUntilAsked(2);
    expect(await pageIs('receipt')).toMatchObject({ status: 'failed' });
    await expect
      .poll(() => [...switchedOff], { interval: 1 })
      .toEqual([`ana sms ${ANA}: opted out at the carrier`]);
  });
});
