/** What a provider says after it took a message. */
import { describe, expect, it } from 'vitest';
import type { ResponderInput } from '../../../src/relay/engine/effects.ts';
import type { Receipt } from '../../../src/relay/events/types.ts';
import { begin, DOUBT, MAILBOX, outcome, PHONE, TAKEN, take, tell } from './conversation.ts';

const receipt = (code: number, what: Partial<Receipt>): ResponderInput => ({
  kind: 'receipt',
  id: `receipt-${code}-${what.status}`,
  code,
  receipt: { status: 'delivered', providerId: 'SM1', ...what },
});
const UNDELIVERED: Partial<Receipt> = { status: 'failed', error: '30003 the phone is off' };

describe('a receipt', () => {
  it('says that a page has arrived, and what comes later or twice says nothing new', () => {
    const talk = begin(PHONE);
    take(talk, tell(7, 1));
    take(talk, outcome(1, TAKEN));
    expect(take(talk, receipt(1, {}))).toEqual(['1 delivered']);
    expect(take(talk, receipt(1, {}))).toEqual([]);
    expect(take(talk, receipt(1, { status: 'sent' }))).toEqual([]);
    expect(take(talk, receipt(1, UNDELIVERED))).toEqual([]);
    expect(talk.rows.get(1)?.log.at(-1)?.text).toBe('delivered');
  });

  it('of another message, or of none, is left alone', () => {
    const talk = begin(PHONE);
    take(talk, tell(7, 1));
    take(talk, outcome(1, TAKEN));
    expect(take(talk, receipt(1, { providerId: 'SM2' }))).toEqual([]);
    expect(take(talk, receipt(9, {}))).toEqual([]);
    expect(talk.rows.get(1)?.status).toBe('accepted');
  });

  it('that a mail came back needs no provider’s id, also before it is known that the mail was taken', () => {
    const talk = begin(MAILBOX);
    take(talk, tell(7, 1));
    const cameBack = receipt(1, { status: 'failed', providerId: null, error: '550 5.1.1 no such user' });
    const said = take(talk, cameBack);
    expect(said.slice(0, 2)).toEqual(['1 accepted', '1 failed']);
    expect(said[2], 'there is no other way to her').toBe('unreachable for #7: email failed');
    expect(take(talk, outcome(1, TAKEN)), 'the call returns after the mail has').toEqual([]);
    expect(talk.rows.get(1)).toMatchObject({ status: 'failed', error: '550 5.1.1 no such user' });
    expect(take(talk, cameBack), 'the same once more').toEqual([]);
  });

  it('that a mail came back is known of one whose end nobody could tell', () => {
    const talk = begin(MAILBOX);
    take(talk, tell(7, 1));
    expect(take(talk, outcome(1, DOUBT))).toContain('1 unknown');
    const cameBack = receipt(1, { status: 'failed', providerId: null, error: '550 5.1.1 no such user' });
    expect(take(talk, cameBack)).toContain('1 failed');
  });

  it('of a delay is noted and changes nothing', () => {
    const talk = begin(MAILBOX);
    take(talk, tell(7, 1));
    take(talk, outcome(1, TAKEN));
    take(talk, receipt(1, { status: 'sent', providerId: null, error: '4.4.1: timed out' }));
    expect(talk.rows.get(1)).toMatchObject({ status: 'accepted', error: null });
    expect(talk.rows.get(1)?.log.at(-1)?.text).toBe('not delivered yet: 4.4.1: timed out');
  });

  it('settles a doubt: the provider has it', () => {
    const talk = begin(PHONE);
    take(talk, tell(7, 1));
    take(talk, outcome(1, DOUBT));
    expect(take(talk, receipt(1, { status: 'sent' }))).toEqual(['1 accepted', '1 accepted']);
    expect(talk.state.messages).toEqual([]);
  });

  it('that the person opted out switches the contact off, once, with the reason in the timeline', () => {
    const talk = begin(PHONE, MAILBOX);
    take(talk, tell(7, 1));
    take(talk, outcome(1, TAKEN));
    const stop = receipt(1, { status: 'failed', error: '21610 the person opted out', optedOut: true });
    expect(take(talk, stop)).toEqual(['1 failed', 'disable']);
    expect(take(talk, stop)).toEqual([]);
  });
});

describe('a refusal', () => {
  it('because the person opted out switches the contact off, and the other way goes on', () => {
    const talk = begin(PHONE, MAILBOX);
    expect(take(talk, tell(7, 1))).toEqual(['claim 1 by sms', 'claim 2 by email']);
    const refused = { kind: 'refused', permanent: true, code: '21610', error: 'opted out' } as const;
    expect(take(talk, outcome(1, { ...refused, optedOut: true }))).toEqual(['1 failed', 'disable']);
    expect(take(talk, outcome(2, { ...refused, code: '550' }))).toEqual([
      '2 failed',
      'unreachable for #7: sms failed, email failed',
    ]);
  });
});
