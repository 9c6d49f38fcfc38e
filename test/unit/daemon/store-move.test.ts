/** The daemon's part in a move: what it stops, in which order, and that it goes on as before when it fails. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { StoreJson } from '../../../src/relay/api/wire.ts';
import type { Config } from '../../../src/relay/config/types.ts';
import { freezable, type MovableStore } from '../../../src/relay/daemon/freezable.ts';
import { StoreMove, type StoreMoveParts } from '../../../src/relay/daemon/store-move.ts';
import type { Movable } from '../../../src/relay/store/moving.ts';
import { StoreUnavailableError } from '../../../src/relay/store/port.ts';
import { openSqliteStore } from '../../../src/relay/store/sqlite/open.ts';
import { change, journalRow } from '../../contract/store/samples.ts';
import { configWith, hurried, silent } from './moving-config.ts';

const KEY = 'i:db/disk';
let dir: string;
let store: MovableStore;
let happened: string[];
let problems: Set<string>;
let ended: PromiseWithResolvers<void>;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'relay-moving-'));
  store = await openSqliteStore({ path: join(dir, 'old.db') });
  await store.commit(change(KEY, null, { state: 'open' }));
  happened = [];
  problems = new Set();
  ended = Promise.withResolvers();
});
afterEach(async () => {
  await store.close();
  await rm(dir, { recursive: true, force: true });
});

const open = ({ store: one }: Config): Promise<MovableStore> => {
  if (one.kind !== 'sqlite') throw new Error('only files here');
  return openSqliteStore({ path: one.path, evenMoved: true });
};

function moveOf(more: Partial<StoreMoveParts> = {}): StoreMove {
  const say = (text: string) => (): Promise<void> => {
    happened.push(text);
    return Promise.resolve();
  };
  return new StoreMove({
    config: configWith(dir, 'old.db'),
    readConfig: () => Promise.resolve(configWith(dir, 'new.db')),
    open,
    store,
    keeper: {
      useStore: (next) => {
        happened.push(next === null ? 'alerts go to the disk' : 'alerts go to the store');
        return Promise.resolve();
      },
    },
    others: () => [],
    engine: {
      stop: say('the engine stops'),
      startAgain: say('the engine starts again'),
      tick: () => undefined,
    },
    clock: hurried,
    log: {
      ...silent,
      error: (_fields, text) => {
        if (text === 'everything stays in the old store') ended.resolve();
      },
    },
    problems: { raise: (id) => problems.add(id), clear: (id) => problems.delete(id) },
    newId: () => 'm',
    onMoved: () => {
      happened.push('starts again');
      ended.resolve();
    },
    onFatal: ended.reject,
    ...more,
  });
}

/** Moves until it has ended, one way or the other. */
async function moved(move: StoreMove): Promise<StoreJson> {
  expect(move.begin('sqlite')).toBe(true);
  expect(move.begin('sqlite')).toBe(false);
  await ended.promise;
  const state = await move.state();
  await move.stop();
  return state;
}

const outage = (): Promise<never> => Promise.reject(new StoreUnavailableError('no node answers'));

/** A new store that fails at this. */
const failing =
  (what: 'put' | 'pieces' | 'note') =>
  async (config: Config): Promise<MovableStore> => {
    const target = await open(config);
    const broken = what === 'pieces' ? () => ({ [Symbol.asyncIterator]: () => ({ next: outage }) }) : outage;
    Object.assign(target.moving, { [what]: broken });
    return target;
  };

test('alerts go to the disk, the engine stops, nothing more is written, and then the daemon starts again', async () => {
  const state = await moved(moveOf());
  expect(happened).toEqual(['alerts go to the disk', 'the engine stops', 'starts again']);
  expect(state.move?.state).toBe('starting');
  await expect(store.append([journalRow('late')])).rejects.toThrow(/try again/u);
  expect((await store.load(KEY)).state).toBe('open');
  expect(problems).toEqual(new Set());
  const target = await openSqliteStore({ path: join(dir, 'new.db') });
  expect((await target.load(KEY)).state).toBe('open');
  await target.close();
});

test.each(['put', 'pieces', 'note'] as const)(
  'a new store that fails at %s: the engine begins anew, alerts go to the old store again, and people are told',
  async (what) => {
    const target = failing(what);
    const state = await moved(moveOf({ open: target }));
    expect(happened).toEqual([
      'alerts go to the disk',
      'the engine stops',
      'the engine starts again',
      'alerts go to the store',
    ]);
    expect(state.move).toMatchObject({ state: 'failed' });
    expect(problems).toEqual(new Set(['store-move']));
    expect(await store.append([journalRow('next')])).toEqual(new Set());
    expect((await store.moving.notes()).leaving).toBeNull();
  },
);

