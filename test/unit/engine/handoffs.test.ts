/** Handoffs over one store: several hosts look, some die on the way, and each person is told once. */
import { describe, expect, it } from 'vitest';
import { Handoffs, HANDOFF, HANDOFFS, type HandoffRow } from '../../../src/relay/engine/handoffs.ts';
import type { NewInput } from '../../../src/relay/events/accept.ts';
import type { Input } from '../../../src/relay/events/types.ts';
import { addPerson, addRotation, editRotation, emptyRoster } from '../../../src/relay/oncall/edits.ts';
import type { Roster } from '../../../src/relay/oncall/types.ts';
import type { Change, CommitResult, JournalRow, Store } from '../../../src/relay/store/port.ts';
import { MemoryStore } from '../../sim/memory-store.ts';
import { silent } from './one-engine.ts';

const MINUTE_MS = 60_000;
const WEEK = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
const at = (text: string): number => Date.parse(`${text}:00+01:00`);

function roster(): Roster {
  const people = ['ana', 'ben', 'cleo'].reduce(
    (base, id) => addPerson(base, { id, name: id.toUpperCase(), email: `${id}@example.com` }),
    emptyRoster(),
  );
  const rotated = addRotation(people, {
    id: 'ops',
    zone: 'Europe/Berlin',
    layers: [
      {
        members: ['ana', 'ben', 'cleo'],
        shift: { every: 1, unit: 'days' },
        start: '2026-11-16',
        handoff: '09:00',
      },
    ],
  });
  return {
    ...rotated,
    version: 1,
    policies: [
      {
        id: 'standard',
        levels: [{ people: [], rotations: ['ops'], afterMs: 60_000 }],
        repeat: 0,
        handover: true,
      },
    ],
    services: [{ id: 'db', policy: 'standard', keyHashes: [] }],
    defaultService: 'db',
  };
}

/** Hosts over one store. What is accepted is told by the id of its row, once. */
function hosts(count: number) {
  let nowMs = at('2026-11-17T08:58');
  let present = roster();
  let ops = 0;
  const store = new MemoryStore({ nowMs: () => nowMs });
  const told = new Map<string, Input>();
  const faults = {
    spooled: false,
    acceptFails: 0,
    beforeCommit: () => Promise.resolve(),
    outcome: null as CommitResult | null,
  };
  const faulty: Pick<Store, 'load' | 'commit' | 'rows' | 'incidents' | 'journalRow'> = {
    load: (key) => store.load(key),
    rows: (...asked) => store.rows(...asked),
    incidents: (asked) => store.incidents(asked),
    journalRow: (id) => Promise.resolve(faults.spooled ? null : ({ id } as JournalRow)),
    async commit(change: Change) {
      await faults.beforeCommit();
      const result = await store.commit(change);
      const said = faults.outcome ?? result;
      faults.outcome = null;
      return said;
    },
  };
  const accept = (inputs: NewInput[]): Promise<JournalRow[]> => {
    if (faults.acceptFails > 0) {
      faults.acceptFails -= 1;
      return Promise.reject(new Error('connection refused'));
    }
    for (const { stableId = '', input } of inputs) if (!told.has(stableId)) told.set(stableId, input);
    return Promise.resolve(inputs.map(({ stableId = '' }) => ({ id: `j:${stableId}` }) as JournalRow));
  };
  const make = (isMine = true): Handoffs =>
    new Handoffs({
      store: faulty,
      roster: { current: () => present },
      accept,
      newOp: () => `op-${(ops += 1)}`,
      nowMs: () => nowMs,
      isMine: () => isMine,
      log: silent,
    });
  return {
    all: Array.from({ length: count }, () => make()),
    make,
    store,
    faults,
    at: (text: string) => (nowMs = at(text)),
    pass: (ms: number) => (nowMs += ms),
    edit: (change: (before: Roster) => Roster) => {
      const changed = change(present);
      present = { ...changed, version: present.version + 1 };
    },
    /** The host has read no newer version. */
    readOnly: (version: number) => (present = { ...present, version }),
    /** `ana in`, `ben out` and orders, in the order they were accepted; then forgotten. */
    said: () => {
      const words = [...told].map(([id, input]) => {
        if (input.kind === 'notice') return `${input.person} ${id.endsWith('-in') ? 'in' : 'out'}`;
        if (input.kind === 'order' && input.order.verb === 'handoff') {
          return `#${input.number} ${input.order.from}>${input.order.to}`;
        }
        return input.kind;
      });
      told.clear();
      return words;
    },
    notices: () => [...told.values()].flatMap((input) => (input.kind === 'notice' ? [input] : [])),
    records: async () => (await store.rows(HANDOFFS, HANDOFF)).map((row) => row.body as HandoffRow),
  };
}

