/** Which contact method is used when: the steps of a person's rule, and what brings the next one forward. */
import { describe, expect, it } from 'vitest';
import type { ResponderInput } from '../../../src/relay/engine/effects.ts';
import type { Receipt } from '../../../src/relay/events/types.ts';
import type { ContactMethod } from '../../../src/relay/oncall/types.ts';
import {
  begin,
  cancel,
  DOUBT,
  expire,
  look,
  MAILBOX,
  outcome,
  PHONE,
  provider,
  REFUSED,
  settled,
  take,
  TAKEN,
  tell,
  wait,
  type Conversation,
} from './conversation.ts';

const CALLS: ContactMethod = { channel: 'voice', address: '+15550101', verifiedAtMs: 1 };
const MINUTE_MS = 60_000;

/** A text at once, a mail after two minutes, a call after five. */
function stepped(): Conversation {
  const talk = begin(PHONE, MAILBOX, CALLS);
  talk.afterMs.set('email', 2 * MINUTE_MS).set('voice', 5 * MINUTE_MS);
  talk.facts.set(7, { status: 'triggered', by: null });
  return talk;
}

const receipt = (code: number, status: Receipt['status'], providerId = 'SM1'): ResponderInput => ({
  kind: 'receipt',
  id: `receipt-${code}-${status}`,
  code,
  receipt: { status, providerId, ...(status === 'failed' ? { error: '30003 the phone is off' } : {}) },
});

describe('the steps of a rule', () => {
  it('come one after the other while nobody has answered', () => {
    const talk = stepped();
    expect(take(talk, tell(7, 1))).toEqual(['claim 1 by sms']);
    take(talk, outcome(1, TAKEN));
    expect(wait(talk, 2 * MINUTE_MS - 1)).toEqual([]);
    expect(wait(talk, 1)).toEqual(['claim 2 by email']);
    take(talk, outcome(2, TAKEN));
    expect(wait(talk, 3 * MINUTE_MS)).toEqual(['claim 3 by voice']);
  });

  it('tell of a group as it is when each is claimed, and what was claimed stays', () => {
    const talk = stepped();
    take(talk, tell(7, 1));
    take(talk, outcome(1, TAKEN));
    talk.facts.set(7, { status: 'triggered', by: null, summary: 'disk full on db1, and 6 more' });
    wait(talk, 2 * MINUTE_MS);
    const [first, second] = [1, 2].map((code) => talk.rows.get(code));
    expect(second?.body).toContain('disk full on db1, and 6 more');
    expect(second?.members[0]?.summary).toBe('disk full on db1, and 6 more');
    expect(first?.body).not.toContain('6 more');
  });

  it('say in the timeline by which rule each came, and nothing where there was none', () => {
    const logs = (why: string | null): string[] => {
      const talk = { ...stepped(), why };
      take(talk, tell(7, 1));
      take(talk, outcome(1, TAKEN));
      wait(talk, 2 * MINUTE_MS);
      return [1, 2].map((code) => talk.rows.get(code)?.log[0]?.text ?? '');
    };
    expect(logs('rule 1 of ana, critical')).toEqual([
      'claimed (rule 1 of ana, critical)',
      'claimed (rule 1 of ana, critical)',
    ]);
    expect(logs(null)).toEqual(['claimed', 'claimed']);
  });

  it('wait for the end of quiet hours, also when nothing else is left or the mail fails', () => {
    const talk = begin(PHONE);
    talk.facts.set(7, { status: 'triggered', by: null });
    talk.afterMs.set('sms', 60 * MINUTE_MS);
    talk.wakesMs = talk.nowMs + 60 * MINUTE_MS;
    expect(take(talk, tell(7, 1))).toEqual([]);
    expect(wait(talk, 60 * MINUTE_MS - 1)).toEqual([]);
    expect(wait(talk, 1)).toEqual(['claim 1 by sms']);

    const mailed = begin(PHONE, MAILBOX);
    mailed.facts.set(7, { status: 'triggered', by: null });
    mailed.afterMs.set('sms', 60 * MINUTE_MS);
    mailed.wakesMs = mailed.nowMs + 60 * MINUTE_MS;
    expect(take(mailed, tell(7, 1))).toEqual(['claim 1 by email']);
    expect(take(mailed, outcome(1, REFUSED))).toEqual(['1 failed']);
    expect(wait(mailed, 60 * MINUTE_MS - 1)).toEqual([]);
    expect(wait(mailed, 1)).toEqual(['claim 2 by sms']);
  });

  it('come sooner than their time when what was tried failed, and not within quiet hours', () => {
    const talk = stepped();
    take(talk, tell(7, 1));
    // Quiet hours begin after these steps were planned.
    talk.wakesMs = talk.nowMs + 3 * MINUTE_MS;
    // Mail wakes nobody.
    expect(take(talk, outcome(1, REFUSED))).toEqual(['1 failed', 'claim 2 by email']);
    expect(take(talk, outcome(2, REFUSED))).toEqual(['2 failed']);
    expect(wait(talk, 3 * MINUTE_MS - 1)).toEqual([]);
    expect(wait(talk, 1)).toEqual(['claim 3 by voice']);
  });

  it('end as soon as anyone has acknowledged', () => {
    const talk = stepped();
    take(talk, tell(7, 1));
    take(talk, outcome(1, TAKEN));
    take(talk, cancel(7, 2));
    expect(wait(talk, 10 * MINUTE_MS)).toEqual([]);
    expect(talk.state.tells).toEqual([]);
  });

  it('end also when the acknowledgement is known before its cancel comes', () => {
    const talk = stepped();
    take(talk, tell(7, 1));
    take(talk, outcome(1, TAKEN));
    talk.facts.set(7, { status: 'acknowledged', by: 'ben' });
    expect(wait(talk, 10 * MINUTE_MS)).toEqual([]);
  });

  it('come at once when the one before is refused', () => {
    const talk = stepped();
    take(talk, tell(7, 1));
    expect([...take(talk, outcome(1, REFUSED)), ...look(talk)]).toEqual(['1 failed', 'claim 2 by email']);
    expect([...take(talk, outcome(2, REFUSED)), ...look(talk)]).toEqual(['2 failed', 'claim 3 by voice']);
    expect(take(talk, outcome(3, REFUSED))).toEqual([
      '3 failed',
      'unreachable for #7: sms failed, email failed, voice failed',
    ]);
  });

  it('come at once when the one before is in doubt, which is settled meanwhile', () => {
    const talk = stepped();
    take(talk, tell(7, 1));
    expect([...take(talk, outcome(1, DOUBT)), ...look(talk)]).toEqual(['claim 2 by email']);
    expire(talk, 1);
    expect(take(talk, settled(1, { kind: 'found', providerId: 'SM1' }))).toEqual(['1 accepted']);
  });

  it('leave out a contact that was switched off meanwhile', () => {
    const talk = stepped();
    take(talk, tell(7, 1));
    take(talk, outcome(1, TAKEN));
    talk.contacts = [PHONE, { ...MAILBOX, disabled: 'opted out' }, CALLS];
    expect(wait(talk, 10 * MINUTE_MS)).toEqual(['claim 2 by voice']);
  });
});

