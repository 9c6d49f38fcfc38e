/** What a start does about a move that a former life began: it finishes it, takes it back, or refuses. */
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Config } from '../../../src/relay/config/types.ts';
import type { MovableStore } from '../../../src/relay/daemon/freezable.ts';
import { openAnyStore, openSettledStore } from '../../../src/relay/daemon/settled-store.ts';
import { noteInUse } from '../../../src/relay/daemon/store-in-use.ts';
import { moveEverything } from '../../../src/relay/store/move.ts';
import type { MoveNote } from '../../../src/relay/store/moving.ts';
import { StoreUnavailableError } from '../../../src/relay/store/port.ts';
import { change, journalRow } from '../../contract/store/samples.ts';
import { configWith, hurried, leaping, silent } from './moving-config.ts';

const KEY = 'i:db/disk';
let dir: string;
let opened: MovableStore[];

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'relay-settled-'));
  opened = [];
});
afterEach(async () => {
  for (const store of opened) await store.close();
  await rm(dir, { recursive: true, force: true });
});

const partsOf = (config: Config) => ({
  config,
  env: {},
  clock: hurried,
  log: silent,
  onFatal: (error: Error) => {
    throw error;
  },
});
const start = async (config: Config): Promise<MovableStore> => {
  const store = await openSettledStore(partsOf(config));
  opened.push(store);
  return store;
};
const raw = (config: Config): Promise<MovableStore> => openAnyStore(partsOf(config), config.store);
const noteOf = (from: Config, state: MoveNote['state'], host = 'relay-1'): MoveNote => ({
  id: 'm',
  state,
  from: 'the old one',
  to: 'the new one',
  atMs: 1,
  host,
  source: from.store,
});

/** A move that ended somewhere: what both stores then say. */
async function left(
  notes: { leaving: MoveNote['state'] | null; arriving: MoveNote['state'] | null },
  host = 'relay-1',
): Promise<{ before: Config; after: Config }> {
  const [before, after] = [configWith(dir, 'old.db'), configWith(dir, 'new.db')];
  const [source, target] = [await raw(before), await raw(after)];
  await source.commit(change(KEY, null, { state: 'open' }));
  if (notes.arriving !== null) await target.moving.note('arriving', noteOf(before, notes.arriving, host));
  if (notes.leaving !== null) await source.moving.note('leaving', noteOf(before, notes.leaving, host));
  await Promise.all([source.close(), target.close()]);
  return { before, after };
}

test('a move that died while copying is finished before anything else, and the old store is sealed', async () => {
  const { before, after } = await left({ leaving: 'moving', arriving: 'moving' });
  expect((await (await start(after)).load(KEY)).state).toBe('open');
  await expect(start(before)).rejects.toThrow(/has moved to the new one/u);
});

test('a long move is told as it goes on, so that nobody ends the start for want of time', async () => {
  const { before, after } = await left({ leaving: 'moving', arriving: 'moving' });
  const source = await raw(before);
  for (let count = 0; count < 3; count += 1) await source.commit(change(`r:person ${count}`, null));
  await source.close();
  let monoMs = 0;
  const slow = { ...hurried, monoMs: () => (monoMs += 3_000) };
  const told: string[] = [];
  const parts = { ...partsOf(after), clock: slow, onLongStart: (text: string) => void told.push(text) };
  opened.push(await openSettledStore(parts));
  expect(told.length).toBeGreaterThan(0);
  expect(new Set(told)).toEqual(new Set(['moving everything here from the old one']));
});

test('sealed, but the new store did not hear of it: it does now, and nothing is copied again', async () => {
  const { before, after } = await left({ leaving: 'moved', arriving: 'moving' });
  const target = await raw(after);
  await target.append([journalRow('came over')]);
  await target.close();
  const store = await start(after);
  expect((await store.moving.notes()).arriving?.state).toBe('moved');
  expect(await store.undone(['j:came over'])).toEqual(new Set(['j:came over']));
  expect((await store.load(KEY)).op).toBeNull();
  await expect(start(before)).rejects.toThrow(StoreUnavailableError);
});

test('with the old name the old store goes on; a later start with the new one copies anew what it holds by then', async () => {
  const { before, after } = await left({ leaving: 'moving', arriving: 'moving' });
  const target = await raw(after);
  await target.append([journalRow('done long ago')]);
  await target.close();
  const old = await start(before);
  expect((await old.moving.notes()).leaving).toBeNull();
  const { op } = await old.load(KEY);
  await old.commit(change(KEY, op, { state: 'closed' }));
  await old.close();
  const store = await start(after);
  expect((await store.load(KEY)).state).toBe('closed');
  expect(await store.undone(['j:done long ago'])).toEqual(new Set());
});

test("another host's move is not touched: neither store is opened meanwhile", async () => {
  const { before, after } = await left({ leaving: 'moving', arriving: 'moving' }, 'b1');
  await expect(start(before)).rejects.toThrow(/b1 is moving everything.*wait/u);
  await expect(start(after)).rejects.toThrow(/part of what b1 is moving/u);
});

test('when the old store can not be opened, the start says why and the new one stays a part', async () => {
  const { after } = await left({ leaving: 'moving', arriving: 'moving' });
  await rm(join(dir, 'old.db'));
  await rm(join(dir, 'old.db-wal'), { force: true });
  await writeFile(join(dir, 'old.db'), 'not a database at all, but long enough to be looked at '.repeat(40));
  await expect(start(after)).rejects.toThrow(/not a relay database/u);
  const target = await raw(after);
  expect((await target.moving.notes()).arriving?.state).toBe('moving');
  await target.close();
});

