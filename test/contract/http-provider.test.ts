import { once } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { httpProvider } from '../../src/relay/messaging/http/http.ts';
import type { HttpProvider } from '../../src/relay/messaging/http/template.ts';
import type { Outgoing, Transport } from '../../src/relay/messaging/port.ts';
import { startGatewayStandin, type GatewayFault } from '../../src/standins/gateway.ts';
import { freePort } from './free-port.ts';
import { HandClock } from './hand-clock.ts';
import { loopbackTls, type LoopbackTls } from './loopback-tls.ts';
import { transportContract, type Failure, type TransportUnderTest } from './transport.ts';

const FAULTS: Partial<Record<Failure, GatewayFault>> = {
  'refuses for good': { kind: 'status', status: 400, message: 'no such number' },
  'refuses for now': { kind: 'status', status: 429, retryAfterSeconds: 2 },
  'breaks in doubt': { kind: 'reset', accept: false },
  'breaks accepted': { kind: 'reset', accept: true },
  'hangs in doubt': { kind: 'hang', accept: false },
  'hangs accepted': { kind: 'hang', accept: true },
};

const message: Outgoing = {
  id: 'ana.47',
  code: 47,
  person: 'ana',
  channel: 'sms',
  to: '+15550101',
  body: '#12 CRITICAL db: disk full. Reply 47a ack, 47c resolve',
  answerable: false,
};

const template = (baseUrl: string, change: Partial<HttpProvider> = {}): HttpProvider => ({
  name: 'smsgateway',
  channel: 'sms',
  url: `${baseUrl}/v1/messages`,
  method: 'POST',
  headers: { Authorization: 'Bearer {secret}' },
  body: { kind: 'json', json: { to: '{to}', from: 'RELAY', text: '{text}', reference: '{id}' } },
  idempotencyHeader: null,
  accepted: { status: [200, 201, 202], id: '/messages/0/id' },
  refused: { status: [400, 404, 422] },
  settle: {
    url: `${baseUrl}/v1/messages?reference={id}`,
    found: { status: [200], id: '/messages/0/id' },
    absent: { status: [404] },
    afterSeconds: 20,
  },
  check: `${baseUrl}/v1/account`,
  ...change,
});

async function setup(tls?: LoopbackTls, change: Partial<HttpProvider> = {}): Promise<TransportUnderTest> {
  const clock = new HandClock();
  const standin = await startGatewayStandin(tls === undefined ? {} : { tls });
  const to = (baseUrl: string, token: string): Transport =>
    httpProvider({ provider: template(baseUrl, change), secret: () => token, clock });
  return {
    transport: to(standin.baseUrl, standin.token),
    clock,
    message,
    taken: () => standin.ledger.map((entry) => entry.text),
    fail: (failure) => {
      const fault = FAULTS[failure];
      if (fault === undefined) throw new Error(`one request can't fail so: ${failure}`);
      standin.failNext(fault);
    },
    hanging: async () => {
      await once(standin, 'request');
      // The TLS tickets the server still owes go out in this turn; a reset before them would show as their failed write.
      await setImmediate();
    },
    brokenOff: async () => {
      const [{ reset }] = (await once(standin, 'abandoned')) as [{ reset: boolean }];
      return { reset };
    },
    connections: () => standin.connections,
    wrongCredentials: () => to(standin.baseUrl, 'not-the-token-at-all'),
    unreachable: async () => to(`http://127.0.0.1:${await freePort()}`, 'any'),
    settles: change.settle === null ? 'never' : 'by its list',
    close: () => standin.close(),
  };
}

transportContract('SMS through an HTTP template', { dialogue: false }, () => setup());
transportContract('SMS through an HTTP template that can’t be asked', { dialogue: false }, () =>
  setup(undefined, { settle: null }),
);

describe('over TLS', () => {
  let tls: LoopbackTls;
  beforeAll(async () => {
    tls = await loopbackTls();
  });
  afterAll(() => tls.distrust());
  transportContract('SMS through an HTTP template over TLS', { dialogue: false }, () => setup(tls));
});

