import { describe, expect, it } from 'vitest';
import { replyFacts } from '../../../src/relay/engine/reply-facts.ts';
import { adoptedIds } from '../../../src/relay/engine/responder.ts';
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
    expect(facts).toEqual({ named: null, recent: [], more: true, packs: new Map() });
  });

  it('counts as it is in the commit under way', async () => {
    const store = await sent([message(1, { status: 'claimed' })]);
    const row = { kind: MESSAGE, key: messageKey(1), body: message(1) };
    const unwritten = new Map([[`${MESSAGE}/${messageKey(1)}`, row]]);
    const facts = await replyFacts(store, 'r:ana', { command: BARE, contact: PHONE }, unwritten);
    expect(facts.recent[0]?.status).toBe('accepted');
  });

  it('is ordered by time where hosts without a quorum gave out codes of their own', async () => {
    const alone = { degraded: true as const, claimedAtMs: 2 };
    const facts = await bare(await sent([message(1), message(3), message(910_001, alone)]));
    expect(facts.recent.map((one) => one.code)).toEqual([3, 910_001, 1]);
  });

  it('is not hidden by hundreds of messages that hosts sent alone', async () => {
    const alone = Array.from({ length: 1_200 }, (_, index) =>
      message(910_001 + index, { to: '+15550199', claimedAtMs: index }),
    );
    const facts = await bare(await sent([message(1), ...alone]));
    expect([facts.recent.map((one) => one.code), facts.more]).toEqual([[1], false]);
  });

  it('counts a message that becomes known in the commit under way', async () => {
    const row = { kind: MESSAGE, key: messageKey(910_001), body: message(910_001, { degraded: true }) };
    const unwritten = new Map([[`${MESSAGE}/${messageKey(910_001)}`, row]]);
    const command: ReplyCommand = { verb: 'ack', code: 910_001, scope: 'service' };
    const facts = await replyFacts(await sent([message(1)]), 'r:ana', { command, contact: PHONE }, unwritten);
    expect(facts.named?.code).toBe(910_001);
    expect(facts.recent.map((one) => one.code)).toEqual([910_001, 1]);
  });
});

describe('provider ids that other messages own', () => {
  it('are those of the newest messages, however many were sent alone', async () => {
    const together = Array.from({ length: 3 }, (_, index) =>
      message(index + 1, { providerId: `SM${index}` }),
    );
    const alone = Array.from({ length: 200 }, (_, index) =>
      message(910_001 + index, { providerId: `SX${index}` }),
    );
    const ids = await adoptedIds(await sent([...together, ...alone]), 'r:ana', message(2));
    expect([ids.has('SM0'), ids.has('SM1'), ids.has('SM2'), ids.has('SX199')]).toEqual([
      true,
      false,
      true,
      true,
    ]);
  });

  it('are those of the same provider: another may count up from the same number', async () => {
    const store = await sent([
      message(1, { provider: 'twilio-sms', providerId: '47' }),
      message(2, { provider: 'smsgateway', providerId: '48' }),
      message(3, { providerId: '49' }),
    ]);
    const ids = await adoptedIds(store, 'r:ana', message(4, { provider: 'smsgateway' }));
    expect([...ids].toSorted()).toEqual(['48', '49']);
  });
});
