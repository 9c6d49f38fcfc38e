import { describe, expect, it } from 'vitest';
import type { ResponderInput } from '../../../src/relay/engine/effects.ts';
import type { ReplyCommand } from '../../../src/relay/events/types.ts';
import type { MessageRow } from '../../../src/relay/notifications/rows.ts';
import {
  begin,
  outcome,
  PHONE,
  REFUSED,
  reply,
  TAKEN,
  take,
  tell,
  type Conversation,
} from './conversation.ts';

/** An answer on the page of the message with code 1. */
function onPage(talk: Conversation, command: Partial<ReplyCommand>): ResponderInput {
  const typed = reply(talk, 'ack', 1) as Extract<ResponderInput, { kind: 'reply' }>;
  return { ...typed, command: { ...typed.command, ...command }, via: 'link' };
}

/** One message told of incidents 7 and 8. */
function bundled(): Conversation {
  const talk = begin(PHONE);
  for (let number = 1; number <= 4; number += 1) take(talk, tell(number, 1));
  talk.facts.set(7, { status: 'triggered', by: null });
  talk.facts.set(8, { status: 'triggered', by: null });
  take(talk, tell(7, 1, { first: false }));
  take(talk, tell(8, 1, { first: false }));
  for (let code = 1; code <= 4; code += 1) take(talk, outcome(code, TAKEN));
  take(talk, { kind: 'go' });
  return talk;
}

const codeOf = (talk: Conversation, ...numbers: number[]): number => {
  const about = (row: MessageRow): string => row.members.map((one) => one.number).join();
  return [...talk.rows.values()].find((row) => about(row) === numbers.join())?.code ?? Number.NaN;
};

describe('an answer on the page', () => {
  function paged(): Conversation {
    const talk = begin(PHONE);
    talk.facts.set(7, { status: 'triggered', by: null });
    take(talk, tell(7, 1));
    take(talk, outcome(1, TAKEN));
    return talk;
  }

  it('acts, is noted on its message, and no text says so: the page shows it', () => {
    const talk = paged();
    expect(take(talk, onPage(talk, {}))).toEqual(['1 accepted', 'ack #7']);
    expect(talk.rows.get(1)?.log.at(-1)?.text).toBe('answered: ack');
  });

  it('about one incident of several leaves the others', () => {
    const talk = bundled();
    const code = codeOf(talk, 7, 8);
    expect(take(talk, onPage(talk, { code, only: ['i:db/8'] }))).toEqual(['ack #8']);
  });

  it('about an incident that the message never told of does nothing', () => {
    const talk = paged();
    talk.facts.set(9, { status: 'triggered', by: null });
    expect(take(talk, onPage(talk, { only: ['i:db/9'] }))).toEqual(['1 accepted']);
  });

  it('snoozes what is acknowledged too: whoever pressed it saw that', () => {
    const talk = paged();
    talk.facts.set(7, { status: 'acknowledged', by: 'ben' });
    const snooze = { untilMs: 9_000_000, until: '18:00' };
    expect(take(talk, onPage(talk, { only: ['i:db/7'], snooze }))).toContain('ack #7');
    expect(take(talk, onPage(talk, {})), 'among all of them').not.toContain('ack #7');
    talk.facts.set(7, { status: 'resolved', by: 'ben' });
    expect(take(talk, onPage(talk, { only: ['i:db/7'] }))).not.toContain('ack #7');
  });

  it('counts though the provider said that the text was not sent: a link that was opened was read', () => {
    const talk = begin(PHONE);
    talk.facts.set(7, { status: 'triggered', by: null });
    take(talk, tell(7, 1));
    take(talk, outcome(1, REFUSED));
    expect(take(talk, onPage(talk, {}))).toContain('ack #7');
    expect(take(talk, reply(talk, 'ack', 1)), 'a code may be guessed').toEqual(['claim 2 by sms']);
  });

  it('verifies the contact that the link was sent to', () => {
    const talk = paged();
    talk.contacts = [{ channel: 'sms', address: PHONE.address }];
    expect(take(talk, onPage(talk, {}))).toContain('verify');
  });
});
