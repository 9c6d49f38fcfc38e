import { describe, expect, it } from 'vitest';
import { TransportHealth } from '../../../src/relay/engine/transport-health.ts';
import type { SendOutcome, Transport } from '../../../src/relay/messaging/port.ts';
import { HandClock } from '../../contract/hand-clock.ts';
import { oneEngine } from './one-engine.ts';
import { alertRow } from './rows.ts';

const MINUTE_MS = 60_000;
const suspended = {
  error: 'the account is suspended',
  cure: 'look into the console',
  account: true,
  silent: false,
};
const away = { error: 'ECONNREFUSED', cure: 'see whether it can be reached', account: false, silent: false };

function health() {
  const clock = new HandClock();
  const problems = new Map<string, string>();
  const of = new TransportHealth({
    clock,
    problems: {
      raise: (id, text) => void problems.set(id, text),
      clear: (id) => void problems.delete(id),
    },
  });
  return { of, clock, problems: () => [...problems.keys()].toSorted() };
}

describe('how a provider does', () => {
  it('well until something else is heard of it, and again once a page got through', () => {
    const { of, problems } = health();
    expect(of.isHealthy('twilio-sms')).toBe(true);
    of.failed('twilio-sms', away);
    of.failed('twilio-sms', suspended);
    expect([of.isHealthy('twilio-sms'), of.isHealthy('smsgateway')]).toEqual([false, true]);
    expect(problems()).toEqual(['account-twilio-sms', 'transport-twilio-sms']);
    of.works('twilio-sms');
    expect([of.isHealthy('twilio-sms'), problems()]).toEqual([true, []]);
  });

  it('one that merely could not be reached, however often, is well when it answers its check', () => {
    const { of, problems } = health();
    for (let page = 0; page < 5; page += 1) of.failed('mail', away);
    of.checked('mail', null);
    expect([of.isHealthy('mail'), problems()]).toEqual([true, []]);
  });

  it('one that left two pages in a row without an answer is not believed a check either', () => {
    const { of, problems } = health();
    const silent = {
      error: 'no answer within 8000 ms',
      cure: 'see whether it answers',
      account: false,
      silent: true,
    };
    of.failed('smsgateway', silent);
    of.checked('smsgateway', null);
    expect([of.isHealthy('smsgateway'), problems()]).toEqual([true, []]);
    of.failed('smsgateway', silent);
    of.checked('smsgateway', null);
    expect([of.isHealthy('smsgateway'), problems()]).toEqual([false, ['transport-smsgateway']]);
    of.works('smsgateway');
    of.failed('smsgateway', silent);
    of.checked('smsgateway', null);
    expect(of.isHealthy('smsgateway')).toBe(true);
  });

  it('one that refused its account is not believed a check: only a page proves it', () => {
    const { of, problems } = health();
    of.failed('twilio-sms', suspended);
    of.checked('twilio-sms', null);
    expect([of.isHealthy('twilio-sms'), problems()]).toEqual([false, ['account-twilio-sms']]);
  });

  it('and after five minutes without bad news a page may prove it', () => {
    const { of, clock, problems } = health();
    of.failed('twilio-sms', suspended);
    clock.pass(4 * MINUTE_MS);
    of.checked('twilio-sms', { error: 'the account is suspended', cure: 'look into the console' });
    clock.pass(4 * MINUTE_MS);
    expect(of.isHealthy('twilio-sms')).toBe(false);
    clock.pass(MINUTE_MS);
    expect([of.isHealthy('twilio-sms'), problems().length]).toEqual([true, 2]);
  });

  it('unknown again under a new configuration', () => {
    const { of, problems } = health();
    of.failed('twilio-sms', suspended);
    of.failed('mail', away);
    of.forget();
    expect([of.isHealthy('twilio-sms'), [...of.failing()], problems()]).toEqual([true, [], []]);
  });
});

describe('two SMS providers of one relay', () => {
  function phone(name: string, outcomes: SendOutcome[], calls: string[]): Transport {
    return {
      name,
      channel: 'sms',
      settleMs: 15_000,
      send: ({ id }) => {
        calls.push(`${name} ${id}`);
        return Promise.resolve(
          outcomes.shift() ?? { kind: 'accepted', providerId: `${name}-${calls.length}` },
        );
      },
      settle: () => {
        calls.push(`${name} is asked`);
        return Promise.resolve({ kind: 'absent' });
      },
      check: () => Promise.resolve(null),
      close: () => Promise.resolve(),
    };
  }
  function relay(first: SendOutcome[]) {
    const calls: string[] = [];
    const transports = new Map([['sms' as const, [phone('one', first, calls), phone('two', [], calls)]]]);
    return { ...oneEngine({ transports }), calls };
  }

  it('an account that is refused sends the page by the second at once, and the next page straight there', async () => {
    const refused: SendOutcome = { kind: 'refused', permanent: true, code: '90010', ...suspended };
    const { engine, calls, problems, pass } = relay([refused, refused]);
    await engine.bring([alertRow(1)]);
    await pass(500);
    expect(calls).toEqual(['one ana.1', 'two ana.1']);
    expect([...problems.keys()]).toEqual(['account-one']);
    await engine.bring([alertRow(2, { key: 'swap' })]);
    await pass(500);
    expect(calls.slice(2)).toEqual(['two ana.2']);
  });

  it('doubt is settled by the one that was called, and only then the second is', async () => {
    const { engine, calls, pass } = relay([{ kind: 'doubt', error: 'reset' }]);
    await engine.bring([alertRow(1)]);
    await pass(20_000);
    expect(calls).toEqual(['one ana.1']);
    await pass(10_000);
    expect(calls).toEqual(['one ana.1', 'one is asked', 'two ana.1']);
  });
});
