/** The first valid code that comes back from a contact verifies it. */
import { describe, expect, it } from 'vitest';
import type { ResponderInput } from '../../../src/relay/engine/effects.ts';
import type { ContactMethod } from '../../../src/relay/oncall/types.ts';
import { answerText, noticeText, testMail, testText } from '../../../src/relay/notifications/text.ts';
import {
  begin,
  MAILBOX as VERIFIED_MAILBOX,
  outcome,
  PHONE as VERIFIED,
  reply,
  take,
  takenNow,
  tell,
  type Conversation,
} from './conversation.ts';

const TEST: ResponderInput = { kind: 'test', id: 'j:t', actor: 'root' };
const PHONE: ContactMethod = { channel: 'sms', address: VERIFIED.address };
const MAILBOX: ContactMethod = { channel: 'email', address: VERIFIED_MAILBOX.address };

/** A page that its provider has taken. */
function paged(talk: Conversation): Conversation {
  take(talk, tell(7, 1));
  take(talk, outcome(1, takenNow(talk)));
  talk.facts.set(7, { status: 'triggered', by: null });
  return talk;
}

describe('a contact from which no answer has come', () => {
  it('is verified by the first answer with a code that it was sent, whatever the answer says', () => {
    const talk = paged(begin(PHONE));
    expect(take(talk, reply(talk, 'ack', 1))).toEqual(['1 accepted', 'claim 2 by sms', 'verify', 'ack #7']);
    const bare = paged(begin(PHONE));
    expect(take(bare, reply(bare, 'unclear', 1, 'bare')), 'the code alone').toEqual([
      '1 accepted',
      'claim 2 by sms',
      'verify',
    ]);
    expect(bare.rows.get(2)?.body).toMatch(/^Not understood\./);
  });

  it('is not verified by a word without a code, by a code of another contact, or by one that was never sent', () => {
    const talk = paged(begin(PHONE));
    expect(take(talk, reply(talk, 'resolve', null))).not.toContain('verify');
    expect(take(talk, reply(talk, 'ack', 1, 'message', '+15550109'))).not.toContain('verify');
    expect(take(talk, reply(talk, 'ack', 99))).not.toContain('verify');
    expect(take(talk, reply(talk, 'unclear', null))).not.toContain('verify');
  });

  it('is verified once, and not by a host that cannot write the roster', () => {
    const talk = paged(begin(VERIFIED));
    expect(take(talk, reply(talk, 'ack', 1))).not.toContain('verify');
    const alone = paged(begin(PHONE));
    alone.degraded = 'h1';
    expect(take(alone, reply(alone, 'ack', 1))).not.toContain('verify');
  });

  it('is asked by a test page to answer with the code, which is answered with thanks', () => {
    const talk = begin(PHONE);
    take(talk, TEST);
    expect(talk.rows.get(1)?.body).toMatch(/Nothing is wrong\. Reply 1 to verify this number$/);
    take(talk, outcome(1, takenNow(talk)));
    expect(take(talk, reply(talk, 'unclear', 1, 'bare'))).toEqual(['1 accepted', 'claim 2 by sms', 'verify']);
    expect(talk.rows.get(2)?.body).toBe('Thank you: this phone is verified, replies from it arrive. [2]');
    expect(talk.state.unclear, 'no reply that was not understood').toBeUndefined();
  });

  it('is shown by a test page how pages are answered, once it is verified', () => {
    expect(testText('Ana', 48, true, { unverified: true })).toMatch(/ Reply 48 to verify this number$/);
    expect(testText('Ana', 48, true)).toMatch(/ Reply 48a ack, 48c resolve$/);
    expect(testText('Ana', 48, false, { unverified: true }), 'nothing can come back').toMatch(/ \[48\]$/);
    expect(testMail('Ana', 'ana.48', true, { unverified: true }).body).toMatch(
      /, which verifies this address\.\n/,
    );
    const talk = begin(VERIFIED);
    take(talk, TEST);
    expect(talk.rows.get(1)?.body).toMatch(/ Reply 1a ack, 1c resolve$/);
  });

  it('is not asked for a 4 or a 6 alone, which are commands', () => {
    for (const code of [4, 6])
      expect(testText('Ana', code, true, { unverified: true })).toMatch(`Reply ${code}a to verify`);
  });
});

describe('a question to verify', () => {
  const ask = (verify: typeof PHONE): ResponderInput => ({
    kind: 'notice',
    id: 'j:v',
    about: 'unverified',
    subject: 'Please verify this address',
    text: 'No answer has come from here yet',
    verify,
  });

  it('goes to that contact alone, and its answer verifies it', () => {
    const talk = begin(PHONE, VERIFIED_MAILBOX);
    expect(take(talk, ask(PHONE))).toEqual(['claim 1 by sms']);
    expect(talk.rows.get(1)).toMatchObject({
      answerable: true,
      body: 'No answer has come from here yet. Reply 1 to verify this number',
    });
    take(talk, outcome(1, takenNow(talk)));
    expect(take(talk, reply(talk, 'ack', 1))).toEqual(['1 accepted', 'claim 2 by sms', 'verify']);
    const mailbox = begin(PHONE, MAILBOX);
    expect(take(mailbox, ask(MAILBOX))).toEqual(['claim 1 by email']);
    expect(mailbox.rows.get(1)?.body).toContain('ack (as the first line), which verifies this address.');
  });

  it('is not asked of one that is verified meanwhile, off, or gone', () => {
    expect(take(begin(VERIFIED), ask(PHONE))).toEqual([]);
    expect(take(begin({ ...PHONE, disabled: 'opted out' }), ask(PHONE))).toEqual([]);
    expect(take(begin(MAILBOX), ask(PHONE))).toEqual([]);
  });
});

it('an answer says what an answer is for', () => {
  expect(answerText({ kind: 'verified' }, 5)).toBe(
    noticeText('Thank you: this phone is verified, replies from it arrive.', 5),
  );
});
