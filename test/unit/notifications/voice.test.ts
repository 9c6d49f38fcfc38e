/** Pages by calls: one at a time to a number, and only a key pressed in the call answers it. */
import { describe, expect, it } from 'vitest';
import type { ResponderInput } from '../../../src/relay/engine/effects.ts';
import type { ContactMethod } from '../../../src/relay/oncall/types.ts';
import type { SendOutcome } from '../../../src/relay/messaging/port.ts';
import {
  begin,
  CALLED,
  DOUBT,
  expire,
  look,
  outcome,
  PHONE,
  REFUSED,
  reply,
  settled,
  take,
  takenNow,
  tell,
  type Conversation,
} from './conversation.ts';

const TEST: ResponderInput = { kind: 'test', id: 'j:t', actor: 'root' };
const RINGS = { kind: 'accepted', providerId: 'CA1' } as const;
const BUSY: SendOutcome = { kind: 'refused', permanent: false, code: '20429', error: 'too many' };
/** Somebody is on the phone, and hears of #7; what became of calls is known here. */
function listening(...others: ContactMethod[]): Conversation {
  const talk = begin(CALLED, ...others);
  const [provider] = talk.channels.voice?.providers ?? [];
  if (provider === undefined) throw new Error('nobody can be called');
  talk.channels.voice = { answerable: true, providers: [{ ...provider, hasReceipts: true }] };
  open(talk, 7);
  take(talk, tell(7, 1));
  take(talk, outcome(1, RINGS));
  return talk;
}

const open = (talk: Conversation, ...numbers: number[]): void => {
  for (const number of numbers) talk.facts.set(number, { status: 'triggered', by: null });
};

/** A key that was pressed in the call of message `code`. */
function key(talk: Conversation, verb: 'ack' | 'resolve' | 'escalate', code: number): ResponderInput {
  talk.nowMs += 2_000;
  return {
    kind: 'reply',
    id: `j:${talk.steps}`,
    channel: 'voice',
    contact: CALLED.address,
    command: { verb, code, scope: 'message' },
    text: 'pressed 4',
    sentAtMs: talk.nowMs,
  };
}

