import { describe, expect, it } from 'vitest';
import type { Envelope } from '../../../src/relay/engine/envelope.ts';
import { openRosterBook, ROSTER } from '../../../src/relay/engine/roster-book.ts';
import { addPerson } from '../../../src/relay/oncall/edits.ts';
import { MemoryStore } from '../../sim/memory-store.ts';
import { HandClock } from '../observe/hand-clock.ts';
import { team } from '../oncall/rosters.ts';
import { oneEngine } from './one-engine.ts';
import { alertRow } from './rows.ts';

type Fields = Record<string, unknown>;

describe('what a newer version keeps in a state', () => {
  /** One incident, with fields of a newer version in the state of its lineage or its responder; then it is resolved here. */
  const stepped = async (key: string, change: (envelope: Fields & Envelope<Fields>) => Fields) => {
    const { engine, store, pass } = oneEngine();
    await engine.start();
    const first = [alertRow(1)];
    await store.append(first);
    engine.accepted(first);
    await pass(1_000);
    await engine.stop();
    const { state, op } = await store.load(key);
    const newer = change(state as Fields & Envelope<Fields>);
    await store.commit({ key, expect: op, op: 'op-newer', state: newer, rows: [], incidents: [] });
    const next = oneEngine({ store });
    await next.engine.start();
    const rows = [alertRow(2), alertRow(3, { action: 'resolve' })];
    await store.append(rows);
    next.engine.accepted(rows);
    await next.pass(5_000);
    expect(next.poisoned).toEqual([]);
    const after = await store.load(key);
    expect(after.op, 'this version has written it').not.toBe('op-newer');
    return after.state as Fields & Envelope<Fields>;
  };

  it.each(['i:db/disk', 'r:ana'])('is still there when this one has written it: %s', async (key) => {
    const after = await stepped(key, (envelope) => ({
      ...envelope,
      sinceNewer: 1,
      domain: { ...envelope.domain, sinceNewer: { inside: [2] } },
    }));
    expect(after['sinceNewer']).toBe(1);
    expect(after.domain['sinceNewer']).toEqual({ inside: [2] });
  });
});

describe('what a newer version keeps in the roster', () => {
  it('is still there when this one has edited it, also of people and services that it did not touch', async () => {
    const clock = new HandClock();
    const store = new MemoryStore({ nowMs: () => clock.wallMs() });
    const kept = <T extends object>(list: readonly T[]): T[] =>
      list.map((one) => ({ ...one, sinceNewer: 'kept' }));
    const present = team();
    const newer = {
      ...present,
      version: 1,
      sinceNewer: ['whole'],
      people: kept(present.people),
      services: kept(present.services),
      policies: kept(present.policies),
    };
    await store.commit({ key: ROSTER, expect: null, op: 'op-newer', state: newer, rows: [], incidents: [] });
    let ops = 0;
    const book = await openRosterBook({ store, clock, newOp: () => `op-${(ops += 1)}` });
    await book.edit('root', (roster) => addPerson(roster, { id: 'zoe', name: 'Zoe', phone: '+15550177' }));
    book.close();
    const { state, op } = await store.load(ROSTER);
    expect(op).toBe('op-1');
    const { people, services, policies, sinceNewer } = state as typeof newer;
    expect(sinceNewer).toEqual(['whole']);
    expect(people.slice(0, -1)).toEqual(newer.people);
    expect(people.at(-1)?.id).toBe('zoe');
    expect(services).toEqual(newer.services);
    expect(policies).toEqual(newer.policies);
  });
});
