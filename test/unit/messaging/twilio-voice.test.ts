/** What Twilio is told to call, what its answers mean, and which call of its list is ours (rule 5). */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Outgoing, Transport } from '../../../src/relay/messaging/port.ts';
import { callReceipt } from '../../../src/relay/messaging/twilio/call-receipt.ts';
import { CallsMade } from '../../../src/relay/messaging/twilio/calls-made.ts';
import { twilioVoice } from '../../../src/relay/messaging/twilio/voice.ts';
import { startTwilioStandin, type TwilioStandin } from '../../../src/standins/twilio.ts';
import { HandClock } from '../../contract/hand-clock.ts';
import { readTwiml, saidIn } from '../../contract/read-twiml.ts';

const page: Outgoing = {
  id: 'ana.47',
  code: 47,
  person: 'ana',
  channel: 'voice',
  to: '+15550101',
  body: 'This is Relay. Critical incident 12, on d b: disk full.',
  answerable: true,
};
const call = { deadlineMs: 8_000, mayStart: () => true };
const none: ReadonlySet<string> = new Set();
let nowMs: number;
let standin: TwilioStandin;
let made: CallsMade;
let transport: Transport;

beforeEach(async () => {
  nowMs = 1_800_000_000_500;
  made = new CallsMade();
  standin = await startTwilioStandin({ nowMs: () => nowMs });
  transport = calling('https://relay.example.com');
});
afterEach(async () => {
  await transport.close();
  await standin.close();
});

const calling = (publicUrl: string | null): Transport =>
  twilioVoice({
    accountSid: standin.accountSid,
    authToken: () => standin.authToken,
    from: '+15550100',
    baseUrl: standin.baseUrl,
    urls:
      publicUrl === null
        ? null
        : { script: (id) => `${publicUrl}/script?m=${id}`, status: (id) => `${publicUrl}/status?m=${id}` },
    speech: { voice: 'Polly.Amy', language: 'en-GB' },
    made,
    clock: new HandClock(),
  });

describe('a call', () => {
  it('fetches what it says from us, a second time should that fail, and tells what became of it', async () => {
    // Twilio dates a call when it leaves its queue, and not before.
    expect(await transport.send(page, call)).toEqual({
      kind: 'accepted',
      providerId: standin.calls.entries[0]?.sid,
    });
    expect(standin.calls.entries[0]).toMatchObject({
      to: '+15550101',
      from: '+15550100',
      url: 'https://relay.example.com/script?m=ana.47',
      fallbackUrl: 'https://relay.example.com/script?m=ana.47',
      statusCallback: 'https://relay.example.com/status?m=ana.47',
      twiml: null,
    });
  });

  it('brings what it says along where Twilio can not reach us: three times, with nothing to press', async () => {
    const alone = calling(null);
    await alone.send({ ...page, body: 'disk "full" <on> d b & more\u0000\ufffe', answerable: false }, call);
    const verbs = readTwiml(standin.calls.entries[0]?.twiml ?? '');
    expect(saidIn(verbs)).toEqual(Array.from({ length: 3 }, () => 'disk "full" <on> d b & more'));
    expect(verbs.map((one) => one.name)).toEqual(['Say', 'Pause', 'Say', 'Pause', 'Say', 'Hangup']);
    expect(verbs[0]?.attributes).toEqual({ voice: 'Polly.Amy', language: 'en-GB' });
    await alone.close();
  });

  it('never asks Twilio whether a machine has answered, nor is tried twice by the library', async () => {
    const asked: URLSearchParams[] = [];
    standin.on('request', ({ params }) => asked.push(params));
    standin.failNext({ kind: 'error', status: 503, code: 20503 }, 'call');
    expect(await transport.send(page, call)).toMatchObject({ kind: 'doubt' });
    expect(asked).toHaveLength(1);
    expect([...(asked[0]?.keys() ?? [])].sort()).toEqual([
      'FallbackUrl',
      'From',
      'StatusCallback',
      'Timeout',
      'To',
      'Url',
    ]);
  });

  it.each([
    [21214, true, false],
    [21215, true, false],
    [21210, true, true],
    [21219, true, true],
    [10004, false, false],
  ])('code %i is refused: for good %s, the account is at fault %s', async (code, permanent, account) => {
    standin.failNext({ kind: 'error', status: 400, code }, 'call');
    const outcome = await transport.send(page, call);
    expect(outcome).toMatchObject({ kind: 'refused', permanent, code: String(code) });
    expect(outcome).toHaveProperty('cure', expect.stringMatching(/\w{4}/));
    expect('account' in outcome).toBe(account);
  });

  it('is remembered by whoever made it, with its sid once that is known', async () => {
    standin.failNext({ kind: 'reset', accept: true }, 'call');
    await transport.send(page, call);
    expect(made.of('ana.47')).toEqual({ to: page.to, body: page.body, answerable: true, providerId: null });
    await transport.send({ ...page, id: 'ana.48' }, call);
    expect(made.of('ana.48')?.providerId).toBe(standin.calls.entries[1]?.sid);
    expect(made.of('ana.49')).toBeNull();
  });
});