test('an old store that is not there, or is an empty one in its place, is not copied over what has come here', async () => {
  const { after } = await left({ leaving: 'moving', arriving: 'moving' });
  const [target, old] = [await raw(after), join(dir, 'old.db')];
  await target.commit(change(KEY, null, { state: 'came over' }));
  await target.close();
  for (const ending of ['', '-wal']) await rm(old + ending, { force: true });
  await expect(start(after)).rejects.toThrow(/the old one.*is not there.*bring it back/u);
  expect(existsSync(old), 'nothing is made in its place').toBe(false);
  await (await raw(configWith(dir, 'old.db'))).close();
  await expect(start(after)).rejects.toThrow(/the old one.*is empty.*bring it back/u);
  const kept = await raw(after);
  expect((await kept.load(KEY)).state).toBe('came over');
  await kept.close();
});

describe('a move that died, of a store that several hosts share', () => {
  /** The old store is shared: while `works` says so, b1 gives signs of life in it. */
  const startBeside = (config: Config, works: () => boolean): Promise<MovableStore> => {
    let count = 0;
    return openSettledStore({ ...partsOf(config), clock: leaping() }, async (parts, store) => {
      const opening = await openAnyStore(parts, store);
      if (store.kind === 'sqlite' && !store.path.endsWith('old.db')) return opening;
      return Object.assign(opening, {
        distant: true,
        beats: () => {
          if (works()) count += 1;
          return Promise.resolve([{ host: 'b1', life: 'b', count, firstSeq: 1, info: {} }]);
        },
      });
    });
  };

  test('is not gone on with while another host works there; the old store is not touched', async () => {
    const { before, after } = await left({ leaving: null, arriving: 'moving' });
    await expect(startBeside(after, () => true)).rejects.toThrow(
      /b1 works with the old store.*stop relay there.*name the old store/u,
    );
    expect((await (await start(before)).moving.notes()).leaving).toBeNull();
  });

  test('does not seal what a host that came meanwhile works with', async () => {
    const { before, after } = await left({ leaving: 'moving', arriving: 'moving' });
    let looks = 0;
    // The first look of six seconds is thirteen readings.
    const works = (): boolean => (looks += 1) > 20;
    await expect(startBeside(after, works)).rejects.toThrow(/b1 works with the old store/u);
    expect((await (await start(before)).load(KEY)).state).toBe('open');
  });

  test('is finished once the others are stopped', async () => {
    const { after } = await left({ leaving: null, arriving: 'moving' });
    const store = await startBeside(after, () => false);
    opened.push(store);
    expect((await store.load(KEY)).state).toBe('open');
  });
});

test('an empty store in the place of the one in use is refused, with the way on; one with something in it is not', async () => {
  const [before, after] = [configWith(dir, 'old.db'), configWith(dir, 'new.db')];
  await start(before);
  await noteInUse(before, silent);
  await expect(start(after)).rejects.toThrow(
    /new\.db, which is empty, while everything is in sqlite:.*old\.db/u,
  );
  const copied = await raw(after);
  await copied.commit(change(KEY, null));
  await copied.close();
  expect((await (await start(after)).load(KEY)).op).not.toBeNull();
});

test('the first start of all, and one on the store it knows, are refused nothing', async () => {
  const config = configWith(dir, 'old.db');
  await (await start(config)).close();
  await noteInUse(config, silent);
  expect(await (await start(config)).moving.isEmpty()).toBe(true);
});

test.each([
  ['gone', (path: string) => rm(path)],
  ['an empty file by now', (path: string) => truncate(path)],
])(
  'a database in use that is %s is told of, with what to do, and none is made in its place',
  async (_how, lose) => {
    const config = configWith(dir, 'old.db');
    await (await start(config)).close();
    await noteInUse(config, silent);
    const path = join(dir, 'old.db');
    const whole = await readFile(path);
    await lose(path);
    await expect(start(config)).rejects.toThrow(
      /old\.db is not there, and relay worked with it.*disk mounted.*relay restore FILE.*delete .*store-in-use\.json/u,
    );
    expect(existsSync(path) ? (await readFile(path)).byteLength : 0).toBe(0);
    await writeFile(path, whole);
    await (await start(config)).close();
    await lose(path);
    await rm(join(dir, 'store-in-use.json'));
    expect(await (await start(config)).moving.isEmpty(), 'begun anew, as was asked for').toBe(true);
  },
);

test('moved there and back: both names say which one counts', async () => {
  const [before, after] = [configWith(dir, 'old.db'), configWith(dir, 'new.db')];
  const quietly = {
    clock: hurried,
    onProgress: () => {},
    isGivenUp: () => false,
    refuseOthers: () => Promise.resolve(),
  };
  const [source, target] = [await raw(before), await raw(after)];
  await source.commit(change(KEY, null));
  const note = { id: 'm', from: 'old', to: 'new', host: 'relay-1', source: before.store };
  await moveEverything({ source: source.moving, target: target.moving, note, ...quietly });
  await source.moving.clear();
  const back = { ...note, id: 'back', from: 'new', to: 'old', source: after.store };
  await moveEverything({ source: target.moving, target: source.moving, note: back, ...quietly });
  await Promise.all([source.close(), target.close()]);
  expect((await (await start(before)).load(KEY)).op).not.toBeNull();
  await expect(start(after)).rejects.toThrow(/has moved to old/u);
});
