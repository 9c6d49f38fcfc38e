/** Records that an older version wrote: an upgrade loses no page. */
import { describe, expect, it } from 'vitest';
import type { Ask } from '../../../src/relay/engine/effects.ts';
import { queueKey } from '../../../src/relay/notifications/rows.ts';
import {
  begin,
  cancel,
  look,
  outcome,
  PHONE,
  REFUSED,
  take,
  takenNow,
  tell,
  wait,
  type Conversation,
} from './conversation.ts';

const BUSY = { kind: 'refused', permanent: false, code: '20429', error: 'too many' } as const;

/** As it was written before ways named their message. */
function asOlderVersionsWrote(talk: Conversation): void {
  talk.state = {
    ...talk.state,
    tells: talk.state.tells.map((one) => ({
      ...one,
      ways: one.ways.map(({ channel, address, status }) => ({ channel, address, status })),
    })),
  };
}

/** A text about #7 is under way, written by an older version. */
function upgraded(): Conversation {
  const talk = begin(PHONE);
  talk.facts.set(7, { status: 'triggered', by: null });
  take(talk, tell(7, 1));
  return talk;
}

describe('a record of an older version', () => {
  it('goes on with a page that is to be tried again', () => {
    const talk = upgraded();
    take(talk, outcome(1, BUSY));
    asOlderVersionsWrote(talk);
    expect(wait(talk, 60_000)).toContain('claim 1 by sms');
  });

  it('says that nobody could be reached by what was under way', () => {
    const talk = upgraded();
    asOlderVersionsWrote(talk);
    expect(take(talk, outcome(1, REFUSED))).toContain('unreachable for #7: sms failed');
    expect(talk.state.tells).toEqual([]);
  });

  it('tells of all that waited as rows, and of nothing that was answered meanwhile', () => {
    const talk = upgraded();
    for (const number of [8, 9, 10]) {
      talk.facts.set(number, { status: 'triggered', by: null });
      const input = tell(number, 1, { severity: number === 10 ? 'critical' : 'error' });
      talk.queued.set(queueKey(number), (input as { ask: Ask }).ask);
    }
    talk.facts.set(9, { status: 'acknowledged', by: 'bo' });
    talk.state = { ...talk.state, queue: { head: 8, tail: 11 } };
    asOlderVersionsWrote(talk);
    take(talk, outcome(1, takenNow(talk)));
    const said = look(talk);
    expect(said.filter((one) => one.startsWith('claim'))).toHaveLength(1);
    expect(talk.rows.get(2)?.members.map((one) => one.number)).toEqual([10, 8]);
    take(talk, outcome(2, takenNow(talk)));
    expect(look(talk)).toEqual([]);
    expect(talk.state.packs, 'nothing is left to be told').toBeUndefined();
    expect(talk.state.queue).toEqual({ head: 11, tail: 11 });
  });

  it('knows an answer that came for what waited as a row', () => {
    const talk = upgraded();
    talk.facts.set(8, { status: 'triggered', by: null });
    talk.queued.set(queueKey(0), (tell(8, 1) as { ask: Ask }).ask);
    talk.state = { ...talk.state, queue: { head: 0, tail: 1 } };
    take(talk, cancel(8, 2));
    expect(look(talk)).toEqual([]);
    expect(talk.rows.size, 'only the text about #7').toBe(1);
  });
});
