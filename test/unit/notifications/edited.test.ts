/** Contacts that are taken away or switched off while pages to them wait: nobody else's phone rings, and nothing is lost. */
import { describe, expect, it } from 'vitest';
import type { ContactMethod } from '../../../src/relay/oncall/types.ts';
import {
  begin,
  look,
  MAILBOX,
  outcome,
  PHONE,
  take,
  TAKEN,
  tell,
  wait,
  type Conversation,
} from './conversation.ts';

const OTHER: ContactMethod = { channel: 'voice', address: '+15550199', verifiedAtMs: 1 };
const MINUTE_MS = 60_000;
const BUSY = { kind: 'refused', permanent: false, code: '20429', error: 'too many' } as const;

function triggered(...contacts: ContactMethod[]): Conversation {
  const talk = begin(...contacts);
  talk.facts.set(7, { status: 'triggered', by: null });
  talk.facts.set(8, { status: 'triggered', by: null });
  return talk;
}

describe('a contact that is gone', () => {
  it('is not tried again with what was refused for now: the next way is used', () => {
    const talk = triggered(PHONE, MAILBOX);
    talk.afterMs.set('email', 5 * MINUTE_MS);
    take(talk, tell(7, 1));
    take(talk, outcome(1, BUSY));
    talk.contacts = [MAILBOX];
    const said = wait(talk, MINUTE_MS);
    expect(said).toContain('1 failed');
    expect(said).toContain('claim 2 by email');
    expect(said).not.toContain('claim 1 by sms');
  });

  it('is not tried again when it is switched off, and nobody else is left: the incident hears of it', () => {
    const talk = triggered(PHONE);
    take(talk, tell(7, 1));
    take(talk, outcome(1, BUSY));
    talk.contacts = [{ ...PHONE, disabled: 'opted out' }];
    expect(wait(talk, MINUTE_MS)).toContain('unreachable for #7: sms failed');
  });

  it('is not called because the way before it is gone too', () => {
    const talk = triggered(PHONE, OTHER);
    talk.afterMs.set('voice', 5 * MINUTE_MS);
    talk.pace = { atOnce: 1, everyMs: MINUTE_MS };
    take(talk, tell(8, 1));
    take(talk, outcome(1, TAKEN));
    take(talk, tell(7, 1, { first: false }));
    look(talk);
    talk.contacts = [];
    const said = wait(talk, MINUTE_MS);
    expect(said.filter((one) => one.startsWith('claim'))).toEqual([]);
    expect(said).toContain('unreachable for #7: sms failed, voice failed');
  });
});