describe('an HTTP template', () => {
  const call = { deadlineMs: 8_000, mayStart: () => true };
  async function gateway(change: Partial<HttpProvider> = {}) {
    const standin = await startGatewayStandin();
    const provider = template(standin.baseUrl, change);
    const { token } = standin;
    const transport = httpProvider({ provider, secret: () => token, clock: new HandClock() });
    onTestFinished(async () => {
      await transport.close();
      await standin.close();
    });
    return { standin, transport };
  }

  it('that sends the id as an idempotency key may be repeated: the provider takes it once', async () => {
    const { standin, transport } = await gateway({ settle: null, idempotencyHeader: 'Idempotency-Key' });
    standin.failNext({ kind: 'reset', accept: true });
    expect(await transport.send(message, call)).toMatchObject({ kind: 'doubt' });
    const claim = { claimedAtMs: 0, adopted: new Set<string>() };
    expect(await transport.settle(message, claim)).toEqual({ kind: 'repeatable' });
    expect(await transport.send(message, call)).toEqual({ kind: 'accepted', providerId: 'gw-1' });
    expect([standin.calls, standin.ledger.length]).toEqual([2, 1]);
  });

  it.each([301, 302, 307, 308, 409, 500, 502, 503])(
    'an answer of %i proves nothing: doubt',
    async (status) => {
      const { standin, transport } = await gateway();
      standin.failNext({ kind: 'status', status });
      expect(await transport.send(message, call)).toMatchObject({ kind: 'doubt' });
      expect([standin.calls, standin.ledger.length]).toEqual([1, 0]);
    },
  );

  it.each([401, 402, 403])('an answer of %i concerns the account', async (status) => {
    const { standin, transport } = await gateway();
    standin.failNext({ kind: 'status', status });
    expect(await transport.send(message, call)).toMatchObject({ kind: 'refused', account: true });
  });

  it('a success without the id where it should be is doubt', async () => {
    const { transport } = await gateway({ accepted: { status: [201], id: '/sid' } });
    expect(await transport.send(message, call)).toMatchObject({ kind: 'doubt' });
  });

  it('an answer without end is broken off: doubt', async () => {
    const { standin, transport } = await gateway();
    standin.failNext({ kind: 'endless', accept: true });
    expect(await transport.send(message, call)).toMatchObject({ kind: 'doubt' });
  });

  it('a token that the provider repeats in its answer reaches no error', async () => {
    const { standin, transport } = await gateway();
    const sent = standin.token;
    standin.token = 'another-token-9876543210';
    const outcome = await transport.send(message, call);
    expect(outcome).toMatchObject({ kind: 'refused', account: true, code: '401' });
    expect(JSON.stringify([outcome, await transport.check()])).not.toContain(sent);
    expect(JSON.stringify(outcome)).toContain('(secret)');
  });

  it('an untrusted certificate is a refusal before anything was sent', async () => {
    const tls = await loopbackTls();
    tls.distrust();
    const standin = await startGatewayStandin({ tls });
    const provider = template(standin.baseUrl, { check: null });
    const transport = httpProvider({ provider, secret: () => standin.token, clock: new HandClock() });
    onTestFinished(async () => {
      await transport.close();
      await standin.close();
    });
    expect(await transport.send(message, call)).toMatchObject({
      kind: 'refused',
      permanent: false,
      code: 'DEPTH_ZERO_SELF_SIGNED_CERT',
    });
    expect((await transport.check())?.error).toMatch(/self-signed/);
    expect(standin.calls).toBe(0);
  });

  it('without a check of its own the connection is tried', async () => {
    const { transport } = await gateway({ check: null });
    expect(await transport.check()).toBeNull();
    const nobody = template(`http://127.0.0.1:${await freePort()}`, { check: null });
    const away = httpProvider({ provider: nobody, secret: () => 'any', clock: new HandClock() });
    expect((await away.check())?.error).toMatch(/ECONNREFUSED/);
    await away.close();
  });

  it('an id that another message owns is not this one’s', async () => {
    const { transport } = await gateway();
    await transport.send(message, call);
    const settled = await transport.settle(message, { claimedAtMs: 0, adopted: new Set(['gw-1']) });
    expect(settled).toMatchObject({ kind: 'unclear' });
  });
});
