import { describe, expect, it } from 'vitest';
import { Degraded, type LocalStore, type LocalStores } from '../../../src/relay/engine/degraded/degraded.ts';
import { emptyRoster } from '../../../src/relay/oncall/edits.ts';
import type { Engine } from '../../../src/relay/engine/engine.ts';
import type { JournalRow, Store } from '../../../src/relay/store/port.ts';
import { HandClock } from '../../contract/hand-clock.ts';
import { MemoryStore } from '../../sim/memory-store.ts';
import { calm } from './calm.ts';
import { silent } from './one-engine.ts';
import { alertRow, HOST } from './rows.ts';

/** A host that has `row` on its disk, and whose files for paging alone fail as told. */
function hostWithDisk(change: Partial<LocalStores> = {}) {
  const clock = new HandClock();
  const row = alertRow(1);
  const pagedAlone: JournalRow[] = [];
  const problems = new Map<string, string>();
  const main = { isHeld: false };
  const degraded = new Degraded({
    host: HOST,
    clock,
    log: silent,
    problems: {
      raise: (id, text) => void problems.set(id, text),
      clear: (id) => void problems.delete(id),
    },
    local: {
      open: () =>
        Promise.resolve({ store: new MemoryStore({ nowMs: () => clock.wallMs() }), first: 910_001 }),
      exists: () => Promise.resolve(false),
      seal: () => Promise.resolve(),
      sealed: () => Promise.resolve([]),
      dropSealed: () => Promise.resolve(),
      ...change,
    },
    main: {
      hold: () => void (main.isHeld = true),
      drain: () => undefined,
      release: () => void (main.isHeld = false),
      bring: () => Promise.resolve(),
    },
    // Only what the mode calls: what an engine does with rows is tested in degraded.test.ts.
    roster: emptyRoster,
    makeEngine: () =>
      ({
        start: () => Promise.resolve(),
        stop: () => Promise.resolve(),
        accepted: (rows: JournalRow[]) => void pagedAlone.push(...rows),
      }) as unknown as Engine,
    ownRows: async function* () {
      yield [row];
    },
    isBegun: () => Promise.resolve(false),
    holdDrain: () => Promise.resolve(),
    releaseDrain: () => undefined,
    finished: () => undefined,
    isOwnCode: () => false,
    waiting: () => 0,
  });
  const pass = async (delayMs: number): Promise<void> => {
    for (let passedMs = 0; passedMs < delayMs; passedMs += 1_000) {
      clock.pass(1_000);
      for (let turn = 0; turn < 10; turn += 1) await calm();
    }
  };
  return { degraded, main, pagedAlone, problems, pass, row };
}

const full = (): Promise<never> => Promise.reject(new Error('no space left'));

describe('a host that was killed while it paged alone', () => {
  it('pages on when it hears of the quorum before it has read what it did', async () => {
    const read = Promise.withResolvers<[]>();
    let files = 1;
    const { degraded, main, pass } = hostWithDisk({
      exists: () => Promise.resolve(files > 0),
      seal: () => {
        files = 0;
        return Promise.resolve();
      },
      sealed: () => read.promise,
    });
    const started = degraded.start();
    degraded.quorum(true);
    await calm();
    read.resolve([]);
    await started;
    await pass(1_000);
    expect(degraded.mode).toBe('together');
    expect(main.isHeld).toBe(false);
  });
});

describe('a host whose quorum goes and comes back faster than it can follow', () => {
  it('pages nothing alone once the quorum is there again', async () => {
    const opened = Promise.withResolvers<LocalStore>();
    const store = new MemoryStore({ nowMs: () => Date.now() });
    let times = 0;
    const { degraded, main, pagedAlone, pass, row } = hostWithDisk({
      open: () => {
        times += 1;
        return opened.promise;
      },
    });
    await degraded.start();
    degraded.quorum(false);
    await calm();
    // While its file is still being opened.
    degraded.quorum(true);
    degraded.quorum(false);
    degraded.quorum(true);
    opened.resolve({ store, first: 910_001 });
    await pass(60_000);
    expect(times).toBe(1);
    expect(pagedAlone).toEqual([row]);
    expect(degraded.mode).toBe('together');
    expect(main.isHeld).toBe(false);
    await degraded.stop();
  });
});

describe('a host without a quorum whose disk fails', () => {
  it('pages alone as soon as the disk works again', async () => {
    let isFull = true;
    const store = new MemoryStore({ nowMs: () => Date.now() });
    const { degraded, pagedAlone, problems, pass, row } = hostWithDisk({
      open: () => (isFull ? full() : Promise.resolve({ store, first: 910_001 })),
    });
    await degraded.start();
    degraded.quorum(false);
    await pass(20_000);
    expect(pagedAlone).toEqual([]);
    expect(problems.get('degraded')).toMatch(/no space left/u);
    isFull = false;
    await pass(5_000);
    expect(pagedAlone).toEqual([row]);
    expect(problems.has('degraded')).toBe(false);
    await degraded.stop();
  });
});

describe('a host that has its quorum again and whose disk fails', () => {
  it('pages with the others once the disk works again', async () => {
    let isFull = true;
    const { degraded, main, problems, pass } = hostWithDisk({
      sealed: () => (isFull ? full() : Promise.resolve([])),
    });
    await degraded.start();
    degraded.quorum(false);
    await pass(1_000);
    degraded.quorum(true);
    await pass(10_000);
    expect(main.isHeld).toBe(true);
    isFull = false;
    await pass(5_000);
    expect(degraded.mode).toBe('together');
    expect(main.isHeld).toBe(false);
    expect([...problems.keys()]).toEqual([]);
  });

  it('lets go of its files however reading them ends: the next try must be able to open them', async () => {
    let open = 0;
    const file = (): Store => {
      open += 1;
      const store = new MemoryStore({ nowMs: () => Date.now() });
      store.incidents = () => Promise.reject(new Error('the disk is damaged'));
      store.close = () => {
        open -= 1;
        return Promise.resolve();
      };
      return store;
    };
    const { degraded, pass } = hostWithDisk({ sealed: () => Promise.resolve([file(), file()]) });
    await degraded.start();
    expect(open).toBe(0);
    degraded.quorum(true);
    await pass(20_000);
    expect(open).toBe(0);
    await degraded.stop();
  });

  it('does so in the end without what it did alone: a repeated page is better than none', async () => {
    const { degraded, main, problems, pass } = hostWithDisk({ sealed: full });
    await degraded.start();
    degraded.quorum(true);
    await pass(60_000);
    expect(degraded.mode).toBe('together');
    expect(main.isHeld).toBe(false);
    expect(problems.get('degraded')).toMatch(/told of it again/u);
  });
});
