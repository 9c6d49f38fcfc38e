/** Handoffs that a host found and died over, told by another host much later: what is said is true then. */
import { expect, it } from 'vitest';
import {
  Handoffs,
  HANDOFF,
  HANDOFFS,
  type HandoffRow,
  type HandoffState,
} from '../../../src/relay/engine/handoffs.ts';
import type { NewInput } from '../../../src/relay/events/accept.ts';
import { addPerson, addRotation, emptyRoster } from '../../../src/relay/oncall/edits.ts';
import type { Roster } from '../../../src/relay/oncall/types.ts';
import type { JournalRow } from '../../../src/relay/store/port.ts';
import { MemoryStore } from '../../sim/memory-store.ts';
import { silent } from './one-engine.ts';

const at = (text: string): number => Date.parse(`${text}:00+01:00`);

/** Turns of eight hours from 09:00: ana, ben, cleo, and so each day. */
function roster(members: string[]): Roster {
  const people = ['ana', 'ben', 'cleo'].reduce(
    (base, id) => addPerson(base, { id, name: id.toUpperCase(), email: `${id}@example.com` }),
    emptyRoster(),
  );
  const layer = {
    members,
    shift: { every: 8, unit: 'hours' as const },
    start: '2026-11-16',
    handoff: '09:00',
  };
  return {
    ...addRotation(people, { id: 'ops', zone: 'Europe/Berlin', layers: [layer] }),
    version: 1,
    policies: [{ id: 'standard', levels: [{ people: [], rotations: ['ops'], afterMs: 60_000 }], repeat: 0 }],
    services: [{ id: 'db', policy: 'standard', keyHashes: [] }],
    defaultService: 'db',
  };
}

/** Its first handoff, at 17:00 on the 17th, is committed, and nobody could be told of it. */
async function diedOver(members: string[]) {
  let nowMs = at('2026-11-17T16:59');
  let ops = 0;
  let isDown = false;
  const store = new MemoryStore({ nowMs: () => nowMs });
  const told = new Map<string, string>();
  const accept = (inputs: NewInput[]): Promise<JournalRow[]> => {
    if (isDown) return Promise.reject(new Error('connection refused'));
    for (const { stableId = '', input } of inputs) {
      if (input.kind === 'notice' && !told.has(stableId))
        told.set(stableId, `${input.person}: ${input.text}`);
    }
    return Promise.resolve(inputs.map(({ stableId = '' }) => ({ id: `j:${stableId}` }) as JournalRow));
  };
  const present = roster(members);
  const look = async (text: string): Promise<string[]> => {
    nowMs = at(text);
    await new Handoffs({
      store: {
        load: (key) => store.load(key),
        commit: (change) => store.commit(change),
        rows: (...asked) => store.rows(...asked),
        incidents: (asked) => store.incidents(asked),
        journalRow: (id) => Promise.resolve({ id } as JournalRow),
      },
      roster: { current: () => present },
      accept,
      newOp: () => `op-${(ops += 1)}`,
      nowMs: () => nowMs,
      isMine: () => true,
      log: silent,
    }).lookNow();
    const said = [...told.values()];
    told.clear();
    return said;
  };
  await look('2026-11-17T16:59');
  isDown = true;
  await expect(look('2026-11-17T17:00')).rejects.toThrow('connection refused');
  isDown = false;
  return {
    look,
    records: async () => (await store.rows(HANDOFFS, HANDOFF)).map((row) => row.body as HandoffRow),
    pending: async () => ((await store.load(HANDOFFS)).state as HandoffState).pending,
  };
}

it('a shift that has ended meanwhile is told as one that is over, with who is on call now', async () => {
  const { look } = await diedOver(['ana', 'ben', 'cleo']);
  expect(await look('2026-11-18T02:00')).toEqual([
    'ben: Your shift in ops began Tue 17:00 CET (9h ago) and is over; CLEO is on call now. Nothing is open.',
    'ana: Your shift in ops ended Tue 17:00 CET (9h ago); CLEO is on call now. Nothing is open.',
    'cleo: You are on call since Wed 01:00 CET (began 1h ago) in ops until Wed 09:00 CET, after BEN. Nothing is open.',
    'ben: Your shift in ops ended Wed 01:00 CET (1h ago); CLEO is on call now. Nothing is open.',
  ]);
});

it('who is on call again meanwhile is told so', async () => {
  const { look } = await diedOver(['ana', 'ben']);
  expect(await look('2026-11-18T02:00')).toContain(
    'ben: Your shift in ops ended Tue 17:00 CET (9h ago); you are on call again now. Nothing is open.',
  );
});

it('over a day later nobody is told, and the record says so', async () => {
  const { look, records, pending } = await diedOver(['ana', 'ben', 'cleo']);
  const said = await look('2026-11-21T10:00');
  expect(said.filter((one) => one.includes('Tue'))).toEqual([]);
  expect(await records()).toMatchObject([
    { from: 'ana', to: 'ben', skipped: true },
    { atMs: at('2026-11-21T09:00') },
  ]);
  expect((await records())[1]).not.toHaveProperty('skipped');
  expect(await pending()).toEqual([]);
});

it('a host whose clock is a moment behind the one that found it tells of the shift that begins', async () => {
  const { look } = await diedOver(['ana', 'ben', 'cleo']);
  expect((await look('2026-11-17T16:59'))[0]).toBe(
    'ben: You are on call now in ops until Wed 01:00 CET, after ANA. Nothing is open.',
  );
});
