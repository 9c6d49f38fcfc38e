/** What a provider says after it took a message. */
import { describe, expect, it } from 'vitest';
import type { ResponderInput } from '../../../src/relay/engine/effects.ts';
import type { Receipt } from '../../../src/relay/events/types.ts';
import { begin, DOUBT, outcome, PHONE, TAKEN, take, tell } from './conversation.ts';

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

  it('settles a doubt: the provider has it', () => {
    const talk = begin(PHONE);
    take(talk, tell(7, 1));
    take(talk, outcome(1, DOUBT));
    expect(take(talk, receipt(1, { status: 'sent' }))).toEqual(['1 accepted', '1 accepted']);
    expect(talk.state.messages).toEqual([]);
  });
});
