import { describe, expect, it } from 'vitest';
import type { ResponderInput } from '../../../src/relay/engine/effects.ts';
import type { ReplyCommand } from '../../../src/relay/events/types.ts';
import { begin, MAILBOX, outcome, TAKEN, take, tell, type Conversation } from './conversation.ts';

/** A mail reply to the page of code 1; anybody may write any From. */
function mail(talk: Conversation, verb: ReplyCommand['verb'], text: string): ResponderInput {
  talk.nowMs += 2_000;
  return {
    kind: 'reply',
    id: `j:mail.${talk.steps}`,
    channel: 'email',
    contact: 'anybody@elsewhere.example',
    command: verb === 'unclear' ? { verb, code: null, scope: 'bare' } : { verb, code: 1, scope: 'message' },
    text,
    sentAtMs: talk.nowMs,
  };
}

function paged(): Conversation {
  const talk = begin(MAILBOX);
  talk.facts.set(7, { status: 'triggered', by: null });
  take(talk, tell(7, 1));
  take(talk, outcome(1, TAKEN));
  return talk;
}

describe('a mail reply', () => {
  it("that isn't understood is answered, to the address in the roster", () => {
    const talk = paged();
    expect(take(talk, mail(talk, 'unclear', 'was ist das'))).toEqual(['claim 2 by email']);
    expect(talk.rows.get(2)).toMatchObject({ to: MAILBOX.address, purpose: 'answer' });
    expect(talk.rows.get(2)?.subject).toContain('nothing was changed');
  });

  it('that acknowledged is not confirmed: the mailbox is full enough', () => {
    const talk = paged();
    expect(take(talk, mail(talk, 'ack', 'ack'))).not.toContain('claim 2 by email');
  });

  it('that is not proven, where that is asked for, does nothing and is told so', () => {
    const talk = paged();
    const auth = {
      dkim: 'none',
      spf: 'fail',
      dmarc: 'fail',
      refused: 'DKIM none, SPF fail, DMARC fail',
    } as const;
    const input = { ...mail(talk, 'ack', 'ack'), auth } as ResponderInput;
    expect(take(talk, input)).toEqual(['1 accepted', 'claim 2 by email']);
    expect(talk.rows.get(2)?.body).toContain('not proven that you wrote the reply (DKIM none, SPF fail');
    expect(talk.rows.get(1)?.log.at(-1)?.text).toBe(
      'answered: ack: not taken (dkim none, spf fail, dmarc fail)',
    );
  });

  it('shows in the message’s life how far it is proven', () => {
    const talk = paged();
    const auth = { dkim: 'pass', spf: 'none', dmarc: 'pass' } as const;
    take(talk, { ...mail(talk, 'ack', 'ack'), auth } as ResponderInput);
    expect(talk.rows.get(1)?.log.at(-1)?.text).toBe('answered: ack (dkim pass, spf none, dmarc pass)');
  });

  it('that is too late says so in words for a mail, and what else is open', () => {
    const talk = paged();
    take(talk, tell(8, 1, { service: 'web' }));
    take(talk, outcome(2, TAKEN));
    talk.facts.set(7, { status: 'acknowledged', by: 'Ben' });
    talk.facts.set(8, { status: 'triggered', by: null });
    take(talk, mail(talk, 'ack', 'ack'));
    expect(talk.rows.get(3)?.body).toContain(
      '#7 was already acknowledged by Ben. 1 more open: answer their own pages.',
    );
  });

  it('is answered three times an hour that it is not understood, then no more', () => {
    const talk = paged();
    const answers = Array.from({ length: 6 }, () => take(talk, mail(talk, 'unclear', '?')));
    expect(answers.flat().filter((said) => said.endsWith('by email'))).toHaveLength(3);
  });
});