describe('settling doubt by the list of calls (rule 5)', () => {
  const claim = (adopted = none): Parameters<Transport['settle']>[1] => ({ claimedAtMs: nowMs, adopted });
  const sid = (index: number): string => standin.calls.entries[index]?.sid ?? '';

  it('finds the call that was accepted before the connection broke', async () => {
    const claimed = claim();
    standin.failNext({ kind: 'reset', accept: true }, 'call');
    expect(await transport.send(page, call)).toMatchObject({ kind: 'doubt' });
    expect(await transport.settle(page, claimed)).toEqual({
      kind: 'found',
      providerId: sid(0),
      acceptedAtMs: 1_800_000_000_000,
    });
  });

  it('finds one that is still queued at Twilio, which has no date yet', async () => {
    standin.calls.answering(page.to, 'queued');
    const claimed = claim();
    await transport.send(page, call);
    expect(await transport.settle(page, claimed)).toEqual({ kind: 'found', providerId: sid(0) });
  });

  it('takes no call to another number, and none that another message has adopted', async () => {
    await transport.send({ ...page, to: '+15550102' }, call);
    await transport.send(page, call);
    expect(await transport.settle(page, claim(new Set([sid(1)])))).toEqual({ kind: 'absent' });
  });

  it('a list that lags shows the call once the settle time has passed', async () => {
    standin.listLagMs = transport.settleMs;
    const claimed = claim();
    standin.failNext({ kind: 'reset', accept: true }, 'call');
    await transport.send(page, call);
    nowMs += transport.settleMs;
    expect(await transport.settle(page, claimed)).toMatchObject({ kind: 'found', providerId: sid(0) });
  });

  it("nobody's call from before the claim proves neither: nothing is called again for that", async () => {
    await transport.send(page, call);
    nowMs += 60_000;
    expect(await transport.settle(page, claim())).toMatchObject({ kind: 'unclear', retry: false });
    nowMs += 25 * 3_600_000;
    expect(await transport.settle(page, claim()), 'a day later').toEqual({ kind: 'absent' });
  });

  it('two calls since the claim: nobody can tell which', async () => {
    const claimed = claim();
    await transport.send(page, call);
    await transport.send({ ...page, id: 'ana.48' }, call);
    expect(await transport.settle(page, claimed)).toMatchObject({ kind: 'unclear', retry: false });
  });

  it('a list that fails, even on its second page, is no proof: ask again', async () => {
    const adopted = new Set<string>();
    for (let index = 0; index < 201; index += 1) {
      const sent = await transport.send({ ...page, id: `ana.${index + 1}` }, call);
      if (sent.kind === 'accepted') adopted.add(sent.providerId);
    }
    expect(await transport.settle(page, claim(adopted))).toEqual({ kind: 'absent' });
    let lists = 0;
    standin.fault = ({ kind }) =>
      kind === 'calls' && ++lists === 2 ? { kind: 'status', status: 500, accept: false } : null;
    expect(await transport.settle(page, claim(adopted))).toMatchObject({ kind: 'unclear', retry: true });
    expect(lists).toBe(2);
  });
});

describe('what becomes of a call', () => {
  it.each(['busy', 'no-answer', 'failed', 'canceled'] as const)(
    '%s: it reached nobody, in words',
    async (end) => {
      standin.calls.answering(page.to, end);
      await transport.send(page, call);
      await standin.calls.over();
      const providerId = standin.calls.entries[0]?.sid ?? '';
      expect(await transport.receipt?.(page, providerId)).toMatchObject({
        status: 'failed',
        providerId,
        error: expect.stringMatching(new RegExp(`^${end}: \\w`)) as string,
      });
    },
  );

  it('is delivered when it was taken, by whatever; unknown while it rings', () => {
    expect(callReceipt('CA1', 'completed')).toEqual({ status: 'delivered', providerId: 'CA1' });
    for (const status of ['queued', 'initiated', 'ringing', 'in-progress', 'whatever', 'toString'])
      expect(callReceipt('CA1', status), status).toBeNull();
  });

  it('is asked again later when Twilio does not show it', async () => {
    await expect(transport.receipt?.(page, `CA${'0'.repeat(32)}`)).rejects.toThrow(/not found/i);
  });
});
