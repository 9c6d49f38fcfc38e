import { describe, expect, it } from 'vitest';
import type { ResponderInput } from '../../../src/relay/engine/effects.ts';
import type { SendOutcome } from '../../../src/relay/messaging/port.ts';
import type { ContactMethod } from '../../../src/relay/oncall/types.ts';
import {
  begin,
  cancel,
  expire,
  outcome,
  provider,
  settled,
  take,
  tell,
  type Conversation,
} from './conversation.ts';

const PHONE: ContactMethod = { channel: 'sms', address: '+15550100', verifiedAtMs: 1 };

/** Ana by SMS only, over these providers; #12 has just been told of. */
function told(...providers: ReturnType<typeof provider>[]): Conversation {
  const talk = begin(PHONE);
  talk.channels = { sms: { answerable: true, providers } };
  talk.facts.set(12, { status: 'triggered', by: null });
  return talk;
}
const A = provider('twilio-sms', 15_000);
const B = provider('smsgateway', 15_000);

const refused = (more: Partial<Extract<SendOutcome, { kind: 'refused' }>> = {}): SendOutcome => ({
  kind: 'refused',
  permanent: true,
  code: '21211',
  error: 'no such number',
  ...more,
});
const forNow = refused({ permanent: false, code: '20429', error: 'too many requests' });
const took: SendOutcome = { kind: 'accepted', providerId: 'B-1' };
const rowOf = (talk: Conversation, code = 1) => talk.rows.get(code);

describe('several providers of one channel', () => {
  it('begin with the first', () => {
    expect(take(told(A, B), tell(12, 1))).toEqual(['claim 1 by twilio-sms']);
  });

  it('go on with the next at once when the first has refused: the same message, code and text', () => {
    const talk = told(A, B);
    take(talk, tell(12, 1));
    const before = rowOf(talk);
    expect(take(talk, outcome(1, refused()))).toEqual(['claim 1 by smsgateway']);
    expect(rowOf(talk)).toMatchObject({ id: before?.id, body: before?.body, provider: 'smsgateway' });
    expect(take(talk, outcome(1, took, 2))).toEqual(['1 accepted']);
    expect(rowOf(talk)?.log.map(({ text }) => text)).toEqual([
      'claimed for twilio-sms',
      'refused: 21211 no such number',
      'claimed for smsgateway again (attempt 2)',
      'accepted by smsgateway as B-1',
    ]);
  });

  it('end the message when all of them have refused it for good', () => {
    const talk = told(A, B);
    take(talk, tell(12, 1));
    take(talk, outcome(1, refused({ account: true, code: '90010', error: 'suspended' })));
    expect(take(talk, outcome(1, refused(), 2))).toEqual(['1 failed', 'unreachable for #12: sms failed']);
  });

  it('begin again with the first, after a while, when each could take it later', () => {
    const talk = told(A, B);
    take(talk, tell(12, 1));
    expect(take(talk, outcome(1, forNow))).toEqual(['claim 1 by smsgateway']);
    expect(take(talk, outcome(1, forNow, 2))).toEqual([]);
    const atMs = talk.timers.get('m1') ?? 0;
    expect(atMs - talk.nowMs).toBe(2_000);
    talk.nowMs = atMs;
    expect(take(talk, { kind: 'timer', name: 'm1' })).toEqual(['claim 1 by twilio-sms']);
    expect(take(talk, outcome(1, forNow, 3))).toEqual(['claim 1 by smsgateway']);
  });

  it('leave out, the second time round, who has refused this message for good', () => {
    const talk = told(A, B);
    take(talk, tell(12, 1));
    take(talk, outcome(1, refused()));
    take(talk, outcome(1, forNow, 2));
    talk.nowMs = talk.timers.get('m1') ?? 0;
    expect(take(talk, { kind: 'timer', name: 'm1' })).toEqual(['claim 1 by smsgateway']);
    expect(take(talk, outcome(1, refused({ code: '400' }), 3))).toEqual([
      '1 failed',
      'unreachable for #12: sms failed',
    ]);
  });

  it('are not gone through for somebody who opted out', () => {
    const talk = told(A, B);
    take(talk, tell(12, 1));
    expect(take(talk, outcome(1, refused({ code: '21610', error: 'opted out', optedOut: true })))).toEqual([
      '1 failed',
      'disable',
      'unreachable for #12: sms failed',
    ]);
  });

  it('are not switched while there is doubt, and are once the first is proven not to have it', () => {
    const talk = told(A, B);
    take(talk, tell(12, 1));
    expect(take(talk, outcome(1, { kind: 'doubt', error: 'reset' }))).toEqual([]);
    talk.nowMs = talk.timers.get('m1') ?? 0;
    expect(take(talk, { kind: 'timer', name: 'm1' })).toEqual([]);
    expect(take(talk, settled(1, { kind: 'absent' }))).toEqual(['claim 1 by smsgateway']);
  });

  it('what the first says late of its failure says nothing of the second’s call', () => {
    const talk = told(A, B);
    take(talk, tell(12, 1));
    take(talk, outcome(1, { kind: 'doubt', error: 'reset' }));
    expire(talk, 1);
    expect(take(talk, settled(1, { kind: 'absent' }))).toEqual(['claim 1 by smsgateway']);
    const late: ResponderInput = {
      kind: 'receipt',
      id: 'receipt-A-1-failed',
      code: 1,
      receipt: { status: 'failed', providerId: 'A-1', error: '30003 the phone is off' },
    };
    expect(take(talk, late), 'the second may reach her').toEqual([]);
    expect(take(talk, outcome(1, took, 2))).toEqual(['1 accepted']);
    expect(rowOf(talk)).toMatchObject({ provider: 'smsgateway', providerId: 'B-1' });
    expect(take(talk, late), 'twice').toEqual([]);
  });

  it('wait for the settling of the one that has the message, not for that of the first', () => {
    const talk = told(A, provider('smsgateway', 60_000));
    take(talk, tell(12, 1));
    take(talk, outcome(1, refused()));
    const claimedMs = talk.nowMs;
    expire(talk, 1);
    expect(talk.nowMs - claimedMs).toBe(2_000 + 8_000);
    expect((talk.timers.get('m1') ?? 0) - claimedMs).toBe(2_000 + 8_000 + 60_000);
  });

  it('a marked repeat goes by another than the one that is in doubt (rule 8)', () => {
    const talk = told(provider('gateway-a', 0), provider('gateway-b', 0));
    take(talk, tell(12, 1, { last: true }));
    take(talk, outcome(1, { kind: 'doubt', error: 'reset' }));
    const said = take(talk, { kind: 'go' });
    expect(said).toEqual([]);
    expect(rowOf(talk, 2)).toMatchObject({ provider: 'gateway-b' });
    expect(rowOf(talk, 2)?.body).toMatch(/may be a repeat/);
  });

  it('one that takes no pages at present comes last', () => {
    const talk = told({ ...A, healthy: false }, B);
    expect(take(talk, tell(12, 1))).toEqual(['claim 1 by smsgateway']);
    expect(take(talk, outcome(1, refused()))).toEqual(['claim 1 by twilio-sms']);
  });

  it('a late claim is claimed again by the same: it says nothing about its provider', () => {
    const talk = told(A, B);
    take(talk, tell(12, 1));
    expect(take(talk, outcome(1, { kind: 'late' }))).toEqual(['claim 1 by twilio-sms']);
  });

  it('an answered incident goes to no further provider', () => {
    const talk = told(A, B);
    take(talk, tell(12, 1));
    take(talk, cancel(12, 2));
    expect(take(talk, outcome(1, refused()))).not.toContain('claim 1 by smsgateway');
    expect(rowOf(talk)?.status).toBe('failed');
  });

  it('a provider that the configuration no longer has gives way to those it has', () => {
    const talk = told(A, B);
    take(talk, tell(12, 1));
    talk.channels = { sms: { answerable: true, providers: [B] } };
    expect(take(talk, outcome(1, refused({ code: 'no-transport' })))).toEqual(['claim 1 by sms']);
    expect(rowOf(talk)).toMatchObject({ status: 'claimed', provider: 'smsgateway' });
  });
});

