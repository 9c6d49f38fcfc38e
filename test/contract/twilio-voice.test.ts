import { once } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import type { Outgoing, Transport } from '../../src/relay/messaging/port.ts';
import { twilioVoice } from '../../src/relay/messaging/twilio/voice.ts';
import { startTwilioStandin, type TwilioFault } from '../../src/standins/twilio.ts';
import { freePort } from './free-port.ts';
import { HandClock } from './hand-clock.ts';
import { readTwiml, saidIn } from './read-twiml.ts';
import { transportContract, type Failure, type TransportUnderTest } from './transport.ts';

const FAULTS: Partial<Record<Failure, TwilioFault>> = {
  'refuses for good': { kind: 'error', status: 400, code: 21214 },
  'refuses for now': { kind: 'error', status: 429, code: 20429, retryAfterSeconds: 2 },
  'breaks in doubt': { kind: 'reset', accept: false },
  'breaks accepted': { kind: 'reset', accept: true },
  'hangs in doubt': { kind: 'hang', accept: false },
  'hangs accepted': { kind: 'hang', accept: true },
};

const message: Outgoing = {
  id: 'ana.47',
  code: 47,
  person: 'ana',
  channel: 'voice',
  to: '+15550101',
  body: 'This is Relay. Critical incident 12, on d b: disk full & more.',
  answerable: false,
};

async function setup(): Promise<TransportUnderTest> {
  const clock = new HandClock();
  const standin = await startTwilioStandin();
  const to = (baseUrl: string, token: string): Transport =>
    twilioVoice({
      accountSid: standin.accountSid,
      authToken: () => token,
      from: '+15550100',
      baseUrl,
      // What is said goes along with the call, and can be looked at here.
      urls: null,
      speech: { voice: null, language: null },
      clock,
    });
  return {
    transport: to(standin.baseUrl, standin.authToken),
    clock,
    message,
    taken: () => standin.calls.entries.map(({ twiml }) => saidIn(readTwiml(twiml ?? ''))[0] ?? ''),
    fail: (failure) => {
      const fault = FAULTS[failure];
      if (fault === undefined) throw new Error(`one request can't fail so: ${failure}`);
      standin.failNext(fault, 'call');
    },
    hanging: async () => {
      await once(standin, 'request');
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

transportContract('Calls through Twilio', { dialogue: false }, setup);
