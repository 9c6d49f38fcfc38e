import { describe, expect, it } from 'vitest';
import { MESSAGE, messageKey, TOLD, toldKey } from '../../../src/relay/notifications/rows.ts';
import {
  begin,
  cancel,
  DOUBT,
  expire,
  MAILBOX,
  outcome,
  PHONE,
  REFUSED,
  reply,
  settled,
  TAKEN,
  take,
  takenNow,
  tell,
  type Conversation,
} from './conversation.ts';

describe('an ask', () => {
  it('is claimed on every channel at once', () => {
    expect(take(begin(PHONE, MAILBOX), tell(7, 1))).toEqual(['claim 1 by sms', 'claim 2 by email']);
  });

  it('that comes after its cancel is not told; one that is newer is', () => {
    const talk = begin(PHONE);
    take(talk, cancel(7, 3));
    expect(take(talk, tell(7, 2))).toEqual([]);
    expect(take(talk, tell(7, 4))).toEqual(['claim 1 by sms']);
  });

  it('to somebody without a contact method that works is reported at once', () => {
    expect(take(begin(), tell(7, 1))).toEqual(['unreachable for #7: no contact method that works here']);
  });

  it('is reported when the last way has failed, not before', () => {
    const talk = begin(PHONE, MAILBOX);
    take(talk, tell(7, 1));
    expect(take(talk, outcome(1, REFUSED))).toEqual(['1 failed']);
    expect(take(talk, outcome(2, REFUSED))).toEqual([
      '2 failed',
      'unreachable for #7: sms failed, email failed',
    ]);
  });
});

describe('a text in doubt', () => {
  it('is asked for, and adopted when the provider has it', () => {
    const talk = begin(PHONE);
    take(talk, tell(7, 1));
    expect(take(talk, outcome(1, DOUBT))).toEqual([]);
    expire(talk, 1);
    expect(talk.state.messages[0]?.status).toBe('settling');
    expect(take(talk, settled(1, { kind: 'found', providerId: 'SM1' }))).toEqual(['1 accepted']);
  });

  it('is claimed again only when it is proven that nothing was sent, and the incident is still open', () => {
    const talk = begin(PHONE);
    take(talk, tell(7, 1));
    take(talk, outcome(1, DOUBT));
    expire(talk, 1);
    expect(take(talk, settled(1, { kind: 'absent' }))).toEqual([]);
    expect(take(talk, { kind: 'go' }), 'before anybody has looked at #7').toEqual([]);
    talk.facts.set(7, { status: 'triggered', by: null });
    expect(take(talk, { kind: 'go' })).toEqual(['claim 1 by sms']);
  });

  it('does not hold up the next page: only what is being called counts against the four at once', () => {
    const talk = begin(PHONE);
    for (let number = 1; number <= 4; number += 1) {
      take(talk, tell(number, 1));
      take(talk, outcome(number, DOUBT));
    }
    expect(take(talk, tell(5, 1))).toEqual(['claim 5 by sms']);
    for (const number of [6, 7, 8]) expect(take(talk, tell(number, 1))).toHaveLength(1);
    expect(take(talk, tell(9, 1)), 'four are being called').toEqual([]);
  });

  it('leaves room for twelve under way and no more; what comes then is bundled, not dropped', () => {
    const talk = begin(PHONE);
    for (let number = 1; number <= 12; number += 1) {
      expect(take(talk, tell(number, 1))).toEqual([`claim ${number} by sms`]);
      take(talk, outcome(number, DOUBT));
    }
    expect([...take(talk, tell(13, 1)), ...take(talk, tell(14, 1))]).toEqual([]);
    for (const number of [13, 14]) talk.facts.set(number, { status: 'triggered', by: null });
    expire(talk, 1);
    expect(take(talk, settled(1, { kind: 'found', providerId: 'SM1' }))).toEqual([
      '1 accepted',
      'claim 13 by sms',
    ]);
    expect(talk.rows.get(13)?.members.map((one) => one.number)).toEqual([13, 14]);
  });

  it('is asked for again after half a minute when the provider could not tell', () => {
    const talk = begin(PHONE);
    take(talk, tell(7, 1));
    take(talk, outcome(1, DOUBT));
    expire(talk, 1);
    take(talk, settled(1, { kind: 'unclear', error: 'list failed', retry: true }));
    expect(talk.state.messages[0]?.status).toBe('doubt');
    expect((talk.timers.get('m1') ?? 0) - talk.nowMs).toBe(30_000);
  });

  it('is not sent again when its incident was answered meanwhile, even if that was escalated since', () => {
    const talk = begin(PHONE);
    take(talk, tell(7, 1));
    take(talk, outcome(1, DOUBT));
    take(talk, cancel(7, 2));
    expire(talk, 1);
    talk.facts.set(7, { status: 'triggered', by: null });
    expect(take(talk, settled(1, { kind: 'absent' }))).toEqual(['1 failed']);
    expect(take(talk, { kind: 'go' })).toEqual([]);
  });

  it('with nobody else left is told once more, marked', () => {
    const talk = begin(MAILBOX);
    take(talk, tell(7, 1, { last: true }));
    talk.facts.set(7, { status: 'triggered', by: null });
    expect(take(talk, outcome(1, DOUBT))).toEqual(['1 unknown', 'claim 2 by email']);
    expect(talk.rows.get(2)?.subject).toContain('may be a repeat');
    expect(take(talk, outcome(2, DOUBT))).toEqual(['2 unknown', 'unreachable for #7: email unknown']);
  });
});

