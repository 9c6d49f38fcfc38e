import { describe, expect, it } from 'vitest';
import type { ResponderInput } from '../../../src/relay/engine/effects.ts';
import type { SendOutcome } from '../../../src/relay/messaging/port.ts';
import { segments } from '../../../src/relay/notifications/text.ts';
import {
  begin,
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
  tell,
} from './conversation.ts';

const notice = (
  id: string,
  more: Partial<Extract<ResponderInput, { kind: 'notice' }>> = {},
): ResponderInput => ({
  kind: 'notice',
  id,
  about: 'handoff of rotation ops',
  text: 'On call now in ops until Mon 09:00 CET',
  subject: 'On call now: ops',
  ...more,
});

/** A mail server that wants the mail later. */
const BUSY: SendOutcome = { kind: 'refused', permanent: false, code: '450', error: 'try later' };

describe('a notice', () => {
  it('goes by mail alone when there is a mailbox, else by text', () => {
    expect(take(begin(PHONE, MAILBOX), notice('n1'))).toEqual(['claim 1 by email']);
    expect(take(begin(PHONE), notice('n1'))).toEqual(['claim 1 by sms']);
  });

  it('says in a mail what a text has no room for, and ends with its code or its message', () => {
    const talk = begin(MAILBOX);
    take(talk, notice('n1', { details: 'Your shift began.\n\n#12 db: disk full' }));
    expect(talk.rows.get(1)).toMatchObject({
      purpose: 'notice',
      notice: { id: 'n1', about: 'handoff of rotation ops' },
      subject: 'On call now: ops',
      body: 'Your shift began.\n\n#12 db: disk full\n\nMessage ana.1\n',
      members: [],
    });
    const phone = begin(PHONE);
    take(phone, notice('n1', { text: 'open: '.repeat(100) }));
    const body = phone.rows.get(1)?.body ?? '';
    expect(body).toMatch(/ \[1\]$/);
    expect(segments(body)).toBe(2);
  });

  it('is over once it is taken', () => {
    const talk = begin(MAILBOX);
    take(talk, notice('n1'));
    expect(take(talk, outcome(1, TAKEN))).toEqual(['1 accepted']);
    expect(talk.state.notices).toBeUndefined();
    expect(talk.state.messages).toEqual([]);
  });

  it('goes another way when it is proven that nothing was sent', () => {
    const talk = begin(PHONE, MAILBOX);
    take(talk, notice('n1'));
    expect(take(talk, outcome(1, REFUSED))).toEqual(['1 failed', 'claim 2 by sms']);
    expect(take(talk, outcome(2, REFUSED))).toEqual(['2 failed']);
    expect(talk.state.notices, 'no third way').toBeUndefined();
  });

  it('in doubt is never repeated: not by mail, not another way, nor when the provider cannot tell', () => {
    const talk = begin(PHONE, MAILBOX);
    take(talk, notice('n1'));
    expect(take(talk, outcome(1, DOUBT)), 'a mail after its final dot').toEqual(['1 unknown']);
    expect(talk.state.notices).toBeUndefined();
    const phone = begin(PHONE);
    take(phone, notice('n1'));
    take(phone, outcome(1, DOUBT));
    expire(phone, 1);
    expect(take(phone, settled(1, { kind: 'unclear', error: 'not found', retry: false }))).toEqual([
      '1 unknown',
    ]);
    expect(phone.state.notices).toBeUndefined();
  });

  it('in doubt goes the next way too when somebody must hear of it, never twice the same', () => {
    const talk = begin(PHONE, MAILBOX);
    take(talk, notice('n1', { urgent: true }));
    expect(take(talk, outcome(1, DOUBT))).toEqual(['1 unknown', 'claim 2 by sms']);
    take(talk, outcome(2, DOUBT));
    expire(talk, 2);
    take(talk, settled(2, { kind: 'unclear', error: 'not found', retry: false }));
    expect(talk.state.notices).toBeUndefined();
  });

  it('that the provider surely has not got is claimed again', () => {
    const talk = begin(PHONE);
    take(talk, notice('n1'));
    take(talk, outcome(1, DOUBT));
    expire(talk, 1);
    take(talk, settled(1, { kind: 'absent' }));
    expect(talk.state.messages[0]?.attempt).toBe(2);
  });

  it('waits behind pages that wait, and follows them', () => {
    const talk = begin(PHONE);
    for (let number = 1; number <= 5; number += 1) take(talk, tell(number, 1));
    expect(take(talk, notice('n1')), 'the fifth page waits').toEqual([]);
    expect(talk.timers.has('notices')).toBe(true);
    take(talk, outcome(1, TAKEN));
    talk.facts.set(5, { status: 'triggered', by: null });
    expect(take(talk, { kind: 'go' })).toEqual(['claim 5 by sms', 'claim 6 by sms']);
    expect(talk.rows.get(6)?.purpose).toBe('notice');
    expect(talk.timers.has('notices')).toBe(false);
  });

  it('follows when the page it waited for was answered meanwhile', () => {
    const talk = begin(PHONE);
    for (let number = 1; number <= 5; number += 1) take(talk, tell(number, 1));
    take(talk, notice('n1'));
    talk.facts.set(5, { status: 'acknowledged', by: 'ben' });
    expect(take(talk, { kind: 'timer', name: 'notices' })).toEqual(['claim 5 by sms']);
    expect(talk.rows.get(5)?.purpose).toBe('notice');
  });

  it('takes no room that a page would need, and is no page that a bare word could mean', () => {
    const talk = begin(PHONE);
    for (let count = 1; count <= 20; count += 1) take(talk, notice(`n${count}`));
    const under = talk.state.messages.length;
    expect(under).toBeGreaterThan(4);
    expect(take(talk, tell(7, 1)), 'four pages at once, whatever notices are under way').toEqual([
      `claim ${under + 1} by sms`,
    ]);
    take(talk, outcome(under + 1, TAKEN));
    talk.facts.set(7, { status: 'triggered', by: null });
    expect(take(talk, reply(talk, 'ack', null))).toContain('ack #7');
  });

  it('of the longest kind that the mail server refuses for now holds no page back', () => {
    const talk = begin(PHONE, MAILBOX);
    for (let count = 1; count <= 4; count += 1) {
      take(talk, notice(`n${count}`, { details: 'x'.repeat(4_000) }));
    }
    for (const { row } of talk.state.messages) take(talk, outcome(row.code, BUSY));
    const next = talk.state.nextCode;
    expect(take(talk, tell(7, 1))).toEqual([`claim ${next} by sms`, `claim ${next + 1} by email`]);
    expect(talk.queued.size).toBe(0);
  });

  it('that is to be tried again is not, once its contact is switched off, gone or verified: it goes another way', () => {
    const off = { ...MAILBOX, disabled: 'opted out' };
    for (const contacts of [[PHONE, off], [PHONE]]) {
      const talk = begin(PHONE, MAILBOX);
      take(talk, notice('n1'));
      take(talk, outcome(1, BUSY));
      talk.contacts = contacts;
      expect(expire(talk, 1)).toEqual(['1 failed', 'claim 2 by sms']);
      expect(talk.rows.get(1)?.error).toMatch(/^email ana@example.com is switched off or gone/);
    }
    const asked = { ...PHONE };
    delete asked.verifiedAtMs;
    const talk = begin(asked);
    take(talk, notice('n1', { verify: asked }));
    take(talk, outcome(1, BUSY));
    talk.contacts = [PHONE];
    expect(expire(talk, 1), 'nothing is left to ask for').toEqual(['1 failed']);
    expect(talk.state).toMatchObject({ messages: [] });
    expect(talk.state.notices).toBeUndefined();
  });

  it('to somebody who cannot be reached, or is gone, is only noted', () => {
    expect(take(begin(), notice('n1'))).toEqual([]);
    const optedOut = begin({ ...PHONE, disabled: 'opted out by "STOP"' });
    expect(take(optedOut, notice('n1'))).toEqual([]);
    expect(optedOut.state.notices).toBeUndefined();
  });

  it('says so when a host sends it on its own', () => {
    const talk = begin(PHONE);
    talk.degraded = 'h1';
    take(talk, notice('n1'));
    expect(talk.rows.get(1)?.body).toMatch(/^\[no quorum, sent by h1\] On call now/);
  });
});
