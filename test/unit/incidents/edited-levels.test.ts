import { describe, expect, it } from 'vitest';
import type { Duty, DutyLevel } from '../../../src/relay/oncall/types.ts';
import { ack, begin, event, order, take, wait, type Conversation } from './conversation.ts';

/** A level for each, named by its people; `ops:ana` is rotation ops, where Ana is on call. */
const levels = (...all: string[]): DutyLevel[] =>
  all.map((text) => {
    const parts = text.split('+').filter((one) => one !== '');
    const named = parts.map((one) => one.split(':'));
    return {
      people: named.flatMap((one) => one.at(-1) ?? []),
      names: named.map(([first, second]) => (second === undefined ? (first ?? '') : `rotation ${first}`)),
      afterMs: 60_000,
      because: 'policy ops',
    };
  });

const duty = (...all: string[]): Duty => ({
  rosterVersion: 3,
  policy: 'ops',
  levels: levels(...all),
  repeat: 0,
  catchAll: ['zoe'],
});

const told = (did: string[]): string[] =>
  did.flatMap((one) => (one.startsWith('tell ') ? [one.split(' ')[1] ?? ''] : []));

/** An incident whose first levels have been told, so many. */
function escalated(count: number, ...all: string[]): Conversation {
  const talk = begin(duty(...all));
  take(talk, event(talk, 'trigger'));
  for (let more = 1; more < count; more += 1) wait(talk);
  return talk;
}

const edit = (talk: Conversation, ...all: string[]): void => {
  talk.duty = { ...talk.duty, rosterVersion: talk.duty.rosterVersion + 1, levels: levels(...all) };
};

/** Whom it tells until the catch-all is. */
function rest(talk: Conversation): string[] {
  const out: string[] = [];
  for (let count = 0; count < 9; count += 1) {
    const now = told(wait(talk)).join('+');
    out.push(now);
    if (now === 'zoe') break;
  }
  return out;
}

describe('levels that are edited while an incident is open', () => {
  it.each([
    ['one that was told is removed', 1, ['a', 'b', 'c'], ['b', 'c'], ['b', 'c', 'zoe']],
    ['two that were told are removed', 2, ['a', 'b', 'c'], ['c'], ['c', 'zoe']],
    ['one comes before what was told', 1, ['a', 'b'], ['x', 'a', 'b'], ['x', 'b', 'zoe']],
    ['one comes between', 2, ['a', 'b', 'c'], ['a', 'x', 'b', 'c'], ['x', 'c', 'zoe']],
    ['they change places', 1, ['a', 'b', 'c'], ['b', 'c', 'a'], ['b', 'c', 'zoe']],
    ['two become one', 1, ['a', 'b', 'c'], ['a+b', 'c'], ['b', 'c', 'zoe']],
    ['one becomes two', 1, ['a+b', 'c'], ['a', 'b', 'c'], ['c', 'zoe']],
    ['somebody else is named', 1, ['a', 'b'], ['x', 'b'], ['x', 'b', 'zoe']],
    ['the next one is removed', 1, ['a', 'b', 'c'], ['a', 'c'], ['c', 'zoe']],
    ['all that would follow vanish', 1, ['a', 'b', 'c'], ['a'], ['zoe']],
    [
      'a rotation that was told has somebody else now',
      1,
      ['ops:a', 'b'],
      ['x', 'ops:c', 'b'],
      ['x', 'b', 'zoe'],
    ],
    ['a new one has nobody', 1, ['a', 'b'], ['', 'a', 'b'], ['b', 'zoe']],
    [
      'who was told by a rotation is named by themselves',
      1,
      ['ops:a', 'b'],
      ['ops:a', 'a', 'b'],
      ['b', 'zoe'],
    ],
  ])('tell nobody twice and leave nobody out: %s', (_what, count, before, after, expected) => {
    const talk = escalated(count, ...before);
    edit(talk, ...after);
    expect(rest(talk)).toEqual(expected);
  });

  it('tell nobody twice and leave nobody out, edited again and again', () => {
    const talk = escalated(1, 'a', 'b', 'c');
    edit(talk, 'x', 'a', 'b', 'c');
    expect(told(wait(talk))).toEqual(['x']);
    edit(talk, 'a', 'b', 'y', 'c');
    expect(told(wait(talk))).toEqual(['b']);
    edit(talk, 'b', 'c', 'y');
    expect(rest(talk)).toEqual(['c', 'y', 'zoe']);
  });

  it('begin at the first again in the next round', () => {
    const talk = begin({ ...duty('a', 'b'), repeat: 1 });
    take(talk, event(talk, 'trigger'));
    edit(talk, 'x', 'a', 'b');
    expect(rest(talk)).toEqual(['x', 'b', 'x', 'a', 'b', 'zoe']);
  });

  it('go on with whom a rotation or an override has now, as long as they are the same levels', () => {
    const talk = escalated(1, 'ops:a', 'ops2:b', 'c');
    edit(talk, 'ops:b', 'ops2:a', 'c');
    expect(rest(talk)).toEqual(['a', 'c', 'zoe']);
  });

  it('do not keep anybody from being told by another policy, to which a rule leads', () => {
    const talk = escalated(1, 'a', 'b', 'c');
    edit(talk, 'x', 'a', 'b', 'c');
    expect(told(wait(talk))).toEqual(['x']);
    talk.duty = { ...talk.duty, policy: 'night', levels: levels('z', 'a+x', 'b') };
    expect(rest(talk)).toEqual(['a+x', 'b', 'zoe']);
  });

  it('tell who is named by a level that somebody else was told for', () => {
    const talk = begin(duty('a+b', 'c'));
    talk.duty = {
      ...talk.duty,
      levels: talk.duty.levels.map((one) => ({ ...one, people: one.people.slice(-1) })),
    };
    take(talk, event(talk, 'trigger'));
    edit(talk, 'a', 'b', 'c');
    expect(rest(talk)).toEqual(['a', 'c', 'zoe']);
  });

  it('go on behind who had it, when it is not resolved in time', () => {
    const talk = begin({ ...duty('a', 'b', 'c'), ackTimeoutMs: 3_600_000 });
    take(talk, event(talk, 'trigger'));
    wait(talk);
    take(talk, ack('b'));
    edit(talk, 'b', 'c');
    expect(rest(talk)).toEqual(['b', 'c', 'zoe']);
  });

  it('do not count what was told by a policy that it is given anew', () => {
    const talk = escalated(1, 'a', 'b');
    edit(talk, 'x', 'a', 'b');
    expect(told(wait(talk))).toEqual(['x']);
    expect(told(take(talk, order(talk, { verb: 'reassign', policy: 'ops' })))).toEqual(['x']);
    expect(rest(talk)).toEqual(['a', 'b', 'zoe']);
  });
});
