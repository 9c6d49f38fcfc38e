import { once } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import { afterAll, beforeAll, describe } from 'vitest';
import type { Outgoing, Transport } from '../../src/relay/messaging/port.ts';
import { twilioSms } from '../../src/relay/messaging/twilio/sms.ts';
import { startTwilioStandin, throttled, type TwilioFault } from '../../src/standins/twilio.ts';
import { freePort } from './free-port.ts';
import { HandClock } from './hand-clock.ts';
import { loopbackTls, type LoopbackTls } from './loopback-tls.ts';
import { transportContract, type Failure, type TransportUnderTest } from './transport.ts';

const FAULTS: Partial<Record<Failure, TwilioFault>> = {
  'refuses for good': { kind: 'error', status: 400, code: 21610 },
  'refuses for now': throttled(2),
  'breaks in doubt': { kind: 'reset', accept: false },
  'breaks accepted': { kind: 'reset', accept: true },
  'hangs in doubt': { kind: 'hang', accept: false },
  'hangs accepted': { kind: 'hang', accept: true },
  'answers 5xx in doubt': { kind: 'error', status: 500, code: 20500 },
  'answers 5xx accepted': { kind: 'status', status: 503, accept: true },
};

const message: Outgoing = {
  id: 'ana.47',
  code: 47,
  person: 'ana',
  channel: 'sms',
  to: '+15550101',
  body: '#12 CRITICAL db: disk full. Reply 47a ack, 47c resolve',
  answerable: true,
};

async function setup(tls?: LoopbackTls): Promise<TransportUnderTest> {
  const clock = new HandClock();
  const standin = await startTwilioStandin(tls === undefined ? {} : { tls });
  const to = (baseUrl: string, token: string): Transport =>
    twilioSms({
      accountSid: standin.accountSid,
      authToken: () => token,
      from: '+15550100',
      baseUrl,
      statusUrl: null,
      clock,
    });
  return {
    transport: to(standin.baseUrl, standin.authToken),
    clock,
    message,
    taken: () => standin.ledger.map((entry) => entry.body),
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
    wrongCredentials: () => to(standin.baseUrl, 'not-the-token'),
    unreachable: async () => to(`http://127.0.0.1:${await freePort()}`, 'any'),
    settles: 'by its list',
    close: () => standin.close(),
  };
}

transportContract('SMS through Twilio', { dialogue: false, api: true }, () => setup());

describe('over TLS', () => {
  let tls: LoopbackTls;
  beforeAll(async () => {
    tls = await loopbackTls();
  });
  afterAll(() => tls.distrust());
  transportContract('SMS through Twilio over TLS', { dialogue: false, api: true }, () => setup(tls));
});
