import { describe, expect, it } from 'vitest';
import { earlyReplies } from '../../../src/relay/engine/early-replies.ts';
import type { Target } from '../../../src/relay/engine/targets.ts';
import { MESSAGE, messageKey } from '../../../src/relay/notifications/rows.ts';
import { MemoryStore } from '../../sim/memory-store.ts';
import { HandClock } from '../../contract/hand-clock.ts';
import { calm } from './calm.ts';

const ALONE = 910_001;

/** A reply sent now, and whether it still waits; what is known of Ana's messages is written by hand. */
async function replyTo(code: number | null) {
  const clock = new HandClock();
  const store = new MemoryStore({ nowMs: () => clock.wallMs() });
  const stop = { now: false };
  const target: Target = {
    aggregate: 'r:ana',
    kind: 'responder',
    id: 'j:sms-1',
    input: {
      kind: 'reply',
      id: 'j:sms-1',
      channel: 'sms',
      contact: '+15550100',
      command: { verb: 'ack', code, scope: 'message' },
      text: 'ack',
      sentAtMs: clock.wallMs(),
    },
  };
  const waiting = { still: true };
  const wait = earlyReplies([target], { store, clock, stopping: () => stop.now });
  void (wait ?? Promise.resolve()).then(() => {
    waiting.still = false;
  });
  let op: string | null = null;
  const knows = async (members: number, toldOf: number): Promise<void> => {
    const body = {
      code: ALONE,
      members: Array.from({ length: members }, (_, number) => ({ number })),
      toldOf,
    };
    const rows = [{ kind: MESSAGE, key: messageKey(ALONE), body }];
    const next = `op-${members}`;
    await store.commit({ key: 'r:ana', expect: op, op: next, state: {}, rows, incidents: [] });
    op = next;
  };
  const passed = async (delayMs: number): Promise<boolean> => {
    for (let passedMs = 0; passedMs < delayMs; passedMs += 1_000) {
      clock.pass(1_000);
      await calm();
    }
    return waiting.still;
  };
  await calm();
  return { wait, knows, passed, stop };
}

describe('an answer to what another host paged alone', () => {
  it('waits until that host has brought it in', async () => {
    const { knows, passed } = await replyTo(ALONE);
    expect(await passed(60_000)).toBe(true);
    await knows(1, 1);
    expect(await passed(3_000)).toBe(false);
  });

  it('waits for all that the message told of, and not for ever', async () => {
    const { knows, passed } = await replyTo(ALONE);
    await knows(1, 3);
    expect(await passed(60_000)).toBe(true);
    await knows(3, 3);
    expect(await passed(3_000)).toBe(false);
    const other = await replyTo(ALONE);
    await other.knows(1, 3);
    expect(await other.passed(125_000)).toBe(false);
  });

  it('goes on after a quarter of an hour: the code may be a slip', async () => {
    const { passed } = await replyTo(ALONE);
    expect(await passed(14 * 60_000)).toBe(true);
    expect(await passed(2 * 60_000)).toBe(false);
  });

  it('stays undone when relay stops meanwhile', async () => {
    const { knows, passed, stop } = await replyTo(ALONE);
    stop.now = true;
    await knows(1, 1);
    expect(await passed(20 * 60_000)).toBe(true);
  });

  it.each([1, 899_999, null])('does not wait with another code: %s', async (code) => {
    expect((await replyTo(code)).wait).toBeNull();
  });
});