describe('a phone that is called', () => {
  it('rings for the page, with what is read aloud frozen in it', () => {
    const talk = begin(CALLED);
    expect(take(talk, tell(7, 1, { severity: 'critical' }))).toEqual(['claim 1 by voice']);
    expect(talk.rows.get(1)?.body).toBe(
      'This is Relay. Critical incident 7, on d b: disk 7 is full. Press 4 to acknowledge, 6 to resolve, or 9 to escalate.',
    );
  });

  it('rings for one thing at a time: what comes meanwhile shares the next call', () => {
    const talk = begin(CALLED);
    open(talk, 7, 8, 9, 10);
    expect(take(talk, tell(7, 1))).toEqual(['claim 1 by voice']);
    for (const number of [8, 9, 10]) expect(take(talk, tell(number, 1))).toEqual([]);
    expect(take(talk, outcome(1, RINGS))).toEqual(['1 accepted', 'claim 2 by voice']);
    expect(talk.rows.get(2)?.members.map((one) => one.number)).toEqual([8, 9, 10]);
    expect(talk.rows.get(2)?.body).toMatch(/^This is Relay\. 3 incidents.* all 3\.$/);
  });

  it('is not called again while it rings, nor while somebody listens: the line would be busy', () => {
    const talk = listening();
    open(talk, 8);
    expect(take(talk, tell(8, 1))).toEqual([]);
    const receipt = (status: 'sent' | 'delivered'): ResponderInput => ({
      kind: 'receipt',
      id: status,
      code: 1,
      receipt: { status, providerId: 'CA1' },
    });
    expect(take(talk, receipt('sent')), 'somebody has taken it').toEqual(['1 accepted']);
    expect(take(talk, receipt('delivered')), 'they have hung up').toEqual([
      '1 delivered',
      'claim 2 by voice',
    ]);
  });

  it('is called again, some time, also when nobody ever says that the call is over', () => {
    const talk = listening();
    open(talk, 8);
    take(talk, tell(8, 1));
    const said: string[] = [];
    for (let fired = 0; fired < 12 && said.length === 0; fired += 1) {
      const [name, atMs] = [...talk.timers].sort(([, a], [, b]) => a - b)[0] ?? [];
      if (name === undefined || atMs === undefined) break;
      talk.timers.delete(name);
      talk.nowMs = Math.max(talk.nowMs, atMs);
      said.push(...take(talk, { kind: 'timer', name }), ...take(talk, { kind: 'go' }));
    }
    expect(said).toContain('claim 2 by voice');
    expect(talk.nowMs - 1_000_000).toBeLessThan(15 * 60_000);
  });

  it('is not called a second time while nobody knows whether it was: not in doubt, nor while that is settled', () => {
    const talk = begin(CALLED);
    open(talk, 7, 8);
    take(talk, tell(7, 1));
    expect(take(talk, outcome(1, DOUBT))).toEqual([]);
    expect(take(talk, tell(8, 1))).toEqual([]);
    expect(expire(talk, 1)).toEqual([]);
    expect(talk.state.messages[0]?.status).toBe('settling');
    expect(take(talk, tell(9, 1)), 'while it is settled').toEqual([]);
    open(talk, 9);
    expect(take(talk, settled(1, { kind: 'found', providerId: 'CA1' }))).toEqual([
      '1 accepted',
      'claim 2 by voice',
    ]);
  });

  it('is not waited for by what was answered meanwhile, however much that was', () => {
    const talk = listening(PHONE);
    // Until there is no room to tell the next one by itself.
    for (let number = 10; talk.state.packs === undefined; number += 1) {
      open(talk, number);
      take(talk, tell(number, 1, { first: false }));
    }
    // The texts tell of all of it meanwhile.
    const texting = (): number[] =>
      talk.state.messages.filter(({ row }) => row.channel === 'sms').map(({ row }) => row.code);
    while (texting().length > 0) {
      for (const code of texting()) take(talk, outcome(code, takenNow(talk)));
      look(talk);
    }
    expect(talk.state.packs).toHaveLength(1);
    for (const number of talk.facts.keys()) talk.facts.set(number, { status: 'resolved', by: 'monitor' });
    const over = { status: 'delivered', providerId: 'CA1' } as const;
    take(talk, { kind: 'receipt', id: 'over', code: 1, receipt: over });
    look(talk);
    expect([talk.state.packs, talk.state.tells]).toEqual([undefined, []]);
  });

  it('a call that waits to be made again goes before others, and alone', () => {
    const talk = begin(CALLED);
    open(talk, 7, 8);
    take(talk, tell(7, 1));
    expect(take(talk, outcome(1, BUSY))).toEqual([]);
    expect(take(talk, tell(8, 1))).toEqual([]);
    expect(expire(talk, 1)).toEqual(['claim 1 by voice']);
  });

  it('a test calls too, and not into a call that is under way', () => {
    const talk = begin(PHONE, CALLED);
    expect(take(talk, TEST)).toEqual(['claim 1 by sms', 'claim 2 by voice']);
    expect(talk.rows.get(2)?.body).toContain('Press 4 to show that you can answer.');
    expect(take(talk, TEST)).toEqual(['claim 3 by sms']);
    open(talk, 7);
    expect(take(talk, tell(7, 1)), 'nor does a page').toEqual(['claim 4 by sms']);
    expect(take(talk, outcome(2, RINGS))).toEqual(['2 accepted', 'claim 5 by voice']);
  });

  it('does not ring for notices', () => {
    const talk = begin(CALLED);
    const notice = { id: 'n1', about: 'handoff', text: 'Your shift begins', subject: 'Shift' };
    expect(take(talk, { kind: 'notice', ...notice })).toEqual([]);
  });
});