async function open(store: MemoryStore, number: number, more: Record<string, unknown> = {}): Promise<void> {
  const lineage = `i:db/${number}`;
  await store.commit({
    key: lineage,
    expect: null,
    op: `op of ${number}`,
    state: {},
    rows: [],
    incidents: [
      {
        number,
        lineage,
        open: true,
        body: {
          number,
          service: 'db',
          dedupKey: String(number),
          status: 'triggered',
          severity: 'error',
          summary: `disk ${number} is full`,
          openedAt: '2026-11-17T07:00:00.000Z',
          events: 1,
          assignedTo: ['ana'],
          ...more,
        },
      },
    ],
  });
}

describe('a handoff', () => {
  it('is told to both, once, however many hosts look at once', async () => {
    const { all, at: time, said, records } = hosts(3);
    for (const host of all) await host.lookNow();
    time('2026-11-17T09:00');
    await Promise.all(all.map((host) => host.lookNow()));
    expect(said()).toEqual(['ben in', 'ana out']);
    time('2026-11-17T09:01');
    for (const host of all) await host.lookNow();
    expect(said()).toEqual([]);
    expect(await records()).toMatchObject([
      { rotation: 'ops', from: 'ana', to: 'ben', atMs: at('2026-11-17T09:00'), rosterVersion: 1 },
    ]);
  });

  it('is looked for by the host whose it is', async () => {
    const { make, at: time, said } = hosts(0);
    const [mine, others] = [make(true), make(false)];
    await mine.look();
    time('2026-11-17T09:00');
    expect(await others.look()).toBeNull();
    expect(said()).toEqual([]);
    expect((await mine.look())?.handed).toHaveLength(1);
    expect(said()).toEqual(['ben in', 'ana out']);
  });

  it('whose host dies before anybody was told is told by the next look of another', async () => {
    const { all, at: time, said, faults, records } = hosts(2);
    const [first, second] = all;
    await first?.lookNow();
    time('2026-11-17T09:00');
    faults.acceptFails = 1;
    await expect(first?.lookNow()).rejects.toThrow('connection refused');
    expect(said()).toEqual([]);
    time('2026-11-17T09:01');
    await second?.lookNow();
    expect(said()).toEqual(['ben in', 'ana out']);
    await second?.lookNow();
    await first?.lookNow();
    expect(said()).toEqual([]);
    expect(await records()).toHaveLength(1);
  });

  it('whose notices lie on a disk only is looked at until they are in the journal', async () => {
    const { all, at: time, said, faults } = hosts(2);
    const [first, second] = all;
    await first?.lookNow();
    time('2026-11-17T09:00');
    faults.spooled = true;
    await first?.lookNow();
    expect(said(), 'and then that disk is lost').toEqual(['ben in', 'ana out']);
    faults.spooled = false;
    time('2026-11-17T09:01');
    await second?.lookNow();
    expect(said()).toEqual(['ben in', 'ana out']);
    await second?.lookNow();
    expect(said()).toEqual([]);
  });

  it('that was committed although nobody said so is one all the same', async () => {
    const { all, at: time, said, faults, records } = hosts(1);
    await all[0]?.lookNow();
    time('2026-11-17T09:00');
    faults.outcome = 'unknown';
    await all[0]?.lookNow();
    expect(said()).toEqual(['ben in', 'ana out']);
    expect(await records()).toHaveLength(1);
  });

  it('found by two hosts under two versions of the roster right at the boundary is one', async () => {
    const { all, at: time, said, faults, edit, records } = hosts(2);
    const [first, second] = all;
    await first?.lookNow();
    time('2026-11-17T09:00');
    const moved = (before: Roster): Roster =>
      editRotation(before, 'ops', {
        layers: (before.rotations?.[0]?.layers ?? []).map((one) => ({ ...one, handoff: '08:59' })),
      });
    faults.beforeCommit = async () => {
      faults.beforeCommit = () => Promise.resolve();
      edit(moved);
      await second?.lookNow();
    };
    await first?.lookNow();
    expect(said()).toEqual(['ben in', 'ana out']);
    expect(await records()).toHaveLength(1);
  });

  it('is not decided by a roster older than the last one it was decided by', async () => {
    const { all, at: time, said, edit, readOnly } = hosts(1);
    await all[0]?.lookNow();
    edit((before) => before);
    time('2026-11-17T09:00');
    await all[0]?.lookNow();
    said();
    readOnly(1);
    time('2026-11-18T09:00');
    expect((await all[0]?.lookNow())?.handed).toEqual([]);
    expect(said()).toEqual([]);
  });

  it('that comes after a downtime is told once, and says that it is late', async () => {
    const { all, at: time, notices, said } = hosts(1);
    await all[0]?.lookNow();
    time('2026-11-19T11:00');
    await all[0]?.lookNow();
    const [incoming, outgoing] = notices();
    expect(incoming?.text).toBe(
      'You are on call since Thu 09:00 CET (began 2h ago) in ops until Fri 09:00 CET, after CLEO. Nothing is open.',
    );
    expect(incoming?.details).toContain('Relay could not say so in time.');
    expect(outgoing?.text).toBe(
      'Your shift in ops ended Thu 09:00 CET (2h ago); ANA is on call now. Nothing is open.',
    );
    expect(said()).toEqual(['ana in', 'cleo out']);
  });

  it('hands over what is open where the policy says so, each incident once, and tells of it', async () => {
    const { all, at: time, said, store, notices } = hosts(1);
    await all[0]?.lookNow();
    await open(store, 7);
    await open(store, 8, { assignedTo: ['cleo'] });
    await open(store, 9, { service: 'web' });
    time('2026-11-17T09:00');
    await all[0]?.lookNow();
    const [incoming] = notices();
    expect(incoming?.text).toBe(
      'You are on call now in ops until Wed 09:00 CET, after ANA. Open: #8 db: disk 8 is full; #7 db: disk 7 is full',
    );
    expect(incoming?.details?.split('\n')).toEqual([
      'You are on call now in rotation ops until Wed 09:00 CET, after ANA.',
      'Paged by it: db.',
      '',
      '2 incidents are open:',
      '| #8 error db: disk 8 is full (opened Tue 08:00 CET, triggered, with CLEO)',
      '| #7 error db: disk 7 is full (opened Tue 08:00 CET, triggered, with ANA)',
    ]);
    expect(said()).toEqual(['#7 ana>ben', 'ben in', 'ana out']);
  });

  it('hands over what somebody kept through hours in which nobody was on call', async () => {
    const { all, at: time, said, store, edit } = hosts(1);
    const layers = [
      {
        members: ['ana', 'ben'],
        shift: { every: 1, unit: 'days' as const },
        start: '2026-11-16',
        handoff: '09:00',
        during: [{ days: [...WEEK], from: '09:00', until: '18:00' }],
      },
    ];
    edit((before) => ({
      ...before,
      rotations: (before.rotations ?? []).map((one) => ({ ...one, layers: layers as typeof one.layers })),
    }));
    time('2026-11-16T17:59');
    await all[0]?.lookNow();
    await open(store, 7);
    time('2026-11-16T18:00');
    await all[0]?.lookNow();
    expect(said()).toEqual(['ana out']);
    time('2026-11-17T09:00');
    await all[0]?.lookNow();
    expect(said()).toEqual(['#7 ana>ben', 'ben in']);
  });

  it('is found again although a clock was a month ahead in the same shift', async () => {
    const { all, make, at: time, said } = hosts(1);
    await all[0]?.lookNow();
    // Turns of three days' people: 30 days on, it is the same person.
    time('2026-12-17T08:58');
    await make().lookNow();
    said();
    time('2026-11-17T08:59');
    const host = make();
    await host.lookNow();
    time('2026-11-17T09:00');
    await host.lookNow();
    expect(said()).toEqual(['ben in', 'ana out']);
  });

  it('of a rotation that pages for nothing is told to nobody', async () => {
    const { all, at: time, said, edit, records } = hosts(1);
    edit((before) => ({ ...before, services: [] }));
    await all[0]?.lookNow();
    time('2026-11-17T09:00');
    await all[0]?.lookNow();
    expect(said()).toEqual([]);
    expect(await records()).toHaveLength(1);
  });

  it('costs no commit while nothing changes, but one now and then', async () => {
    const { all, at: time, pass, faults } = hosts(1);
    time('2026-11-17T12:00');
    let commits = 0;
    faults.beforeCommit = () => {
      commits += 1;
      return Promise.resolve();
    };
    for (let minute = 0; minute < 5; minute += 1) {
      await all[0]?.lookNow();
      pass(MINUTE_MS);
    }
    expect(commits).toBe(1);
    pass(MINUTE_MS);
    await all[0]?.lookNow();
    expect(commits).toBe(2);
  });
});
