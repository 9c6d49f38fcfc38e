import { describe, expect, it } from 'vitest';
import { MailReplies } from '../../../src/relay/daemon/mail-replies.ts';
import { Providers } from '../../../src/relay/daemon/providers.ts';
import type { Channels } from '../../../src/relay/daemon/transports.ts';
import { byChannel } from '../../../src/relay/messaging/by-channel.ts';
import { CallsMade } from '../../../src/relay/messaging/twilio/calls-made.ts';
import type { Transport } from '../../../src/relay/messaging/port.ts';
import { ProblemBoard } from '../../../src/relay/observe/problems.ts';
import { HandClock } from '../../contract/hand-clock.ts';
import { calm } from '../engine/calm.ts';
import { silent } from '../engine/one-engine.ts';

interface Checked extends Transport {
  wrong: { error: string; cure: string } | null;
  checks: number;
  closed: boolean;
}

function transport(name: string): Checked {
  return {
    name,
    channel: 'sms',
    settleMs: 0,
    wrong: null,
    checks: 0,
    closed: false,
    send: () => Promise.resolve({ kind: 'late' }),
    settle: () => Promise.resolve({ kind: 'absent' }),
    check() {
      this.checks += 1;
      return Promise.resolve(this.wrong);
    },
    close() {
      this.closed = true;
      return Promise.resolve();
    },
  };
}
const channels = (...inOrder: Transport[]): Channels => ({
  transports: byChannel(inOrder),
  pace: { atOnce: 4, everyMs: 60_000 },
  answerable: new Set(['sms']),
  mailReplies: new MailReplies({ mail: null, smtp: null }, new Uint8Array(32)),
  made: new CallsMade(),
});

function providers(...inOrder: Transport[]) {
  const clock = new HandClock();
  const problems = new ProblemBoard({ log: silent, clock });
  const of = new Providers(channels(...inOrder), { clock, log: silent, problems });
  return { of, clock, ids: () => problems.list().map(({ id }) => id) };
}

describe('the providers of a running relay', () => {
  it('that nobody is reached by are not asked, and nothing is said of them', async () => {
    const unused = transport('twilio-voice');
    unused.wrong = { error: 'ECONNREFUSED', cure: 'see whether it can be reached' };
    const clock = new HandClock();
    const problems = new ProblemBoard({ log: silent, clock });
    const of = new Providers(channels(unused), { clock, log: silent, problems, uses: () => false });
    await of.start();
    expect([unused.checks, problems.list()]).toEqual([0, []]);
    await of.close();
  });

  it('are checked at the start; those that fail are asked each minute until they answer', async () => {
    const [good, bad] = [transport('good'), transport('bad')];
    bad.wrong = { error: 'ECONNREFUSED', cure: 'see whether it can be reached' };
    const { of, clock, ids } = providers(good, bad);
    await of.start();
    expect([of.health.isHealthy('bad'), ids()]).toEqual([false, ['transport-bad']]);
    clock.pass(60_000);
    await calm();
    bad.wrong = null;
    clock.pass(60_000);
    await calm();
    expect([of.health.isHealthy('bad'), ids(), good.checks, bad.checks]).toEqual([true, [], 1, 3]);
    await of.close();
    expect(clock.waiting).toBe(0);
  });

  it('a new configuration replaces them where they are used, closes the old ones and forgets their faults', async () => {
    const [old, next] = [transport('old'), transport('next')];
    old.wrong = { error: 'ECONNREFUSED', cure: 'see whether it can be reached' };
    const { of, ids } = providers(old);
    await of.start();
    const inUse = of.channels;
    await of.replace({ ...channels(next), pace: { atOnce: 4, everyMs: 60_000 }, answerable: new Set() });
    expect(inUse.transports.get('sms')).toEqual([next]);
    expect([...inUse.answerable]).toEqual([]);
    expect([old.closed, next.closed, ids()]).toEqual([true, false, []]);
    await of.close();
  });

  it('a check that throws says nothing of the others', async () => {
    const [broken, bad] = [transport('broken'), transport('bad')];
    broken.check = () => Promise.reject(new Error('never mind'));
    bad.wrong = { error: 'ECONNREFUSED', cure: 'see whether it can be reached' };
    const { of, ids } = providers(broken, bad);
    await of.start();
    expect(ids()).toEqual(['transport-bad']);
    await of.close();
  });
});