describe('a key pressed in a call', () => {
  function called(...contacts: ContactMethod[]): Conversation {
    const talk = begin(...contacts);
    open(talk, 7);
    take(talk, tell(7, 1));
    return talk;
  }

  it.each([
    ['4', 'ack'],
    ['6', 'resolve'],
    ['9', 'escalate'],
  ] as const)('%s: %s, with no text sent back', (_digit, verb) => {
    const talk = called(CALLED);
    take(talk, outcome(1, RINGS));
    expect(take(talk, key(talk, verb, 1))).toEqual(['1 accepted', `${verb} #7`]);
    expect(talk.rows.get(1)?.log.at(-1)?.text).toBe('answered: pressed 4');
  });

  it('verifies the number, and acts all the same', () => {
    const talk = called({ channel: 'voice', address: CALLED.address });
    take(talk, outcome(1, RINGS));
    expect(take(talk, key(talk, 'ack', 1))).toEqual(['1 accepted', 'verify', 'ack #7']);
  });

  it('answers a test', () => {
    const talk = begin({ channel: 'voice', address: CALLED.address });
    take(talk, TEST);
    take(talk, outcome(1, RINGS));
    expect(take(talk, key(talk, 'ack', 1))).toEqual(['1 accepted', 'verify']);
  });

  it('counts also while the call is in doubt: the script that was fetched proves it', () => {
    const talk = called(CALLED);
    take(talk, outcome(1, DOUBT));
    const fetched = { status: 'sent', providerId: 'CA1' } as const;
    expect(take(talk, { kind: 'receipt', id: 'r1', code: 1, receipt: fetched })).toContain('1 accepted');
    expect(take(talk, key(talk, 'ack', 1))).toEqual(['1 accepted', 'ack #7']);
  });

  it('never answers a text, nor a call to another number', () => {
    const talk = begin(PHONE, CALLED);
    open(talk, 7);
    expect(take(talk, tell(7, 1))).toEqual(['claim 1 by sms', 'claim 2 by voice']);
    take(talk, outcome(1, takenNow(talk)));
    take(talk, outcome(2, RINGS));
    expect(take(talk, key(talk, 'ack', 1))).toEqual([]);
    expect(take(talk, { ...key(talk, 'ack', 2), contact: '+15550109' } as ResponderInput)).toEqual([]);
    expect(take(talk, key(talk, 'ack', 2))).toContain('ack #7');
  });

  it('is no answer from a mailbox that was told by the call, nor is a code from another phone', () => {
    const talk = called(CALLED);
    take(talk, outcome(1, takenNow(talk)));
    expect(take(talk, reply(talk, 'ack', 1, 'message', '+15550109'))).not.toContain('ack #7');
  });
});

describe('a text from the phone that was called', () => {
  it('answers what the call told of, and verifies nothing by that', () => {
    const talk = begin(PHONE, { channel: 'voice', address: CALLED.address });
    open(talk, 7);
    take(talk, tell(7, 1));
    take(talk, outcome(1, takenNow(talk)));
    take(talk, outcome(2, takenNow(talk)));
    const said = take(talk, reply(talk, 'ack', 2));
    expect(said).toContain('ack #7');
    expect(said).not.toContain('verify');
  });

  it('does nothing by a code that was guessed before the call was made', () => {
    const talk = begin(PHONE, CALLED);
    open(talk, 7, 8);
    take(talk, tell(7, 1));
    take(talk, outcome(1, takenNow(talk)));
    take(talk, outcome(2, RINGS));
    const guessed = reply(talk, 'ack', 4);
    talk.nowMs += 60_000;
    expect(take(talk, tell(8, 1))).toEqual(['claim 3 by sms', 'claim 4 by voice']);
    expect(take(talk, guessed)).not.toContain('ack #8');
    expect(take(talk, reply(talk, 'ack', 4))).toContain('ack #8');
  });

  it('without a code asks which, when the call told of one more', () => {
    const talk = begin(PHONE, CALLED);
    open(talk, 7, 8);
    take(talk, tell(7, 1));
    take(talk, outcome(1, takenNow(talk)));
    take(talk, outcome(2, takenNow(talk)));
    take(talk, tell(8, 1));
    take(talk, outcome(3, REFUSED));
    take(talk, outcome(4, takenNow(talk)));
    expect(take(talk, reply(talk, 'ack', null))).toEqual(['claim 5 by sms']);
    expect(talk.rows.get(5)?.body).toMatch(/^Which one\? 4a #8 .*2a #7/);
    expect(take(talk, reply(talk, 'ack', 4))).toContain('ack #8');
  });
});
