/** What a person has just answered is told by no further way before it is known what came of the answer. */
import { describe, expect, it } from 'vitest';
import { begin, CALLED, look, outcome, PHONE, reply, take, takenNow, tell } from './conversation.ts';

const MINUTE_MS = 60_000;

describe('an answer that comes as the next step is due', () => {
  it('makes no phone ring about what it acknowledges', () => {
    const talk = begin(PHONE, CALLED);
    talk.afterMs.set('voice', 5 * MINUTE_MS);
    talk.facts.set(7, { status: 'triggered', by: null });
    take(talk, tell(7, 1));
    take(talk, outcome(1, takenNow(talk)));
    talk.nowMs += 5 * MINUTE_MS;
    expect(take(talk, reply(talk, 'ack', 1))).toEqual(['1 accepted', 'claim 2 by sms', 'ack #7']);
    expect(talk.rows.get(2)?.purpose).toBe('answer');
    talk.facts.set(7, { status: 'acknowledged', by: 'ana' });
    expect(look(talk)).toEqual([]);
  });

  it('makes no phone ring about what was told together, before all of it has been seen to', () => {
    const talk = begin(PHONE, CALLED);
    talk.pace = { atOnce: 1, everyMs: MINUTE_MS };
    talk.afterMs.set('voice', 2 * MINUTE_MS);
    for (let number = 1; number <= 100; number += 1) {
      talk.facts.set(number, { status: 'triggered', by: null });
      take(talk, tell(number, 1, { first: number === 1 }));
    }
    take(talk, outcome(1, takenNow(talk)));
    // The text for all of them, and the call a minute later.
    talk.nowMs += 119_990;
    look(talk);
    const all = [...talk.rows.values()].find((row) => row.packs !== undefined);
    take(talk, outcome(all?.code ?? 0, takenNow(talk)));
    const answer = reply(talk, 'ack', all?.code ?? 0);
    talk.nowMs = Math.max(talk.nowMs, 1_000_000 + 2 * MINUTE_MS);
    talk.facts.set(1, { status: 'resolved', by: null });
    const said: string[] = [];
    const carriedOut = (now: string[]): void => {
      said.push(...now);
      for (const one of now) {
        const acked = /^ack #(\d+)$/.exec(one);
        if (acked !== null) talk.facts.set(Number(acked[1]), { status: 'acknowledged', by: 'ana' });
      }
    };
    carriedOut(take(talk, answer));
    while (talk.state.errands !== undefined) carriedOut(take(talk, { kind: 'go' }));
    said.push(...look(talk));
    expect(said.filter((one) => one.includes('voice'))).toEqual([]);
    expect(said.filter((one) => one.startsWith('ack')).length).toBe(99);
  });
});
