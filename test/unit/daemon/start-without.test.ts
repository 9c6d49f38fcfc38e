/** A host among others that starts: with a quorum, with what it kept, or not at all. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { MovableStore } from '../../../src/relay/daemon/freezable.ts';
import { WITHOUT_FROM } from '../../../src/relay/daemon/last-seen.ts';
import { startAmongOthers, type Started } from '../../../src/relay/daemon/start-without.ts';
import { ROSTER } from '../../../src/relay/engine/roster-book.ts';
import { ProblemBoard } from '../../../src/relay/observe/problems.ts';
import { StoreAwayError, StoreUnavailableError } from '../../../src/relay/store/port.ts';
import { HandClock } from '../../contract/hand-clock.ts';
import { MemoryStore } from '../../sim/memory-store.ts';
import { calm } from '../engine/calm.ts';
import { team } from '../oncall/rosters.ts';
import { configWith, silent } from './moving-config.ts';

class Shared extends MemoryStore {
  away: 'no' | 'epochs only' | 'yes' = 'no';
  get moving(): never {
    throw new Error('nothing is moved here');
  }
  override async load(key: string): ReturnType<MemoryStore['load']> {
    if (this.away === 'yes') throw new StoreAwayError('no quorum');
    return super.load(key);
  }
  override async lastSeq(): Promise<number | null> {
    if (this.away !== 'no') throw new StoreAwayError('no quorum');
    return 4_000;
  }
  override close(): Promise<void> {
    // The next start opens it again.
    return Promise.resolve();
  }
}

let dir: string;
let clock: HandClock;
let store: Shared;
let opening: () => Promise<MovableStore>;
let board: ProblemBoard;
let opened: number;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'relay-start-'));
  clock = new HandClock();
  store = new Shared({ nowMs: () => clock.wallMs(), distant: true });
  opening = () => Promise.resolve(store);
  board = new ProblemBoard({ log: silent, clock });
  opened = 0;
});
afterEach(async () => rm(dir, { recursive: true, force: true }));

async function roster(version: number): Promise<void> {
  const { op } = await store.load(ROSTER);
  const state = { ...team(), version };
  await store.commit({ key: ROSTER, expect: op, op: `op-${version}`, state, rows: [], incidents: [] });
}

const start = (spooled: number | null = null): Promise<Started> =>
  startAmongOthers({
    config: configWith(dir, 'unused.db'),
    open: () => opening(),
    spool: { lastSeq: () => Promise.resolve(spooled) },
    clock,
    ids: { op: () => 'op' },
    log: silent,
    problems: board,
    onVersion: () => {},
    spread: () => Promise.resolve([]),
    onOpen: () => {
      opened += 1;
      return Promise.resolve();
    },
  });

/** A life that had a quorum, and ended. */
async function former(): Promise<void> {
  await roster(1);
  const { roster: book, settled } = await start();
  await settled();
  book.close();
}
const problems = (): string[] => board.list().map(({ id }) => id);

describe('a start with a quorum', () => {
  it('is behind what the store gave and what lies on the disk, and nothing is wrong', async () => {
    await roster(1);
    const started = await start(4_711);
    expect(started).toMatchObject({ lastSeq: 4_711, withoutSinceMonoMs: null, store });
    expect(started.roster.isRead()).toBe(true);
    expect(problems()).toEqual([]);
    expect(opened).toBe(1);
    started.roster.close();
  });
});

describe('a start without one', () => {
  it('goes by what the host kept, says so, and is over when the store is back', async () => {
    await former();
    opened = 0;
    opening = () => Promise.reject(new StoreAwayError('no quorum'));
    const began = clock.monoMs();
    const started = await start();
    expect(started.roster.current().version).toBe(1);
    expect(started.roster.isRead()).toBe(false);
    expect(started).toMatchObject({ lastSeq: 4_000 + WITHOUT_FROM, withoutSinceMonoMs: began });
    expect(board.list()).toMatchObject([
      { id: 'started-without-quorum', text: expect.stringMatching(/version 1 of the roster.*no quorum/) },
    ]);
    expect(opened).toBe(0);

    await roster(2);
    opening = () => Promise.resolve(store);
    clock.pass(5_000);
    await calm();
    clock.pass(5_000);
    await calm();
    expect(started.roster.current().version).toBe(2);
    expect(started.roster.isRead()).toBe(true);
    expect(problems()).toEqual([]);
    expect(opened).toBe(1);
    started.roster.close();
    await started.settled();

    opening = () => Promise.reject(new StoreAwayError('no quorum'));
    const again = await start();
    expect(again.roster.current().version, 'the newer one was kept').toBe(2);
    again.roster.close();
  });

  it('needs no number of the store when that reads but does not decide', async () => {
    await former();
    store.away = 'epochs only';
    const started = await start();
    expect(started).toMatchObject({ lastSeq: 4_000 + WITHOUT_FROM, withoutSinceMonoMs: expect.any(Number) });
    expect(started.roster.isRead()).toBe(true);
    expect(problems()).toEqual([]);
    started.roster.close();
  });

  it('says what is in the way when the store is back and refuses', async () => {
    await former();
    opening = () => Promise.reject(new StoreAwayError('no quorum'));
    const started = await start();
    opening = () =>
      Promise.reject(new StoreUnavailableError('the schema is missing: run: relay store migrate'));
    await calm();
    clock.pass(2_000);
    await calm();
    expect(board.list().find(({ id }) => id === 'started-without-quorum')?.text).toMatch(
      /relay store migrate/,
    );
    started.roster.close();
    await started.store.close();
  });

  it('is refused with its own words when the store refuses, whatever was kept', async () => {
    await former();
    opening = () => Promise.reject(new StoreUnavailableError('Cassandra refuses the login'));
    await expect(start()).rejects.toThrow(/^Cassandra refuses the login$/);
  });

  it('is refused on a host that has never seen anybody in the roster: it could not tell whose an alert is', async () => {
    opening = () => Promise.reject(new StoreAwayError('no quorum'));
    await expect(start()).rejects.toThrow(/^no quorum\. This host has kept no roster.*other hosts$/);
    opening = () => Promise.resolve(store);
    store.away = 'epochs only';
    await expect(start()).rejects.toThrow(/kept no roster/);
    // A store without a roster is nothing to go by either.
    store.away = 'no';
    const empty = await start();
    await empty.settled();
    empty.roster.close();
    store.away = 'yes';
    await expect(start()).rejects.toThrow(/kept no roster/);
  });
});