describe('what a message leaves behind', () => {
  const old = (talk: Conversation): (number | undefined)[] => [
    talk.ended.get(`${MESSAGE}/${messageKey(1)}`),
    talk.ended.get(`${TOLD}/${toldKey(7, 1)}`),
  ];

  it('stays while it is under way, and for the retention from its end or the last answer to it', () => {
    const talk = begin(PHONE);
    take(talk, tell(7, 1));
    take(talk, outcome(1, DOUBT));
    take(talk, reply(talk, 'ack', 1));
    expect(old(talk), 'in doubt').toEqual([undefined, undefined]);
    talk.nowMs += 5_000;
    take(talk, outcome(1, TAKEN));
    expect(old(talk), 'accepted').toEqual([talk.nowMs, talk.nowMs]);
    take(talk, reply(talk, 'resolve', 1));
    expect(old(talk), 'answered').toEqual([talk.nowMs, talk.nowMs]);
  });

  it('is no longer an incident’s once that was answered before the text was claimed again', () => {
    const talk = begin(PHONE);
    for (const number of [1, 2, 3, 4, 5, 7, 8]) {
      talk.facts.set(number, { status: 'triggered', by: null });
      take(talk, tell(number, 1));
    }
    take(talk, outcome(1, TAKEN));
    take(talk, { kind: 'go' });
    expect(talk.rows.get(5)?.members.map((one) => one.number)).toEqual([5, 7, 8]);
    take(talk, outcome(5, { kind: 'refused', permanent: false, code: '429', error: 'too many' }));
    take(talk, cancel(7, 2));
    talk.nowMs += 60_000;
    take(talk, { kind: 'go' });
    expect(talk.rows.get(5)?.members.map((one) => one.number)).toEqual([5, 8]);
    expect(talk.ended.get(`${TOLD}/${toldKey(7, 5)}`)).toBe(talk.nowMs);
    expect(talk.ended.get(`${TOLD}/${toldKey(8, 5)}`)).toBeUndefined();
  });
});

describe('a text that is refused for now', () => {
  it.each([
    [7_000, 7_000],
    [86_400_000, 60_000],
  ])('is tried again when the provider says, in %i ms, but within a minute', (retryAfterMs, waitMs) => {
    const talk = begin(PHONE);
    take(talk, tell(7, 1));
    take(
      talk,
      outcome(1, { kind: 'refused', permanent: false, code: '429', error: 'too many', retryAfterMs }),
    );
    expect((talk.timers.get('m1') ?? 0) - talk.nowMs).toBe(waitMs);
    expect(talk.state.messages[0]?.retryAtMs).toBe(talk.nowMs + waitMs);
  });
});