describe('a page that the provider calls undelivered', () => {
  const withReceipts = (talk: Conversation): Conversation => {
    talk.channels = {
      ...talk.channels,
      sms: { answerable: true, providers: [{ ...provider('twilio-sms', 15_000), hasReceipts: true }] },
    };
    return talk;
  };

  it('falls back to the next step at once', () => {
    const talk = withReceipts(stepped());
    take(talk, tell(7, 1));
    take(talk, outcome(1, TAKEN));
    expect([...take(talk, receipt(1, 'failed')), ...look(talk)]).toEqual(['1 failed', 'claim 2 by email']);
  });

  it('is known to its incident at once where there is no other way', () => {
    const talk = withReceipts(begin(PHONE));
    take(talk, tell(7, 1));
    take(talk, outcome(1, TAKEN));
    expect(take(talk, receipt(1, 'failed'))).toEqual(['1 failed', 'unreachable for #7: sms failed']);
  });

  it('is known to its incident also when the receipt comes long after', () => {
    const talk = withReceipts(begin(PHONE));
    take(talk, tell(7, 1));
    take(talk, outcome(1, TAKEN));
    wait(talk, 30 * MINUTE_MS);
    expect(talk.state.tells).toEqual([]);
    expect(take(talk, receipt(1, 'failed'))).toEqual([
      '1 failed',
      'unreachable for #7: sms 30003 the phone is off',
    ]);
  });

  it('changes nothing where another way has got through', () => {
    const talk = withReceipts(begin(PHONE, MAILBOX));
    take(talk, tell(7, 1));
    take(talk, outcome(1, TAKEN));
    take(talk, outcome(2, TAKEN));
    expect(take(talk, receipt(1, 'failed'))).toEqual(['1 failed']);
  });

  it('is asked about a few times where the provider stays silent, and then no more', () => {
    const talk = withReceipts(begin(PHONE));
    take(talk, tell(7, 1));
    take(talk, outcome(1, TAKEN));
    const asked: number[] = [];
    for (let minute = 0; minute < 30; minute += 1) {
      wait(talk, MINUTE_MS);
      asked.push(talk.state.receipts?.[0]?.asked ?? 0);
    }
    expect(Math.max(...asked)).toBe(4);
    expect(talk.state.receipts).toBeUndefined();
    expect([...talk.timers]).toEqual([]);
  });

  it('delivered, ends what was awaited', () => {
    const talk = withReceipts(begin(PHONE));
    take(talk, tell(7, 1));
    take(talk, outcome(1, TAKEN));
    expect(take(talk, receipt(1, 'delivered'))).toEqual(['1 delivered']);
    expect(talk.state.tells).toEqual([]);
    expect(talk.state.receipts).toBeUndefined();
    expect([...talk.timers]).toEqual([]);
  });
});

describe('quiet hours that begin while a page waits for room at its contact', () => {
  it('hold it until their end', () => {
    const talk = begin(PHONE);
    talk.pace = { atOnce: 1, everyMs: MINUTE_MS };
    for (const number of [7, 8]) talk.facts.set(number, { status: 'triggered', by: null });
    take(talk, tell(7, 1));
    take(talk, outcome(1, TAKEN));
    expect(take(talk, tell(8, 1))).toEqual([]);
    talk.wakesMs = talk.nowMs + 30 * MINUTE_MS;
    expect(wait(talk, 29 * MINUTE_MS)).toEqual([]);
    expect(wait(talk, MINUTE_MS)).toEqual(['claim 2 by sms']);
  });
});
