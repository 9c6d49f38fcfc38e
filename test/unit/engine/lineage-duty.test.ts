/** By which moment it is decided who is on call when an incident takes an input. */
import { expect, it } from 'vitest';
import { lineageMachine } from '../../../src/relay/engine/lineage.ts';
import { begin, DUTY, event, order, take } from '../incidents/conversation.ts';

/** The moment that the roster is asked for, of a handoff whose boundary is so far ahead of this host's clock. */
async function askedAt(aheadMs: number): Promise<number> {
  const asked: number[] = [];
  const machine = lineageMachine({
    duty: (_service, atMs) => {
      asked.push(atMs);
      return DUTY;
    },
    nextNumber: () => Promise.resolve(8),
    freshRoster: () => null,
    committed: () => undefined,
  });
  const talk = begin();
  take(talk, event(talk, 'trigger'));
  const atMs = talk.nowMs + aheadMs;
  const handoff = order(talk, { verb: 'handoff', rotation: 'ops', from: 'ana', to: 'ben', atMs }, 'relay');
  const context = await machine.context('i:db/disk', talk.state, handoff, 'op', talk.nowMs, new Map());
  expect(context).toMatchObject({ nowMs: talk.nowMs });
  return (asked[0] ?? Number.NaN) - talk.nowMs;
}

it('a handoff goes by who is on call from its boundary on, also where the clock is not there yet', async () => {
  expect(await askedAt(200)).toBe(200);
  expect(await askedAt(2_000)).toBe(2_000);
});

it('a handoff that comes late goes by who is on call now', async () => {
  expect(await askedAt(-60_000)).toBe(0);
});

it('no clock that is right is further behind: a boundary beyond that has not come', async () => {
  expect(await askedAt(2_001)).toBe(0);
});
