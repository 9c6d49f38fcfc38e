import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { QuickValues } from '../../../src/cli/quick-command.ts';
import { NOW_MS, standIn } from '../api/stand-in.ts';
import type { StandIn } from '../api/stand-in.ts';
import { runQuick } from './run-quick.ts';
import type { Ran } from './run-quick.ts';

let relay: StandIn;
beforeEach(async () => {
  relay = await standIn();
});
afterEach(async () => {
  vi.useRealTimers();
  await relay.close();
});

describe('testing a person', () => {
  const page = (id: string, channel: string, state: string, fields: object = {}, kind = 'message'): void =>
    relay.feed.publish({
      atMs: NOW_MS,
      kind,
      text: `${channel}: ${state}`,
      actor: 'relay',
      person: 'ana',
      message: { id, channel, status: state, ...fields },
    });
  /** Runs the test and lets the network answer once it is journalled. */
  const testing = (values: QuickValues, network: () => void, tty = false): Promise<Ran> => {
    const { accept } = relay.core;
    relay.core.accept = async (inputs) => {
      const rows = await accept(inputs);
      network();
      return rows;
    };
    return runQuick(relay, 'test', ['ana'], values, tty);
  };

  test('shows what becomes of each message, and exits 0 when one was taken', async () => {
    const ran = await testing({}, () => {
      page('ana.1', 'sms', 'claimed');
      page('ana.2', 'email', 'claimed');
      page('ana.1', 'sms', 'failed', { error: '21608: unverified', cure: 'Verify the number.' });
      page('ana.2', 'email', 'accepted');
    });
    expect(ran).toMatchObject({ exit: 0, err: '' });
    expect(ran.out).toContain('Paging ana on sms +15550100, email ana@example.com');
    expect(ran.out.replace(/\s+/g, ' ')).toContain('21608: unverified -> Verify the number.');
    expect(ran.out).toMatch(/Not answered \(yet\)\.\n$/);
    await relay.feed.listeners(0);
  });

  test('nothing taken exits 1', async () => {
    const ran = await testing({ json: true }, () => {
      page('ana.1', 'sms', 'failed', { error: '30005' });
      page('ana.2', 'email', 'failed', { error: '550' });
    });
    expect(ran.exit).toBe(1);
    expect(ran.json()).toMatchObject({
      person: 'ana',
      answered: false,
      messages: [{ id: 'ana.1', error: '30005' }, { id: 'ana.2' }],
    });
  });

  test.each([
    ['with --wait', { wait: true }, false],
    ['on a terminal', {}, true],
  ])('%s it stays until the person has answered', async (_how, values, tty) => {
    const ran = await testing(
      values,
      () => {
        page('ana.1', 'sms', 'accepted');
        page('ana.2', 'email', 'accepted');
        page('ana.1', 'sms', 'accepted', {}, 'answered');
      },
      tty,
    );
    expect(ran.exit).toBe(0);
    expect(ran.out).toContain('ana has answered.');
  });

  test('nobody answering within --timeout exits 1 with --wait', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const ran = await testing({ wait: true, timeout: '10m' }, () => {
      page('ana.1', 'sms', 'accepted');
      page('ana.2', 'email', 'accepted');
    });
    expect(ran.exit).toBe(1);
    expect(ran.out).toContain('Not answered (yet).');
  });

  test('an answer that can not come is not waited for, and the reason is said', async () => {
    const status = await relay.core.status();
    const replies = { works: false, text: 'no smtp: relay takes no mail' };
    relay.core.status = async () => ({
      ...status,
      channels: status.channels.filter(({ channel }) => channel === 'email'),
      mail: { replies, checkedAt: null, dns: [] },
    });
    const taken = (): void => page('ana.1', 'email', 'accepted');
    const ran = await testing({}, taken, true);
    expect(ran.exit).toBe(0);
    expect(ran.out).toMatch(
      /No answer is waited for: pages can't be answered by mail: no smtp: relay takes no mail\n$/u,
    );
    // Whoever asked for an answer has none.
    expect((await testing({ wait: true, json: true }, taken)).exit).toBe(1);
  });

  test('an unknown person is not found, and the feed is let go', async () => {
    expect((await runQuick(relay, 'test', ['zoe'])).exit).toBe(4);
    await relay.feed.listeners(0);
  });
});
