import { describe, expect, it } from 'vitest';
import { replyFacts } from '../../../src/relay/engine/reply-facts.ts';
import type { ReplyCommand } from '../../../src/relay/events/types.ts';
import { MESSAGE, messageKey, type MessageRow } from '../../../src/relay/notifications/rows.ts';
import { MemoryStore } from '../../sim/memory-store.ts';

const PHONE = '+15550100';
const BARE: ReplyCommand = { verb: 'ack', code: null, scope: 'bare' };

function message(code: number, more: Partial<MessageRow> = {}): MessageRow {
  return {
    id: `ana.${code}`,
    code,
    person: 'ana',
    channel: 'sms',
    to: PHONE,
    purpose: 'incident',
    body: `text ${code}`,
    answerable: true,
    status: 'accepted',
    providerId: null,
    error: null,
    cure: null,
    members: [],
    claimedAtMs: code,
    log: [],
    ...more,
  };
}

async function sent(messages: MessageRow[]): Promise<MemoryStore> {
  const store = new MemoryStore({ nowMs: () => 0 });
  const rows = messages.map((body) => ({ kind: MESSAGE, key: messageKey(body.code), body }));
  await store.commit({ key: 'r:ana', expect: null, op: 'op-1', state: {}, rows, incidents: [] });
  return store;
}

const bare = (store: MemoryStore): ReturnType<typeof replyFacts> =>
  replyFacts(store, 'r:ana', { command: BARE, contact: PHONE }, new Map());

describe('what a bare command may be about', () => {
  it('is found behind hundreds of answers, and of mails and texts to other phones', async () => {
    const between = Array.from({ length: 1_200 }, (_, index) =>
      message(
        index + 2,
        [
          { purpose: 'answer' as const },
          { channel: 'email' as const, to: 'ana@example.com' },
          { to: '+15550199' },
        ][index % 3],
      ),
    );
    const facts = await bare(await sent([message(1), ...between, message(1_300)]));
    expect(facts.recent.map((one) => one.code)).toEqual([1_300, 1]);
    expect(facts.more).toBe(false);
  });

  it('says so when there is more than it looks at', async () => {
    const many = Array.from({ length: 301 }, (_, index) => message(index + 1));
    const facts = await bare(await sent(many));
    expect([facts.recent.length, facts.recent[0]?.code, facts.more]).toEqual([300, 301, true]);
    expect((await bare(await sent(many.slice(1)))).more).toBe(false);
  });

  it('says so when it gives up looking', async () => {
    const others = Array.from({ length: 6_000 }, (_, index) => message(index + 2, { purpose: 'answer' }));
    const facts = await bare(await sent([message(1), ...others]));
    expect(facts).toEqual({ named: null, recent: [], more: true });
  });

  it('counts as it is in the commit under way', async () => {
    const store = await sent([message(1, { status: 'claimed' })]);
    const row = { kind: MESSAGE, key: messageKey(1), body: message(1) };
    const unwritten = new Map([[`${MESSAGE}/${messageKey(1)}`, row]]);
    const facts = await replyFacts(store, 'r:ana', { command: BARE, contact: PHONE }, unwritten);
    expect(facts.recent[0]?.status).toBe('accepted');
  });
});