test('the seal’s answer is lost though it was written: everything has moved, and nothing goes on in the old store', async () => {
  const seal = store.moving.seal.bind(store.moving);
  Object.assign(store.moving, {
    seal: async (...args: Parameters<Movable['seal']>) => {
      await seal(...args);
      throw new StoreUnavailableError('timed out');
    },
  });
  let asked = 0;
  const notes = store.moving.notes.bind(store.moving);
  Object.assign(store.moving, {
    notes: () => {
      asked += 1;
      // Preflight asks twice, then the outcome is asked for until it is known.
      return asked === 2 || asked === 3 ? Promise.reject(new StoreUnavailableError('timed out')) : notes();
    },
  });
  await moved(moveOf());
  expect(happened.at(-1)).toBe('starts again');
});

test('given up: the old store goes on, and what was copied is cleared away', async () => {
  const move: StoreMove = moveOf({
    open: async (config) => {
      const target = await open(config);
      const put = target.moving.put.bind(target.moving);
      Object.assign(target.moving, {
        put: async (...args: Parameters<Movable['put']>) => {
          await put(...args);
          move.giveUp();
        },
      });
      return target;
    },
  });
  const state = await moved(move);
  expect(state.move?.error).toMatch(/given up/u);
  expect(happened.at(-1)).toBe('alerts go to the store');
  expect(problems).toEqual(new Set());
  const target = await open(configWith(dir, 'new.db'));
  expect(await target.moving.isEmpty()).toBe(true);
  expect(await target.moving.notes()).toEqual({ leaving: null, arriving: null });
  await target.close();
  expect(move.giveUp()).toBe(false);
});

test('failed: it is a problem until relay.yaml names the old store again', async () => {
  const move = moveOf({ open: failing('put') });
  await moved(move);
  expect(problems).toEqual(new Set(['store-move']));
  move.reloaded(configWith(dir, 'new.db'));
  expect(problems).toEqual(new Set(['store-move']));
  move.reloaded(configWith(dir, 'old.db'));
  expect(problems).toEqual(new Set());
});

test('under way: a reload meanwhile changes nothing about it', async () => {
  const held = Promise.withResolvers<void>();
  const move = moveOf({
    engine: { stop: () => held.promise, startAgain: () => Promise.resolve(), tick: () => undefined },
  });
  move.begin('sqlite');
  await expect.poll(() => problems.size).toBe(1);
  move.reloaded(configWith(dir, 'old.db'));
  expect(problems).toEqual(new Set(['store-move']));
  held.resolve();
  await ended.promise;
  await move.stop();
});

test.each([
  ['another host works with the store', { others: () => ['b1'] }, /b1 works with this store too/u],
  [
    'the name in relay.yaml is still the old one',
    { readConfig: () => Promise.resolve(configWith(dir, 'old.db')) },
    /already/u,
  ],
  [
    'the spool would be elsewhere',
    { readConfig: () => Promise.resolve(configWith(dir, 'new.db', { spool: '/elsewhere' })) },
    /cluster\.spool/u,
  ],
  [
    'the host would have another name',
    { readConfig: () => Promise.resolve(configWith(dir, 'new.db', { host: 'a1' })) },
    /must stay relay-1/u,
  ],
] satisfies [string, Partial<StoreMoveParts>, RegExp][])(
  'nothing is touched when %s',
  async (_what, more, says) => {
    const state = await moved(moveOf(more));
    expect(state.move).toMatchObject({ state: 'failed', error: expect.stringMatching(says) });
    expect(happened).toEqual([]);
  },
);

test('a host that came meanwhile is seen before the seal', async () => {
  let looks = 0;
  const others = (): string[] => {
    looks += 1;
    return looks > 1 ? ['b1'] : [];
  };
  const state = await moved(moveOf({ others }));
  expect(state.move?.error).toMatch(/b1 works with this store too/u);
  expect(happened.at(-1)).toBe('alerts go to the store');
});

test('a frozen store waits for writes under way, refuses later ones, and takes signs of life', async () => {
  const held = Promise.withResolvers<void>();
  const append = store.append.bind(store);
  store.append = async (rows) => {
    await held.promise;
    return append(rows);
  };
  const freezer = freezable(store);
  const writing = store.append([journalRow('under way')]);
  let isFrozen = false;
  const frozen = freezer.freeze().then(() => {
    isFrozen = true;
  });
  await expect(store.markDone(['j:x'])).rejects.toThrow(StoreUnavailableError);
  expect(isFrozen).toBe(false);
  held.resolve();
  await Promise.all([writing, frozen]);
  await store.beat({ host: 'relay-1', life: 'a', count: 1, firstSeq: 1, info: {} });
  expect(await store.undone(['j:under way'])).toEqual(new Set(['j:under way']));
  freezer.thaw();
  await store.markDone(['j:under way']);
});