describe('a reply', () => {
  it('by code acks what its text told of', () => {
    const talk = begin(PHONE);
    take(talk, tell(7, 1));
    take(talk, outcome(1, TAKEN));
    talk.facts.set(7, { status: 'triggered', by: null });
    expect(take(talk, reply(talk, 'ack', 1))).toEqual(['1 accepted', 'claim 2 by sms', 'ack #7']);
  });

  it('for a service by the code of a text in doubt acks what that told of, and the others of the service', () => {
    const talk = begin(PHONE);
    take(talk, tell(7, 1));
    take(talk, outcome(1, TAKEN));
    take(talk, tell(8, 1));
    take(talk, outcome(2, { kind: 'doubt', error: 'reset' }));
    talk.facts.set(7, { status: 'triggered', by: null });
    talk.facts.set(8, { status: 'triggered', by: null });
    const done = take(talk, reply(talk, 'ack', 2, 'service'));
    expect(done).toContain('ack #7');
    expect(done).toContain('ack #8');
  });

  it('by a code that went to another phone acks nothing', () => {
    const talk = begin(PHONE);
    take(talk, tell(7, 1));
    take(talk, outcome(1, TAKEN));
    talk.facts.set(7, { status: 'triggered', by: null });
    expect(take(talk, reply(talk, 'ack', 1, 'message', '+15550199'))).toEqual(['claim 2 by sms']);
    expect(talk.rows.get(2)?.body).toContain('No page of yours has the code 1');
  });

  it('by the code of a text that was refused acks nothing', () => {
    const talk = begin(PHONE);
    take(talk, tell(7, 1));
    take(talk, outcome(1, REFUSED));
    talk.facts.set(7, { status: 'triggered', by: null });
    expect(take(talk, reply(talk, 'ack', 1))).toEqual(['claim 2 by sms']);
  });

  it('without a code acks the one open incident, and asks when there are two', () => {
    const talk = begin(PHONE);
    take(talk, tell(7, 1));
    take(talk, outcome(1, TAKEN));
    talk.facts.set(7, { status: 'triggered', by: null });
    expect(take(talk, reply(talk, 'ack', null))).toContain('ack #7');
    take(talk, tell(8, 1));
    take(talk, outcome(3, TAKEN));
    talk.facts.set(8, { status: 'triggered', by: null });
    expect(take(talk, reply(talk, 'ack', null))).toEqual(['claim 4 by sms']);
    expect(talk.rows.get(4)?.body).toMatch(/Which one\? 3a #8.*1a #7/);
  });

  it('without a code asks when the only text was in doubt', () => {
    const talk = begin(PHONE);
    take(talk, tell(7, 1));
    take(talk, outcome(1, DOUBT));
    talk.facts.set(7, { status: 'triggered', by: null });
    expect(take(talk, reply(talk, 'ack', null))).toEqual(['claim 2 by sms']);
    expect(talk.rows.get(2)?.body).toContain('Which one? 1a #7');
  });

  it.each([60_000, -60_000])('acts all the same while our clock is %i ms ahead', (aheadMs) => {
    const talk = begin(PHONE);
    talk.aheadMs = aheadMs;
    take(talk, tell(7, 1));
    take(talk, outcome(1, takenNow(talk)));
    talk.facts.set(7, { status: 'triggered', by: null });
    expect(take(talk, reply(talk, 'ack', 1)), 'by its code').toContain('ack #7');
    expect(take(talk, reply(talk, 'ack', null)), 'without a code').toContain('ack #7');
  });

  it.each([60_000, 0, -60_000])(
    'without a code never acks what came after it: our clock %i ms ahead',
    (aheadMs) => {
      const talk = begin(PHONE);
      talk.aheadMs = aheadMs;
      const early = reply(talk, 'ack', null);
      talk.nowMs += 5_000;
      take(talk, tell(7, 1));
      take(talk, outcome(1, takenNow(talk)));
      talk.facts.set(7, { status: 'triggered', by: null });
      expect(take(talk, early)).toEqual(['claim 2 by sms']);
    },
  );

  it('by a code that was given out only afterwards was a guess', () => {
    const talk = begin(PHONE);
    const early = reply(talk, 'ack', 1);
    talk.nowMs += 5_000;
    take(talk, tell(7, 1));
    take(talk, outcome(1, takenNow(talk)));
    talk.facts.set(7, { status: 'triggered', by: null });
    expect(take(talk, early)).toEqual(['claim 2 by sms']);
  });

  it('without a code asks while another text may or may not have been sent', () => {
    const talk = begin(PHONE);
    take(talk, tell(7, 1));
    take(talk, outcome(1, takenNow(talk)));
    talk.aheadMs = 60_000;
    take(talk, tell(8, 1));
    for (const number of [7, 8]) talk.facts.set(number, { status: 'triggered', by: null });
    expect(take(talk, reply(talk, 'ack', null))).toEqual(['claim 3 by sms']);
    expect(talk.rows.get(3)?.body).toMatch(/Which one\?/);
  });

  it('that says nothing is answered three times an hour, so that no two machines talk for ever', () => {
    const talk = begin(PHONE);
    const chat = (contact = PHONE.address): string[] =>
      take(talk, reply(talk, 'unclear', null, 'bare', contact));
    expect([chat(), chat(), chat()].flat()).toEqual(['claim 1 by sms', 'claim 2 by sms', 'claim 3 by sms']);
    for (let more = 0; more < 20; more += 1) expect(chat()).toEqual([]);
    expect(chat('+15550199'), 'another phone').toEqual(['claim 4 by sms']);
    talk.facts.set(7, { status: 'triggered', by: null });
    take(talk, tell(7, 1));
    expect(take(talk, reply(talk, 'ack', 5)), 'what it can do is done and said').toContain('ack #7');
    talk.nowMs += 3_600_000;
    expect(chat(), 'an hour later').toEqual(['claim 7 by sms']);
    expect(talk.state.unclear).toHaveLength(1);
  });

  it('without a code asks when too much was sent to look at all of it', () => {
    const talk = begin(PHONE);
    talk.more = true;
    take(talk, tell(7, 1));
    take(talk, outcome(1, takenNow(talk)));
    talk.facts.set(7, { status: 'triggered', by: null });
    expect(take(talk, reply(talk, 'ack', null))).toEqual(['claim 2 by sms']);
    expect(talk.rows.get(2)?.body).toContain('Which one? 1a #7');
    expect(take(talk, reply(talk, 'ack', 1))).toContain('ack #7');
  });

  it('to a text under way keeps its line when the text ends', () => {
    const talk = begin(PHONE);
    take(talk, tell(7, 1));
    take(talk, reply(talk, 'ack', 1));
    take(talk, outcome(1, TAKEN));
    expect(talk.rows.get(1)?.log.map((line) => line.text)).toContain('answered: ack');
  });
});
