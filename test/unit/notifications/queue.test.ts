import { describe, expect, it } from 'vitest';
import { QUEUED } from '../../../src/relay/notifications/queue.ts';
import { begin, outcome, PHONE, take, TAKEN, tell, type Conversation } from './conversation.ts';

/** A hundred incidents while the phone network answers nothing. */
function storm(): Conversation {
  const talk = begin(PHONE);
  for (let number = 1; number <= 100; number += 1) {
    talk.facts.set(number, { status: 'triggered', by: null });
    take(talk, tell(number, 1));
  }
  return talk;
}

/** The phone network answers again: every claim is taken, and the engine looks at what waits. */
function drain(talk: Conversation): number[] {
  const told: number[] = [];
  for (let round = 0; round < 200; round += 1) {
    const claimed = talk.state.messages.find((one) => one.status === 'claimed');
    if (claimed !== undefined) {
      told.push(...claimed.row.members.map((one) => one.number));
      take(talk, outcome(claimed.row.code, TAKEN, claimed.attempt));
    }
    take(talk, { kind: 'go' });
    if (claimed === undefined && talk.queued.size === 0) break;
  }
  return told;
}

describe('more asks than a state should hold', () => {
  it('are all taken at once, the state staying small', () => {
    const talk = storm();
    expect(talk.queued.size).toBeGreaterThan(30);
    expect(talk.state.tells.length + talk.queued.size).toBe(100);
    expect(JSON.stringify(talk.state).length).toBeLessThan(32 * 1024);
  });

  it('leave nothing for ever: a row that was taken out may be purged', () => {
    const talk = storm();
    const waited = [...talk.ended.keys()].filter((key) => key.startsWith(QUEUED));
    drain(talk);
    expect(waited.length).toBeGreaterThan(30);
    for (const key of waited) expect(talk.ended.get(key), key).toBe(talk.nowMs);
  });

  it('are told in their turn, each once', () => {
    expect(drain(storm())).toEqual(Array.from({ length: 100 }, (_one, index) => index + 1));
  });

  it('are told no more when they were answered while they waited', () => {
    const talk = storm();
    for (let number = 50; number <= 100; number += 1)
      talk.facts.set(number, { status: 'resolved', by: 'ben' });
    expect(drain(talk).filter((number) => number >= 50)).toEqual([]);
  });

  it('keep a timer ahead of them until the last is told', () => {
    const talk = storm();
    for (let round = 0; round < 30 && talk.queued.size > 0; round += 1) {
      expect(talk.timers.size).toBeGreaterThan(0);
      const [message] = talk.state.messages;
      if (message !== undefined) take(talk, outcome(message.row.code, TAKEN, message.attempt));
      take(talk, { kind: 'go' });
    }
    expect(talk.queued.size).toBe(0);
  });
});
