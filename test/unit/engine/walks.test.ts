import { describe, expect, it } from 'vitest';
import type { Log } from '../../../src/relay/engine/ports.ts';
import { Walks, type WalkParts } from '../../../src/relay/engine/walks.ts';
import { alone } from '../../../src/relay/engine/membership.ts';
import { dueRow, newEnvelope, type LiveTimer } from '../../../src/relay/engine/envelope.ts';
import {
  StoreAwayError,
  StoreUnavailableError,
  type DueRow,
  type JournalRow,
} from '../../../src/relay/store/port.ts';
import { HandClock } from '../../contract/hand-clock.ts';
import { MemoryStore } from '../../sim/memory-store.ts';
import { calm } from './calm.ts';
import { alertRow } from './rows.ts';

const silent: Log = { info: () => {}, warn: () => {}, error: () => {} };

/** Walks over a store in memory; what they hand on is collected. */
function walking(change: Partial<WalkParts> = {}) {
  const clock = new HandClock();
  const store = new MemoryStore({ nowMs: () => clock.wallMs() });
  const taken: string[] = [];
  let caughtUp = 0;
  const walks = new Walks({
    store,
    clock,
    ids: { op: () => 'op', chance: () => 0.5 },
    log: silent,
    membership: alone('one'),
    problems: { raise: () => {}, clear: () => {} },
    nowMs: () => clock.wallMs(),
    retentionDays: 30,
    tick: () => 1,
    underWay: (id) => taken.includes(id),
    room: () => true,
    takeJournal: (row) => void taken.push(row.id),
    takeDue: () => {},
    stuck: () => null,
    caughtUp: () => {
      caughtUp += 1;
    },
    watched: () => [],
    heartbeats: null,
    waits: { look: () => Promise.resolve() },
    ...change,
  });
  return { clock, store, walks, taken, caughtUp: () => caughtUp };
}

const rows = (count: number): JournalRow[] =>
  Array.from({ length: count }, (_, index) => alertRow(index + 1, { key: `k${index}` }));

describe('a journal that memory has no room for', () => {
  it('is walked again soon when the store could not be read', async () => {
    const { clock, store, walks, taken, caughtUp } = walking();
    await store.append(rows(3));
    const read = store.walkJournal.bind(store);
    let failures = 2;
    store.walkJournal = (walk) => {
      failures -= 1;
      return failures >= 0 ? Promise.reject(new StoreUnavailableError('out of reach')) : read(walk);
    };
    walks.behind();
    await calm();
    expect(taken).toEqual([]);
    expect(caughtUp(), 'not while rows are left behind').toBe(0);
    for (let tries = 0; tries < 2; tries += 1) {
      clock.pass(10_000);
      await calm();
    }
    expect(taken).toHaveLength(3);
    expect(caughtUp()).toBe(1);
    walks.stop();
  });

  it('is walked once more for what comes at any moment while a walk ends', async () => {
    for (let moment = 0; moment < 12; moment += 1) {
      const { clock, store, walks, taken } = walking();
      await store.append(rows(1));
      const read = store.walkJournal.bind(store);
      let walked = 0;
      let late: Promise<void> = Promise.resolve();
      store.walkJournal = async (walk) => {
        const page = await read(walk);
        walked += 1;
        if (walked === 1) late = comeLate();
        return page;
      };
      const comeLate = async (): Promise<void> => {
        for (let passed = 0; passed < moment; passed += 1) await Promise.resolve();
        await store.append([alertRow(2, { key: 'late' })]);
        walks.behind();
      };
      walks.behind();
      await calm();
      await late;
      clock.pass(1_000);
      await calm();
      expect(taken, `${moment} turns after the read`).toHaveLength(2);
      walks.stop();
    }
  });
});

describe('the start', () => {
  it('waits for the first page only: the rest of a long journal comes as there is room', async () => {
    let room = false;
    const { clock, store, walks, taken } = walking({ room: () => room });
    await store.append(rows(1_200));
    let up = false;
    void walks.start().then(() => {
      up = true;
    });
    await calm();
    expect(up).toBe(true);
    expect(taken).toHaveLength(500);
    room = true;
    clock.pass(1_000);
    await calm();
    clock.pass(1_000);
    await calm();
    expect(taken).toHaveLength(1_200);
    walks.stop();
  });

  it('is refused when the store cannot be read', async () => {
    const { store, walks } = walking();
    store.walkJournal = () => Promise.reject(new StoreUnavailableError('out of reach'));
    await expect(walks.start()).rejects.toThrow('out of reach');
  });

  it('is refused where no other host could do the work, also when the store is only away', async () => {
    const { store, walks } = walking();
    store.walkJournal = () => Promise.reject(new StoreAwayError('no quorum'));
    await expect(walks.start()).rejects.toThrow('no quorum');
  });

  it('goes on among several hosts when the store is away, and finds everything when it is back', async () => {
    const clock = new HandClock();
    const store = new MemoryStore({ nowMs: () => clock.wallMs(), distant: true });
    const armed: DueRow[] = [];
    const { walks, taken, caughtUp } = walking({
      clock,
      store,
      takeDue: (found) => void armed.push(...found),
    });
    await store.append(rows(3));
    const due: DueRow = { id: 'd:op.0.1.1', dueAtMs: clock.wallMs(), aggregate: 'r:ana', timer: 'op.0.1.1' };
    await store.writeDue([due]);
    const read = { walkJournal: store.walkJournal.bind(store), walkDue: store.walkDue.bind(store) };
    Object.assign(store, {
      walkJournal: () => Promise.reject(new StoreAwayError('no quorum')),
      walkDue: () => Promise.reject(new StoreAwayError('no quorum')),
    });
    await walks.start();
    clock.pass(30_000);
    await calm();
    expect([taken, armed, caughtUp()]).toEqual([[], [], 0]);
    Object.assign(store, read);
    for (let tries = 0; tries < 6; tries += 1) {
      clock.pass(10_000);
      await calm();
    }
    expect(taken).toHaveLength(3);
    expect(armed[0]).toEqual(due);
    expect(caughtUp()).toBe(1);
    walks.stop();
  });
});

describe('a live timer', () => {
  const timer: LiveTimer = { id: 'op.1', name: 'escalate', atMs: 5, rows: [] };

  it('is armed by the walk over people, whether its row is missing or was never armed', async () => {
    for (const written of [false, true]) {
      const armed: DueRow[] = [];
      const { clock, store, walks } = walking({
        watched: () => ['r:ana'],
        takeDue: (found) => void armed.push(...found),
      });
      await walks.start();
      const state = { ...newEnvelope(null), timers: [timer] };
      await store.commit({ key: 'r:ana', expect: null, op: 'op', state, rows: [], incidents: [] });
      if (written) await store.writeDue([dueRow('r:ana', timer)]);
      clock.pass(5 * 60_000);
      await calm();
      expect(armed, written ? 'written, not armed' : 'missing').toEqual([dueRow('r:ana', timer)]);
      expect((await store.backlog()).due).toBe(1);
      walks.stop();
    }
  });
});
