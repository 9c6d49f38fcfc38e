/** What a phone is told after its reply, and what it says of all that is still open there. */
import { describe, expect, it } from 'vitest';
import { answerText } from '../../../src/relay/notifications/text.ts';
import { begin, outcome, PHONE, reply, take, takenNow, tell, type Conversation } from './conversation.ts';

/** Ana's phone has a text about each of these incidents, of the services named; codes count from 1. */
function paged(...services: string[]): Conversation {
  const talk = begin(PHONE);
  services.forEach((service, index) => {
    const number = 11 + index;
    take(
      talk,
      tell(number, 1, { service, lineage: `i:${service}/${number}`, summary: `disk full on ${service}` }),
    );
    take(talk, outcome(index + 1, takenNow(talk)));
    talk.facts.set(number, { status: 'triggered', by: null });
  });
  return talk;
}

/** Takes an answer of the phone; gives the text that comes back. */
function says(
  talk: Conversation,
  ...[verb, code, scope]: Parameters<typeof reply> extends [unknown, ...infer Rest] ? Rest : never
): string {
  const input = reply(talk, verb, code, scope);
  const said = take(talk, input);
  for (const one of said) {
    const acted = /^(ack|resolve) #(\d+)$/.exec(one);
    if (acted !== null)
      talk.facts.set(Number(acted[2]), {
        status: acted[1] === 'ack' ? 'acknowledged' : 'resolved',
        by: 'Ana',
      });
  }
  const code2 = said.map((one) => /^claim (\d+) by sms$/.exec(one)?.[1]).find((one) => one !== undefined);
  return talk.rows.get(Number(code2))?.body.replace(/ \[\d+\]$/, '') ?? '';
}

describe('the answer to a reply names what it did and what is left', () => {
  it('one more, by its own code', () => {
    expect(says(paged('db', 'web'), 'ack', 1)).toBe('Acked #11 disk full on db. 1 more open: reply 2a.');
  });
  it('several of one service, by a code that means the service', () => {
    const talk = paged('web', 'db', 'db');
    expect(says(talk, 'ack', 1)).toBe('Acked #11 disk full on web. 2 more open: reply 3aa.');
    expect(says(talk, 'ack', 3, 'service')).toBe('Acked #13 disk full on db, #12 disk full on db.');
  });
  it('several of several, by aa, which then does it', () => {
    const talk = paged('web', 'db', 'mail');
    expect(says(talk, 'resolve', 2)).toBe('Resolved #12 disk full on db. 2 more open: reply aa.');
    expect(says(talk, 'ack', null, 'all')).toBe('Acked #13 disk full on mail, #11 disk full on web.');
  });
  it('nothing more where nothing is open, or what is left was taken by somebody', () => {
    expect(says(paged('db'), 'ack', 1)).toBe('Acked #11 disk full on db.');
    const talk = paged('db', 'web');
    talk.facts.set(12, { status: 'acknowledged', by: 'Ben' });
    expect(says(talk, 'ack', 1)).toBe('Acked #11 disk full on db.');
  });
  it('what is left also where nothing was done', () => {
    const talk = paged('db', 'web');
    talk.facts.set(11, { status: 'acknowledged', by: 'Ben' });
    expect(says(talk, 'ack', 1)).toBe('#11 was already acknowledged by Ben. 1 more open: reply 2a.');
  });
  it('says so when there may be more than it counted', () => {
    const talk = paged('db', 'web');
    talk.more = true;
    expect(says(talk, 'ack', 1)).toBe('Acked #11 disk full on db. 1 or more open: reply 2a.');
  });
  it('counts nothing that went to another phone, or that was refused', () => {
    const talk = paged('db');
    take(talk, tell(12, 1, { service: 'web', lineage: 'i:web/12' }));
    take(talk, outcome(2, { kind: 'refused', permanent: true, code: '30005', error: 'unknown number' }));
    talk.facts.set(12, { status: 'triggered', by: null });
    expect(says(talk, 'ack', 1)).toBe('Acked #11 disk full on db.');
  });
  it('counts of a text about a storm what that named, says that there may be more, and gives its code', () => {
    const talk = paged('db', 'web');
    const storm = talk.rows.get(2);
    if (storm === undefined) throw new Error('no text about web');
    const packs = [{ from: 0, to: 900, severity: 'error' as const, count: 900, named: 1 }];
    talk.rows.set(2, { ...storm, packs });
    expect(says(talk, 'ack', 1)).toBe('Acked #11 disk full on db. 1 or more open: reply 2a.');
    const over = paged('db', 'web');
    over.rows.set(2, { ...storm, packs, packsOver: true });
    expect(says(over, 'ack', 1)).toBe('Acked #11 disk full on db. 1 more open: reply 2a.');
    const both = paged('db', 'web', 'web');
    both.rows.set(2, { ...storm, packs });
    expect(says(both, 'ack', 1)).toBe('Acked #11 disk full on db. 2 or more open: reply aa.');
  });
  it('fits two segments with twenty more, and keeps its word whole', () => {
    const members = Array.from({ length: 30 }, (_, n) => ({ number: n + 1, summary: 'x'.repeat(80) }));
    const text = answerText({ kind: 'acked', members, rest: { count: 20, more: true, reply: '47aa' } }, 48);
    expect(text).toMatch(/20 or more open: reply 47aa\. \[48\]$/);
    expect(text.length).toBeLessThanOrEqual(306);
  });
});

describe('a bare word about what is taken already', () => {
  it('`a` has nothing to do', () => {
    const talk = paged('db');
    talk.facts.set(11, { status: 'acknowledged', by: 'Ana' });
    expect(says(talk, 'ack', null)).toBe('Nothing open to acknowledge.');
  });
  it('`c` takes a code', () => {
    const talk = paged('db');
    talk.facts.set(11, { status: 'acknowledged', by: 'Ana' });
    expect(says(talk, 'resolve', null)).toBe('Which one? 1c #11 disk full on db.');
    expect(says(talk, 'resolve', 1)).toBe('Resolved #11 disk full on db.');
    expect(says(talk, 'resolve', null)).toBe('Nothing open to acknowledge.');
  });
  it('`c` and `e` with two open ask in their own letters', () => {
    expect(says(paged('db', 'web'), 'resolve', null)).toBe(
      'Which one? 2c #12 disk full on web; 1c #11 disk full on db; cc for all.',
    );
    expect(says(paged('db', 'web'), 'escalate', null)).toBe(
      'Which one? 2e #12 disk full on web; 1e #11 disk full on db.',
    );
  });
});