describe('a push address', () => {
  const push = (address: string): Conversation => {
    const talk = begin({ channel: 'push', address });
    talk.channels = { push: { answerable: false, providers: [provider('ntfy', 0), provider('gotify', 0)] } };
    talk.facts.set(12, { status: 'triggered', by: null });
    return talk;
  };

  it('may name its provider before a colon, and goes to no other', () => {
    const talk = push('gotify:ana');
    expect(take(talk, tell(12, 1))).toEqual(['claim 1 by gotify']);
    expect(take(talk, outcome(1, refused()))).toEqual(['1 failed', 'unreachable for #12: push failed']);
  });

  it('with a colon of its own goes to the first', () => {
    expect(take(push('!room:example.com'), tell(12, 1))).toEqual(['claim 1 by ntfy']);
  });
});

describe('a provider that takes each message once', () => {
  /** #12 is in doubt with the first of two, and that has been asked. */
  function repeated(): Conversation {
    const talk = told(A, B);
    take(talk, tell(12, 1));
    take(talk, outcome(1, { kind: 'doubt', error: 'reset' }));
    talk.nowMs = talk.timers.get('m1') ?? 0;
    take(talk, { kind: 'timer', name: 'm1' });
    expect(take(talk, settled(1, { kind: 'repeatable' }))).toEqual(['claim 1 by twilio-sms']);
    return talk;
  }

  it('gets the same again, word by word, and no other does', () => {
    const talk = repeated();
    const text = rowOf(talk)?.body;
    expect(take(talk, outcome(1, forNow, 2))).toEqual([]);
    talk.nowMs = talk.timers.get('m1') ?? 0;
    expect(take(talk, { kind: 'timer', name: 'm1' })).toEqual(['claim 1 by twilio-sms']);
    expect(rowOf(talk)?.body).toBe(text);
    expect(take(talk, outcome(1, took, 3))).toEqual(['1 accepted']);
  });

  it('that refuses the repeat has not said that it never took it: unknown, not failed', () => {
    expect(take(repeated(), outcome(1, refused(), 2))).toContain('1 unknown');
  });

  it('is not asked again once the incident is answered; whether it was sent nobody knows', () => {
    const talk = repeated();
    take(talk, outcome(1, forNow, 2));
    expect(take(talk, cancel(12, 2))).toContain('1 unknown');
    expect(rowOf(talk)?.log.at(-1)?.text).toBe('not repeated: answered');
  });

  it('is given up after a quarter of an hour: unknown', () => {
    const talk = repeated();
    talk.nowMs += 16 * 60_000;
    expect(take(talk, outcome(1, { kind: 'late' }, 2))).toContain('1 unknown');
  });

  it('leaves nothing that would prove it unsent: it may have been read', () => {
    const talk = repeated();
    take(talk, outcome(1, forNow, 2));
    expect(rowOf(talk)?.log.map(({ kind }) => kind)).toEqual([
      'claimed',
      'doubt',
      'repeat',
      'claimed',
      'repeat',
    ]);
  });
});
